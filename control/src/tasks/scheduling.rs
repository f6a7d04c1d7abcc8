//! Scheduling: reads a snapshot of each cluster, lets the scheduler decide, and takes its decisions
//! over, all in one change, so that nothing can come between look and act.

use std::sync::Arc;

use domain::{Timestamp, workload::Workload};
use scheduler::Decision;
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
                for decision in scheduler::schedule(&snapshot) {
                    changes.extend(taken_over(world, decision, now));
                }
            }
            let count = changes.len();
            Ok((changes, count))
        })
        .await
    }
}

/// The change that a decision means; none when it says what is known already.
fn taken_over(world: &World, decision: Decision, now: Timestamp) -> Option<Change> {
    let id = match &decision {
        Decision::Place { workload, .. } | Decision::Wait { workload, .. } => workload,
    };
    let old: &Arc<Workload> = world.workloads.get(id)?;
    let mut new = (**old).clone();
    let done = match decision {
        Decision::Place { placement, .. } => new.place(placement, now),
        Decision::Wait { reasons, .. } if old.phase.reasons() == reasons => return None,
        Decision::Wait { reasons, .. } => new.wait(reasons, now),
    };
    // A phase that knows no such change has changed since the snapshot; the next cycle sees it.
    done.is_ok().then(|| changed(new))
}
