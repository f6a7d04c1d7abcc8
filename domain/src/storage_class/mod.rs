//! Storage classes of a cluster, and what administrators configure about them
//! (`form-and-assets.md` §14): who may use one, and which values its claims may have.

mod check;
mod config_check;
mod limits;
mod words;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{ClusterId, StorageClassId, Timestamp};

pub use check::{ClaimUse, check_claim};
pub use config_check::check_config;
pub use limits::Refused;

/// The class of claims that nobody provisions (`form-and-assets.md` §4.3.4).
pub const NONE: &str = "runai-none";
/// The one class of a container engine: volumes of its own, on the disk of its machine.
pub const LOCAL: &str = "local";
/// Units of a claim's size, as people choose them.
pub const UNITS: [&str; 6] = ["MB", "MiB", "GB", "GiB", "TB", "TiB"];

/// A class that a cluster has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StorageClass {
    pub name: String,
    pub provisioner: String,
    pub allow_volume_expansion: bool,
    pub is_default: bool,
}

/// What administrators say about one class of one cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StorageClassConfig {
    pub id: StorageClassId,
    pub cluster: ClusterId,
    pub name: String,
    pub rules: StorageClassRules,
    pub created_by: String,
    pub created_at: Timestamp,
    pub updated_by: String,
    pub updated_at: Timestamp,
}

/// Permissions and customization. What is left out allows everything.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct StorageClassRules {
    pub permissions: Option<Permissions>,
    pub customization: Option<Customization>,
}

/// Who may use a class.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Permissions {
    pub allowed_for_assets: Option<bool>,
    pub allowed_for_workloads: Option<bool>,
    pub allowed_for_ephemeral_volumes: Option<bool>,
    pub allowed_for_persistent_volumes: Option<bool>,
    pub allow_data_sharing: Option<bool>,
}

/// Which values claims of a class may have.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Customization {
    pub access_mode: Option<AccessModeRules>,
    pub volume_mode: Option<VolumeModeRules>,
    pub claim_size: Option<ClaimSizeRules>,
    pub attributes: Option<Vec<Attribute>>,
}

#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct AccessModeRules {
    pub required: Option<bool>,
    pub default: Option<Modes>,
    /// What is left out is supported.
    pub supported_values: Option<Modes>,
}

/// Truth for each access mode.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Modes {
    pub read_write_once: Option<bool>,
    pub read_only_many: Option<bool>,
    pub read_write_many: Option<bool>,
}

#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeModeRules {
    pub required: Option<bool>,
    /// `Filesystem` or `Block`.
    pub default: Option<String>,
    pub supported_values: Option<VolumeModes>,
}

#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeModes {
    pub filesystem: Option<bool>,
    pub block: Option<bool>,
}

/// Sizes as quantities: `10G`, `500Mi`.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimSizeRules {
    pub default: Option<String>,
    /// Of `MB`, `MiB`, `GB`, `GiB`, `TB`, `TiB`.
    pub supported_units: Option<Vec<String>>,
    pub min: Option<String>,
    pub max: Option<String>,
    pub step: Option<String>,
}

/// One more field of the claim, an annotation in the cluster.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Attribute {
    pub key: String,
    /// `text`, `number` or `boolean`.
    pub format: Option<String>,
    pub display: Option<String>,
    pub description: Option<String>,
    pub placeholder: Option<String>,
    pub required: Option<bool>,
    pub default_value: Option<String>,
    pub validation_regexp: Option<String>,
    pub min_value: Option<f64>,
    pub max_value: Option<f64>,
    pub step: Option<f64>,
    /// Said instead of what Berth would say.
    pub validation_error: Option<String>,
}

impl Permissions {
    /// Whether somebody has forbidden it; what nobody said is allowed.
    fn forbids(said: Option<bool>) -> bool {
        said == Some(false)
    }
}
