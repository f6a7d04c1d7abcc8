//! Observations: what a cluster says about itself and about our pods.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::Arc,
};

use domain::{
    Cores, EventId, MemoryBytes, NodeName, Timestamp, WorkloadId, abilities::Abilities,
    event::EventType, node::Node, storage_class::StorageClass, workload::Observation,
};
use serde::{Deserialize, Serialize};

/// Everything, at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    pub nodes: Vec<Node>,
    /// All pods that there are; what is not here does not exist.
    pub pods: Vec<Observation>,
    /// For people: one for each of `pods`.
    pub details: Vec<Arc<PodDetail>>,
    /// Oldest first; those that nobody acknowledged.
    pub events: Vec<DriverEvent>,
    /// What volumes can be made of.
    pub storage_classes: Vec<StorageClass>,
    /// The claims whose volumes cannot be reached from everywhere.
    pub reaches: Vec<Reach>,
    /// What it cannot do, and what an administrator should know of it.
    pub abilities: Abilities,
    /// Of what runs the cluster; empty where there is none to tell.
    pub version: String,
}

/// What changed since somebody looked, where nothing did but pods.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changed {
    /// Of these all is told: one that is not among `pods` has none.
    pub workloads: BTreeSet<WorkloadId>,
    pub pods: Vec<Observation>,
    /// For people: one for each of `pods`.
    pub details: Vec<Arc<PodDetail>>,
    /// As in [`Observed`].
    pub events: Vec<DriverEvent>,
}

/// From where the volume of a claim can be reached.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reach {
    pub namespace: String,
    /// Its name.
    pub claim: String,
    /// None where the node that has it is gone.
    pub nodes: Vec<NodeName>,
}

/// What the Pods tab shows of a pod.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodDetail {
    pub workload: WorkloadId,
    pub generation: u32,
    pub pod_name: String,
    pub node: NodeName,
    pub ip: Option<String>,
    /// Where its ports can be reached from Berth, by their numbers in the container.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub addresses: BTreeMap<u16, SocketAddr>,
    /// When its container last started.
    pub started_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub image: String,
}

/// Something that happened to a pod.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DriverEvent {
    /// The same whenever the same event is told.
    pub id: EventId,
    pub workload: WorkloadId,
    pub at: Timestamp,
    pub event_type: EventType,
    /// One word, as Kubernetes has it: `Pulled`, `BackOff`.
    pub reason: String,
    pub message: String,
}

/// What a workload uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Cores, on the average since it was measured before.
    pub cpu: Cores,
    /// Without what the kernel can take back at any moment.
    pub memory: MemoryBytes,
}

/// What was used of one GPU, by whoever works on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GpuLoad {
    pub busy_percent: u32,
    pub memory: MemoryBytes,
}

/// What was used since somebody asked last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// Of those that ran then as well, as far as it is known.
    pub workloads: BTreeMap<WorkloadId, Usage>,
    /// By node and place there, as far as it is known.
    pub gpus: BTreeMap<(NodeName, u32), GpuLoad>,
}

/// Whether each GPU was used lately, by its node and its place there.
pub type UsedGpus = BTreeMap<(NodeName, u32), bool>;

/// One line that a container wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    pub at: Timestamp,
    pub text: String,
}
