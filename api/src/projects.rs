//! Projects (`rest-api.md` §4.2).

use domain::{ClusterId, DepartmentId, ProjectId, Timestamp, org::Project};
use serde::{Deserialize, Serialize};

use crate::{
    Field, FieldKind, Filterable, Value,
    resources::{QuotaStatus, Resources, TotalResources},
};

/// A project, as the public interface shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProjectView {
    pub id: ProjectId,
    pub name: String,
    pub description: String,
    pub cluster_id: ClusterId,
    pub parent_id: DepartmentId,
    pub requested_namespace: Option<String>,
    pub enforce_runai_scheduler: bool,
    pub default_node_pools: Vec<String>,
    pub status: ProjectStatus,
    pub total_resources: TotalResources,
    pub effective: Effective,
    pub resources: Vec<Resources>,
    pub created_by: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// The department's name, to filter by.
    #[serde(skip)]
    pub parent_name: String,
}

/// Where it stands, and what it uses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProjectStatus {
    pub namespace: String,
    pub phase: String,
    pub quota_status: QuotaStatus,
    pub node_pool_quota_statuses: Vec<PoolQuotaStatus>,
}

/// What it uses of one pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PoolQuotaStatus {
    pub node_pool_id: String,
    pub node_pool_name: String,
    #[serde(flatten)]
    pub status: QuotaStatus,
}

/// What holds after inheritance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Effective {
    pub default_node_pools: Vec<String>,
}

/// What makes one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProjectCreation {
    pub name: String,
    pub cluster_id: ClusterId,
    #[serde(default)]
    pub parent_id: Option<DepartmentId>,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub requested_namespace: Option<String>,
    #[serde(default)]
    pub default_node_pools: Option<Vec<String>>,
    pub resources: Vec<Resources>,
}

/// What changes one; the resources are replaced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProjectUpdate {
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub default_node_pools: Option<Vec<String>>,
    pub resources: Vec<Resources>,
}

impl ProjectView {
    pub fn of(
        project: &Project,
        parent_name: &str,
        resources: Vec<Resources>,
        status: QuotaStatus,
        by_pool: Vec<PoolQuotaStatus>,
    ) -> Self {
        let pools: Vec<_> = project.default_node_pools.iter().map(ToString::to_string).collect();
        Self {
            id: project.id,
            name: project.name.to_string(),
            description: project.description.clone(),
            cluster_id: project.cluster,
            parent_id: project.department,
            requested_namespace: project.requested_namespace.clone(),
            enforce_runai_scheduler: true,
            default_node_pools: pools.clone(),
            status: ProjectStatus {
                namespace: project.namespace(),
                phase: "Ready".to_owned(),
                quota_status: status,
                node_pool_quota_statuses: by_pool,
            },
            total_resources: TotalResources::of(&project.quotas),
            effective: Effective { default_node_pools: pools },
            resources,
            created_by: project.created_by.clone(),
            created_at: project.created_at,
            updated_at: project.updated_at,
            parent_name: parent_name.to_owned(),
        }
    }
}

impl Filterable for ProjectView {
    const FIELDS: &'static [Field] = &[
        ("name", FieldKind::Text),
        ("clusterId", FieldKind::Text),
        ("departmentId", FieldKind::Text),
        ("parentId", FieldKind::Text),
        ("parentName", FieldKind::Text),
        ("phase", FieldKind::Text),
        ("totalGpuQuota", FieldKind::Number),
        ("gpuAllocated", FieldKind::Number),
        ("createdAt", FieldKind::Date),
    ];

    fn value(&self, field: &str) -> Value<'_> {
        match field {
            "name" => Value::Text(&self.name),
            "clusterId" => Value::Owned(self.cluster_id.to_string()),
            "departmentId" | "parentId" => Value::Owned(self.parent_id.to_string()),
            "parentName" => Value::Text(&self.parent_name),
            "phase" => Value::Text(&self.status.phase),
            "totalGpuQuota" => Value::Number(self.total_resources.gpu_quota),
            "gpuAllocated" => Value::Number(self.status.quota_status.allocated.gpu),
            "createdAt" => Value::Date(self.created_at),
            _ => Value::Null,
        }
    }

    fn texts(&self) -> Vec<&str> {
        vec![&self.name]
    }

    fn id(&self) -> String {
        format!("{:010}", self.id.0)
    }
}
