//! A place in the tree that owns things: account, cluster, department, project. What belongs to a
//! place may be used everywhere below it (`form-and-assets.md` §5.1).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ClusterId, DepartmentId, ProjectId};

/// Any place in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "level", content = "id")]
pub enum Scope {
    /// Above everything; nobody makes anything there but Berth itself.
    System,
    Account,
    Cluster(ClusterId),
    Department(DepartmentId),
    Project(ProjectId),
}

/// How deep in the tree a place lies. On the wire the account is called `tenant`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScopeLevel {
    System,
    #[serde(rename = "tenant")]
    Account,
    Cluster,
    Department,
    Project,
}

impl ScopeLevel {
    pub const ALL: [Self; 5] =
        [Self::System, Self::Account, Self::Cluster, Self::Department, Self::Project];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Account => "tenant",
            Self::Cluster => "cluster",
            Self::Department => "department",
            Self::Project => "project",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }

    /// The word that people use.
    pub fn noun(self) -> &'static str {
        match self {
            Self::System => "platform",
            Self::Account => "account",
            Self::Cluster => "cluster",
            Self::Department => "department",
            Self::Project => "project",
        }
    }
}

impl Scope {
    /// The place of that level and id, as [`Scope::level`] and [`Scope::id`] give them.
    pub fn of(level: ScopeLevel, id: &str) -> Option<Self> {
        match level {
            ScopeLevel::System => id.is_empty().then_some(Self::System),
            ScopeLevel::Account => id.is_empty().then_some(Self::Account),
            ScopeLevel::Cluster => id.parse().ok().map(Self::Cluster),
            ScopeLevel::Department => id.parse().ok().map(Self::Department),
            ScopeLevel::Project => id.parse().ok().map(Self::Project),
        }
    }

    pub fn level(self) -> ScopeLevel {
        match self {
            Self::System => ScopeLevel::System,
            Self::Account => ScopeLevel::Account,
            Self::Cluster(_) => ScopeLevel::Cluster,
            Self::Department(_) => ScopeLevel::Department,
            Self::Project(_) => ScopeLevel::Project,
        }
    }

    /// The id of the unit; empty where a server has one such place.
    pub fn id(self) -> String {
        match self {
            Self::System | Self::Account => String::new(),
            Self::Cluster(id) => id.to_string(),
            Self::Department(id) => id.to_string(),
            Self::Project(id) => id.to_string(),
        }
    }
}

/// In the words that people use.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = self.level().noun();
        match self {
            Self::System | Self::Account => write!(f, "the {noun}"),
            Self::Cluster(_) | Self::Department(_) | Self::Project(_) => {
                write!(f, "{noun} {}", self.id())
            }
        }
    }
}

/// The way from the account down to a place: the units that it passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub cluster: Option<ClusterId>,
    pub department: Option<DepartmentId>,
    pub project: Option<ProjectId>,
}

impl Line {
    /// The places that the line passes, the account first.
    pub fn scopes(&self) -> Vec<Scope> {
        let below = [
            self.cluster.map(Scope::Cluster),
            self.department.map(Scope::Department),
            self.project.map(Scope::Project),
        ];
        [Scope::Account].into_iter().chain(below.into_iter().flatten()).collect()
    }

    /// Whether `scope` is the place at the end of the line, or one above it: what belongs to `scope`
    /// may be used there.
    pub fn passes(&self, scope: Scope) -> bool {
        match scope {
            Scope::System | Scope::Account => true,
            Scope::Cluster(id) => self.cluster == Some(id),
            Scope::Department(id) => self.department == Some(id),
            Scope::Project(id) => self.project == Some(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_above_a_project_may_be_used_in_it_and_nothing_beside_it() {
        let (a, b) = (ClusterId(uuid::Uuid::from_u128(1)), ClusterId(uuid::Uuid::from_u128(2)));
        let line = Line {
            cluster: Some(a),
            department: Some(DepartmentId(1)),
            project: Some(ProjectId(1)),
        };
        let above = [
            Scope::System,
            Scope::Account,
            Scope::Cluster(a),
            Scope::Department(DepartmentId(1)),
            Scope::Project(ProjectId(1)),
        ];
        assert!(above.into_iter().all(|scope| line.passes(scope)));
        let beside =
            [Scope::Cluster(b), Scope::Department(DepartmentId(2)), Scope::Project(ProjectId(2))];
        assert!(!beside.into_iter().any(|scope| line.passes(scope)));
        let account = Line::default();
        assert!(account.passes(Scope::Account) && !account.passes(Scope::Cluster(a)));
    }

    #[test]
    fn levels_have_the_names_of_the_wire() {
        for level in ScopeLevel::ALL {
            let id = if level == ScopeLevel::Cluster {
                "00000000-0000-0000-0000-000000000001"
            } else {
                "7"
            };
            let id = if level <= ScopeLevel::Account { "" } else { id };
            let place = Scope::of(level, id).map(|place| (place.level(), place.id()));
            assert_eq!(place, Some((level, id.to_owned())));
            assert_eq!(Scope::of(level, "x"), None);
            assert_eq!(serde_json::to_value(level).unwrap(), level.name());
            assert_eq!(ScopeLevel::named(level.name()), Some(level));
        }
    }
}
