//! Looks one cycle ahead. A reservation is not a promise: the next cycle decides anew. Where it would
//! end the same workload for the same other one again, that was in vain, and so it would go on for ever.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Decision,
    act::Lines,
    budget::Budget,
    cycle::{self, Bounds, Done},
    state::{PodState, State, Status},
    world::{JobAt, PodAt, World},
};

/// The jobs for which others go, or are moved, in vain: once those have left, the next cycle lets them
/// come back and go again for the same job, or lets all of them come back and has no place for the job.
/// The state is left as it was.
pub(crate) fn in_vain(
    world: &World,
    state: &mut State,
    done: &Done,
    bounds: &Bounds,
    budget: &mut Budget,
) -> BTreeSet<JobAt> {
    let gone = evictions(world, &done.decisions);
    if gone.is_empty() {
        return BTreeSet::new();
    }
    let active = |state: &State, job: JobAt| state.total_of(job).active;
    let gainers: BTreeSet<_> = gone.iter().map(|(_, gainer)| *gainer).collect();
    let before: BTreeMap<_, _> = gainers.iter().map(|job| (*job, active(state, *job))).collect();
    let here = state.mark();
    carry_out(world, state);
    let in_vain = bounds.in_vain.clone();
    let bounds = Bounds { question: None, in_vain, compared: None, ..*bounds };
    let lines = vec![Lines::unread(world); world.pools.len()];
    let next = cycle::run_within(world, state, &lines, &bounds, budget);
    let again = evictions(world, &next.decisions);
    let mut in_vain: BTreeSet<_> = again.intersection(&gone).map(|(_, gainer)| *gainer).collect();
    in_vain.extend(gainers.into_iter().filter(|gainer| {
        let mut victims = gone.iter().filter(|(_, of)| of == gainer).map(|(pod, _)| *pod);
        active(state, *gainer) < before[gainer]
            && victims.all(|pod| state.pods[pod].status.is_held())
    }));
    state.undo(world, here);
    in_vain
}

/// Which pods go, and for whom.
fn evictions(world: &World, decisions: &[Decision]) -> BTreeSet<(PodAt, JobAt)> {
    let one = |decision: &Decision| match decision {
        Decision::Evict { workload, pod, gains: Some(gains), .. } => {
            let victim = world.jobs[world.job(*workload)?].pods.start + pod;
            Some((victim, world.job(*gains)?))
        }
        _ => None,
    };
    decisions.iter().filter_map(one).collect()
}

/// What the outside world makes of a cycle: those who had to go are gone and wait, reservations are
/// forgotten. Whoever is told to stop by people leaves as well, but at a time of their own.
pub(crate) fn carry_out(world: &World, state: &mut State) {
    for pod in 0..world.pods.len() {
        let is_told = matches!(world.pods[pod].first, crate::PodState::Releasing(_));
        if matches!(state.pods[pod].status, Status::Reserved | Status::Leaving) && !is_told {
            state.change(world, pod, PodState::pending());
        }
    }
}
