//! The action preempt: work of a higher priority takes the place of preemptible work of a strictly
//! lower one in the same project.

use super::{
    alike::Failed,
    runtime::{self, Guard, Threat},
    solve, victims, waiting,
};
use crate::{capacity, cycle::Cycle, settings::Action, state::State, world::JobAt};

/// Tries every job that still waits.
pub(crate) fn preempt(cycle: &mut Cycle<'_>, jobs: &[JobAt]) {
    let mut line = waiting(cycle, Action::Preempt, jobs, |_| true);
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
    let guard = Guard::of(world, cycle.pool, Threat::Preempt);
    let is_victim = |_: &State, other: JobAt| {
        world.jobs[other].priority < of.priority && other != job && guard.leaves_something(other)
    };
    let may_lose = |cycle: &Cycle<'_>, lost: &[usize]| {
        runtime::leaves_protected_alone(cycle, lost, Threat::Preempt)
    };
    let (queues, is_victim) = (vec![queue], &is_victim);
    solve::solve(cycle, job, &victims::Rules { queues, is_victim, most: None, may_lose: &may_lose })
}
