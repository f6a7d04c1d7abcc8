//! Minimum guaranteed runtime: preemptible work is untouchable until it has run so long
//! (`scheduling-and-organisation.md` §4.5).

use std::collections::BTreeMap;

use domain::Timestamp;

use super::reclaim::split;
use crate::{
    cycle::Cycle,
    state::State,
    world::{JobAt, PodAt, PoolAt, QueueAt, World},
};

/// From whom a job might lose its place.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Threat {
    /// From another queue.
    Reclaim(QueueAt),
    /// From a higher priority of its own queue.
    Preempt,
}

/// Until when a running job is protected; `None` when it is not any more.
pub(crate) fn protected_until(
    world: &World,
    job: JobAt,
    pool: PoolAt,
    threat: Threat,
) -> Option<Timestamp> {
    let of = &world.jobs[job];
    let (started, secs) = (of.started?, min_runtime(world, of.queue?, pool, threat));
    let until = until(started, secs.unwrap_or_default());
    (world.now < until).then_some(until)
}

fn until(started: Timestamp, secs: i64) -> Timestamp {
    let until = started.as_second().saturating_add(secs);
    Timestamp::from_second(until).unwrap_or(Timestamp::MAX)
}

/// The value that is nearest: of the victim's queue or one above; for reclaim of the victim's side
/// where the paths part, or above; at last of the pool.
fn min_runtime(world: &World, victim: QueueAt, pool: PoolAt, threat: Threat) -> Option<i64> {
    let of_pool = world.pools[pool].min_runtime;
    let settings = |at: QueueAt| world.queues[at].settings[pool].min_runtime;
    match threat {
        Threat::Preempt => {
            world.path(victim).find_map(|at| settings(at).preempt).or(of_pool.preempt)
        }
        Threat::Reclaim(by) => {
            let (_, side) = split(world, by, victim);
            world.path(side).find_map(|at| settings(at).reclaim).or(of_pool.reclaim)
        }
    }
}

/// Protects from one threat, whoever might be the victim.
pub(crate) struct Guard<'a> {
    world: &'a World,
    /// By queue: seconds from the start of its jobs.
    secs: Vec<i64>,
}

impl<'a> Guard<'a> {
    pub fn of(world: &'a World, pool: PoolAt, threat: Threat) -> Self {
        let secs = |queue| min_runtime(world, queue, pool, threat).unwrap_or_default();
        Self { world, secs: (0..world.queues.len()).map(secs).collect() }
    }

    /// Until when a job is protected; `None` when it is not, or not any more.
    pub fn until(&self, job: JobAt) -> Option<Timestamp> {
        let of = &self.world.jobs[job];
        let until = until(of.started?, self.secs[of.queue?]);
        (self.world.now < until).then_some(until)
    }

    /// Whether anything of a job may be taken; of a protected elastic one, what is above its minimum.
    pub fn leaves_something(&self, job: JobAt) -> bool {
        self.until(job).is_none() || is_elastic(self.world, job)
    }
}

fn is_elastic(world: &World, job: JobAt) -> bool {
    let of = &world.jobs[job];
    let min: u32 = (0..of.groups.len()).filter(|g| of.is_leaf(*g)).map(|g| of.groups[g].min).sum();
    (min as usize) < of.pods.len()
}

/// Whether every protected job keeps its minimum without these pods.
pub(super) fn leaves_protected_alone(cycle: &Cycle<'_>, lost: &[PodAt], threat: Threat) -> bool {
    let mut jobs: BTreeMap<JobAt, u32> = BTreeMap::new();
    for pod in lost {
        *jobs.entry(cycle.world.pods[*pod].job).or_default() += 1;
    }
    jobs.keys().all(|job| {
        protected_until(cycle.world, *job, cycle.pool, threat).is_none()
            || keeps_minimum(cycle.world, cycle.state, *job)
    })
}

fn keeps_minimum(world: &World, state: &State, job: JobAt) -> bool {
    let of = &world.jobs[job];
    let keeps = |group: usize| state.count_of(job, group).active >= of.groups[group].min;
    (0..of.groups.len()).filter(|group| of.is_leaf(*group)).all(keeps)
}
