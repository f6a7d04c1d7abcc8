//! What the decisions of a cycle change.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    Reason, Timestamp, WorkloadId,
    reason::Preemption,
    workload::{Placed, Workload},
};
use scheduler::{Action, Decision};
use store::Change;

use crate::{World, changes::changed};

/// The changes that decisions mean, with these decisions; none for those that say what is known already.
pub(super) fn taken_over(
    world: &World,
    decisions: &[Decision],
    now: Timestamp,
    cycle: u64,
) -> (Vec<Change>, Vec<Decision>) {
    let evicted: BTreeSet<_> = decisions
        .iter()
        .filter(|decision| matches!(decision, Decision::Evict { .. }))
        .map(Decision::workload)
        .collect();
    let change = |decision: &Decision| {
        let id = decision.workload();
        let old: &Arc<Workload> = world.workloads.get(&id)?;
        let mut new = (**old).clone();
        let done = match decision {
            // What was placed and taken back in one cycle was never placed.
            Decision::Bind { .. } if evicted.contains(&id) => return None,
            Decision::Bind { placement, .. } => {
                new.placed = Some(Placed { cycle, at: now });
                new.place(placement.clone(), now)
            }
            Decision::Evict { .. } if old.is_waiting() => return None,
            Decision::Evict { by, gains, .. } => {
                new.evict(preempted(world, *by, *gains, cycle), now)
            }
            // It says where, not when; the reason to wait is another decision.
            Decision::Pipeline { .. } => return None,
            Decision::Wait { reasons, .. } if old.phase.reasons() == reasons => return None,
            Decision::Wait { reasons, .. } => new.wait(reasons.clone(), now),
        };
        // A phase that knows no such change has changed since the snapshot; the next cycle sees it.
        done.ok()?;
        new.decided_in = Some(cycle);
        Some((changed(new), decision.clone()))
    };
    decisions.iter().filter_map(change).unzip()
}

/// Why a workload lost its place, and to whom; readers are told of them what they may see (`crate::privacy`).
fn preempted(world: &World, by: Action, gains: Option<WorkloadId>, cycle: u64) -> Reason {
    let how = match by {
        Action::Allocate | Action::Reclaim => Preemption::Reclaim,
        Action::Consolidation => Preemption::Consolidation,
        Action::Preempt => Preemption::Priority,
        Action::StaleGangEviction => Preemption::StaleGang,
    };
    Reason::Preempted { by: gains.map(|id| world.other(id)), how, cycle }
}
