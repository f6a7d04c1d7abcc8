//! Clusters (`rest-api.md` §3.1).

use domain::{
    ClusterId, Timestamp,
    contact::{ClusterSeen, ClusterState as State},
    org::{Cluster, ClusterKind},
};
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
    /// `WaitingToConnect`, `Connected`, `Disconnected`, `MissingPrerequisites` or `ServiceIssues`.
    pub state: String,
    /// What is to be known of that, one each.
    pub conditions: Vec<ClusterCondition>,
    /// What runs it, where that is Kubernetes.
    pub platform: Option<ClusterPlatform>,
}

/// Which Kubernetes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClusterPlatform {
    #[serde(rename = "type")]
    pub kind: String,
    pub kube_version: String,
}

/// Something about a cluster that is not as it should be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClusterCondition {
    #[serde(rename = "type")]
    pub kind: String,
    pub status: String,
    pub reason: String,
    pub message: String,
}

impl ClusterView {
    pub fn of(cluster: &Cluster, seen: ClusterSeen, with_status: bool) -> Self {
        let ClusterSeen { state, why, last, version } = seen;
        let condition = |message| ClusterCondition {
            kind: "Ready".to_owned(),
            status: if state == State::Connected { "True" } else { "False" }.to_owned(),
            reason: state.name().to_owned(),
            message,
        };
        let conditions = why.into_iter().map(condition).collect();
        let is_told = cluster.kind == ClusterKind::Kubernetes && !version.is_empty();
        let platform = ClusterPlatform { kind: "vanilla".to_owned(), kube_version: version };
        let platform = is_told.then_some(platform);
        let status = ClusterStatus { state: state.name().to_owned(), conditions, platform };
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
