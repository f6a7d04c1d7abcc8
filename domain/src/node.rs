//! Nodes with their devices, and the pools that labels sort them into.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    ClusterId, Cores, MemoryBytes, NodeName, NodePoolId, NodePoolName, Timestamp, usage::TimeBased,
};

/// The label whose value is a node's type (`form-and-assets.md` §4.2.6).
pub const NODE_TYPE_LABEL: &str = "run.ai/type";

/// The label whose value is the host: Kubernetes sets it on every node.
pub const HOSTNAME_LABEL: &str = "kubernetes.io/hostname";

/// A node as its cluster last described it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Node {
    pub name: NodeName,
    pub labels: BTreeMap<String, String>,
    pub taints: Vec<Taint>,
    pub ready: Readiness,
    /// The devices, by index. All of one node are of one kind.
    pub gpus: Vec<GpuDevice>,
    /// Allocatable, not raw, capacity.
    pub cpu: Cores,
    pub memory: MemoryBytes,
    /// Other countable resources by their qualified name.
    #[serde(default)]
    pub extended: BTreeMap<String, i64>,
    /// What is in use there by others than Berth.
    #[serde(default, skip_serializing_if = "Taken::is_nothing")]
    pub taken: Taken,
    pub created_at: Timestamp,
}

/// What pods that are not Berth's use of a node.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Taken {
    /// Devices, by index.
    pub gpus: Vec<u32>,
    pub cpu: Cores,
    pub memory: MemoryBytes,
    pub pods: i64,
    pub extended: BTreeMap<String, i64>,
}

impl Taken {
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether a node takes work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "state")]
pub enum Readiness {
    Ready,
    NotReady { since: Timestamp, why: String },
}

/// One GPU of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GpuDevice {
    /// Such as `NVIDIA A100`.
    pub kind: String,
    pub memory: MemoryBytes,
}

/// Keeps work away that does not tolerate it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Taint {
    pub key: String,
    #[serde(default)]
    pub value: String,
    pub effect: TaintEffect,
}

/// What a taint does; as in Kubernetes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TaintEffect {
    NoSchedule,
    PreferNoSchedule,
    NoExecute,
}

/// A disjoint set of nodes, chosen by one label. `default` holds the nodes that no other pool does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodePool {
    pub id: NodePoolId,
    pub cluster: ClusterId,
    pub name: NodePoolName,
    /// Key and value of the label; `None` for the default pool.
    pub label: Option<(String, String)>,
    pub gpu_placement: Placing,
    pub cpu_placement: Placing,
    /// Whether parts of GPUs are given out, and not only whole ones.
    #[serde(default = "yes")]
    pub gpu_fractions: bool,
    /// Seconds from its start in which preemptible work is not interrupted.
    #[serde(default)]
    pub min_runtime_secs: i64,
    /// How past usage counts against who had much; `None`: not at all.
    #[serde(default)]
    pub time_based: Option<TimeBased>,
    pub created_at: Timestamp,
    /// Who made it; `None` when it came with Berth.
    #[serde(default)]
    pub created_by: Option<String>,
    /// When it was changed last, and by whom.
    #[serde(default)]
    pub updated: Option<(Timestamp, String)>,
}

fn yes() -> bool {
    true
}

impl NodePool {
    /// Whether this is the pool of all nodes that match no other.
    pub fn is_default(&self) -> bool {
        self.label.is_none()
    }
}

/// How pods are laid on nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Placing {
    /// Fill one node before the next.
    #[default]
    Binpack,
    /// Use the emptiest node.
    Spread,
}

impl Node {
    /// The pool this node belongs to, of `pools` of its cluster.
    pub fn pool<'a>(&self, pools: &'a [NodePool]) -> Option<&'a NodePool> {
        let labelled = pools.iter().find(|pool| {
            let label = pool.label.as_ref();
            label.is_some_and(|(key, value)| self.labels.get(key) == Some(value))
        });
        labelled.or_else(|| pools.iter().find(|pool| pool.is_default()))
    }

    pub fn is_ready(&self) -> bool {
        matches!(self.ready, Readiness::Ready)
    }

    /// The value of the label that names the node's type.
    pub fn node_type(&self) -> Option<&str> {
        self.labels.get(NODE_TYPE_LABEL).map(String::as_str)
    }
}
