//! What the container is made of besides its image: variables, pull secrets, probes, rights.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// One variable of the container's environment.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct EnvironmentVariable {
    pub name: Option<String>,
    pub value: Option<String>,
    pub secret: Option<KeyOf>,
    pub config_map: Option<KeyOf>,
    pub user_credential: Option<KeyOf>,
    pub pod_field_ref: Option<PodFieldRef>,
    /// For whoever fills it in.
    pub description: Option<String>,
    /// True takes out the item of the same key that would be inherited.
    pub exclude: Option<bool>,
}

/// One key of a named secret, config map or credential.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct KeyOf {
    pub name: Option<String>,
    pub key: Option<String>,
}

/// A field of the pod, such as `metadata.name`.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct PodFieldRef {
    pub path: Option<String>,
}

/// A secret of the namespace with which the image is pulled.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ImagePullSecret {
    pub name: Option<String>,
    /// Whether it is a credential of the person who submits.
    pub user_credential: Option<bool>,
    /// True takes out the item of the same key that would be inherited.
    pub exclude: Option<bool>,
}

/// When the container counts as ready.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Probes {
    pub readiness: Option<Probe>,
}

/// How readiness is found out.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Probe {
    pub initial_delay_seconds: Option<i64>,
    pub period_seconds: Option<i64>,
    pub timeout_seconds: Option<i64>,
    pub success_threshold: Option<i64>,
    pub failure_threshold: Option<i64>,
    pub handler: Option<ProbeHandler>,
}

/// What is asked.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ProbeHandler {
    pub http_get: Option<HttpGet>,
}

/// A request that must be answered with a status below 400.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct HttpGet {
    /// Begins with a slash; absent is `/`.
    pub path: Option<String>,
    pub port: Option<i64>,
    /// Absent is the pod itself.
    pub host: Option<String>,
    /// `HTTP` or `HTTPS`.
    pub scheme: Option<String>,
}

/// As whom the container runs, and what it may do.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Security {
    /// `fromTheImage`, `fromIdpToken` or `custom`.
    pub uid_gid_source: Option<String>,
    /// With `custom` only.
    pub run_as_uid: Option<i64>,
    /// With `custom` only.
    pub run_as_gid: Option<i64>,
    /// Numbers separated by commas; empty means those of the image.
    pub supplemental_groups: Option<String>,
    /// Linux capabilities to add, without `CAP_`.
    pub capabilities: Option<Vec<String>>,
    pub seccomp_profile_type: Option<String>,
    pub allow_privilege_escalation: Option<bool>,
    pub read_only_root_filesystem: Option<bool>,
    pub run_as_non_root: Option<bool>,
    pub host_ipc: Option<bool>,
    pub host_network: Option<bool>,
}
