//! What a cluster last said about one workload's pod.

use serde::{Deserialize, Serialize};

use crate::{Reason, WorkloadId};

/// The state of one pod, as its cluster reports it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Observation {
    pub workload: WorkloadId,
    /// The run the pod belongs to; a report about an older one says nothing about this one.
    pub generation: u32,
    pub state: PodState,
    /// Times its container was restarted.
    pub restarts: u32,
}

/// How far the pod is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "camelCase")]
pub enum PodState {
    /// Made, pulling its image or starting; `doing` is a sentence for the row.
    Starting {
        doing: String,
    },
    /// Made; the scheduler of the cluster has not bound it to a node.
    Unbound {
        /// Who it is.
        scheduler: String,
        /// What it says, empty where it has said nothing.
        answer: String,
    },
    Running,
    /// Runs, but not well.
    Unwell {
        reason: Reason,
    },
    /// Cannot stay or go where it was placed: it ends there and waits for another place.
    Displaced {
        reason: Reason,
    },
    /// Asked to end, not gone yet.
    Ending,
    /// The main process ended with success.
    Succeeded,
    /// Retries are exhausted, or nothing can heal it.
    Failed {
        reason: Reason,
    },
    /// There is no such pod.
    Gone,
}
