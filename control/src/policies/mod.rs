//! Policies of workspaces: reading, writing and removing them (`policies.md` §7, `rest-api.md` §9).

mod compliance;
pub(crate) mod enforcing;
mod showing;
mod standing;

use std::sync::Arc;

use domain::{
    PolicyId, Problem, Scope, Timestamp,
    access::{Action, Actor, Resource},
    policy::{
        Document, Effective, Issue, Reading, RuleKind, SavePlace, StoredPolicy, WorkloadType,
        catalogue::Catalogue, patched, read_value, save,
    },
};
use serde_json::Value;
use store::Change;

use crate::{ControlPlane, Error, Result, World};

pub use compliance::{AssetCompliance, TemplateCompliance};
pub use standing::{Policies, WrittenPolicy};

const OF: WorkloadType = WorkloadType::Workspace;

/// What somebody writes at a scope.
#[derive(Clone, Debug)]
pub struct PolicyWriting {
    pub owner: Scope,
    pub name: String,
    pub content: PolicyContent,
    /// Check and answer, store nothing.
    pub validate_only: bool,
}

/// The whole policy, or a part of it.
#[derive(Clone, Debug)]
pub enum PolicyContent {
    Replace(Value),
    /// The defaults and rules at the paths of `reset` go first.
    Merge {
        changes: Value,
        reset: Vec<String>,
    },
}

/// The policy at a scope: its own, and what comes of it and those above.
#[derive(Clone, Debug)]
pub struct PolicyAt {
    pub owner: Scope,
    pub own: Option<Arc<WrittenPolicy>>,
    pub effective: Arc<Effective>,
    /// What saving warned of.
    pub warnings: Vec<Issue>,
}

impl ControlPlane {
    /// The policies that `actor` may see, by owner.
    pub fn policies(&self, actor: &Actor, world: &World) -> Vec<Arc<WrittenPolicy>> {
        let written = world.policies.written.values();
        let seen = written.filter(|p| may_read(actor, p.stored.owner).is_ok());
        seen.cloned().collect()
    }

    /// The policy at a scope, which need not have one of its own.
    pub fn policy(&self, actor: &Actor, world: &World, owner: Scope) -> Result<PolicyAt> {
        may_read(actor, owner)?;
        let effective = world.effective_at(owner).ok_or_else(|| missing(owner))?;
        Ok(PolicyAt { owner, own: world.policy(owner).cloned(), effective, warnings: vec![] })
    }

    /// Writes the policy of a scope, or a part of it.
    pub async fn write_policy(&self, actor: &Actor, writing: PolicyWriting) -> Result<PolicyAt> {
        may_read(actor, writing.owner)?;
        actor.may(Action::Update, Resource::Policies)?;
        let id = PolicyId(self.inner.chance.uuid());
        let by = actor.name.clone();
        self.change(move |world, now| {
            let (document, warnings) = checked(world, &writing)?;
            let PolicyWriting { owner, name, validate_only, .. } = writing;
            let old = world.policy(owner).map(|p| &p.stored);
            let stored = stored(old, id, (owner, name, document.to_value()), (by, now));
            let policy = Arc::new(WrittenPolicy { stored: stored.clone(), document });
            let above = Effective::of(OF, &standing::above(world, owner).unwrap_or_default());
            let layer = domain::policy::Layer {
                source: Arc::new(world.source(owner)),
                document: policy.document.clone(),
            };
            let effective = Arc::new(above.below(&layer));
            let at = PolicyAt { owner, own: Some(policy), effective, warnings };
            let changes = match validate_only {
                true => vec![],
                false => vec![Change::Policy(Box::new(stored))],
            };
            Ok((changes, at))
        })
        .await
    }

    /// Removes the policy of a scope.
    pub async fn delete_policy(&self, actor: &Actor, owner: Scope) -> Result<()> {
        may_read(actor, owner)?;
        actor.may(Action::Delete, Resource::Policies)?;
        self.change(move |world, _now| {
            world.policy(owner).ok_or_else(|| Error::not_found("policy of", owner))?;
            Ok((vec![Change::DeletePolicy(owner, OF)], ()))
        })
        .await
    }
}

/// Members see what holds in their projects; the rest is the administrator's.
pub(crate) fn may_read(actor: &Actor, owner: Scope) -> Result<()> {
    match owner {
        Scope::Project(id) if actor.is_allowed(Action::Read, Resource::Project(id)) => Ok(()),
        Scope::Project(_) | Scope::System => Err(missing(owner)),
        Scope::Account | Scope::Cluster(_) | Scope::Department(_) => {
            Ok(actor.may(Action::Read, Resource::Policies)?)
        }
    }
}

fn missing(owner: Scope) -> Error {
    Error::not_found(owner.level().noun(), owner.id())
}

/// What is to be stored, and the warnings; or everything that is wrong with it.
fn checked(world: &World, writing: &PolicyWriting) -> Result<(Arc<Document>, Vec<Issue>)> {
    let owner = writing.owner;
    let above = standing::above(world, owner).ok_or_else(|| missing(owner))?;
    let reading = read(world, writing);
    let place = SavePlace {
        of: OF,
        scope: &world.source(owner),
        above: &above,
        below: &world.ways_below(owner),
    };
    let line = world.line_of(owner).unwrap_or_default();
    let report = save(&reading, place, Some(&|id| world.imposable(&line, id)));
    if !report.is_accepted() {
        return Err(Error::Invalid(report.errors.iter().map(problem).collect()));
    }
    Ok((Arc::new(reading.document), report.warnings))
}

fn read(world: &World, writing: &PolicyWriting) -> Reading {
    match &writing.content {
        PolicyContent::Replace(whole) => read_value(whole, OF),
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
    id: PolicyId,
    (owner, name, document): (Scope, String, Value),
    (by, now): (String, Timestamp),
) -> StoredPolicy {
    StoredPolicy {
        id: old.map_or(id, |old| old.id),
        owner,
        workload_type: OF,
        name,
        document,
        created_by: old.map_or_else(|| by.clone(), |old| old.created_by.clone()),
        created_at: old.map_or(now, |old| old.created_at),
        updated_by: by,
        updated_at: now,
    }
}
