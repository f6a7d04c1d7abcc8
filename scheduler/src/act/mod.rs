//! The five actions, and what they share.

mod alike;
mod allocate;
mod comes_true;
mod consolidate;
mod feasible;
mod lines;
mod preempt;
mod reclaim;
mod runtime;
mod solve;
mod stale;
mod victims;

pub(crate) use allocate::allocate;
pub(crate) use consolidate::consolidate;
pub(crate) use lines::Lines;
pub(crate) use preempt::preempt;
pub(crate) use reclaim::reclaim;
pub(crate) use runtime::{Guard, Threat, protected_until};
pub(crate) use stale::evict_stale;

use crate::{cycle::Cycle, gang, settings::Action, turns::Turns, world::JobAt};

/// Jobs that still wait and may be placed, in line for an action: of each queue as many as it tries.
fn waiting<'a>(
    cycle: &Cycle<'a>,
    action: Action,
    jobs: &[JobAt],
    only: impl Fn(JobAt) -> bool,
) -> Turns<'a> {
    let (world, pool) = (cycle.world, cycle.pool);
    let may = |job: &JobAt| {
        cycle.state.total_of(*job).pending > 0
            && gang::is_ready(world, cycle.state, *job)
            && only(*job)
    };
    let jobs = jobs.iter().copied().filter(may);
    let entries = jobs.map(|job| gang::wanting(world, cycle.state, job, pool, false));
    let mut turns = Turns::of(world, entries);
    if let Some(depth) = world.settings.queue_depth.get(&action) {
        turns.keep_first(*depth as usize);
    }
    turns
}
