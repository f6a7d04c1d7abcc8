//! Node pools: seen by all who may see hardware, made and changed by administrators, with every change
//! written down.

mod deleting;
mod time_based;

use domain::{
    ClusterId, NodePoolId, NodePoolName,
    access::{Action, Actor, Resource, ResourceType},
    audit::Subject,
    duration,
    node::{Node, NodePool, Placing},
    submission::check::{is_label_value, is_qualified_name},
};
use store::Change;

pub use time_based::TimeBasedShare;

use crate::{ControlPlane, Error, Result, World};

/// Nobody means more: ten years.
const MIN_RUNTIME_MAX: i64 = 10 * 365 * 86_400;

/// A node pool as somebody asks for it.
#[derive(Clone, Debug)]
pub struct NewNodePool {
    pub cluster: ClusterId,
    pub name: String,
    pub label: (String, String),
    pub scheduling: PoolScheduling,
}

/// What is said of a pool besides its name.
#[derive(Clone, Debug, Default)]
pub struct NodePoolEdit {
    /// Given together, or not at all.
    pub label_key: Option<String>,
    pub label_value: Option<String>,
    pub scheduling: PoolScheduling,
}

/// How the scheduler is to work in a pool. `None`: nothing is said.
#[derive(Clone, Debug, Default)]
pub struct PoolScheduling {
    pub gpu_placement: Option<Placing>,
    pub cpu_placement: Option<Placing>,
    /// Whether parts of GPUs are given out.
    pub gpu_fractions: Option<bool>,
    /// `5d8h40m`.
    pub min_runtime: Option<String>,
    pub time_based: Option<TimeBasedShare>,
}

impl ControlPlane {
    /// Every node pool, by cluster and id.
    pub fn node_pools(&self, actor: &Actor, world: &World) -> Result<Vec<NodePool>> {
        actor.may_somewhere(Action::Read, ResourceType::NodePools)?;
        let seen = |p: &&NodePool| actor.is_allowed(Action::Read, Resource::NodePool(p.cluster));
        Ok(world.node_pools.values().filter(seen).cloned().collect())
    }

    pub fn node_pool(&self, actor: &Actor, world: &World, id: NodePoolId) -> Result<NodePool> {
        actor.may_somewhere(Action::Read, ResourceType::NodePools)?;
        let seen = |p: &&NodePool| actor.is_allowed(Action::Read, Resource::NodePool(p.cluster));
        world
            .node_pools
            .get(&id)
            .filter(seen)
            .cloned()
            .ok_or_else(|| Error::not_found("node pool", id))
    }

    /// Makes a pool. Its nodes are those that have its label; what runs on them stays.
    pub async fn create_node_pool(&self, actor: &Actor, new: NewNodePool) -> Result<NodePool> {
        actor.may(Action::Create, Resource::NodePool(new.cluster))?;
        let scribe = self.scribe(actor);
        self.change(move |world, now| {
            let name: NodePoolName = new.name.parse().map_err(|wrong: domain::NameProblem| {
                Error::field("name", "name.format", wrong.to_string())
            })?;
            if !world.clusters.contains_key(&new.cluster) {
                return Err(Error::not_found("cluster (clusterId)", new.cluster));
            }
            if world.pools_of(new.cluster).any(|pool| pool.name == name) {
                let message = format!("A node pool named {name} already exists in the cluster");
                return Err(Error::NameTaken(message));
            }
            let (id, number) = world.next_node_pool();
            let mut pool = NodePool {
                id,
                cluster: new.cluster,
                name,
                label: Some(new.label),
                gpu_placement: Placing::default(),
                cpu_placement: Placing::default(),
                gpu_fractions: true,
                min_runtime_secs: 0,
                time_based: None,
                created_at: now,
                created_by: Some(scribe.by.clone()),
                updated: None,
            };
            new.scheduling.lay_over(&mut pool)?;
            checked_label(world, &pool)?;
            let entry = scribe.entry(now, Subject::NodePool { id }, None, Some(&pool));
            Ok((vec![Change::NodePool(pool.clone()), number, entry], pool))
        })
        .await
    }

    /// Replaces what is said of a pool, or changes what is given.
    pub async fn edit_node_pool(
        &self,
        actor: &Actor,
        id: NodePoolId,
        edit: NodePoolEdit,
        replace: bool,
    ) -> Result<NodePool> {
        let cluster = self.node_pool(actor, &self.world(), id)?.cluster;
        actor.may(Action::Update, Resource::NodePool(cluster))?;
        let scribe = self.scribe(actor);
        self.change(move |world, now| {
            let found = world.node_pools.get(&id).cloned();
            let before = found.ok_or_else(|| Error::not_found("node pool", id))?;
            let mut pool = before.clone();
            if replace {
                (pool.gpu_placement, pool.cpu_placement) = Default::default();
                (pool.min_runtime_secs, pool.time_based) = (0, None);
                pool.gpu_fractions = true;
            }
            edit.scheduling.lay_over(&mut pool)?;
            match edit.label()? {
                Some(_) if pool.is_default() => {
                    let message =
                        "The default pool has all nodes that no other pool has".to_owned();
                    return Err(Error::field("labelKey", "pool.default", message));
                }
                Some(label) => pool.label = Some(label),
                None => {}
            }
            checked_label(world, &pool)?;
            if pool == before {
                return Ok((vec![], pool));
            }
            pool.updated = Some((now, scribe.by.clone()));
            let entry = scribe.entry(now, Subject::NodePool { id }, Some(&before), Some(&pool));
            let mut changes = vec![Change::NodePool(pool.clone()), entry];
            // Usage counts from when it is on.
            if before.time_based.is_some() && pool.time_based.is_none() {
                changes.push(Change::ForgetUsage(id, i64::MAX));
            }
            Ok((changes, pool))
        })
        .await
    }
}

impl NodePoolEdit {
    fn label(&self) -> Result<Option<(String, String)>> {
        match (self.label_key.clone(), self.label_value.clone()) {
            (Some(key), Some(value)) => Ok(Some((key, value))),
            (None, None) => Ok(None),
            _ => {
                let message = "Key and value are given together".to_owned();
                Err(Error::field("labelValue", "pool.format", message))
            }
        }
    }
}

impl PoolScheduling {
    /// Says it of a pool.
    fn lay_over(&self, pool: &mut NodePool) -> Result<()> {
        pool.gpu_placement = self.gpu_placement.unwrap_or(pool.gpu_placement);
        pool.cpu_placement = self.cpu_placement.unwrap_or(pool.cpu_placement);
        pool.gpu_fractions = self.gpu_fractions.unwrap_or(pool.gpu_fractions);
        if let Some(time_based) = &self.time_based {
            pool.time_based = time_based.read(pool.time_based)?;
        }
        let Some(text) = &self.min_runtime else { return Ok(()) };
        let wrong = |key: &str, message: &str| {
            Error::field("schedulingConfiguration.minGuaranteedRuntime", key, message.to_owned())
        };
        let secs = duration::parse(text).ok_or_else(|| {
            wrong("pool.format", "Such as 5d8h40m: days, hours, minutes, seconds")
        })?;
        if secs > MIN_RUNTIME_MAX {
            return Err(wrong("duration.range", "At most ten years"));
        }
        pool.min_runtime_secs = secs;
        Ok(())
    }
}

/// Its label is one, and no node is of two pools by it.
fn checked_label(world: &World, pool: &NodePool) -> Result<()> {
    let Some((key, value)) = &pool.label else { return Ok(()) };
    if !is_qualified_name(key) {
        let message =
            "Letters, digits, dashes, dots and underscores, after a prefix and a slash or not";
        return Err(Error::field("labelKey", "label.format", message.to_owned()));
    }
    if value.is_empty() || !is_label_value(value) {
        let message = "Letters, digits, dashes, dots and underscores";
        return Err(Error::field("labelValue", "label.format", message.to_owned()));
    }
    let others: Vec<_> = world.pools_of(pool.cluster).filter(|other| other.id != pool.id).collect();
    if let Some(same) = others.iter().find(|other| other.label == pool.label) {
        let message = format!("Node pool {} has this label", same.name);
        return Err(Error::field("labelValue", "pool.overlap", message));
    }
    let has = |node: &Node, label: &Option<(String, String)>| {
        label.as_ref().is_some_and(|(key, value)| node.labels.get(key) == Some(value))
    };
    for node in world.nodes.get(&pool.cluster).into_iter().flat_map(|nodes| nodes.iter()) {
        let other = others.iter().find(|other| has(node, &other.label));
        if let Some(other) = other.filter(|_| has(node, &pool.label)) {
            let message = format!("Node {} is of node pool {} already", node.name, other.name);
            return Err(Error::field("labelValue", "pool.overlap", message));
        }
    }
    Ok(())
}
