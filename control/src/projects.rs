//! Projects: making, seeing, changing and removing them, and what they are promised.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    ClusterId, DepartmentId, NameProblem, NodePoolId, NodePoolName, ProjectId, ProjectName,
    Resources, Scope,
    access::{Action, Actor, Resource, ResourceType},
    audit::Subject,
    name::{check_text, is_dns_label},
    node::{Node, NodePool},
    org::{PoolQuota, Project},
    rules::Rules,
    workload::Workload,
};
use store::Change;

use crate::{
    ControlPlane, Error, Result, UsageByPool, World,
    changes::changed,
    quotas::{covers_what_runs, within_department, within_limits},
    rules::right,
};

/// A project as somebody asks for it.
#[derive(Clone, Debug)]
pub struct NewProject {
    pub cluster: ClusterId,
    /// None: the department `default` of the cluster.
    pub department: Option<DepartmentId>,
    pub name: String,
    pub description: String,
    pub requested_namespace: Option<String>,
    pub quotas: BTreeMap<NodePoolId, PoolQuota>,
    pub default_node_pools: Vec<NodePoolName>,
    pub rules: Rules,
}

/// What somebody changes about a project.
#[derive(Clone, Debug, Default)]
pub struct ProjectChange {
    pub description: Option<String>,
    pub default_node_pools: Option<Vec<NodePoolName>>,
    /// `None`: as they are.
    pub rules: Option<Rules>,
    pub quotas: BTreeMap<NodePoolId, PoolQuota>,
    /// Pools that are not in `quotas` lose theirs.
    pub replace_quotas: bool,
}

/// What a project or department uses in one pool.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    pub allocated: Resources,
    pub non_preemptible: Resources,
    /// Allocated and waited for.
    pub requested: Resources,
}

impl ControlPlane {
    /// Every project that `actor` may see, by id.
    pub fn projects(&self, actor: &Actor, world: &World) -> Vec<Arc<Project>> {
        let seen = |p: &&Arc<Project>| actor.is_allowed(Action::Read, Resource::Project(p.id));
        world.projects.values().filter(seen).cloned().collect()
    }

    pub fn project(&self, actor: &Actor, world: &World, id: ProjectId) -> Result<Arc<Project>> {
        let project = world.projects.get(&id);
        let seen = project.filter(|p| actor.is_allowed(Action::Read, Resource::Project(p.id)));
        seen.cloned().ok_or_else(|| Error::not_found("project", id))
    }

    pub async fn create_project(&self, actor: &Actor, new: NewProject) -> Result<Arc<Project>> {
        actor.may_somewhere(Action::Create, ResourceType::Projects)?;
        let (actor, scribe) = (actor.clone(), self.scribe(actor));
        self.change(move |world, now| {
            let (id, number) = world.next_project();
            let project = Arc::new(new_project(world, id, new, &actor, now)?);
            within_limits(world, &BTreeMap::new(), &project.quotas)?;
            within_department(world, &project)?;
            let subject = Subject::Project { id: project.id };
            let entry = scribe.entry(now, subject, None, Some(&*project));
            Ok((vec![Change::Project((*project).clone()), number, entry], project))
        })
        .await
    }

    pub async fn update_project(
        &self,
        actor: &Actor,
        id: ProjectId,
        change: ProjectChange,
    ) -> Result<Arc<Project>> {
        self.project(actor, &self.world(), id)?;
        actor.may(Action::Update, Resource::Project(id))?;
        let scribe = self.scribe(actor);
        self.change(move |world, now| {
            let before = world.projects.get(&id).ok_or_else(|| Error::not_found("project", id))?;
            let mut project = (**before).clone();
            checked_description(change.description.as_deref().unwrap_or_default())?;
            let pools = change.default_node_pools.as_deref().unwrap_or_default();
            known_pools(world, project.cluster, &change.quotas, pools)?;
            if change.replace_quotas {
                project.quotas.clear();
            }
            project.quotas.extend(change.quotas);
            let old = &before.quotas;
            if project.quotas != *old {
                within_limits(world, old, &project.quotas)?;
                covers_what_runs(world, &project)?;
                within_department(world, &project)?;
            }
            if let Some(rules) = change.rules.filter(|rules| *rules != project.rules) {
                let department = world.departments.get(&project.department);
                right(&rules, department.map(|department| &department.rules))?;
                project.rules = rules;
            }
            project.description = change.description.unwrap_or(project.description);
            project.default_node_pools =
                change.default_node_pools.unwrap_or(project.default_node_pools);
            if project == **before {
                return Ok((vec![], before.clone()));
            }
            project.updated_at = now;
            let entry = scribe.entry(now, Subject::Project { id }, Some(&**before), Some(&project));
            Ok((vec![Change::Project(project.clone()), entry], Arc::new(project)))
        })
        .await
    }

    /// Deletes a project with its workloads. True when nothing is left of it; false while workloads
    /// are still being removed: call again then.
    pub async fn delete_project(&self, actor: &Actor, id: ProjectId) -> Result<bool> {
        self.project(actor, &self.world(), id)?;
        actor.may(Action::Delete, Resource::Project(id))?;
        let scribe = self.scribe(actor);
        self.change(move |world, now| {
            let project = world.projects.get(&id).ok_or_else(|| Error::not_found("project", id))?;
            let workloads: Vec<_> = world.live().filter(|w| w.project == id).collect();
            if workloads.is_empty() {
                let mut changes = world.belongings(Scope::Project(id))?;
                changes.extend(world.without_rules(|rule| rule.scope == Scope::Project(id), now));
                changes.push(Change::DeleteProject(id));
                changes.push(scribe.entry(now, Subject::Project { id }, Some(&**project), None));
                return Ok((changes, true));
            }
            let delete = |workload: &&Arc<Workload>| {
                let mut workload = (***workload).clone();
                workload.delete(&scribe.by, now);
                (!workload.news.is_empty()).then(|| changed(workload))
            };
            Ok((workloads.iter().filter_map(delete).collect(), false))
        })
        .await
    }
}

impl World {
    /// What the workloads for which `counts` holds use, by pool.
    pub fn usage(&self, counts: impl Fn(&Workload) -> bool) -> UsageByPool {
        let counted = |workload: &Workload| counts(workload).then_some(());
        self.usage_by(counted).remove(&()).unwrap_or_default()
    }

    /// What the workloads use, by pool, under the key that each is given; without one it does not
    /// count.
    pub fn usage_by<K: Ord>(
        &self,
        key: impl Fn(&Workload) -> Option<K>,
    ) -> BTreeMap<K, UsageByPool> {
        let mut all: BTreeMap<K, UsageByPool> = BTreeMap::new();
        for workload in self.live() {
            let Some(key) = key(workload) else { continue };
            let usage = all.entry(key).or_default();
            let pod = &workload.spec.pod;
            let mut charged =
                Resources { cpu: pod.cpu, memory: pod.memory, ..Resources::default() };
            let Some(placement) = workload.placement() else {
                if let Some(pool) =
                    workload.is_pending().then(|| self.first_pool(workload)).flatten()
                {
                    charged.gpu = pod.gpu.charged(domain::MemoryBytes::gib(80));
                    usage.entry(pool).or_default().requested += charged;
                }
                continue;
            };
            charged.gpu = placement.gpu_total();
            let of = usage.entry(placement.pool.clone()).or_default();
            of.allocated += charged;
            of.requested += charged;
            if !workload.spec.is_preemptible() {
                of.non_preemptible += charged;
            }
        }
        all
    }

    /// The pool that a waiting workload is tried in first.
    fn first_pool(&self, workload: &Workload) -> Option<NodePoolName> {
        let default = || self.pools_of(workload.cluster).find(|p| p.is_default());
        let project = self.projects.get(&workload.project);
        let named = project.and_then(|of| of.pools_for(&workload.spec.node_pools).first());
        named.cloned().or_else(|| default().map(|p| p.name.clone()))
    }

    /// The nodes of a pool, by the labels that they have now.
    pub fn nodes_of(&self, pool: &NodePool) -> Vec<&Node> {
        let pools: Vec<_> = self.pools_of(pool.cluster).cloned().collect();
        let nodes = self.nodes.get(&pool.cluster).into_iter().flat_map(|nodes| nodes.iter());
        nodes.filter(|node| node.pool(&pools).is_some_and(|own| own.id == pool.id)).collect()
    }

    /// The node of that name.
    pub fn node(&self, cluster: ClusterId, name: &str) -> Option<&Node> {
        self.nodes.get(&cluster)?.iter().find(|node| node.name.as_str() == name)
    }
}

fn new_project(
    world: &World,
    id: ProjectId,
    new: NewProject,
    actor: &Actor,
    now: domain::Timestamp,
) -> Result<Project> {
    let wrong = |wrong: NameProblem| Error::field("name", "name.format", wrong.to_string());
    let name: ProjectName = new.name.parse().map_err(wrong)?;
    if !world.clusters.contains_key(&new.cluster) {
        return Err(Error::not_found("cluster (clusterId)", new.cluster));
    }
    checked_description(&new.description)?;
    checked_namespace(new.requested_namespace.as_deref())?;
    known_pools(world, new.cluster, &new.quotas, &new.default_node_pools)?;
    let department = department_of(world, &new)?;
    actor.may(Action::Create, Resource::NewProject(department))?;
    let above = world.departments.get(&department);
    right(&new.rules, above.map(|above| &above.rules))?;
    // A new project takes the order of its department, where it says none itself.
    let inherited = above.map(|above| above.default_node_pools.clone()).unwrap_or_default();
    let own = Some(new.default_node_pools).filter(|own| !own.is_empty());
    let default_node_pools = own.unwrap_or(inherited);
    if world.projects.values().any(|p| p.cluster == new.cluster && p.name == name) {
        let message = format!("A project named {name} already exists in the cluster");
        return Err(Error::NameTaken(message));
    }
    Ok(Project {
        id,
        cluster: new.cluster,
        department,
        name,
        description: new.description,
        requested_namespace: new.requested_namespace,
        quotas: new.quotas,
        default_node_pools,
        rules: new.rules,
        created_at: now,
        updated_at: now,
        created_by: actor.name.clone(),
    })
}

fn department_of(world: &World, new: &NewProject) -> Result<DepartmentId> {
    let mut of_cluster = world.departments.values().filter(|d| d.cluster == new.cluster);
    match new.department {
        Some(id) if of_cluster.any(|d| d.id == id) => Ok(id),
        Some(id) => Err(Error::not_found("department (parentId)", id)),
        None => {
            let default = of_cluster.find(|d| d.name.as_str() == "default");
            let message = "Name the department; the cluster has none called default";
            let missing = || Error::field("parentId", "department.required", message);
            default.map(|d| d.id).ok_or_else(missing)
        }
    }
}

/// Characters of a description.
const DESCRIPTION_MAX: usize = 1_000;

pub(crate) fn checked_description(text: &str) -> Result<()> {
    check_text(text, DESCRIPTION_MAX)
        .map_err(|wrong| Error::field("description", "text", wrong.to_string()))
}

fn checked_namespace(name: Option<&str>) -> Result<()> {
    if name.is_none_or(is_dns_label) {
        return Ok(());
    }
    let message = "At most 63 lowercase letters, digits and hyphens; no hyphen at either end";
    Err(Error::field("requestedNamespace", "namespace.format", message))
}

/// Refuses pools that the cluster does not have.
pub(crate) fn known_pools(
    world: &World,
    cluster: ClusterId,
    quotas: &BTreeMap<NodePoolId, PoolQuota>,
    named: &[NodePoolName],
) -> Result<()> {
    let known: Vec<_> = world.pools_of(cluster).collect();
    if let Some(id) = quotas.keys().find(|id| known.iter().all(|pool| pool.id != **id)) {
        let message = format!("The cluster has no node pool with the id {id}");
        return Err(Error::field("resources[].nodePool.id", "pool.unknown", message));
    }
    if let Some(name) = named.iter().find(|name| known.iter().all(|pool| pool.name != **name)) {
        let message = format!("The cluster has no node pool {name}");
        return Err(Error::field("defaultNodePools", "pool.unknown", message));
    }
    Ok(())
}
