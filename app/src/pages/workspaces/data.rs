//! What the new-workspace page asks of the server.

use domain::{
    ClusterId, Gpus, Problem, ProjectId, WorkloadId, org::Cluster, submission::Submission,
    verdict::Verdict,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::draft::Draft;
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::error::UiError;

/// Step 1: where somebody may submit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Places {
    pub clusters: Vec<Cluster>,
    pub projects: Vec<ProjectFacts>,
}

/// A project as its tile shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProjectFacts {
    pub id: ProjectId,
    pub cluster: ClusterId,
    pub name: String,
    pub department: String,
    /// GPUs in use, over all pools.
    pub used: Gpus,
    pub used_non_preemptible: Gpus,
    /// GPUs promised, over all pools; `None` is unlimited.
    pub quota: Option<Gpus>,
}

/// Step 2: what can be chosen in the project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormFacts {
    pub project: ProjectFacts,
    pub cluster: Cluster,
    pub pools: Vec<PoolFacts>,
    /// The order in which the project tries its pools.
    pub default_pools: Vec<String>,
    pub node_types: Vec<String>,
}

/// A node pool as the form lists it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoolFacts {
    pub name: String,
    pub free: Gpus,
    pub total: Gpus,
}

/// The devices of the node that a verdict names, with what lies on them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Packing {
    pub kind: String,
    /// Memory of one device, in bytes.
    pub memory: i64,
    /// By device: parts in use by workloads; the name where the reader may see it.
    pub devices: Vec<Vec<(Option<String>, Gpus)>>,
}

/// Where the signed-in person may submit.
#[server(prefix = "/ui", endpoint = "places")]
pub async fn list_places() -> Result<Places, UiError> {
    let (control, actor) = caller()?;
    let world = control.world();
    let projects = control.projects(&actor, &world);
    let mut clusters = control.clusters(&actor, &world)?;
    clusters.retain(|cluster| projects.iter().any(|project| project.cluster == cluster.id));
    let projects = projects.iter().map(|project| facts::project(&world, project)).collect();
    Ok(Places { clusters, projects })
}

/// What can be chosen in a project.
#[server(prefix = "/ui", endpoint = "form_facts")]
pub async fn load_form_facts(project: ProjectId) -> Result<FormFacts, UiError> {
    let (control, actor) = caller()?;
    let world = control.world();
    let project = control.project(&actor, &world, project)?;
    let cluster = control.cluster(&actor, &world, project.cluster)?;
    Ok(facts::form(&world, &project, cluster))
}

/// What is wrong with a name; `None` when it can be used.
#[server(prefix = "/ui", endpoint = "check_name")]
pub async fn check_name(project: ProjectId, name: String) -> Result<Option<Problem>, UiError> {
    let (control, actor) = caller()?;
    Ok(control.check_workspace_name(&actor, project, &name)?)
}

/// What would happen if this were created now, and the devices it would lie on.
#[server(prefix = "/ui", endpoint = "judge", input = server_fn::codec::Json)]
pub async fn judge(
    project: ProjectId,
    cluster: ClusterId,
    submission: Submission,
) -> Result<(Verdict, Option<Packing>), UiError> {
    let (control, actor) = caller()?;
    let new = facts::new_workspace(String::new(), project, cluster, submission);
    let verdict = control.verdict(&actor, new).await?;
    let packing = facts::packing(&control.world(), &actor, cluster, &verdict);
    Ok((verdict, packing))
}

/// Creates the workspace.
#[server(prefix = "/ui", endpoint = "create_workspace", input = server_fn::codec::Json)]
pub async fn create_workspace(
    name: String,
    project: ProjectId,
    cluster: ClusterId,
    submission: Submission,
) -> Result<WorkloadId, UiError> {
    let (control, actor) = caller()?;
    let new = facts::new_workspace(name, project, cluster, submission);
    Ok(control.create_workspace(&actor, new).await?.id)
}

/// The form of an existing workload, to be copied, and its project.
#[server(prefix = "/ui", endpoint = "copy_of")]
pub async fn copy_of(id: WorkloadId) -> Result<(ProjectId, Draft), UiError> {
    let (control, actor) = caller()?;
    let workload = control.workload(&actor, id)?;
    Ok((workload.project, Draft::of(&workload.spec.submission)))
}

/// Facts read from the world; only the server has one.
#[cfg(feature = "ssr")]
pub mod facts {
    use std::collections::BTreeSet;

    use control::{NewWorkspace, World};
    use domain::{
        access::{Action, Actor, Resource},
        node::Node,
        org::Project,
        verdict::Outcome,
        workload::Source,
    };

    use super::*;

    pub fn new_workspace(
        name: String,
        project: ProjectId,
        cluster: ClusterId,
        submission: Submission,
    ) -> NewWorkspace {
        let source = Source::ControlPlane;
        let start = Default::default();
        NewWorkspace { name, name_is_prefix: false, project, cluster, submission, start, source }
    }

    pub fn project(world: &World, project: &Project) -> ProjectFacts {
        let usage = world.usage(|workload| workload.project == project.id);
        let quotas: Option<Vec<_>> = pools_with_gpus(world, project.cluster)
            .map(|pool| project.quota(pool.id).gpu.deserved)
            .collect();
        let department = world.departments.get(&project.department);
        ProjectFacts {
            id: project.id,
            cluster: project.cluster,
            name: project.name.to_string(),
            department: department.map(|d| d.name.to_string()).unwrap_or_default(),
            used: usage.values().map(|u| u.allocated.gpu).sum(),
            used_non_preemptible: usage.values().map(|u| u.non_preemptible.gpu).sum(),
            quota: quotas.map(|quotas| quotas.into_iter().sum()),
        }
    }

    /// A pool without GPUs says nothing about a quota of GPUs.
    fn pools_with_gpus(
        world: &World,
        cluster: ClusterId,
    ) -> impl Iterator<Item = &domain::node::NodePool> {
        let pools: Vec<_> = world.pools_of(cluster).cloned().collect();
        let nodes = world.nodes.get(&cluster).map(|nodes| nodes.to_vec()).unwrap_or_default();
        let with_gpus = nodes.iter().filter(|node| !node.gpus.is_empty());
        let ids: BTreeSet<_> =
            with_gpus.filter_map(|node| node.pool(&pools).map(|pool| pool.id)).collect();
        world.pools_of(cluster).filter(move |pool| ids.contains(&pool.id))
    }

    pub fn form(world: &World, of: &Project, cluster: Cluster) -> FormFacts {
        let empty = Default::default();
        let nodes = world.nodes.get(&cluster.id).unwrap_or(&empty);
        let pools: Vec<_> = world.pools_of(cluster.id).cloned().collect();
        let used = world.usage(|workload| workload.cluster == cluster.id);
        let pool_facts = pools.iter().map(|pool| {
            let of_pool = |n: &&Node| n.pool(&pools).is_some_and(|p| p.id == pool.id);
            let ready = nodes.iter().filter(of_pool).filter(|n| n.is_ready());
            let total = Gpus::whole(ready.map(|n| n.gpus.len() as i64).sum());
            let used = used.get(&pool.name).map(|u| u.allocated.gpu).unwrap_or_default();
            PoolFacts { name: pool.name.to_string(), free: total.saturating_sub(used), total }
        });
        let pool_facts: Vec<_> = pool_facts.collect();
        let named = of.default_node_pools.iter().map(ToString::to_string);
        let default_pools: Vec<_> = match of.default_node_pools.is_empty() {
            true => {
                pool_facts.iter().filter(|p| !p.total.is_zero()).map(|p| p.name.clone()).collect()
            }
            false => named.collect(),
        };
        let types: BTreeSet<_> = nodes.iter().filter_map(Node::node_type).collect();
        FormFacts {
            project: project(world, of),
            cluster,
            pools: pool_facts,
            default_pools,
            node_types: types.into_iter().map(str::to_owned).collect(),
        }
    }

    pub fn packing(
        world: &World,
        actor: &Actor,
        cluster: ClusterId,
        verdict: &Verdict,
    ) -> Option<Packing> {
        let Outcome::StartsNow { placement } = &verdict.outcome else { return None };
        let node = world.node(cluster, placement.node.as_str())?;
        let first = node.gpus.first().filter(|_| !placement.gpus.is_empty())?;
        let mut devices = vec![Vec::new(); node.gpus.len()];
        for workload in world.live().filter(|w| w.cluster == cluster) {
            let Some(on) = workload.placement().filter(|on| on.node == node.name) else { continue };
            let seen = actor.is_allowed(Action::Read, Resource::Workload(workload.project));
            let name = seen.then(|| workload.name.to_string());
            for gpu in &on.gpus {
                if let Some(device) = devices.get_mut(gpu.index as usize) {
                    device.push((name.clone(), gpu.portion));
                }
            }
        }
        Some(Packing { kind: first.kind.clone(), memory: first.memory.0, devices })
    }
}
