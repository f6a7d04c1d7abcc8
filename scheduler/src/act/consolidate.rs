//! The action consolidation: moves preemptible work so that a preemptible job fits. Nobody is lost.

use super::{alike::Failed, comes_true, feasible, solve, victims, waiting};
use crate::{
    cycle::Cycle,
    settings::Action,
    shares::{at_most, plus},
    world::JobAt,
};

/// Tries every job that still waits.
pub(crate) fn consolidate(cycle: &mut Cycle<'_>, jobs: &[JobAt]) {
    let most = cycle.world.settings.consolidation_victims;
    if most == Some(0) {
        return;
    }
    let mut line =
        waiting(cycle, Action::Consolidation, jobs, |job| cycle.world.jobs[job].preemptible);
    let mut failed = Failed::in_vain(cycle, false);
    let (world, mut room) = (cycle.world, room(cycle));
    while let Some(entry) = line.pop(cycle.state, cycle.shares) {
        let job = entry.job;
        if !failed.may_succeed(cycle, job, false) || !at_most(&entry.amount, &room) {
            continue;
        }
        let rules = victims::Rules {
            queues: (0..cycle.world.queues.len()).collect(),
            is_victim: &|_, victim| victim != job && !world.jobs[victim].ends_when_evicted,
            most: most.map(|most| most as usize),
            may_lose: &|_, lost| lost.is_empty(),
        };
        let mark = cycle.state.mark();
        if solve::solve(cycle, job, &rules) && comes_true::comes_true(cycle, mark, job) {
            cycle.keep(mark, Action::Consolidation, job);
            room = self::room(cycle);
            line.all_stale();
        } else {
            cycle.state.undo(cycle.world, mark);
            failed.add(cycle, job, false);
        }
    }
}

/// All that is free in the pool, now or later: moving makes no more of it. GPUs, cores, memory.
fn room(cycle: &Cycle<'_>) -> [f64; 3] {
    let nodes = cycle.world.pools[cycle.pool].nodes.iter();
    let rooms =
        nodes.map(|node| feasible::room(&cycle.state.nodes[*node]).map(|amount| amount as f64));
    rooms.fold([0.0; 3], |sum, room| plus(&sum, &room))
}
