//! The written policies, and what they come to for each project. It is worked out when something
//! changes, never when somebody asks.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    ClusterId, DepartmentId, ProjectId, Scope,
    policy::{Document, Effective, Layer, Source, StoredPolicy, WorkloadType, read_value, system},
    settings::Setting,
};

use crate::World;

/// A written policy, as it is kept and as it was understood.
#[derive(Clone, Debug)]
pub struct WrittenPolicy {
    pub stored: StoredPolicy,
    pub document: Arc<Document>,
}

impl WrittenPolicy {
    pub fn of(stored: StoredPolicy) -> Self {
        let document = Arc::new(read_value(&stored.document, stored.workload_type).document);
        Self { stored, document }
    }
}

/// The policies of workspaces.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    pub written: BTreeMap<(Scope, WorkloadType), Arc<WrittenPolicy>>,
    pub(crate) effective: BTreeMap<ProjectId, Arc<Effective>>,
}

impl World {
    /// The policy that an owner has itself.
    pub fn policy(&self, owner: Scope) -> Option<&Arc<WrittenPolicy>> {
        self.policies.written.get(&(owner, WorkloadType::Workspace))
    }

    /// What the workspaces of a project are checked against.
    pub fn effective_policy(&self, project: ProjectId) -> Arc<Effective> {
        let kept = self.policies.effective.get(&project).cloned();
        kept.unwrap_or_else(|| Arc::new(root()))
    }

    /// The owners on the way down to `owner`, itself the last; `None` when it does not exist, or
    /// cannot own a policy.
    pub fn way_to(&self, owner: Scope) -> Option<Vec<Scope>> {
        let line = self.line_of(owner).filter(|_| owner != Scope::System);
        line.map(|line| line.scopes())
    }

    /// The written policies of these owners.
    pub fn layers(&self, owners: &[Scope]) -> Vec<Layer> {
        owners.iter().filter_map(|owner| self.layer(*owner)).collect()
    }

    fn layer(&self, owner: Scope) -> Option<Layer> {
        let document = self.policy(owner)?.document.clone();
        Some(Layer { source: Arc::new(self.source(owner)), document })
    }

    /// How messages call an owner.
    pub fn source(&self, owner: Scope) -> Source {
        let name = match owner {
            Scope::System => return Source::system(),
            Scope::Account => Some(self.settings.text(Setting::AccountName)),
            Scope::Cluster(id) => self.clusters.get(&id).map(|c| c.name.clone()),
            Scope::Department(id) => self.departments.get(&id).map(|d| d.name.to_string()),
            Scope::Project(id) => self.projects.get(&id).map(|p| p.name.to_string()),
        };
        Source::new(owner.level(), owner.id(), name.unwrap_or_default())
    }

    /// The effective policy at an owner that need not be a project.
    pub fn effective_at(&self, owner: Scope) -> Option<Arc<Effective>> {
        let way = self.way_to(owner)?;
        if !self.settings.is_on(Setting::Policies) {
            return Some(Arc::new(root()));
        }
        Some(match owner {
            Scope::Project(id) => self.effective_policy(id),
            _ => self.layers(&way).iter().fold(Arc::new(root()), |at, l| Arc::new(at.below(l))),
        })
    }

    /// Works out anew what each project has. Scopes without a policy share what is above them. While
    /// policies are switched off, only the built-in one holds.
    pub(crate) fn reconcile_policies(&mut self) {
        if !self.settings.is_on(Setting::Policies) {
            return self.policies.effective.clear();
        }
        let below = |above: &Arc<Effective>, owner| match self.layer(owner) {
            Some(layer) => Arc::new(above.below(&layer)),
            None => above.clone(),
        };
        let account = below(&Arc::new(root()), Scope::Account);
        let clusters: BTreeMap<_, _> =
            self.clusters.keys().map(|id| (*id, below(&account, Scope::Cluster(*id)))).collect();
        let department = |id: &DepartmentId, of: &ClusterId| {
            let above = clusters.get(of).unwrap_or(&account);
            (*id, below(above, Scope::Department(*id)))
        };
        let departments: BTreeMap<_, _> =
            self.departments.iter().map(|(id, d)| department(id, &d.cluster)).collect();
        let project = |id: &ProjectId, of: &DepartmentId| {
            let above = departments.get(of).unwrap_or(&account);
            (*id, below(above, Scope::Project(*id)))
        };
        let effective = self.projects.iter().map(|(id, p)| project(id, &p.department)).collect();
        self.policies.effective = effective;
    }

    /// Forgets the policies of an owner that is gone.
    pub(crate) fn forget_policies(&mut self, owner: Scope) {
        self.policies.written.retain(|(of, _), _| *of != owner);
    }

    /// For each written policy below `owner`: the policies on the way down to it, itself the last.
    pub fn ways_below(&self, owner: Scope) -> Vec<Vec<Layer>> {
        let way = |of: &Scope| {
            let way = self.way_to(*of)?;
            let at = way.iter().position(|on| *on == owner)?;
            (*of != owner).then(|| self.layers(&way[at + 1..]))
        };
        let owners = self.policies.written.keys();
        let workspaces = owners.filter(|(_, of)| *of == WorkloadType::Workspace);
        workspaces.filter_map(|(of, _)| way(of)).collect()
    }
}

/// What holds where nobody has written anything.
fn root() -> Effective {
    Effective::of(WorkloadType::Workspace, [&system(WorkloadType::Workspace)])
}

/// The built-in policy is above everything.
pub(crate) fn above(world: &World, owner: Scope) -> Option<Vec<Layer>> {
    let mut way = world.way_to(owner)?;
    way.pop();
    let mut layers = vec![system(WorkloadType::Workspace)];
    layers.extend(world.layers(&way));
    Some(layers)
}
