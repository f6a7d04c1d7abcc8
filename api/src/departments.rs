//! Departments (`rest-api.md` §4.1).

use domain::{ClusterId, DepartmentId, Timestamp, org::Department};
use serde::{Deserialize, Serialize};

use crate::{
    Field, FieldKind, Filterable, Value,
    resources::{Resources, TotalResources},
};

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
    pub total_resources: TotalResources,
    pub resources: Vec<Resources>,
    pub created_by: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
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
            total_resources: TotalResources::of(&department.quotas),
            resources,
            created_by: department.created_by.clone(),
            created_at: department.created_at,
            updated_at: department.updated_at,
        }
    }
}

impl Filterable for DepartmentView {
    const FIELDS: &'static [Field] = &[
        ("name", FieldKind::Text),
        ("clusterId", FieldKind::Text),
        ("totalGpuQuota", FieldKind::Number),
        ("createdAt", FieldKind::Date),
    ];

    fn value(&self, field: &str) -> Value<'_> {
        match field {
            "name" => Value::Text(&self.name),
            "clusterId" => Value::Owned(self.cluster_id.to_string()),
            "totalGpuQuota" => Value::Number(self.total_resources.gpu_quota),
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
