//! The generic view of a workload (`rest-api.md` §5.1), for REST, pages and the live stream alike.

mod row;
mod show;

use std::collections::BTreeMap;

use domain::{
    ClusterId, DepartmentId, ProjectId, Reason, Timestamp, WorkloadId,
    verdict::{Estimate, Fix},
    workload::{DesiredPhase, PhaseName, Placement, Source},
};
use serde::{Deserialize, Serialize};

pub use row::{Around, WorkloadRow};
pub use show::pending_messages;

/// A workload as everyone outside the server sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WorkloadView {
    pub id: WorkloadId,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub tenant_id: i32,
    pub phase: PhaseName,
    pub phase_message: String,
    /// `NonPreemptibleOverQuota` or `OverLimit`, where that is why it waits.
    pub phase_reason: Option<String>,
    pub conditions: Vec<Condition>,
    pub phase_updated_at: Timestamp,
    pub k8s_phase: String,
    pub k8s_phase_updated_at: Timestamp,
    pub desired_phase: DesiredPhase,
    pub updated_at: Timestamp,
    pub source: Source,
    pub deleted_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub priority: Option<i32>,
    pub priority_class_name: String,
    pub preemptible: Option<bool>,
    pub category: String,
    pub submitted_by: String,
    pub cluster_id: ClusterId,
    pub project_name: String,
    pub project_id: ProjectId,
    pub department_name: String,
    pub department_id: DepartmentId,
    pub namespace: String,
    pub running_pods: i32,
    pub requested_pods: RequestedPods,
    pub requested_node_pools: Vec<String>,
    pub current_node_pools: Vec<String>,
    pub images: Vec<String>,
    pub command: Option<String>,
    pub arguments: Option<String>,
    pub environment_variables: BTreeMap<String, String>,
    pub external_connections: Vec<Connection>,
    pub urls: Vec<String>,
    pub workload_requested_resources: RequestedResources,
    pub pods_requested_resources: RequestedResources,
    pub allocated_resources: AllocatedResources,
    pub actions_support: ActionsSupport,
    pub total_pending_time_seconds: Option<i64>,
    pub total_running_time_seconds: Option<i64>,
    /// Why it waits, failed or was stopped; the main reason first.
    pub reasons: Vec<Reason>,
    /// Where it lies.
    pub placement: Option<Placement>,
    /// Until when it is not interrupted, where its pool guarantees a runtime and it is preemptible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guaranteed_until: Option<Timestamp>,
    /// When it is going to start, while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimate: Option<Estimate>,
    pub restarts: u32,
}

/// A page of workloads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Workloads {
    pub workloads: Vec<WorkloadView>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<usize>,
}

/// A condition in the words of Kubernetes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    #[serde(rename = "type")]
    pub kind: String,
    pub status: String,
    pub reason: String,
    pub message: String,
}

/// How many pods are wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestedPods {
    pub number: i32,
}

/// How a tool is reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    pub name: String,
    pub tool_type: String,
    pub connection_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorized_users: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorized_groups: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_port: Option<i64>,
}

/// What was asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RequestedResources {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu_request_type: Option<String>,
    pub gpu: Option<NumberRange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu_memory: Option<QuantityRange>,
    pub cpu: Option<NumberRange>,
    pub cpu_memory: Option<QuantityRange>,
}

/// A request and its limit, in cores or GPUs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NumberRange {
    pub request: Option<f64>,
    pub limit: Option<f64>,
}

/// A request and its limit, as quantities.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuantityRange {
    pub request: Option<String>,
    pub limit: Option<String>,
}

/// What it holds now.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AllocatedResources {
    pub gpu: f64,
    pub cpu: f64,
    pub cpu_memory: String,
}

/// Which buttons make sense.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionsSupport {
    pub delete: bool,
    pub suspend: bool,
}

/// A single workload: the view, why it waits in each pool, and what would help.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WorkloadDetail {
    #[serde(flatten)]
    pub workload: WorkloadView,
    pub pending_scheduling_messages: Vec<PendingMessage>,
    /// Where it waits or has ended by mishap: what would help, each tried as a copy of it on the cluster as it is now.
    /// Empty for whoever may not submit there.
    #[serde(default)]
    pub fixes: Vec<Fix>,
}

/// Why it waits in one pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PendingMessage {
    pub node_pool: String,
    pub phase_reason: String,
    pub reason: String,
    pub org_type: String,
    pub user_message: String,
}
