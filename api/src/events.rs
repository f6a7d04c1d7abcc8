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
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: EventId,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub created_at: Timestamp,
    /// `Normal` or `Warning`.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub kind: EventType,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub cluster_id: ClusterId,
    pub reason: String,
    pub message: String,
    pub source: String,
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
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
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
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub phase: PhaseName,
    pub phase_message: String,
}

impl HistoryRecord {
    pub fn of(event: &Event, cluster: ClusterId) -> Self {
        let (kind, spec) = match &event.what {
            Happening::PhaseUpdate { phase, message } => {
                let update = PhaseUpdate { phase: *phase, phase_message: message.clone() };
                ("PhaseUpdate", HistorySpec::PhaseUpdate(update))
            }
            Happening::Event { event_type, reason, message, source } => {
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
