//! Pods (`rest-api.md` §5.2).

use domain::{ClusterId, ProjectId, Timestamp, WorkloadId};
use serde::{Deserialize, Serialize};

/// A pod, as the public interface shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PodView {
    pub id: String,
    pub name: String,
    pub priority_class_name: String,
    pub workload_id: WorkloadId,
    pub cluster_id: ClusterId,
    pub project_id: ProjectId,
    pub node_name: Option<String>,
    pub created_at: Timestamp,
    pub containers: Vec<Container>,
    pub current_node_pool: Option<String>,
    pub requested_node_pools: Vec<String>,
    pub k8s_phase: String,
    pub ip: Option<String>,
    pub tenant_id: i32,
    pub k8s_phase_updated_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A container of a pod.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Container {
    pub name: String,
    pub image: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
}
