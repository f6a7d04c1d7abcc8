//! What a workspace asks of a node: GPU, CPU, memory and countable resources.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// GPU, CPU and memory of the one pod of a workspace.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Compute {
    pub gpu_devices_request: Option<i64>,
    /// `portion` or `memory`; absent means whole devices.
    pub gpu_request_type: Option<String>,
    /// Of each device, above 0 and at most 1.
    pub gpu_portion_request: Option<f64>,
    pub gpu_portion_limit: Option<f64>,
    /// A quantity, of each device.
    pub gpu_memory_request: Option<String>,
    pub gpu_memory_limit: Option<String>,
    /// Cores.
    pub cpu_core_request: Option<f64>,
    pub cpu_core_limit: Option<f64>,
    /// A quantity.
    pub cpu_memory_request: Option<String>,
    pub cpu_memory_limit: Option<String>,
    /// A large `/dev/shm`.
    pub large_shm_request: Option<bool>,
    pub extended_resources: Option<Vec<ExtendedResource>>,
}

/// A countable resource by its qualified name.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ExtendedResource {
    pub resource: Option<String>,
    /// A quantity.
    pub quantity: Option<String>,
    /// True takes out the item of the same key that would be inherited.
    pub exclude: Option<bool>,
}
