//! Node pools: seen by all who may see hardware, made and changed by administrators, with every change
//! written down.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    AuditId, ClusterId, NodePoolId, NodePoolName,
    access::{Action, Actor, Resource},
    audit::{AuditEntry, Subject},
    duration,
    node::{Node, NodePool, Placing},
    org::PoolQuota,
    submission::check::{is_label_value, is_qualified_name},
    usage::TimeBased,
    workload::Workload,
};
use store::Change;

use crate::{ControlPlane, Error, Result, World};

/// Nobody means more: ten years.
const MIN_RUNTIME_MAX: i64 = 10 * 365 * 86_400;
/// The past that is looked back on at most.
const WINDOW_SECS_MAX: i64 = 365 * 86_400;
/// How much the past may count at most.
const WEIGHT_MAX: f64 = 1_000.0;

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
    /// `5d8h40m`.
    pub min_runtime: Option<String>,
    pub time_based: Option<TimeBasedShare>,
}

/// Whether past usage counts, and how. `None`: as it is by default.
#[derive(Clone, Debug, Default)]
pub struct TimeBasedShare {
    pub enabled: bool,
    pub weight: Option<f64>,
    /// `7d`.
    pub window: Option<String>,
    /// `1d`; empty for none.
    pub half_life: Option<String>,
}

impl ControlPlane {
    /// Every node pool, by cluster and id.
    pub fn node_pools(&self, actor: &Actor, world: &World) -> Result<Vec<NodePool>> {
        actor.may(Action::Read, Resource::Hardware)?;
        Ok(world.node_pools.values().cloned().collect())
    }

    pub fn node_pool(&self, actor: &Actor, world: &World, id: NodePoolId) -> Result<NodePool> {
        actor.may(Action::Read, Resource::Hardware)?;
        world.node_pools.get(&id).cloned().ok_or_else(|| Error::not_found("node pool", id))
    }

    /// Makes a pool. Its nodes are those that have its label; what runs on them stays.
    pub async fn create_node_pool(&self, actor: &Actor, new: NewNodePool) -> Result<NodePool> {
        actor.may(Action::Create, Resource::Hardware)?;
        let (audit, by) = (AuditId(self.inner.chance.uuid()), actor.name.clone());
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
            let last = world.node_pools.keys().next_back().map_or(100_000, |id| id.0);
            let mut pool = NodePool {
                id: NodePoolId(last + 1),
                cluster: new.cluster,
                name,
                label: Some(new.label),
                gpu_placement: Placing::default(),
                cpu_placement: Placing::default(),
                min_runtime_secs: 0,
                time_based: None,
                created_at: now,
                created_by: Some(by.clone()),
                updated: None,
            };
            new.scheduling.lay_over(&mut pool)?;
            checked_label(world, &pool)?;
            let entry = entry(audit, now, by, None, Some(&pool));
            Ok((vec![Change::NodePool(pool.clone()), Change::Audit(Box::new(entry))], pool))
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
        actor.may(Action::Update, Resource::Hardware)?;
        let (audit, by) = (AuditId(self.inner.chance.uuid()), actor.name.clone());
        self.change(move |world, now| {
            let found = world.node_pools.get(&id).cloned();
            let before = found.ok_or_else(|| Error::not_found("node pool", id))?;
            let mut pool = before.clone();
            if replace {
                (pool.gpu_placement, pool.cpu_placement) = Default::default();
                (pool.min_runtime_secs, pool.time_based) = (0, None);
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
            pool.updated = Some((now, by.clone()));
            let entry = entry(audit, now, by, Some(&before), Some(&pool));
            Ok((vec![Change::NodePool(pool.clone()), Change::Audit(Box::new(entry))], pool))
        })
        .await
    }
}

impl ControlPlane {
    /// Deletes a pool; its nodes are of the default pool then. Refused while something runs in it.
    pub async fn delete_node_pool(&self, actor: &Actor, id: NodePoolId) -> Result<()> {
        actor.may(Action::Delete, Resource::Hardware)?;
        let (audit, by) = (AuditId(self.inner.chance.uuid()), actor.name.clone());
        self.change(move |world, now| {
            let found = world.node_pools.get(&id);
            let pool = found.ok_or_else(|| Error::not_found("node pool", id))?;
            is_deletable(world, pool)?;
            let mut changes = without_pool(world, pool);
            changes.push(Change::DeleteNodePool(id));
            let entry = entry(audit, now, by, Some(pool), None);
            changes.push(Change::Audit(Box::new(entry)));
            Ok((changes, ()))
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
        if let Some(time_based) = &self.time_based {
            pool.time_based = time_based.read()?;
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

impl TimeBasedShare {
    fn read(&self) -> Result<Option<TimeBased>> {
        let field = |name: &str| format!("schedulingConfiguration.timeBasedFairShare.{name}");
        let span = |name: &str, text: &str| match duration::parse(text) {
            Some(secs) if (3_600..=WINDOW_SECS_MAX).contains(&secs) => Ok(secs),
            _ => Err(Error::field(&field(name), "duration.range", "From 1h to 365d, such as 7d")),
        };
        let mut read = TimeBased::default();
        if let Some(weight) = self.weight {
            if !(0.0..=WEIGHT_MAX).contains(&weight) {
                let message = format!("From 0 to {WEIGHT_MAX}");
                return Err(Error::field(&field("historicalUsageWeight"), "number.range", message));
            }
            read.weight = weight;
        }
        if let Some(text) = &self.window {
            read.window_secs = span("historicalUsageWindow", text)?;
        }
        if let Some(text) = self.half_life.as_deref().filter(|text| !text.trim().is_empty()) {
            read.half_life_secs = Some(span("halfLife", text)?);
        }
        Ok(self.enabled.then_some(read))
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

fn entry(
    id: AuditId,
    at: domain::Timestamp,
    by: String,
    before: Option<&NodePool>,
    after: Option<&NodePool>,
) -> AuditEntry {
    let written = |pool: &NodePool| serde_json::to_value(pool).ok();
    let of = before.or(after).map_or(NodePoolId(0), |pool| pool.id);
    let subject = Subject::NodePool { id: of };
    AuditEntry {
        id,
        at,
        by,
        subject,
        before: before.and_then(written),
        after: after.and_then(written),
    }
}
