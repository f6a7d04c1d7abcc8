//! Writing down what administrators change: made before a change begins, used within it.

use std::sync::Arc;

use domain::{
    AuditId, Timestamp,
    access::Actor,
    audit::{AuditEntry, Subject},
};
use serde::Serialize;
use store::Change;

use crate::{ControlPlane, clock::Chance};

/// Writes down what one actor changes.
#[derive(Clone)]
pub(crate) struct Scribe {
    pub by: String,
    chance: Arc<dyn Chance>,
}

impl ControlPlane {
    pub(crate) fn scribe(&self, actor: &Actor) -> Scribe {
        Scribe { by: actor.name.clone(), chance: self.inner.chance.clone() }
    }
}

impl Scribe {
    /// What a change of `subject` leaves behind: `None` before it was made, and after it is gone.
    pub fn entry<T: Serialize>(
        &self,
        at: Timestamp,
        subject: Subject,
        before: Option<&T>,
        after: Option<&T>,
    ) -> Change {
        let written = |value: &T| serde_json::to_value(value).ok();
        Change::Audit(Box::new(AuditEntry {
            id: AuditId(self.chance.uuid()),
            at,
            by: self.by.clone(),
            subject,
            before: before.and_then(written),
            after: after.and_then(written),
        }))
    }
}
