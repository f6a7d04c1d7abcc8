//! Access rules: a subject has a role on a place. A rule is made and ended, never changed.

use serde::{Deserialize, Serialize};

use crate::{AccessRuleId, ClientId, Scope, Timestamp, UserId};

use super::{Principal, Role};

/// Who has the role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "type", content = "id")]
pub enum RuleSubject {
    User(UserId),
    ServiceAccount(ClientId),
    /// By name; it need not be known.
    Group(String),
}

/// What kind of subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectKind {
    User,
    ServiceAccount,
    Group,
}

impl SubjectKind {
    pub const ALL: [Self; 3] = [Self::User, Self::ServiceAccount, Self::Group];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::ServiceAccount => "service-account",
            Self::Group => "group",
        }
    }

    /// For people.
    pub fn title(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::ServiceAccount => "Service account",
            Self::Group => "Group",
        }
    }

    /// `app` is the old word for a service account.
    pub fn named(name: &str) -> Option<Self> {
        let name = if name == "app" { "service-account" } else { name };
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl RuleSubject {
    pub fn kind(&self) -> SubjectKind {
        match self {
            Self::User(_) => SubjectKind::User,
            Self::ServiceAccount(_) => SubjectKind::ServiceAccount,
            Self::Group(_) => SubjectKind::Group,
        }
    }

    /// Whether the rule is about this principal.
    pub fn is(&self, who: Principal) -> bool {
        match (self, who) {
            (Self::User(id), Principal::User(own)) => *id == own,
            (Self::ServiceAccount(id), Principal::Application(own)) => *id == own,
            _ => false,
        }
    }
}

/// A subject is a role on a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessRule {
    pub id: AccessRuleId,
    pub subject: RuleSubject,
    pub role: Role,
    pub scope: Scope,
    pub created_by: String,
    pub created_at: Timestamp,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
}
