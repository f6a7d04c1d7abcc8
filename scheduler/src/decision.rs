//! What a cycle says: who starts where, who goes, who waits and why.

use domain::{Reason, WorkloadId, workload::Placement};
use serde::{Deserialize, Serialize};

use crate::settings::Action;

/// One thing that a cycle decided. A pod that is moved is evicted and gets a reservation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "decision")]
pub enum Decision {
    /// Start it there.
    Bind { workload: WorkloadId, pod: usize, placement: Placement },
    /// It has a place that has yet to become free. Not a promise: the next cycle decides anew.
    Pipeline { workload: WorkloadId, pod: usize, placement: Placement },
    /// End it; who gains by it, unless it was a gang too small to work.
    Evict { workload: WorkloadId, pod: usize, by: Action, gains: Option<WorkloadId> },
    /// It waits; the first reason is the main one, and there always is one.
    Wait { workload: WorkloadId, reasons: Vec<Reason> },
}

impl Decision {
    /// Whom it is about.
    pub fn workload(&self) -> WorkloadId {
        match self {
            Decision::Bind { workload, .. }
            | Decision::Pipeline { workload, .. }
            | Decision::Evict { workload, .. }
            | Decision::Wait { workload, .. } => *workload,
        }
    }
}
