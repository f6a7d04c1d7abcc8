//! People and what they may: users, service accounts, access keys and access rules (`rest-api.md` §11). Each
//! change is written down with it. Nobody gives, takes or takes over more than they have themselves.

mod clients;
mod keys;
mod mine;
mod passwords;
mod rights;
mod rules;
mod users;

use std::fmt;

use domain::{
    AuditId, Timestamp,
    access::{Actor, Rights},
    audit::{AuditEntry, Subject},
};
use serde_json::Value;
use store::{AccessChange, Change};

use crate::{ControlPlane, Error, Result};

pub use mine::PermittedScopes;
pub use passwords::Attempts;
pub use rules::{NewRule, RuleMade, SubjectName};

/// A secret, shown once: that of a client, or a temporary password.
pub struct ClientSecret(pub String);

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(…)")
    }
}

/// Who changes something, and the id under which it is written down.
#[derive(Clone)]
struct Making {
    id: AuditId,
    by: String,
}

impl Making {
    /// That it was changed.
    fn entry(
        &self,
        at: Timestamp,
        subject: Subject,
        before: Option<Value>,
        after: Option<Value>,
    ) -> Change {
        let (id, by) = (self.id, self.by.clone());
        Change::Audit(Box::new(AuditEntry { id, at, by, subject, before, after }))
    }
}

impl ControlPlane {
    fn written_by(&self, actor: &Actor) -> Making {
        Making { id: AuditId(self.inner.chance.uuid()), by: actor.name.clone() }
    }
}

/// Refuses to take over somebody who may more than the actor.
fn covers(actor: &Actor, other: &Rights, whom: &str) -> Result<()> {
    if actor.rights.cover(other) {
        return Ok(());
    }
    let (who, what) = (actor.name.clone(), format!("change {whom}, who may more than they may"));
    Err(Error::Forbidden(domain::access::Forbidden { who, what }))
}

fn changed(change: AccessChange) -> Change {
    Change::Access(change)
}
