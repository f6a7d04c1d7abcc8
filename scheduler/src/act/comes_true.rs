//! A reservation is not a promise: the next cycle decides anew. What is moved is moved in vain when
//! that cycle then decides otherwise, and so it would go on for ever. So it is asked beforehand.

use std::collections::BTreeSet;

use crate::{
    cycle::Cycle,
    gang,
    place::Mode,
    state::{Mark, PodState, Status},
    turns::Turns,
    world::{JobAt, PodAt},
};

/// Whether all that changed since the mark would be placed, once everybody has left.
pub(super) fn comes_true(cycle: &mut Cycle<'_>, mark: Mark, job: JobAt) -> bool {
    let (world, pool) = (cycle.world, cycle.pool);
    let changed = cycle.state.changed_since(mark);
    let here = cycle.state.mark();
    let waits = |pod: &PodAt| !cycle.state.pods[*pod].status.is_held();
    let pods: Vec<_> = changed.into_iter().filter(waits).collect();
    for pod in &pods {
        cycle.state.change(world, *pod, PodState::pending());
    }
    let jobs: BTreeSet<_> = pods.iter().map(|pod| world.pods[*pod].job).chain([job]).collect();
    let entries = jobs.iter().map(|job| gang::wanting(world, cycle.state, *job, pool, false));
    let mut line = Turns::of(world, entries.collect::<Vec<_>>().into_iter());
    while let Some(entry) = line.pop(cycle.state, cycle.shares) {
        let next = gang::next_pods(world, cycle.state, entry.job, false);
        let search = gang::everywhere(pool, Mode::Now);
        if !next.is_empty() && gang::place(world, cycle.state, entry.job, &next, &search) {
            line.push(gang::wanting(world, cycle.state, entry.job, pool, false));
            line.all_stale();
        }
    }
    let all = pods.iter().all(|pod| cycle.state.pods[*pod].status != Status::Pending);
    cycle.state.undo(world, here);
    all
}
