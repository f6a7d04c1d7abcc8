//! Node pools (`rest-api.md` §3.2).

use domain::{
    ClusterId, NodePoolId, Timestamp, duration,
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
    /// Whether parts of GPUs are given out.
    pub gpu_fractions: bool,
    /// `5d8h40m`, from its start, in which preemptible work is not interrupted; absent for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_guaranteed_runtime: Option<String>,
    /// Absent where past usage does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_based_fair_share: Option<TimeBasedFairShare>,
}

/// How past usage counts in a pool.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TimeBasedFairShare {
    pub enabled: bool,
    /// 0 is not at all, 1 by default; above 1 the past outweighs the weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub historical_usage_weight: Option<f64>,
    /// `7d`: what is older is forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub historical_usage_window: Option<String>,
    /// `1d`: after so long, usage counts half; absent or empty for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half_life: Option<String>,
}

/// What makes a node pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NodePoolCreation {
    pub name: String,
    pub cluster_id: ClusterId,
    pub label_key: String,
    pub label_value: String,
    #[serde(default)]
    pub scheduling_configuration: Option<SchedulingChange>,
}

/// What changes one. PUT sets what is not given to its default, PATCH leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NodePoolChange {
    /// The default pool has no label of its own.
    #[serde(default)]
    pub label_key: Option<String>,
    #[serde(default)]
    pub label_value: Option<String>,
    #[serde(default)]
    pub scheduling_configuration: Option<SchedulingChange>,
}

/// How the scheduler is to work in a pool.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SchedulingChange {
    #[serde(default)]
    pub placement_strategy: Option<PlacementChange>,
    /// Whether parts of GPUs are given out. True by default.
    #[serde(default)]
    pub gpu_fractions: Option<bool>,
    /// `5d8h40m`: days, hours, minutes, seconds.
    #[serde(default)]
    pub min_guaranteed_runtime: Option<String>,
    #[serde(default)]
    pub time_based_fair_share: Option<TimeBasedFairShare>,
}

/// For pods with and without GPUs: `binpack` or `spread`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlacementChange {
    #[serde(default)]
    pub gpu: Option<Placing>,
    #[serde(default)]
    pub cpu: Option<Placing>,
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
        let guaranteed = (pool.min_runtime_secs > 0).then(|| duration::text(pool.min_runtime_secs));
        let made_by = pool.created_by.clone().unwrap_or_else(|| "Berth".to_owned());
        let (updated_at, updated_by) =
            pool.updated.clone().unwrap_or_else(|| (pool.created_at, made_by.clone()));
        Self {
            id: pool.id,
            name: pool.name.to_string(),
            label_key,
            label_value,
            cluster_id: pool.cluster,
            cluster_name: cluster_name.to_owned(),
            tenant_id: TENANT_ID,
            scheduling_configuration: SchedulingConfiguration {
                placement_strategy,
                gpu_fractions: pool.gpu_fractions,
                min_guaranteed_runtime: guaranteed,
                time_based_fair_share: pool.time_based.map(|of| TimeBasedFairShare {
                    enabled: true,
                    historical_usage_weight: Some(of.weight),
                    historical_usage_window: Some(duration::text(of.window_secs)),
                    half_life: of.half_life_secs.map(duration::text),
                }),
            },
            phase: if nodes == 0 { "Empty" } else { "Ready" }.to_owned(),
            is_default: pool.is_default(),
            created_by: made_by,
            created_at: pool.created_at,
            updated_by,
            updated_at,
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
