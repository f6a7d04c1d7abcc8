//! Writing policies: checked before they are stored, never over what somebody else has written
//! meanwhile, and every change kept with who made it.

use std::sync::Arc;

use domain::{
    AuditId, PolicyId, Problem, Scope, Timestamp,
    access::{Action, Actor, Resource},
    audit::{AuditEntry, Subject},
    policy::{
        Document, Effective, Issue, Layer, Reading, RuleKind, SavePlace, SaveReport, StoredPolicy,
        catalogue::Catalogue, patched, read_text, read_value, save,
    },
};
use serde_json::{Value, json};
use store::Change;

use super::{OF, PolicyAt, WrittenPolicy, may_read, missing, standing};
use crate::{ControlPlane, Error, Result, World};

/// What somebody writes at a scope.
#[derive(Clone, Debug)]
pub struct PolicyWriting {
    pub owner: Scope,
    pub name: String,
    pub content: PolicyContent,
    /// What is to be there still; `None` writes over whatever is there.
    pub expected: Option<Expected>,
    /// Check and answer, store nothing.
    pub validate_only: bool,
}

/// What a writer has seen at a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// No policy.
    Nothing,
    /// The policy as this change left it.
    Revision(AuditId),
}

/// The whole policy, or a part of it.
#[derive(Clone, Debug)]
pub enum PolicyContent {
    Replace(Value),
    /// The whole policy as YAML or JSON, which is kept as it was typed.
    Text(String),
    /// The defaults and rules at the paths of `reset` go first.
    Merge {
        changes: Value,
        reset: Vec<String>,
    },
}

/// Ids of one change, and who makes it.
struct Making {
    policy: PolicyId,
    change: AuditId,
    by: String,
}

impl ControlPlane {
    /// Writes the policy of a scope, or a part of it.
    pub async fn write_policy(&self, actor: &Actor, writing: PolicyWriting) -> Result<PolicyAt> {
        may_read(actor, writing.owner)?;
        actor.may(Action::Update, Resource::Policy(writing.owner))?;
        let making = self.making(actor);
        let (owner, expected) = (writing.owner, writing.expected);
        let written = self.change(move |world, now| written(world, writing, making, now)).await;
        match written {
            Err(Error::Outdated(_)) => Err(self.outdated(owner, expected).await?),
            written => written,
        }
    }

    /// Removes the policy of a scope.
    pub async fn delete_policy(
        &self,
        actor: &Actor,
        owner: Scope,
        expected: Option<Expected>,
    ) -> Result<()> {
        may_read(actor, owner)?;
        actor.may(Action::Delete, Resource::Policy(owner))?;
        let making = self.making(actor);
        let deleted = self.change(move |world, now| {
            let old = world.policy(owner).ok_or_else(|| Error::not_found("policy of", owner))?;
            is_as_expected(Some(&old.stored), expected)?;
            let entry = entry(owner, making, now, Some(&old.stored), None);
            Ok((vec![Change::DeletePolicy(owner, OF), entry], ()))
        });
        match deleted.await {
            Err(Error::Outdated(_)) => Err(self.outdated(owner, expected).await?),
            deleted => deleted,
        }
    }

    fn making(&self, actor: &Actor) -> Making {
        Making {
            policy: PolicyId(self.inner.chance.uuid()),
            change: AuditId(self.inner.chance.uuid()),
            by: actor.name.clone(),
        }
    }
}

fn is_as_expected(standing: Option<&StoredPolicy>, expected: Option<Expected>) -> Result<()> {
    let is = match (expected, standing) {
        (None, _) | (Some(Expected::Nothing), None) => true,
        (Some(Expected::Nothing), Some(_)) => false,
        (Some(Expected::Revision(seen)), standing) => {
            standing.and_then(|policy| policy.revision) == Some(seen)
        }
    };
    if is { Ok(()) } else { Err(Error::Outdated(vec![])) }
}

fn written(
    world: &World,
    writing: PolicyWriting,
    making: Making,
    now: Timestamp,
) -> Result<(Vec<Change>, PolicyAt)> {
    let owner = writing.owner;
    let old = world.policy(owner).map(|policy| &policy.stored);
    is_as_expected(old, writing.expected)?;
    let (document, warnings) = checked(world, &writing)?;
    let stored = stored(old, &writing, &document, &making, now);
    let policy = Arc::new(WrittenPolicy { stored: stored.clone(), document });
    let above = Effective::of(OF, &standing::above(world, owner).unwrap_or_default());
    let layer = Layer { source: Arc::new(world.source(owner)), document: policy.document.clone() };
    let effective = Arc::new(above.below(&layer));
    let at = PolicyAt { owner, own: Some(policy), effective, warnings };
    if writing.validate_only {
        return Ok((vec![], at));
    }
    let entry = entry(owner, making, now, old, Some(&stored));
    Ok((vec![Change::Policy(Box::new(stored)), entry], at))
}

/// What is written down about a change.
fn entry(
    owner: Scope,
    Making { change: id, by, .. }: Making,
    at: Timestamp,
    before: Option<&StoredPolicy>,
    after: Option<&StoredPolicy>,
) -> Change {
    let kept = |policy: &StoredPolicy| json!({"name": policy.name, "policy": policy.document, "text": policy.text});
    let (before, after) = (before.map(kept), after.map(kept));
    let subject = Subject::Policy { owner, workload_type: OF };
    Change::Audit(Box::new(AuditEntry { id, at, by, subject, before, after }))
}

/// What is to be stored, and the warnings; or everything that is wrong with it.
pub(super) fn checked(
    world: &World,
    writing: &PolicyWriting,
) -> Result<(Arc<Document>, Vec<Issue>)> {
    let reading = read(world, writing);
    let report = report(world, writing.owner, &reading)?;
    if !report.is_accepted() {
        return Err(Error::Invalid(report.errors.iter().map(problem).collect()));
    }
    Ok((Arc::new(reading.document), report.warnings))
}

/// What saving would say to what was read.
pub(super) fn report(world: &World, owner: Scope, reading: &Reading) -> Result<SaveReport> {
    let above = standing::above(world, owner).ok_or_else(|| missing(owner))?;
    let place = SavePlace {
        of: OF,
        scope: &world.source(owner),
        above: &above,
        below: &world.ways_below(owner),
    };
    let line = world.line_of(owner).unwrap_or_default();
    Ok(save(reading, place, Some(&|id| world.imposable(&line, id))))
}

fn read(world: &World, writing: &PolicyWriting) -> Reading {
    match &writing.content {
        PolicyContent::Replace(whole) => read_value(whole, OF),
        PolicyContent::Text(text) => read_text(text, OF),
        PolicyContent::Merge { changes, reset } => {
            let own = world.policy(writing.owner).map(|policy| policy.document.clone());
            let own = own.unwrap_or_else(|| Arc::new(Document::empty(Catalogue::of(OF))));
            patched(&own, changes, reset, OF)
        }
    }
}

fn problem(issue: &Issue) -> Problem {
    let field = match issue.field.as_str() {
        "" => "policy",
        field => field,
    };
    Problem::new(field, issue.code(), issue.details())
        .with_rule(issue.rule.map(RuleKind::name), issue.source.clone())
}

fn stored(
    old: Option<&StoredPolicy>,
    writing: &PolicyWriting,
    document: &Document,
    making: &Making,
    now: Timestamp,
) -> StoredPolicy {
    StoredPolicy {
        id: old.map_or(making.policy, |old| old.id),
        owner: writing.owner,
        workload_type: OF,
        name: writing.name.clone(),
        document: document.to_value(),
        text: match &writing.content {
            PolicyContent::Text(text) => Some(text.clone()),
            PolicyContent::Replace(_) | PolicyContent::Merge { .. } => None,
        },
        revision: Some(making.change),
        created_by: old.map_or_else(|| making.by.clone(), |old| old.created_by.clone()),
        created_at: old.map_or(now, |old| old.created_at),
        updated_by: making.by.clone(),
        updated_at: now,
    }
}
