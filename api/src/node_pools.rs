//! Node pools (`rest-api.md` §3.2).

use domain::{
    ClusterId, NodePoolId, Timestamp,
    node::{NodePool, Placing},
};
use serde::{Deserialize, Serialize};

use crate::{Field, FieldKind, Filterable, TENANT_ID, Value};

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

/// How pods are laid on its nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SchedulingConfiguration {
    pub placement_strategy: PlacementStrategy,
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
        Self {
            id: pool.id,
            name: pool.name.to_string(),
            label_key,
            label_value,
            cluster_id: pool.cluster,
            cluster_name: cluster_name.to_owned(),
            tenant_id: TENANT_ID,
            scheduling_configuration: SchedulingConfiguration { placement_strategy },
            phase: if nodes == 0 { "Empty" } else { "Ready" }.to_owned(),
            is_default: pool.is_default(),
            created_by: "Berth".to_owned(),
            created_at: pool.created_at,
            updated_by: "Berth".to_owned(),
            updated_at: pool.created_at,
        }
    }
}

impl Filterable for NodePoolView {
    const FIELDS: &'static [Field] = &[
        ("name", FieldKind::Text),
        ("clusterId", FieldKind::Text),
        ("phase", FieldKind::Text),
        ("createdAt", FieldKind::Date),
        ("updatedAt", FieldKind::Date),
    ];

    fn value(&self, field: &str) -> Value<'_> {
        match field {
            "name" => Value::Text(&self.name),
            "clusterId" => Value::Owned(self.cluster_id.to_string()),
            "phase" => Value::Text(&self.phase),
            "createdAt" | "updatedAt" => Value::Date(self.created_at),
            _ => Value::Null,
        }
    }

    fn texts(&self) -> Vec<&str> {
        vec![&self.name]
    }

    fn id(&self) -> String {
        self.id.to_string()
    }
}
