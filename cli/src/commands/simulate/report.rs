//! What is printed, as data (`berth simulate --format json`).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// Cycle by cycle.
#[derive(Debug, Serialize)]
pub(super) struct Played {
    pub id: String,
    pub cycles: Vec<CyclePlayed>,
}

/// One cycle, as it stood after the decisions and before the outside world completed it.
#[derive(Debug, Serialize)]
pub(super) struct CyclePlayed {
    pub cycle: u64,
    /// Seconds since the start.
    pub time: i64,
    #[serde(flatten)]
    pub detail: Option<Detail>,
    pub counts: Counts,
    pub timing: Timing,
}

#[derive(Debug, Serialize)]
pub(super) struct Detail {
    pub decisions: Vec<Decided>,
    pub workloads: BTreeMap<String, WorkloadSeen>,
    pub projects: BTreeMap<String, BTreeMap<String, ScopeSeen>>,
    pub departments: BTreeMap<String, BTreeMap<String, ScopeSeen>>,
    pub nodes: BTreeMap<String, NodeSeen>,
}

#[derive(Debug, Serialize)]
pub(super) struct Decided {
    pub decision: &'static str,
    pub pod: String,
    pub node: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<&'static str>,
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    pub gains: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub devices: Option<Vec<String>>,
}

#[derive(Debug, Serialize)]
pub(super) struct WorkloadSeen {
    pub state: &'static str,
    /// GPUs that its running and bound pods hold.
    pub gpus: f64,
    pub pods: Vec<PodSeen>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReasonSeen>,
    /// Seconds since the start at which it will start, where all that runs says when it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimate: Option<i64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PodSeen {
    pub state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub devices: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evicted_by: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evicted_for: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct ReasonSeen {
    pub code: &'static str,
    pub text: String,
    pub facts: Value,
}

/// A department or project in one pool.
#[derive(Debug, Serialize)]
pub(super) struct ScopeSeen {
    pub gpu: AmountsSeen,
    pub cpu: AmountsSeen,
    pub memory: AmountsSeen,
}

/// GPUs, cores, or bytes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AmountsSeen {
    pub fair_share: f64,
    pub allocated: f64,
    pub allocated_non_preemptible: f64,
    pub requested: f64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NodeSeen {
    pub idle_gpus: i64,
    pub releasing_gpus: i64,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Counts {
    pub bind: usize,
    pub pipeline: usize,
    pub evict: usize,
}

/// Milliseconds.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Timing {
    pub snapshot: f64,
    pub cycle: f64,
}
