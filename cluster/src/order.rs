//! Orders: one pod that a cluster should have, or should be ending.

use std::ops::RangeInclusive;

use domain::{
    AssetId, NodeName, WorkloadId,
    submission::{PodRequest, Submission},
    workload::{PlacedGpu, Placement},
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
    pub place: Place,
    pub submission: Submission,
    pub request: PodRequest,
    /// Restarts before it has failed.
    pub backoff_limit: i64,
    /// The built-in variables (`form-and-assets.md` §15.2).
    pub env: Vec<(String, String)>,
    /// Those that Berth keeps; others may be in the cluster.
    #[serde(default)]
    pub secrets: Vec<KeptSecret>,
    /// The data volumes that it mounts.
    #[serde(default)]
    pub shared: Vec<SharedClaim>,
}

/// A data volume: the claim that it shows, in the namespace of the project that shares it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedClaim {
    pub volume: AssetId,
    pub namespace: String,
    pub claim: String,
}

/// Who finds the node of a pod.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Place {
    /// Berth has.
    Chosen(Placement),
    /// Another scheduler of the cluster does.
    LeftTo(LeftTo),
}

/// A pod that another scheduler binds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeftTo {
    /// Its name, which the pod carries.
    pub scheduler: String,
    /// The node pools that are meant, by the labels of their nodes: all conditions of one of them hold. None: any node.
    pub pools: Vec<Vec<LabelIs>>,
    /// Where it was bound to, once it was.
    pub node: Option<NodeName>,
}

/// What a label of a node is, or is not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelIs {
    pub key: String,
    pub value: String,
    pub is: bool,
}

/// One run of one workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PodKey {
    pub workload: WorkloadId,
    pub generation: u32,
}

impl PodKey {
    /// All runs of one workload.
    pub fn runs_of(workload: WorkloadId) -> RangeInclusive<Self> {
        Self { workload, generation: 0 }..=Self { workload, generation: u32::MAX }
    }
}

impl DesiredPod {
    /// Where it is to run; `None` while another scheduler has not said.
    pub fn node(&self) -> Option<&NodeName> {
        match &self.place {
            Place::Chosen(placement) => Some(&placement.node),
            Place::LeftTo(left) => left.node.as_ref(),
        }
    }

    /// The same for those to whom nobody leaves anything: empty where nobody knows.
    pub(crate) fn node_name(&self) -> NodeName {
        self.node().cloned().unwrap_or_else(|| "".into())
    }

    /// The devices that Berth has chosen.
    pub fn gpus(&self) -> &[PlacedGpu] {
        match &self.place {
            Place::Chosen(placement) => &placement.gpus,
            Place::LeftTo(_) => &[],
        }
    }

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
