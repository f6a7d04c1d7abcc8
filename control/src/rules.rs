//! What scheduling rules come to for one workload: resolved when it is submitted, kept with it.

use domain::{
    Problem, ProjectId, ScopeRef,
    org::{Department, Project},
    reason::ScopeKind,
    rules::{Rules, RunLimit},
    submission::Submission,
};

use crate::{Error, Result, World};

/// Refuses rules that are none, and those that loosen the department's. What was saved before is not asked again.
pub(crate) fn right(rules: &Rules, above: Option<&Rules>) -> Result<()> {
    match rules.check(above) {
        wrong if wrong.is_empty() => Ok(()),
        wrong => Err(Error::Invalid(wrong)),
    }
}

impl World {
    fn with_department(&self, id: ProjectId) -> Option<(&Project, &Department)> {
        let project = self.projects.get(&id)?;
        Some((project, self.departments.get(&project.department)?))
    }

    /// How long a workspace that is submitted now may run.
    pub(crate) fn run_limit(&self, id: ProjectId) -> Option<RunLimit> {
        let (project, department) = self.with_department(id)?;
        let scope = |kind, name: &dyn ToString| ScopeRef { kind, name: name.to_string() };
        let own = (&project.rules, scope(ScopeKind::Project, &project.name));
        let above = (&department.rules, scope(ScopeKind::Department, &department.name));
        Rules::run_limit(own, above)
    }

    /// What the rules on node types do not allow.
    pub(crate) fn wrong_node_type(&self, id: ProjectId, of: &Submission) -> Option<Problem> {
        let (project, department) = self.with_department(id)?;
        let allowed = project.rules.workspace_types(&department.rules)?;
        let named = of.node_type.as_deref().filter(|name| !name.is_empty());
        if named.is_some_and(|name| allowed.iter().any(|one| one == name)) {
            return None;
        }
        let message = match allowed.is_empty() {
            true => {
                format!("Project {} and its department allow no node type together", project.name)
            }
            false => {
                format!("Project {} allows the node types {}", project.name, allowed.join(", "))
            }
        };
        let key = if named.is_none() { "nodeType.required" } else { "nodeType.denied" };
        Some(Problem::new("spec.nodeType", key, message))
    }
}
