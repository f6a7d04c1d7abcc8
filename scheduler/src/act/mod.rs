//! The five actions, and what they share.

mod alike;
mod allocate;
mod comes_true;
mod consolidate;
mod preempt;
mod reclaim;
mod runtime;
mod solve;
mod stale;

pub(crate) use allocate::allocate;
pub(crate) use consolidate::consolidate;
pub(crate) use preempt::preempt;
pub(crate) use reclaim::reclaim;
pub(crate) use runtime::{Threat, protected_until};
pub(crate) use stale::evict_stale;

use crate::{cycle::Cycle, gang, order::Turns, world::JobAt};

/// Jobs that still wait and may be placed, in line.
fn waiting<'a>(cycle: &Cycle<'a>, jobs: &[JobAt], only: impl Fn(JobAt) -> bool) -> Turns<'a> {
    let (world, pool) = (cycle.world, cycle.pool);
    let may = |job: &JobAt| {
        cycle.state.total_of(*job).pending > 0
            && gang::is_ready(world, cycle.state, *job)
            && only(*job)
    };
    let jobs = jobs.iter().copied().filter(may);
    let entries = jobs.map(|job| gang::wanting(world, cycle.state, job, pool, false));
    Turns::of(world, entries, false)
}

/// Whether a job runs in this pool, or has a reservation, and may lose that.
fn may_go(cycle: &Cycle<'_>, job: JobAt) -> bool {
    let of = &cycle.world.jobs[job];
    let runs = |pod: usize| {
        let pod = &cycle.state.pods[pod];
        pod.status.is_active() && pod.seat.as_ref().is_some_and(|seat| seat.pool == cycle.pool)
    };
    of.preemptible
        && of.queue.is_some()
        && cycle.state.total_of(job).active > 0
        && of.pods.clone().any(runs)
}
