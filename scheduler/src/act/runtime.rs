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
    let until = started.as_second().saturating_add(secs.unwrap_or_default());
    let until = Timestamp::from_second(until).unwrap_or(Timestamp::MAX);
    (world.now < until).then_some(until)
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

/// Whether anything of a job may be taken; of a protected elastic one, what is above its minimum.
pub(super) fn may_be_victim(cycle: &Cycle<'_>, job: JobAt, threat: Threat) -> bool {
    protected_until(cycle.world, job, cycle.pool, threat).is_none() || is_elastic(cycle.world, job)
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
