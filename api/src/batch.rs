//! The same action on many workloads (`rest-api.md` §5.4).

use domain::WorkloadId;
use serde::{Deserialize, Serialize};

/// Ids in one batch, at most.
pub const BATCH_MAX: usize = 100;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchRequest {
    pub ids: Vec<WorkloadId>,
    pub action: BatchAction,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum BatchAction {
    Delete,
    Suspend,
    Resume,
}

/// How it went, id by id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchResponse {
    pub id: WorkloadId,
    pub succeeded: Vec<WorkloadId>,
    pub failed: Vec<BatchFailure>,
}

/// Why one of them failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchFailure {
    pub id: WorkloadId,
    /// The code that the single action would have answered.
    pub code: u16,
    pub message: String,
}
