//! Looks one cycle ahead. A reservation is not a promise: the next cycle decides anew. Where it would
//! end the same workload for the same other one again, or let it come back to where it was, that was in
//! vain, and so it might go on for ever.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Decision,
    act::Lines,
    budget::Budget,
    cycle::{self, Bounds, Done},
    state::{PodState, Seat, State, Status},
    world::{JobAt, PodAt, World},
};

/// The jobs for which others go, or are moved, in vain: once those have left, the next cycle lets them
/// go again for the same job, lets all of them come back and has no place for the job, or puts one of them back
/// where it was. The state is left as it was.
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
    let gainers = gone.iter().map(|(_, gainer)| *gainer);
    let before: BTreeMap<_, _> = gainers.map(|job| (job, state.total_of(job).active)).collect();
    let here = state.mark();
    carry_out(world, state);
    let in_vain = bounds.in_vain.clone();
    let bounds = Bounds { question: None, in_vain, compared: None, ..*bounds };
    let lines = vec![Lines::unread(world); world.pools.len()];
    let next = cycle::run_within(world, state, &lines, &bounds, budget);
    let again = evictions(world, &next.decisions);
    let is_back = |(pod, _): &&(PodAt, JobAt)| state.pods[*pod].status.is_held();
    let comes_to_nothing = |(pod, gainer): &(PodAt, JobAt)| {
        let has_lost = state.total_of(*gainer).held < before[gainer];
        let mut victims = gone.iter().filter(|(_, of)| of == gainer);
        again.contains(&(*pod, *gainer))
            || is_where_it_was(world, state, *pod)
            || (has_lost && victims.all(|one| is_back(&one)))
    };
    let in_vain = gone.iter().filter(|one| comes_to_nothing(one)).map(|(_, gainer)| *gainer);
    let in_vain = in_vain.collect();
    state.undo(world, here);
    in_vain
}

/// Whether a pod holds the place that it had when the cycle began.
fn is_where_it_was(world: &World, state: &State, pod: PodAt) -> bool {
    let first = match &world.pods[pod].first {
        crate::PodState::Running(at) => {
            Seat::of(world, &world.classes[world.pods[pod].class].request, at)
        }
        _ => return false,
    };
    state.pods[pod].seat.as_ref() == Some(&first)
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
