//! How people reach what runs in the container.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// A tool reached by URL, through Berth's own sign-in.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ExposedUrl {
    pub container: Option<i64>,
    /// An address of one's own; absent means that one is made.
    pub url: Option<String>,
    pub authorization_type: Option<String>,
    pub authorized_users: Option<Vec<String>>,
    pub authorized_groups: Option<Vec<String>>,
    pub tool_type: Option<String>,
    pub tool_name: Option<String>,
    /// Key of the item.
    pub name: Option<String>,
    /// True takes out the item of the same key that would be inherited.
    pub exclude: Option<bool>,
}

/// A port reached past Berth: a node port, or a load balancer's.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Port {
    pub container: Option<i64>,
    pub service_type: Option<String>,
    /// Of the node; absent means that one is found.
    pub external: Option<i64>,
    pub tool_type: Option<String>,
    pub tool_name: Option<String>,
    /// Key of the item.
    pub name: Option<String>,
    /// True takes out the item of the same key that would be inherited.
    pub exclude: Option<bool>,
}

/// A link that is shown beside the workload.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct RelatedUrl {
    pub url: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Key of the item.
    pub name: Option<String>,
    /// True takes out the item of the same key that would be inherited.
    pub exclude: Option<bool>,
}
