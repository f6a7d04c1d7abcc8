//! Events of the cluster about our pods, until somebody has stored them. No more than so many are kept.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::{EventId, WorkloadId, event::EventType};
use k8s_openapi::api::core::v1::Event;

use crate::{DriverEvent, digest::event_id};

/// Kept for a listener that never takes them; the oldest go first.
const KEPT_MAX: usize = 1_000;

#[derive(Default)]
pub struct News(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    told: VecDeque<DriverEvent>,
    /// Stored ones, that are not told again while this program runs.
    stored: BTreeSet<EventId>,
}

impl News {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in an event about a pod of that workload. False where it is known.
    pub fn take(&self, event: &Event, of: WorkloadId) -> bool {
        let Some(told) = told(event, of) else { return false };
        let mut kept = self.kept();
        let is_known =
            kept.stored.contains(&told.id) || kept.told.iter().any(|one| one.id == told.id);
        if is_known {
            return false;
        }
        if kept.told.len() == KEPT_MAX {
            kept.told.pop_front();
        }
        kept.told.push_back(told);
        true
    }

    pub fn all(&self) -> Vec<DriverEvent> {
        self.kept().told.iter().cloned().collect()
    }

    pub fn stored(&self, ids: &[EventId]) {
        let mut kept = self.kept();
        kept.told.retain(|one| !ids.contains(&one.id));
        if kept.stored.len() > KEPT_MAX * 10 {
            kept.stored.clear();
        }
        kept.stored.extend(ids);
    }
}

/// An event that repeats is told once for each time it is counted.
fn told(event: &Event, workload: WorkloadId) -> Option<DriverEvent> {
    let at = event.last_timestamp.as_ref().map(|at| at.0);
    let at = at.or_else(|| event.event_time.as_ref().map(|at| at.0));
    let at = at.or_else(|| event.metadata.creation_timestamp.as_ref().map(|at| at.0))?;
    let (uid, count) = (event.metadata.uid.as_deref()?, event.count.unwrap_or(1));
    let is_warning = event.type_.as_deref() == Some("Warning");
    Some(DriverEvent {
        id: event_id(&format!("{uid} {count}")),
        workload,
        at,
        event_type: if is_warning { EventType::Warning } else { EventType::Normal },
        reason: event.reason.clone().unwrap_or_default(),
        message: event.message.clone().unwrap_or_default(),
    })
}
