//! The action allocate: places what fits on what is idle, or on what is being left, in order.

use std::collections::HashSet;

use super::waiting;
use crate::{
    capacity,
    cycle::Cycle,
    gang, near,
    place::Mode,
    settings::Action,
    why,
    world::{ClassAt, JobAt, PodAt},
};

/// Tries every job; an elastic one again and again.
pub(crate) fn allocate(cycle: &mut Cycle<'_>, jobs: &[JobAt]) {
    let mut line = waiting(cycle, Action::Allocate, jobs, |_| true);
    // Nothing becomes free in this action, so that what did not fit once does not fit later.
    let mut failed: HashSet<Vec<ClassAt>> = HashSet::new();
    loop {
        if let (Some(pair), None) = (cycle.bounds.compared, &cycle.precedence) {
            *cycle.precedence = line.precedence(cycle.state, cycle.shares, pair);
        }
        let Some(entry) = line.pop(cycle.state, cycle.shares) else { return };
        let job = entry.job;
        cycle.tried.push(job);
        if try_job(cycle, job, &entry.amount, &mut failed) {
            line.stale(cycle.world.jobs[job].queue.unwrap_or_default());
            if cycle.state.total_of(job).pending > 0 {
                line.push(gang::wanting(cycle.world, cycle.state, job, cycle.pool, false));
            }
        }
    }
}

fn try_job(
    cycle: &mut Cycle<'_>,
    job: JobAt,
    asked: &[f64; 3],
    failed: &mut HashSet<Vec<ClassAt>>,
) -> bool {
    let world = cycle.world;
    if !capacity::admits(world, cycle.state, job, cycle.pool, asked) {
        let obstacle = why::gate::obstacle(world, cycle.state, job, cycle.pool, asked);
        cycle.refused.extend(obstacle.map(|obstacle| ((job, cycle.pool), obstacle)));
        return false;
    }
    let pods = gang::next_pods(world, cycle.state, job, false);
    let alike = alike(cycle, job, &pods);
    if pods.is_empty() || alike.as_ref().is_some_and(|alike| failed.contains(alike)) {
        return false;
    }
    let mark = cycle.state.mark();
    if gang::place(world, cycle.state, job, &pods, &gang::everywhere(cycle.pool, Mode::Now)) {
        gang::wait_together(world, cycle.state, job, &pods);
        cycle.keep(mark, Action::Allocate, job);
        return true;
    }
    failed.extend(alike);
    false
}

/// What a job asks for, where nothing else decides whether it fits.
fn alike(cycle: &Cycle<'_>, job: JobAt, pods: &[PodAt]) -> Option<Vec<ClassAt>> {
    let world = cycle.world;
    let of = &world.jobs[job];
    if of.groups.len() > 1 || of.groups[0].wish.is_some() {
        return None;
    }
    let minds = pods.iter().any(|pod| near::matters(world, *pod));
    (!minds).then(|| pods.iter().map(|pod| world.pods[*pod].class).collect())
}
