//! Projects (`rest-api.md` §4.2).

use std::sync::Arc;

use domain::{
    ClusterId, DepartmentId, Gpus, ProjectId, Timestamp,
    org::Project,
    rules::{NodeTypes, SchedulingRules},
};
use serde::{Deserialize, Serialize};

use crate::{
    list::{Fields, Listed, lent, made},
    resources::{AVERAGES, QuotaStatus, Resources, TotalResources},
};

/// A project in a list, with what its workloads hold.
#[derive(Clone, Debug)]
pub struct ProjectRow {
    pub project: Arc<Project>,
    /// The department's name.
    pub parent_name: String,
    pub allocated: Gpus,
}

/// Every project takes work.
const PHASE: &str = "Ready";

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
    pub scheduling_rules: SchedulingRules,
    pub node_types: NodeTypes,
    pub status: ProjectStatus,
    pub total_resources: TotalResources,
    pub effective: Effective,
    pub resources: Vec<Resources>,
    pub created_by: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A page of projects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Projects {
    pub projects: Vec<ProjectView>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<usize>,
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
    #[serde(default)]
    pub scheduling_rules: Option<SchedulingRules>,
    #[serde(default)]
    pub node_types: Option<NodeTypes>,
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
    #[serde(default)]
    pub scheduling_rules: Option<SchedulingRules>,
    #[serde(default)]
    pub node_types: Option<NodeTypes>,
    pub resources: Vec<Resources>,
}

impl ProjectView {
    pub fn of(
        project: &Project,
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
            scheduling_rules: project.rules.limits,
            node_types: project.rules.node_types.clone(),
            status: ProjectStatus {
                namespace: project.namespace(),
                phase: PHASE.to_owned(),
                quota_status: status,
                node_pool_quota_statuses: by_pool,
            },
            total_resources: TotalResources::of(&project.quotas),
            effective: Effective { default_node_pools: pools },
            resources,
            created_by: project.created_by.clone(),
            created_at: project.created_at,
            updated_at: project.updated_at,
        }
    }
}

impl Listed for ProjectRow {
    type Id = ProjectId;

    fn fields() -> Fields<Self> {
        let quota = |row: &Self| Some(TotalResources::of(&row.project.quotas).gpu_quota);
        Fields::<Self>::default()
            .text("name", |row| lent(row.project.name.as_str()))
            .text("clusterId", |row| made(row.project.cluster))
            .text("departmentId", |row| made(row.project.department))
            .text("parentId", |row| made(row.project.department))
            .text("parentName", |row| lent(&row.parent_name))
            .text("phase", |_| lent(PHASE))
            .number("totalGpuQuota", quota)
            .number("gpuAllocated", |row| Some(row.allocated.as_f64()))
            .date("createdAt", |row| Some(row.project.created_at))
            .no_numbers(&AVERAGES)
    }

    fn texts(&self) -> Vec<&str> {
        vec![self.project.name.as_str()]
    }

    fn id(&self) -> ProjectId {
        self.project.id
    }
}
