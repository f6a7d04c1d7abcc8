//! Departments (`rest-api.md` §4.1).

use domain::{
    ClusterId, DepartmentId, Gpus, Timestamp,
    org::Department,
    rules::{NodeTypes, SchedulingRules},
};
use serde::{Deserialize, Serialize};

use crate::{
    list::{Fields, Listed, lent, made},
    resources::{AVERAGES, Resources, TotalResources},
};

/// A department in a list, with what its projects hold.
#[derive(Clone, Debug)]
pub struct DepartmentRow {
    pub department: Department,
    pub allocated: Gpus,
}

/// A department, as the public interface shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DepartmentView {
    pub id: DepartmentId,
    pub name: String,
    pub description: String,
    pub cluster_id: ClusterId,
    pub default_node_pools: Vec<String>,
    pub scheduling_rules: SchedulingRules,
    pub node_types: NodeTypes,
    pub total_resources: TotalResources,
    pub resources: Vec<Resources>,
    pub created_by: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A page of departments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Departments {
    pub departments: Vec<DepartmentView>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<usize>,
}

/// What makes one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DepartmentCreation {
    pub name: String,
    pub cluster_id: ClusterId,
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

/// What changes one; the resources are replaced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DepartmentUpdate {
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

impl DepartmentView {
    pub fn of(department: &Department, resources: Vec<Resources>) -> Self {
        Self {
            id: department.id,
            name: department.name.to_string(),
            description: department.description.clone(),
            cluster_id: department.cluster,
            default_node_pools: department
                .default_node_pools
                .iter()
                .map(ToString::to_string)
                .collect(),
            scheduling_rules: department.rules.limits,
            node_types: department.rules.node_types.clone(),
            total_resources: TotalResources::of(&department.quotas),
            resources,
            created_by: department.created_by.clone(),
            created_at: department.created_at,
            updated_at: department.updated_at,
        }
    }
}

impl Listed for DepartmentRow {
    type Id = DepartmentId;

    fn fields() -> Fields<Self> {
        let quota = |row: &Self| Some(TotalResources::of(&row.department.quotas).gpu_quota);
        Fields::<Self>::default()
            .text("name", |row| lent(row.department.name.as_str()))
            .text("clusterId", |row| made(row.department.cluster))
            .number("totalGpuQuota", quota)
            .number("gpuAllocated", |row| Some(row.allocated.as_f64()))
            .date("createdAt", |row| Some(row.department.created_at))
            .no_numbers(&AVERAGES)
    }

    fn texts(&self) -> Vec<&str> {
        vec![self.department.name.as_str()]
    }

    fn id(&self) -> DepartmentId {
        self.department.id
    }
}
