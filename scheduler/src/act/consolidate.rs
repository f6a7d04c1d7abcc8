//! The action consolidation: moves preemptible work so that a preemptible job fits. Nobody is lost.

use super::{alike::Failed, comes_true, may_go, solve, waiting};
use crate::{cycle::Cycle, settings::Action, world::JobAt};

/// Tries every job that still waits.
pub(crate) fn consolidate(cycle: &mut Cycle<'_>, jobs: &[JobAt]) {
    let most = cycle.world.settings.consolidation_victims;
    if most == Some(0) {
        return;
    }
    let mut line = waiting(cycle, jobs, |job| cycle.world.jobs[job].preemptible);
    let mut failed = Failed::in_vain(cycle, false);
    while let Some(entry) = line.pop(cycle.state, cycle.shares) {
        let job = entry.job;
        if !failed.may_succeed(cycle, job, false) || !has_room(cycle, &entry.amount) {
            continue;
        }
        let victims: Vec<_> =
            cycle.running.iter().copied().filter(|v| *v != job && may_go(cycle, *v)).collect();
        let rules = solve::Rules {
            victims: &victims,
            most: most.map(|most| most as usize),
            may_lose: &|_, lost| lost.is_empty(),
        };
        let mark = cycle.state.mark();
        if solve::solve(cycle, job, &rules) && comes_true::comes_true(cycle, mark, job) {
            cycle.keep(mark, Action::Consolidation, job);
            line.all_stale();
        } else {
            cycle.state.undo(cycle.world, mark);
            failed.add(cycle, job, false);
        }
    }
}

/// Whether there are enough GPUs in all; moving makes no more of them.
fn has_room(cycle: &Cycle<'_>, asked: &[f64; 3]) -> bool {
    let nodes = cycle.world.pools[cycle.pool].nodes.iter();
    let free = |node: &usize| {
        let of = &cycle.state.nodes[*node];
        let shared: i64 = of.shared.iter().filter(|s| s.is_open()).map(|s| s.room().max(0)).sum();
        let instances = of.extended.iter().map(|(name, idle, leaving)| {
            crate::world::instance_gpus(name).unwrap_or_default() * (idle + leaving) * 1_000_000
        });
        of.free_gpus() * 1_000_000 + shared + instances.sum::<i64>()
    };
    nodes.map(free).sum::<i64>() as f64 + 0.5 >= asked[0]
}
