//! Pods (`rest-api.md` §5.2).

use domain::{
    ClusterId, ProjectId, Timestamp, WorkloadId,
    workload::{Phase, PhaseName},
};
use serde::{Deserialize, Serialize};

use crate::workloads::WorkloadRow;

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
    pub completed_at: Option<Timestamp>,
    pub containers: Vec<Container>,
    pub current_node_pool: Option<String>,
    pub requested_node_pools: Vec<String>,
    /// As Kubernetes calls it: `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.
    pub k8s_phase: String,
    pub ip: Option<String>,
    pub tenant_id: i32,
    pub k8s_phase_updated_at: Timestamp,
    pub updated_at: Timestamp,
    /// With `verbosity=full` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_name: Option<String>,
    /// With `verbosity=full` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload_name: Option<String>,
}

/// A page of pods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pods {
    pub pods: Vec<PodView>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<usize>,
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

/// What Kubernetes calls the phase of the pod of a workload in this phase.
pub fn k8s_phase(row: &WorkloadRow) -> &'static str {
    match (row.phase(), &row.workload.phase) {
        (PhaseName::Unknown, _) => "Unknown",
        (_, Phase::Running { .. } | Phase::Degraded { .. }) => "Running",
        (_, Phase::Stopping { .. } | Phase::Deleting { .. }) => "Running",
        (_, Phase::Completed) => "Succeeded",
        (_, Phase::Failed { .. }) => "Failed",
        (_, Phase::Creating | Phase::Pending { .. } | Phase::Initializing { .. }) => "Pending",
        (_, Phase::Resuming | Phase::HandedOver { .. } | Phase::Stopped { .. }) => "Pending",
    }
}
