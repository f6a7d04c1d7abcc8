//! What the scheduler is told besides the state: which actions run, and their bounds.

use std::collections::{BTreeMap, BTreeSet};

use domain::{DepartmentId, NodePoolId, ProjectId};
use serde::{Deserialize, Serialize};

/// Workloads that consolidation may move for one that waits (`scheduling-and-organisation.md` §4.1).
pub const CONSOLIDATION_VICTIMS_DEFAULT: u32 = 16;
/// Seconds that a gang may run with too few pods.
pub const STALENESS_GRACE_DEFAULT: i64 = 60;

/// How the scheduler works.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// The actions that run, always in their own order. `None`: all, but no consolidation in a pool
    /// with a placement of `spread`.
    pub actions: Option<BTreeSet<Action>>,
    /// Nobody goes in vain: the next cycle is played before this one ends. Without it one sees what each
    /// action does, though nothing might come of it.
    pub looks_ahead: bool,
    /// `None` is no bound.
    pub consolidation_victims: Option<u32>,
    /// `None` is never.
    pub staleness_grace_secs: Option<i64>,
    /// Steps that a cycle may take in looking for victims before it is cut: one for each who is looked at, ten
    /// for each who is ended and placed again on trial. `None`: about a second of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<u32>,
    /// Jobs of one queue that an action tries in one pool, the first ones in their order. Without a number: all.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub queue_depth: BTreeMap<Action, u32>,
    /// How much less saturated than its victim a reclaimer has to stay, at least 1.
    pub saturation_multiplier: f64,
    /// How much past usage counts against a queue (§3.5).
    pub history_weight: f64,
    /// The same in one pool, where it is different.
    #[serde(default)]
    pub history_weights: BTreeMap<NodePoolId, f64>,
    pub pools: BTreeMap<NodePoolId, MinRuntime>,
    #[serde(with = "pairs")]
    pub scopes: BTreeMap<(ScopeId, NodePoolId), ScopeSettings>,
    /// Departments inside departments.
    pub parents: BTreeMap<DepartmentId, DepartmentId>,
    pub topologies: Vec<Topology>,
}

/// One of the five things a cycle does, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    Allocate,
    Consolidation,
    Reclaim,
    Preempt,
    StaleGangEviction,
}

/// A department or a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ScopeId {
    Department(DepartmentId),
    Project(ProjectId),
}

/// What is said of a scope in one pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScopeSettings {
    pub min_runtime: MinRuntime,
    /// Share of the cluster used in the window of history: GPU, CPU, memory.
    pub usage: [f64; 3],
}

/// Seconds that preemptible work is untouchable from its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinRuntime {
    pub reclaim: Option<i64>,
    pub preempt: Option<i64>,
}

/// Ordered node labels, far to near.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topology {
    pub name: String,
    pub levels: Vec<String>,
}

impl Action {
    pub const ALL: [Self; 5] = [
        Self::Allocate,
        Self::Consolidation,
        Self::Reclaim,
        Self::Preempt,
        Self::StaleGangEviction,
    ];

    /// What it is called in a sentence.
    pub fn word(self) -> &'static str {
        match self {
            Self::StaleGangEviction => "stale gang",
            Self::Allocate | Self::Consolidation | Self::Reclaim | Self::Preempt => self.name(),
        }
    }

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allocate => "allocate",
            Self::Consolidation => "consolidation",
            Self::Reclaim => "reclaim",
            Self::Preempt => "preempt",
            Self::StaleGangEviction => "staleGangEviction",
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            actions: None,
            looks_ahead: true,
            consolidation_victims: Some(CONSOLIDATION_VICTIMS_DEFAULT),
            staleness_grace_secs: Some(STALENESS_GRACE_DEFAULT),
            budget: None,
            queue_depth: BTreeMap::new(),
            saturation_multiplier: 1.0,
            history_weight: 1.0,
            history_weights: BTreeMap::new(),
            pools: BTreeMap::new(),
            scopes: BTreeMap::new(),
            parents: BTreeMap::new(),
            topologies: vec![],
        }
    }
}

/// A map as a list of pairs, for keys that are no texts.
mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(map)
    }

    pub fn deserialize<'de, K, V, D>(from: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(Vec::deserialize(from)?.into_iter().collect())
    }
}
