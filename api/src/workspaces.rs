//! Workspaces (`rest-api.md` §6): what makes one, and the answer.

use domain::{
    ClusterId, DepartmentId, ProjectId, TemplateId, Timestamp, WorkloadId,
    asset::{AssetChoice, AssetKind, MadeFrom, Used, UsedTemplate},
    submission::{Sources, Submission, command::quoted},
    workload::{DesiredPhase, PhaseName},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

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
    /// A stored template to start from.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub template_id: Option<TemplateId>,
    /// Assets to start from, next to those of the template or instead of them.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub assets: Option<AssetChoice>,
}

/// The call that makes this workspace, for a shell; it reads where and as whom from the environment.
pub fn curl(name: &str, project: ProjectId, cluster: ClusterId, of: &Submission) -> String {
    let body = json!({"name": name, "projectId": project, "clusterId": cluster, "spec": of});
    format!(
        "curl --fail-with-body \"$BERTH_URL{WORKSPACES}\" \\\n  \
         --header \"Authorization: Bearer $BERTH_TOKEN\" \\\n  \
         --json {}",
        quoted(&format!("{body:#}"))
    )
}

/// Where workspaces are made.
pub const WORKSPACES: &str = "/api/v1/workloads/workspaces";

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
    /// What it was made from, with the names of then.
    pub assets: WorkspaceAssets,
    /// Who gave each value of the spec, by path.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub sources: Sources,
}

/// Template and assets that a workspace was made from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkspaceAssets {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub template: Option<UsedTemplate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub environment: Option<Used>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub compute: Option<Used>,
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub datasources: Vec<Used>,
}

impl From<&MadeFrom> for WorkspaceAssets {
    fn from(made: &MadeFrom) -> Self {
        let sources = made.assets.iter().filter(|used| used.kind.is_datasource());
        Self {
            template: made.template.clone(),
            environment: made.of_kind(AssetKind::Environment).cloned(),
            compute: made.of_kind(AssetKind::Compute).cloned(),
            datasources: sources.cloned().collect(),
        }
    }
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
            assets: WorkspaceAssets::from(&workload.made_from),
            sources: workload.made_from.sources.clone(),
        }
    }
}
