//! Events and histories (`rest-api.md` §5.2).

use domain::{
    ClusterId, EventId, Timestamp,
    event::{Event, EventType, Happening},
    workload::PhaseName,
};
use serde::{Deserialize, Serialize};

/// An event of a workload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct EventView {
    pub id: EventId,
    pub created_at: Timestamp,
    /// `Normal` or `Warning`.
    #[serde(rename = "type")]
    pub kind: EventType,
    pub cluster_id: ClusterId,
    pub reason: String,
    pub message: String,
    pub source: String,
}

/// A page of events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Events {
    pub events: Vec<EventView>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u32>,
}

/// A line of the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HistoryRecord {
    pub meta: HistoryMeta,
    pub spec: HistorySpec,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct HistoryMeta {
    /// `Event` or `PhaseUpdate`.
    #[serde(rename = "type")]
    pub kind: String,
    pub creation_timestamp: Timestamp,
}

/// Exactly one of the two.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum HistorySpec {
    Event(EventView),
    PhaseUpdate(PhaseUpdate),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PhaseUpdate {
    pub phase: PhaseName,
    pub phase_message: String,
}

/// A page of a history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct History {
    pub records: Vec<HistoryRecord>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u32>,
}

impl HistoryRecord {
    pub fn of(event: &Event, cluster: ClusterId) -> Self {
        let (kind, spec) = match &event.what {
            Happening::PhaseUpdate { phase, message, .. } => {
                let update = PhaseUpdate { phase: *phase, phase_message: message.clone() };
                ("PhaseUpdate", HistorySpec::PhaseUpdate(update))
            }
            Happening::Event { event_type, reason, message, source, .. } => {
                let view = EventView {
                    id: event.id,
                    created_at: event.at,
                    kind: *event_type,
                    cluster_id: cluster,
                    reason: reason.clone(),
                    message: message.clone(),
                    source: source.clone(),
                };
                ("Event", HistorySpec::Event(view))
            }
        };
        let meta = HistoryMeta { kind: kind.to_owned(), creation_timestamp: event.at };
        Self { meta, spec }
    }
}
