//! Nodes (`rest-api.md` §3.3).

use domain::{
    ClusterId, Timestamp,
    node::{Node, Readiness, Taint},
};
use serde::{Deserialize, Serialize};

use crate::list::{Fields, Listed, lent, made};

/// A node, as the public interface shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NodeView {
    pub name: String,
    /// `Ready` or `NotReady`.
    pub status: String,
    pub conditions: Vec<NodeCondition>,
    pub taints: Vec<Taint>,
    pub node_pool: String,
    pub gpu_info: Option<GpuInfo>,
    pub cluster_uuid: ClusterId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A page of nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Nodes {
    pub nodes: Vec<NodeView>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<usize>,
}

/// Why it is not ready.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NodeCondition {
    #[serde(rename = "type")]
    pub kind: String,
    pub reason: String,
    pub message: String,
}

/// The GPUs of a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GpuInfo {
    pub gpu_type: String,
    pub gpu_count: i32,
}

impl NodeView {
    pub fn of(node: &Node, cluster: ClusterId, pool: &str) -> Self {
        let (status, conditions) = match &node.ready {
            Readiness::Ready => ("Ready", vec![]),
            Readiness::NotReady { why, .. } => {
                let (kind, reason) = ("Ready".to_owned(), "NotReady".to_owned());
                ("NotReady", vec![NodeCondition { kind, reason, message: why.clone() }])
            }
        };
        let gpu_info = node.gpus.first().map(|gpu| GpuInfo {
            gpu_type: gpu.kind.clone(),
            gpu_count: i32::try_from(node.gpus.len()).unwrap_or(i32::MAX),
        });
        Self {
            name: node.name.to_string(),
            status: status.to_owned(),
            conditions,
            taints: node.taints.clone(),
            node_pool: pool.to_owned(),
            gpu_info,
            cluster_uuid: cluster,
            created_at: node.created_at,
            updated_at: node.created_at,
        }
    }
}

impl Listed for NodeView {
    /// Names are unique in their cluster alone.
    type Id = (String, ClusterId);

    fn fields() -> Fields<Self> {
        let kind = |node: &Self| node.gpu_info.as_ref().map(|gpu| gpu.gpu_type.clone().into());
        Fields::<Self>::default()
            .text("name", |node| lent(&node.name))
            .text("status", |node| lent(&node.status))
            .text("nodePool", |node| lent(&node.node_pool))
            .text("gpuType", kind)
            .text("clusterUuid", |node| made(node.cluster_uuid))
            .no_texts(&["nvLinkDomainUid", "nvLinkCliqueId"])
    }

    fn texts(&self) -> Vec<&str> {
        vec![&self.name, &self.node_pool]
    }

    fn id(&self) -> (String, ClusterId) {
        (self.name.clone(), self.cluster_uuid)
    }
}
