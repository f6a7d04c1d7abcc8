//! What scheduling rules come to for one workload: resolved when it is submitted, kept with it.

use domain::{
    Problem, ProjectId, ScopeRef,
    org::{Department, Project},
    reason::ScopeKind,
    rules::{LimitKind, Rules},
    submission::Submission,
    workload::Workload,
};

use crate::{Error, Result, World};

/// The node types that the rules of a project and its department leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedTypes {
    /// Each with what people call it.
    pub types: Vec<(String, String)>,
    /// What is allowed, as a sentence.
    pub words: String,
}

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

    /// Gives a workspace that is submitted now the limits of its project and department.
    pub(crate) fn limit(&self, workload: &mut Workload) {
        let Some((project, department)) = self.with_department(workload.project) else { return };
        let scope = |kind, name: &dyn ToString| ScopeRef { kind, name: name.to_string() };
        let limit = |kind| {
            let own = (&project.rules, scope(ScopeKind::Project, &project.name));
            let above = (&department.rules, scope(ScopeKind::Department, &department.name));
            Rules::limit(kind, own, above)
        };
        let idle = match workload.spec.is_preemptible() {
            true => LimitKind::PreemptibleIdle,
            false => LimitKind::WorkspaceIdle,
        };
        (workload.run_limit, workload.idle_limit) = (limit(LimitKind::WorkspaceTime), limit(idle));
    }

    /// The node types of which workspaces of a project must be; `None` where any will do.
    pub fn node_types(&self, id: ProjectId) -> Option<AllowedTypes> {
        let (project, department) = self.with_department(id)?;
        let allowed = project.rules.workspace_types(&department.rules)?;
        let named = allowed.iter().map(|kind| (kind.clone(), called(project, department, kind)));
        let types: Vec<_> = named.collect();
        let names = types.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ");
        let words = match types.is_empty() {
            true => {
                format!("Project {} and its department allow no node type together", project.name)
            }
            false => format!("Project {} allows the node types {names}", project.name),
        };
        Some(AllowedTypes { types, words })
    }

    /// What the rules on node types do not allow.
    pub(crate) fn wrong_node_type(&self, id: ProjectId, of: &Submission) -> Option<Problem> {
        let allowed = self.node_types(id)?;
        let named = of.node_type.as_deref().filter(|name| !name.is_empty());
        let key = match named {
            None => "nodetype.required",
            Some(name) if allowed.types.iter().any(|(one, _)| one == name) => return None,
            Some(_) => "nodetype.denied",
        };
        Some(Problem::new("spec.nodeType", key, allowed.words))
    }
}

/// A node type as the project calls it, else the department.
fn called(project: &Project, department: &Department, kind: &str) -> String {
    let own = project.rules.node_types.name(kind);
    let name = if own == kind { department.rules.node_types.name(kind) } else { own };
    if name == kind { name.to_owned() } else { format!("{name} ({kind})") }
}
