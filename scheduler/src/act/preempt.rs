//! The action preempt: work of a higher priority takes the place of preemptible work of a strictly
//! lower one in the same project.

use super::{
    alike::Failed,
    may_go,
    runtime::{self, Threat},
    solve, waiting,
};
use crate::{capacity, cycle::Cycle, settings::Action, world::JobAt};

/// Tries every job that still waits.
pub(crate) fn preempt(cycle: &mut Cycle<'_>, jobs: &[JobAt]) {
    let mut line = waiting(cycle, jobs, |_| true);
    let mut failed = Failed::in_vain(cycle, true);
    while let Some(entry) = line.pop(cycle.state, cycle.shares) {
        let job = entry.job;
        if !failed.may_succeed(cycle, job, true) {
            continue;
        }
        let mark = cycle.state.mark();
        if try_job(cycle, job, &entry.amount) {
            cycle.keep(mark, Action::Preempt, job);
            line.all_stale();
        } else {
            failed.add(cycle, job, true);
        }
    }
}

fn try_job(cycle: &mut Cycle<'_>, job: JobAt, asked: &[f64; 3]) -> bool {
    let world = cycle.world;
    if !capacity::is_within_promise(world, cycle.state, job, cycle.pool, asked) {
        return false;
    }
    let of = &world.jobs[job];
    let Some(queue) = of.queue else { return false };
    let is_lower = |other: &JobAt| world.jobs[*other].priority < of.priority;
    let victims = cycle.running.of(queue).filter(is_lower);
    let victims = victims.filter(|v| *v != job && may_go(cycle, *v));
    let victims = victims.filter(|v| runtime::may_be_victim(cycle, *v, Threat::Preempt));
    let victims: Vec<_> = victims.collect();
    let may_lose = |cycle: &Cycle<'_>, lost: &[usize]| {
        runtime::leaves_protected_alone(cycle, lost, Threat::Preempt)
    };
    solve::solve(cycle, job, &solve::Rules { victims: &victims, most: None, may_lose: &may_lose })
}
