//! Who may have to go in a pool, queue by queue, worst first. The lines are found once and kept, for
//! every search for victims begins with them; what a cycle decides is carried on in them.

use std::sync::Arc;

use crate::{
    gang::Remaining,
    state::State,
    turns::Entry,
    world::{JobAt, PoolAt, QueueAt, World},
};

/// By queue; a line is made when it is first asked for. The best of a line comes first.
#[derive(Clone, Debug)]
pub(crate) struct Lines(Vec<Option<Arc<Vec<Entry>>>>);

impl Lines {
    /// No line is made yet.
    pub fn unread(world: &World) -> Self {
        Self(vec![None; world.queues.len()])
    }

    /// Every line of a pool.
    pub fn read(world: &World, state: &State, pool: PoolAt) -> Self {
        let line = |queue| Some(Arc::new(line(world, state, pool, queue)));
        Self((0..world.queues.len()).map(line).collect())
    }

    pub fn of(
        &mut self,
        world: &World,
        state: &State,
        pool: PoolAt,
        queue: QueueAt,
    ) -> Arc<Vec<Entry>> {
        let make = || Arc::new(line(world, state, pool, queue));
        self.0[queue].get_or_insert_with(make).clone()
    }

    /// Puts a job where it belongs after a decision about it.
    pub fn renew(&mut self, world: &World, state: &State, pool: PoolAt, job: JobAt) {
        let Some(line) = world.jobs[job].queue.and_then(|queue| self.0[queue].as_mut()) else {
            return;
        };
        let line = Arc::make_mut(line);
        if let Some(at) = line.iter().rposition(|entry| entry.job == job) {
            line.remove(at);
        }
        if let Some(entry) = entry(world, state, pool, job) {
            let at = line.partition_point(|other| other.turn < entry.turn);
            line.insert(at, entry);
        }
    }
}

fn line(world: &World, state: &State, pool: PoolAt, queue: QueueAt) -> Vec<Entry> {
    let jobs = world.queues[queue].jobs.iter();
    let mut line: Vec<_> = jobs.filter_map(|job| entry(world, state, pool, *job)).collect();
    line.sort_by(|a, b| a.turn.cmp(&b.turn));
    line
}

/// The job in line, if it runs in this pool, or has a reservation, and may lose that.
fn entry(world: &World, state: &State, pool: PoolAt, job: JobAt) -> Option<Entry> {
    let of = &world.jobs[job];
    let runs = |pod: usize| {
        let pod = &state.pods[pod];
        pod.status.is_active() && pod.seat.as_ref().is_some_and(|seat| seat.pool == pool)
    };
    if !of.preemptible || !of.pods.clone().any(runs) {
        return None;
    }
    Some(Remaining::of(world, state, job, &[]).entry(world, state, job))
}
