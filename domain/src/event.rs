//! What happened to a workload: events of the cluster and changes of phase, in the order of the
//! Event history.

use serde::{Deserialize, Serialize};

use crate::{EventId, ProjectId, Reason, Timestamp, WorkloadId, workload::PhaseName};

/// How much an event wants attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EventType {
    Normal,
    Warning,
}

/// One line of a workload's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub id: EventId,
    pub workload: WorkloadId,
    pub at: Timestamp,
    pub what: Happening,
}

/// What the line tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Happening {
    /// The workload entered a phase; `message` says why where there is something to say.
    PhaseUpdate {
        phase: PhaseName,
        message: String,
        /// The reason that `message` words, where it names others: each reader is told of them what they may see.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Box<Reason>>,
    },
    /// The cluster, or a person, did something.
    #[serde(rename_all = "camelCase")]
    Event {
        event_type: EventType,
        reason: String,
        message: String,
        source: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Box<Reason>>,
    },
}

impl Happening {
    /// As somebody is told who sees the workloads of some projects.
    pub fn seen_by(mut self, sees: &impl Fn(ProjectId) -> bool) -> Self {
        match &mut self {
            Happening::PhaseUpdate { why, message, .. } | Happening::Event { why, message, .. } => {
                if let Some(why) = why.take() {
                    *message = why.seen_by(sees).to_string();
                }
            }
        }
        self
    }
}
