//! Policies of workspaces: reading, writing and removing them (`policies.md` §7, `rest-api.md` §9).

mod compliance;
mod drafting;
pub(crate) mod enforcing;
mod replaying;
mod showing;
mod standing;
mod versions;
mod writing;

use std::sync::Arc;

use domain::{
    Scope,
    access::{Action, Actor, Resource},
    policy::{Effective, Issue, WorkloadType},
};

use crate::{ControlPlane, Error, Result, World};

pub use compliance::{AssetCompliance, TemplateCompliance};
pub use drafting::PolicyDraft;
pub use replaying::{Replay, ReplayedWorkload};
pub use standing::{Policies, WrittenPolicy};
pub use versions::PolicyVersion;
pub use writing::{Expected, PolicyContent, PolicyWriting};

const OF: WorkloadType = WorkloadType::Workspace;

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
}

/// Who may see a policy: of a project that one may not see there is none.
pub(crate) fn may_read(actor: &Actor, owner: Scope) -> Result<()> {
    match owner {
        Scope::Project(_) if actor.is_allowed(Action::Read, Resource::Policy(owner)) => Ok(()),
        Scope::Project(_) | Scope::System => Err(missing(owner)),
        Scope::Account | Scope::Cluster(_) | Scope::Department(_) => {
            Ok(actor.may(Action::Read, Resource::Policy(owner))?)
        }
    }
}

fn missing(owner: Scope) -> Error {
    Error::not_found(owner.level().noun(), owner.id())
}
