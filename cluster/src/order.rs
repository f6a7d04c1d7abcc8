//! Orders: one pod that a cluster should have, or should be ending.

use domain::{
    WorkloadId,
    submission::{PodRequest, Submission},
    workload::Placement,
};
use serde::{Deserialize, Serialize};

use crate::KeptSecret;

/// One pod of the desired set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DesiredPod {
    pub workload: WorkloadId,
    /// Which run of the workload; a pod of another one is not this pod.
    pub generation: u32,
    pub namespace: String,
    /// The pod's name.
    pub name: String,
    pub wanted: Wanted,
    pub placement: Placement,
    pub submission: Submission,
    pub request: PodRequest,
    /// Restarts before it has failed.
    pub backoff_limit: i64,
    /// The built-in variables (`form-and-assets.md` §15.2).
    pub env: Vec<(String, String)>,
    /// Those that Berth keeps; others may be in the cluster.
    #[serde(default)]
    pub secrets: Vec<KeptSecret>,
}

/// One run of one workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PodKey {
    pub workload: WorkloadId,
    pub generation: u32,
}

impl DesiredPod {
    pub(crate) fn key(&self) -> PodKey {
        PodKey { workload: self.workload, generation: self.generation }
    }
}

/// What the pod is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    Running,
    /// Ask it to end, end it after `grace_secs`, keep nothing. A pod that is not there is not made.
    Ending {
        grace_secs: u64,
    },
}
