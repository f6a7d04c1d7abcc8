//! Versions of a policy: what each change made of it, who made it, and how to go back. They are read
//! from what is written down about changes.

use domain::{
    AuditId, Problem, Scope, Timestamp,
    access::{Action, Actor, Resource},
    audit::{AuditEntry, Difference, Subject},
};
use serde_json::Value;

use super::{Expected, OF, PolicyAt, PolicyContent, PolicyWriting, may_read};
use crate::{ControlPlane, Error, Result, settings::HISTORY_MAX};

/// A policy as one change left it.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyVersion {
    pub revision: AuditId,
    pub by: String,
    pub at: Timestamp,
    /// Its label, its document, and what was typed where somebody typed it; `None` where the change
    /// removed it.
    pub policy: Option<(String, Value, Option<String>)>,
    /// Against the version before.
    pub differences: Vec<Difference>,
}

impl ControlPlane {
    /// The last versions of the policy of a scope, newest first; also where it is gone.
    pub async fn policy_versions(&self, actor: &Actor, owner: Scope) -> Result<Vec<PolicyVersion>> {
        self.policy(actor, &self.world(), owner)?;
        // Who wrote what, and when, is for those who write.
        actor.may(Action::Update, Resource::Policy(owner))?;
        Ok(self.policy_history(owner).await?.into_iter().map(version).collect())
    }

    /// Writes a version again, as the newest. It is checked like any other policy.
    pub async fn restore_policy(
        &self,
        actor: &Actor,
        owner: Scope,
        revision: AuditId,
        expected: Option<Expected>,
    ) -> Result<PolicyAt> {
        may_read(actor, owner)?;
        actor.may(Action::Update, Resource::Policy(owner))?;
        let history = self.policy_history(owner).await?;
        let found = history.into_iter().find(|entry| entry.id == revision).map(version);
        let policy = found.and_then(|version| version.policy);
        let (name, document, text) =
            policy.ok_or_else(|| Error::not_found("version of the policy", revision))?;
        let content = text.map_or(PolicyContent::Replace(document), PolicyContent::Text);
        let writing = PolicyWriting { owner, name, content, expected, validate_only: false };
        self.write_policy(actor, writing).await
    }

    async fn policy_history(&self, owner: Scope) -> Result<Vec<AuditEntry>> {
        let subject = Subject::Policy { owner, workload_type: OF };
        Ok(self.inner.store.audit(subject, HISTORY_MAX).await?)
    }

    /// What others have changed since `expected`: told to whoever would have written over it.
    pub(super) async fn outdated(&self, owner: Scope, expected: Option<Expected>) -> Result<Error> {
        let history = self.policy_history(owner).await?;
        let is_seen = |entry: &AuditEntry| match expected {
            Some(Expected::Revision(seen)) => entry.id == seen,
            Some(Expected::Nothing) | None => entry.after.is_none(),
        };
        let since = history.iter().take_while(|entry| !is_seen(entry));
        let mut told: Vec<Problem> = since.flat_map(changes).collect();
        told.reverse();
        Ok(Error::Outdated(told))
    }
}

/// Each change of an entry as a problem at its field; the last first.
fn changes(entry: &AuditEntry) -> Vec<Problem> {
    let told = |difference: &Difference| {
        let (by, words) = (&entry.by, difference.words());
        let field = if difference.path.is_empty() { "policy" } else { &difference.path };
        Problem::new(field, "policy.changed", format!("{by} changed this meanwhile: it {words}."))
    };
    differences(entry).iter().rev().map(told).collect()
}

/// What was typed says the same again, and is no difference.
fn differences(entry: &AuditEntry) -> Vec<Difference> {
    let mut all = entry.differences();
    all.retain(|difference| difference.path != "text");
    all
}

fn version(entry: AuditEntry) -> PolicyVersion {
    let differences = differences(&entry);
    let policy = entry.after.and_then(|mut after| {
        let text_of = |after: &Value, name| after.get(name)?.as_str().map(str::to_owned);
        let (name, text) = (text_of(&after, "name")?, text_of(&after, "text"));
        Some((name, after.get_mut("policy").map(Value::take)?, text))
    });
    PolicyVersion { revision: entry.id, by: entry.by, at: entry.at, policy, differences }
}
