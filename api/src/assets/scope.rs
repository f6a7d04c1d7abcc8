//! How a scope is written in assets: the level by name, and the id of the unit in a field of its own
//! (`rest-api.md` §7.1). The id of a project is an integer here.

use domain::{ClusterId, DepartmentId, Problem, ProjectId, Scope, ScopeLevel};
use serde::{Deserialize, Serialize};

use super::AssetCreationMeta;

/// The ids of a scope.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ScopeFields {
    pub cluster_id: Option<ClusterId>,
    pub department_id: Option<DepartmentId>,
    pub project_id: Option<i32>,
}

impl ScopeFields {
    pub fn of(scope: Scope) -> Self {
        let none = Self::default();
        match scope {
            Scope::System | Scope::Account => none,
            Scope::Cluster(id) => Self { cluster_id: Some(id), ..none },
            Scope::Department(id) => Self { department_id: Some(id), ..none },
            Scope::Project(id) => Self { project_id: Some(id.0), ..none },
        }
    }
}

/// Reading a scope from a request.
pub trait ScopeOf {
    /// The scope, or what is wrong with it.
    fn read_scope(&self) -> Result<Scope, Problem>;
}

impl ScopeOf for AssetCreationMeta {
    fn read_scope(&self) -> Result<Scope, Problem> {
        let needs = |field: &str| {
            let message = format!("Must be given with the scope {}", self.scope);
            Problem::new(format!("meta.{field}"), "scope.id", message)
        };
        match ScopeLevel::named(&self.scope) {
            Some(ScopeLevel::System) => Ok(Scope::System),
            Some(ScopeLevel::Account) => Ok(Scope::Account),
            Some(ScopeLevel::Cluster) => {
                self.cluster_id.map(Scope::Cluster).ok_or_else(|| needs("clusterId"))
            }
            Some(ScopeLevel::Department) => {
                self.department_id.map(Scope::Department).ok_or_else(|| needs("departmentId"))
            }
            Some(ScopeLevel::Project) => {
                let id = self.project_id.map(|id| Scope::Project(ProjectId(id)));
                id.ok_or_else(|| needs("projectId"))
            }
            None => Err(unknown_level("meta.scope")),
        }
    }
}

/// A level that there is not, at this field.
pub(crate) fn unknown_level(field: &str) -> Problem {
    let names = ["tenant", "cluster", "department", "project"].join(", ");
    Problem::new(field, "scope.level", format!("Must be one of {names}"))
}
