//! Clusters (`rest-api.md` §3.1).

use domain::{ClusterId, Timestamp, org::Cluster};
use serde::{Deserialize, Serialize};

use crate::TENANT_ID;

/// A cluster, as the public interface shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClusterView {
    pub uuid: ClusterId,
    pub tenant_id: i32,
    pub name: String,
    pub created_at: Timestamp,
    pub domain: Option<String>,
    pub version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<ClusterStatus>,
    pub last_liveness: Option<Timestamp>,
    pub updated_at: Option<String>,
    pub deleted_at: Option<String>,
    pub delete_requested_at: Option<String>,
}

/// Whether it answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClusterStatus {
    /// `WaitingToConnect`, `Connected` or `Disconnected`.
    pub state: String,
    pub conditions: Vec<serde_json::Value>,
}

impl ClusterView {
    pub fn of(cluster: &Cluster, state: &str, last: Option<Timestamp>, with_status: bool) -> Self {
        let status = ClusterStatus { state: state.to_owned(), conditions: vec![] };
        Self {
            uuid: cluster.id,
            tenant_id: TENANT_ID,
            name: cluster.name.clone(),
            created_at: cluster.created_at,
            domain: None,
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            status: with_status.then_some(status),
            last_liveness: last,
            updated_at: None,
            deleted_at: None,
            delete_requested_at: None,
        }
    }
}
