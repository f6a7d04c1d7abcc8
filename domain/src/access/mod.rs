//! Who asks, and what they may do. One place answers: [`Actor::may`]. What an actor may comes from access rules:
//! each gives a role on a place, and what the roles may is one table.

mod account;
mod permission;
mod resource;
mod rights;
mod role;
mod rule;
mod set;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{ClientId, Scope, UserId};

pub use account::{
    Application, KEYS_MAX, Session, User, check_client_name, check_email, check_group,
};
pub use permission::{Action, Actions, Permissions};
pub use resource::{Resource, ResourceGroup, ResourceRow, ResourceType};
pub use rights::Rights;
pub use role::{NoRole, Role};
pub use rule::{AccessRule, RuleSubject, SubjectKind};

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub who: Principal,
    /// How people see them: an e-mail address, or the name of a service account.
    pub name: String,
    pub rights: Arc<Rights>,
    /// Names of the groups that they are a member of.
    pub groups: Arc<BTreeSet<String>>,
}

/// What kind of somebody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Principal {
    User(UserId),
    /// A service account.
    Application(ClientId),
    /// Berth itself: a loop, or the first start.
    Berth,
}

/// The actor may not do that.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{who} may not {what}")]
pub struct Forbidden {
    pub who: String,
    pub what: String,
}

impl Actor {
    pub fn new(who: Principal, name: impl Into<String>, rights: Rights) -> Self {
        Self { who, name: name.into(), rights: Arc::new(rights), groups: Arc::default() }
    }

    /// The same as a member of these groups.
    #[must_use]
    pub fn member_of(self, groups: BTreeSet<String>) -> Self {
        Self { groups: Arc::new(groups), ..self }
    }

    /// Berth itself, with every right.
    pub fn berth() -> Self {
        Self::new(Principal::Berth, "Berth", Rights::everything())
    }

    /// Whether this actor may do `action` with `on`: the one place that knows.
    pub fn is_allowed(&self, action: Action, on: Resource) -> bool {
        let (of, scope) = on.place();
        self.rights.allow(action, of, scope)
    }

    /// Like [`Actor::is_allowed`], with a reason to show.
    pub fn may(&self, action: Action, on: Resource) -> Result<(), Forbidden> {
        if self.is_allowed(action, on) {
            return Ok(());
        }
        let (of, scope) = on.place();
        let place = match scope {
            Scope::System | Scope::Account => "",
            Scope::Cluster(_) if of.belongs_to(crate::ScopeLevel::Department) => " of this cluster",
            Scope::Cluster(_) => "",
            Scope::Department(_) if of == ResourceType::Departments => "",
            Scope::Department(_) => " of this department",
            Scope::Project(_) if of == ResourceType::Projects => "",
            Scope::Project(_) => " of this project",
        };
        Err(self.refused(action, of, place))
    }

    /// Whether they may do it somewhere; where, is another question.
    pub fn may_somewhere(&self, action: Action, of: ResourceType) -> Result<(), Forbidden> {
        match self.rights.anywhere().allow(action, of) {
            true => Ok(()),
            false => Err(self.refused(action, of, "")),
        }
    }

    /// Whether this place is there for them: there is something in it that they may see.
    pub fn sees(&self, scope: Scope) -> bool {
        !self.rights.at(scope).is_empty()
    }

    fn refused(&self, action: Action, of: ResourceType, place: &str) -> Forbidden {
        let noun = of.row().title;
        let rest = noun.get(1..).unwrap_or_default();
        // Names such as PVC keep their capitals.
        let is_name = rest.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit());
        let noun = match is_name {
            true => noun.to_owned(),
            false => noun.to_lowercase(),
        };
        Forbidden { who: self.name.clone(), what: format!("{} {noun}{place}", action.verb()) }
    }
}
