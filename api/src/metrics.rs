//! What was measured (`rest-api.md` §5.3).

use std::collections::BTreeMap;

use domain::Timestamp;
use serde::{Deserialize, Serialize};

/// What was asked for, in that order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Metrics {
    pub measurements: Vec<Measurement>,
}

/// One metric over a range of time; of one GPU where the labels name it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Measurement {
    #[serde(rename = "type")]
    pub kind: String,
    pub labels: Option<BTreeMap<String, String>>,
    /// The oldest first; nothing where nothing was measured.
    pub values: Vec<MetricValue>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MetricValue {
    /// A number as text.
    pub value: String,
    pub timestamp: Timestamp,
}
