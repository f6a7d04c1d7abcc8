//! Scheduling: reads a snapshot of each cluster, lets the scheduler decide, and takes its decisions
//! over, all in one change, so that nothing can come between look and act.

use std::{collections::BTreeSet, sync::Arc};

use domain::{Reason, Timestamp, WorkloadId, reason::Preemption, workload::Workload};
use scheduler::{Action, Decision, Scheduler};
use store::Change;

use crate::{ControlPlane, Result, World, changes::changed};

impl ControlPlane {
    /// One cycle for every cluster. Returns how many workloads changed.
    pub async fn schedule_once(&self) -> Result<usize> {
        if !self.world().live().any(|w| w.is_waiting()) {
            return Ok(0);
        }
        self.change(|world, now| {
            let mut changes = Vec::new();
            for cluster in world.clusters.values() {
                let snapshot = world.snapshot(cluster, now);
                let decisions = Scheduler::new(snapshot).decide();
                changes.extend(taken_over(world, decisions, now));
            }
            let count = changes.len();
            Ok((changes, count))
        })
        .await
    }
}

/// The changes that decisions mean; none for those that say what is known already.
fn taken_over(world: &World, decisions: Vec<Decision>, now: Timestamp) -> Vec<Change> {
    let evicted: BTreeSet<_> = decisions
        .iter()
        .filter(|decision| matches!(decision, Decision::Evict { .. }))
        .map(Decision::workload)
        .collect();
    let change = |decision: Decision| {
        let id = decision.workload();
        let old: &Arc<Workload> = world.workloads.get(&id)?;
        let mut new = (**old).clone();
        let done = match decision {
            // What was placed and taken back in one cycle was never placed.
            Decision::Bind { .. } if evicted.contains(&id) => return None,
            Decision::Bind { placement, .. } => new.place(placement, now),
            Decision::Evict { .. } if old.is_waiting() => return None,
            Decision::Evict { by, gains, .. } => new.evict(preempted(world, by, gains), now),
            // It says where, not when; the reason to wait is another decision.
            Decision::Pipeline { .. } => return None,
            Decision::Wait { reasons, .. } if old.phase.reasons() == reasons => return None,
            Decision::Wait { reasons, .. } => new.wait(reasons, now),
        };
        // A phase that knows no such change has changed since the snapshot; the next cycle sees it.
        done.is_ok().then(|| changed(new))
    };
    decisions.into_iter().filter_map(change).collect()
}

/// Why a workload lost its place.
fn preempted(world: &World, by: Action, gains: Option<WorkloadId>) -> Reason {
    let gainer = gains.and_then(|id| world.workloads.get(&id));
    let how = match by {
        Action::Allocate | Action::Reclaim => Preemption::Reclaim,
        Action::Consolidation => Preemption::Consolidation,
        Action::Preempt => Preemption::Priority,
        Action::StaleGangEviction => Preemption::StaleGang,
    };
    let by = gainer.map(|workload| workload.name.to_string()).unwrap_or_default();
    Reason::Preempted { by, how, cycle: world.serial }
}
