//! Who asks, and what they may do. One place answers: [`Actor::may`]. Roles and access rules grow
//! here; today there are the system administrator and the members of a project.

mod account;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{ClientId, ProjectId, Scope, UserId};

pub use account::{Application, Session, User};

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    pub who: Principal,
    /// How people see them: an e-mail address, or an application's name.
    pub name: String,
    /// The system administrator may do everything.
    pub is_admin: bool,
    /// The projects they are a member of.
    pub projects: BTreeSet<ProjectId>,
}

/// What kind of somebody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Principal {
    User(UserId),
    Application(ClientId),
    /// Berth itself: a loop, or the first start.
    Berth,
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Create,
    Read,
    Update,
    Delete,
}

/// With what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// A workload of this project, or the wish to make one.
    Workload(ProjectId),
    Project(ProjectId),
    /// Any project, to make a new one.
    AnyProject,
    Department,
    /// Clusters, node pools and nodes.
    Hardware,
    /// Users and applications.
    Identity,
    /// Policies of the account, clusters and departments, and writing any.
    Policies,
    /// General settings, and what was changed by whom.
    Settings,
    /// Assets and templates that belong to this place.
    Asset(Scope),
}

/// The actor may not do that.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{who} may not {what}")]
pub struct Forbidden {
    pub who: String,
    pub what: String,
}

impl Actor {
    /// Berth itself, with every right.
    pub fn berth() -> Self {
        let projects = BTreeSet::new();
        Self { who: Principal::Berth, name: "Berth".into(), is_admin: true, projects }
    }

    /// Whether this actor may do `action` with `on`: the one place that knows.
    pub fn is_allowed(&self, action: Action, on: Resource) -> bool {
        if self.is_admin {
            return true;
        }
        match (on, action) {
            (Resource::Workload(project), _) => self.projects.contains(&project),
            (Resource::Project(project), Action::Read) => self.projects.contains(&project),
            (Resource::Asset(Scope::Project(project)), _) => self.projects.contains(&project),
            (Resource::Hardware | Resource::Department, Action::Read) => !self.projects.is_empty(),
            (Resource::Project(_) | Resource::AnyProject | Resource::Identity, _)
            | (Resource::Hardware | Resource::Department | Resource::Asset(_), _)
            | (Resource::Policies | Resource::Settings, _) => false,
        }
    }

    /// Like [`Actor::is_allowed`], with a reason to show.
    pub fn may(&self, action: Action, on: Resource) -> Result<(), Forbidden> {
        if self.is_allowed(action, on) {
            return Ok(());
        }
        let verb = match action {
            Action::Create => "create",
            Action::Read => "see",
            Action::Update => "change",
            Action::Delete => "delete",
        };
        let noun = match on {
            Resource::Workload(_) => "workloads of this project",
            Resource::Project(_) | Resource::AnyProject => "projects",
            Resource::Department => "departments",
            Resource::Hardware => "clusters and nodes",
            Resource::Identity => "users and applications",
            Resource::Policies => "policies",
            Resource::Settings => "settings",
            Resource::Asset(Scope::Project(_)) => "assets and templates of this project",
            Resource::Asset(_) => "assets and templates outside of their projects",
        };
        Err(Forbidden { who: self.name.clone(), what: format!("{verb} {noun}") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_reaches_the_own_project_only() {
        let who = Principal::Berth;
        let projects = BTreeSet::from([ProjectId(1)]);
        let member = Actor { who, name: "m".into(), is_admin: false, projects };
        assert!(member.is_allowed(Action::Create, Resource::Workload(ProjectId(1))));
        assert!(!member.is_allowed(Action::Read, Resource::Workload(ProjectId(2))));
        assert!(!member.is_allowed(Action::Update, Resource::Project(ProjectId(1))));
        assert!(!member.is_allowed(Action::Read, Resource::Identity));
    }
}
