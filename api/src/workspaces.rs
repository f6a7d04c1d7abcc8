//! Workspaces (`rest-api.md` §6): what makes one, and the answer.

use domain::{
    ClusterId, DepartmentId, ProjectId, Timestamp, WorkloadId,
    submission::Submission,
    workload::{DesiredPhase, PhaseName},
};
use serde::{Deserialize, Serialize};

use crate::workloads::WorkloadRow;

/// What makes a workspace; the same body asks for a verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WorkspaceCreation {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub use_given_name_as_prefix: Option<bool>,
    pub project_id: ProjectId,
    pub cluster_id: ClusterId,
    #[serde(default)]
    pub spec: Option<Submission>,
}

/// A workspace, as the public interface shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WorkspaceView {
    pub name: String,
    pub requested_name: String,
    pub workload_id: WorkloadId,
    pub project_id: ProjectId,
    pub department_id: DepartmentId,
    pub cluster_id: ClusterId,
    pub created_by: String,
    pub created_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
    pub desired_phase: DesiredPhase,
    pub actual_phase: PhaseName,
    /// Effective: with defaults filled in.
    pub spec: Submission,
}

impl WorkspaceView {
    /// The view of a workspace with the names around it.
    pub fn of(row: &WorkloadRow) -> Self {
        let workload = &row.workload;
        Self {
            name: workload.name.to_string(),
            requested_name: workload.requested_name.clone(),
            workload_id: workload.id,
            project_id: workload.project,
            department_id: row.around.department_id,
            cluster_id: workload.cluster,
            created_by: workload.created_by.clone(),
            created_at: workload.created_at,
            deleted_at: workload.deleted_at,
            desired_phase: workload.desired,
            actual_phase: row.phase(),
            spec: workload.spec.submission.clone(),
        }
    }
}
