//! Node pools (`rest-api.md` §3.2).

use domain::{
    ClusterId, NodePoolId, Timestamp,
    node::{NodePool, Placing},
};
use serde::{Deserialize, Serialize};

use crate::{
    TENANT_ID,
    list::{Fields, Listed, lent, made},
};

/// The label of the pool that holds the nodes of no other.
const DEFAULT_LABEL: &str = "default";

/// A node pool, as the public interface shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NodePoolView {
    pub id: NodePoolId,
    pub name: String,
    pub label_key: String,
    pub label_value: String,
    pub cluster_id: ClusterId,
    pub cluster_name: String,
    pub tenant_id: i32,
    pub scheduling_configuration: SchedulingConfiguration,
    /// `Ready`, or `Empty` without nodes.
    pub phase: String,
    pub is_default: bool,
    pub created_by: String,
    pub created_at: Timestamp,
    pub updated_by: String,
    pub updated_at: Timestamp,
}

/// All node pools.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NodePools {
    pub nodepools: Vec<NodePoolView>,
}

/// How pods are laid on its nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SchedulingConfiguration {
    pub placement_strategy: PlacementStrategy,
}

/// For pods with and without GPUs: `binpack` or `spread`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlacementStrategy {
    pub gpu: Placing,
    pub cpu: Placing,
}

impl NodePoolView {
    pub fn of(pool: &NodePool, cluster_name: &str, nodes: usize) -> Self {
        let default = || (DEFAULT_LABEL.to_owned(), DEFAULT_LABEL.to_owned());
        let (label_key, label_value) = pool.label.clone().unwrap_or_else(default);
        let placement_strategy =
            PlacementStrategy { gpu: pool.gpu_placement, cpu: pool.cpu_placement };
        Self {
            id: pool.id,
            name: pool.name.to_string(),
            label_key,
            label_value,
            cluster_id: pool.cluster,
            cluster_name: cluster_name.to_owned(),
            tenant_id: TENANT_ID,
            scheduling_configuration: SchedulingConfiguration { placement_strategy },
            phase: if nodes == 0 { "Empty" } else { "Ready" }.to_owned(),
            is_default: pool.is_default(),
            created_by: "Berth".to_owned(),
            created_at: pool.created_at,
            updated_by: "Berth".to_owned(),
            updated_at: pool.created_at,
        }
    }
}

impl Listed for NodePoolView {
    type Id = NodePoolId;

    fn fields() -> Fields<Self> {
        Fields::<Self>::default()
            .text("name", |pool| lent(&pool.name))
            .text("clusterId", |pool| made(pool.cluster_id))
            .text("phase", |pool| lent(&pool.phase))
            .date("createdAt", |pool| Some(pool.created_at))
            .date("updatedAt", |pool| Some(pool.updated_at))
            .no_texts(&[
                "gpuNetworkAccelerationDetection",
                "networkTopologyName",
                "gpuNetworkAccelerationDetected",
                "gpuNetworkAccelerationLabelKey",
                "swapEnabled",
                "nodeLevelSchedulerEnabled",
            ])
    }

    fn texts(&self) -> Vec<&str> {
        vec![&self.name]
    }

    fn id(&self) -> NodePoolId {
        self.id
    }
}
