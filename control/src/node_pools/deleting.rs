//! Deleting a node pool: what keeps it from going, and what goes with it.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    NodePoolId, NodePoolName,
    access::{Action, Actor, Resource},
    audit::Subject,
    node::NodePool,
    org::PoolQuota,
    workload::Workload,
};
use store::Change;

use crate::{ControlPlane, Error, Result, World};

impl ControlPlane {
    /// Deletes a pool; its nodes are of the default pool then. Refused while something runs in it.
    pub async fn delete_node_pool(&self, actor: &Actor, id: NodePoolId) -> Result<()> {
        let cluster = self.node_pool(actor, &self.world(), id)?.cluster;
        actor.may(Action::Delete, Resource::NodePool(cluster))?;
        let scribe = self.scribe(actor);
        self.change(move |world, now| {
            let found = world.node_pools.get(&id);
            let pool = found.ok_or_else(|| Error::not_found("node pool", id))?;
            is_deletable(world, pool)?;
            let mut changes = without_pool(world, pool);
            changes.push(Change::DeleteNodePool(id));
            changes.push(scribe.entry(now, Subject::NodePool { id }, Some(pool), None));
            Ok((changes, ()))
        })
        .await
    }
}

/// What keeps a pool from going: it holds what no other pool does, or something runs there.
fn is_deletable(world: &World, pool: &NodePool) -> Result<()> {
    if pool.is_default() {
        let message = "The default pool has all nodes that no other pool has; it cannot be deleted";
        return Err(Error::InUse(message.to_owned()));
    }
    let is_there = |workload: &&Arc<Workload>| {
        workload.cluster == pool.cluster
            && workload.placement().is_some_and(|placement| placement.pool == pool.name)
    };
    match world.live().filter(is_there).count() {
        0 => Ok(()),
        1 => {
            Err(Error::InUse(format!("1 workload runs in node pool {}; stop it first", pool.name)))
        }
        count => {
            let message =
                format!("{count} workloads run in node pool {}; stop them first", pool.name);
            Err(Error::InUse(message))
        }
    }
}

/// Projects and departments that mention a pool, without it.
fn without_pool(world: &World, pool: &NodePool) -> Vec<Change> {
    let mentions = |quotas: &BTreeMap<NodePoolId, PoolQuota>, names: &[NodePoolName]| {
        quotas.contains_key(&pool.id) || names.contains(&pool.name)
    };
    let projects = world.projects.values().filter(|p| p.cluster == pool.cluster);
    let projects = projects.filter(|p| mentions(&p.quotas, &p.default_node_pools)).map(|project| {
        let mut project = (**project).clone();
        project.quotas.remove(&pool.id);
        project.default_node_pools.retain(|name| *name != pool.name);
        Change::Project(project)
    });
    let departments = world.departments.values().filter(|d| d.cluster == pool.cluster);
    let departments = departments.filter(|d| mentions(&d.quotas, &d.default_node_pools));
    let departments = departments.map(|department| {
        let mut department = department.clone();
        department.quotas.remove(&pool.id);
        department.default_node_pools.retain(|name| *name != pool.name);
        Change::Department(department)
    });
    projects.chain(departments).collect()
}
