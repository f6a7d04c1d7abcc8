//! What a change of the cluster or of quotas would come to, on the state as it is. Nothing is changed.

use std::{collections::BTreeMap, sync::Arc};

use api::what_if::{Affected, WouldBe};
use domain::{
    DepartmentId, NodeName, NodePoolId, ProjectId, Reason, WorkloadId,
    access::{Action, Actor, Resource},
    node::Node,
    org::{Cluster, PoolQuota},
    workload::Placement,
};
use scheduler::{Outlook, Snapshot};

use crate::{ControlPlane, Error, Result, World, projects::known_pools};

/// Nodes that can be supposed at once.
const NODES_MAX: u32 = 1_000;

/// One thing that might be different.
#[derive(Clone, Debug, PartialEq)]
pub enum Supposed {
    /// The node takes no work any more, and what runs there goes.
    Drain(NodeName),
    /// More nodes like one that is there.
    AddNodes {
        like: NodeName,
        count: u32,
    },
    /// These quotas in place of those that the pools have now.
    ProjectQuota(ProjectId, BTreeMap<NodePoolId, PoolQuota>),
    DepartmentQuota(DepartmentId, BTreeMap<NodePoolId, PoolQuota>),
}

impl ControlPlane {
    /// Who would start, wait, be moved or have to go.
    pub async fn what_if(&self, actor: &Actor, supposed: Supposed) -> Result<WouldBe> {
        actor.may(Action::Update, Resource::Settings)?;
        let (world, now) = (self.world(), self.now());
        let play = move || -> Result<WouldBe> {
            let (cluster, changed) = world.supposing(&supposed, now)?;
            let outlook = Outlook::of(&world.snapshot(&cluster, now), changed);
            Ok(world.would_be(outlook))
        };
        let played = tokio::task::spawn_blocking(play).await;
        played.map_err(|_| Error::Internal { what: "play the change through" })?
    }
}

impl World {
    /// The cluster that is affected, and what its scheduler would read.
    fn supposing(
        &self,
        supposed: &Supposed,
        now: domain::Timestamp,
    ) -> Result<(Cluster, Snapshot)> {
        match supposed {
            Supposed::Drain(name) => {
                let (cluster, node) = self.node_named(name, "drain.node")?;
                Ok((cluster.clone(), self.snapshot(cluster, now).without_node(&node.name)))
            }
            Supposed::AddNodes { like, count } => {
                if !(1..=NODES_MAX).contains(count) {
                    let message = format!("From 1 to {NODES_MAX} nodes");
                    return Err(Error::field("addNodes.count", "number.range", message));
                }
                let (cluster, node) = self.node_named(like, "addNodes.like")?;
                Ok((cluster.clone(), self.snapshot(cluster, now).with_nodes_like(node, *count)))
            }
            Supposed::ProjectQuota(id, quotas) => {
                let mut changed = self.clone();
                let found = changed.projects.get_mut(id);
                let project = Arc::make_mut(found.ok_or_else(|| Error::not_found("project", id))?);
                known_pools(self, project.cluster, quotas, &[])?;
                project.quotas.extend(quotas);
                let cluster = self.cluster_of(project.cluster)?;
                Ok((cluster.clone(), changed.snapshot(&cluster, now)))
            }
            Supposed::DepartmentQuota(id, quotas) => {
                let mut changed = self.clone();
                let found = changed.departments.get_mut(id);
                let department = found.ok_or_else(|| Error::not_found("department", id))?;
                known_pools(self, department.cluster, quotas, &[])?;
                department.quotas.extend(quotas);
                let cluster = self.cluster_of(department.cluster)?;
                Ok((cluster.clone(), changed.snapshot(&cluster, now)))
            }
        }
    }

    fn cluster_of(&self, id: domain::ClusterId) -> Result<Cluster> {
        self.clusters.get(&id).cloned().ok_or_else(|| Error::not_found("cluster", id))
    }

    fn node_named(&self, name: &NodeName, field: &str) -> Result<(&Cluster, &Node)> {
        let found = self.nodes.iter().find_map(|(cluster, nodes)| {
            let node = nodes.iter().find(|node| node.name == *name)?;
            Some((self.clusters.get(cluster)?, node))
        });
        found.ok_or_else(|| Error::field(field, "node.unknown", format!("There is no node {name}")))
    }

    fn would_be(&self, outlook: Outlook) -> WouldBe {
        let place = |on: &Placement| Some(on.node.to_string());
        let reasons = |why: &[Reason]| why.iter().map(ToString::to_string).collect();
        let of = |id: WorkloadId, from: Option<String>, to: Option<String>, why: Vec<String>| {
            let workload = self.workloads.get(&id);
            let project = workload.and_then(|workload| self.projects.get(&workload.project));
            Affected {
                workload_id: id,
                name: workload.map(|workload| workload.name.to_string()).unwrap_or_default(),
                project: project.map(|project| project.name.to_string()).unwrap_or_default(),
                from,
                to,
                why,
            }
        };
        let held = |id: WorkloadId| self.workloads.get(&id).and_then(|w| place(w.placement()?));
        let Outlook { starts, moves, evicted, waits, still_waiting } = outlook;
        WouldBe {
            starts: starts.iter().map(|(id, to)| of(*id, None, place(to), vec![])).collect(),
            moves: moves
                .iter()
                .map(|(id, from, to)| of(*id, place(from), place(to), vec![]))
                .collect(),
            evicted: evicted
                .iter()
                .map(|(id, why)| of(*id, held(*id), None, reasons(why)))
                .collect(),
            waits: waits.iter().map(|(id, why)| of(*id, None, None, reasons(why))).collect(),
            still_waiting,
        }
    }
}
