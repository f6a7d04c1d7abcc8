//! Cycles of the scheduler that decided something.

use domain::{Timestamp, WorkloadId, precedence::Precedence};
use serde::{Deserialize, Serialize};

/// The cycle that decided last about a workload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CycleView {
    pub cycle: i64,
    pub at: Timestamp,
    /// What it decided about the workload, in sentences.
    pub decided: Vec<String>,
    /// How many started, had to go, and were told anew why they wait.
    pub started: usize,
    pub evicted: usize,
    pub waiting: usize,
    /// Others that started while it waited, by the names that the caller may see.
    pub others: Vec<OtherWorkload>,
    /// Why the workload of `startedBefore` started before this one; only where it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<BeforeView>,
}

/// Another workload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OtherWorkload {
    pub workload_id: WorkloadId,
    pub name: String,
}

/// Why another workload started before one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BeforeView {
    /// The cycle in which the other one started.
    pub cycle: i64,
    pub at: Timestamp,
    /// Whose turn came first; absent where they did not wait in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<WorkloadId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Precedence>,
    pub sentences: Vec<String>,
}

/// A cycle, played again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReplayView {
    pub cycle: i64,
    pub at: Timestamp,
    pub cluster: String,
    /// Whether it decides what it decided then, to the byte.
    pub same: bool,
    /// Searches that ended at the cycle's budget.
    pub searches_cut: u32,
    /// What it decides, also about those who wait as before.
    pub decisions: Vec<DecisionView>,
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DecisionView {
    pub workload_id: WorkloadId,
    pub name: String,
    /// `bind`, `pipeline`, `evict` or `wait`.
    pub decision: String,
    pub sentences: Vec<String>,
}
