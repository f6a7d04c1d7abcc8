//! Storage classes and what is configured about them (`rest-api.md` §13.2).

use domain::{
    ClusterId, StorageClassId,
    storage_class::{Customization, Permissions, StorageClassConfig, StorageClassRules},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;

use crate::TENANT_ID;

/// The classes of a cluster.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StorageClasses {
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub items: Vec<Value>,
}

/// What configures a class.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StorageClassCreation {
    /// `cluster`.
    #[serde(default)]
    pub scope_type: Option<String>,
    /// The id of the cluster.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub scope_id: ClusterId,
    pub name: String,
    #[serde(flatten)]
    pub rules: StorageClassRules,
}

/// What is configured, by cluster and name.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StorageClassConfigs {
    pub storage_class_configurations: Vec<StorageClassConfigView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<usize>,
}

/// What is configured about one class.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StorageClassConfigView {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: StorageClassId,
    pub tenant_id: i32,
    pub scope_type: String,
    pub scope_id: String,
    pub name: String,
    pub permissions: Option<Permissions>,
    pub customization: Option<Customization>,
}

impl From<&StorageClassConfig> for StorageClassConfigView {
    fn from(config: &StorageClassConfig) -> Self {
        Self {
            id: config.id,
            tenant_id: TENANT_ID,
            scope_type: "cluster".to_owned(),
            scope_id: config.cluster.to_string(),
            name: config.name.clone(),
            permissions: config.rules.permissions.clone(),
            customization: config.rules.customization.clone(),
        }
    }
}
