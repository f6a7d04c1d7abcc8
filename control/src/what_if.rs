//! What a change of the cluster or of quotas would come to, on the state as it is. Nothing is changed.

use std::collections::BTreeMap;

use api::what_if::{Affected, WouldBe};
use domain::{
    ClusterId, DepartmentId, NodeName, NodePoolId, ProjectId, Reason, WorkloadId,
    access::{Action, Actor, Resource},
    node::Node,
    org::{Cluster, PoolQuota},
    workload::Placement,
};
use scheduler::{Outlook, Snapshot};

use crate::{ControlPlane, Error, Result, World, projects::known_pools};

/// Nodes that can be supposed at once.
const NODES_MAX: u32 = 1_000;

/// Those who stay that are named.
const STAYS_MAX: usize = 200;

/// A node; of which cluster may be left out where one alone has a node of that name.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeAt {
    pub name: NodeName,
    pub cluster: Option<ClusterId>,
}

/// One thing that might be different.
#[derive(Clone, Debug, PartialEq)]
pub enum Supposed {
    /// The node takes no work any more, and what runs there goes.
    Drain(NodeAt),
    /// More nodes like one that is there.
    AddNodes {
        like: NodeAt,
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
            Supposed::Drain(node) => {
                let (cluster, node) = self.node_at(node, "drain.node")?;
                Ok((cluster.clone(), self.snapshot(cluster, now).without_node(&node.name)))
            }
            Supposed::AddNodes { like, count } => {
                if !(1..=NODES_MAX).contains(count) {
                    let message = format!("From 1 to {NODES_MAX} nodes");
                    return Err(Error::field("addNodes.count", "number.range", message));
                }
                let (cluster, node) = self.node_at(like, "addNodes.like")?;
                Ok((cluster.clone(), self.snapshot(cluster, now).with_nodes_like(node, *count)))
            }
            Supposed::ProjectQuota(id, quotas) => {
                let found = self.projects.get(id);
                let project = found.ok_or_else(|| Error::not_found("project", id))?;
                known_pools(self, project.cluster, quotas, &[])?;
                let cluster = self.cluster_of(project.cluster)?;
                let mut snapshot = self.snapshot(&cluster, now);
                let own = snapshot.projects.iter_mut().filter(|project| project.id == *id);
                own.for_each(|project| project.quotas.extend(self.weighed(quotas)));
                Ok((cluster, snapshot))
            }
            Supposed::DepartmentQuota(id, quotas) => {
                let found = self.departments.get(id);
                let department = found.ok_or_else(|| Error::not_found("department", id))?;
                known_pools(self, department.cluster, quotas, &[])?;
                let cluster = self.cluster_of(department.cluster)?;
                let mut snapshot = self.snapshot(&cluster, now);
                let own = snapshot.departments.iter_mut().filter(|own| own.id == *id);
                own.for_each(|own| own.quotas.extend(self.weighed(quotas)));
                Ok((cluster, snapshot))
            }
        }
    }

    fn cluster_of(&self, id: domain::ClusterId) -> Result<Cluster> {
        self.clusters.get(&id).cloned().ok_or_else(|| Error::not_found("cluster", id))
    }

    fn node_at(&self, at: &NodeAt, field: &str) -> Result<(&Cluster, &Node)> {
        let of = |(id, nodes)| {
            let nodes: &Vec<Node> = nodes;
            let node = nodes.iter().find(|node| node.name == at.name)?;
            Some((self.clusters.get(id)?, node))
        };
        let is_meant = |id: &ClusterId| at.cluster.is_none_or(|cluster| cluster == *id);
        let all = self.nodes.iter().filter(|(id, _)| is_meant(id));
        let found: Vec<_> = all.filter_map(|(id, nodes)| of((id, &**nodes))).collect();
        match found.as_slice() {
            [one] => Ok(*one),
            [] => {
                let message = format!("There is no node {}", at.name);
                Err(Error::field(field, "node.unknown", message))
            }
            many => {
                let clusters: Vec<_> = many.iter().map(|(of, _)| of.name.as_str()).collect();
                let message = format!(
                    "The clusters {} have a node {}: say which (clusterId)",
                    clusters.join(", "),
                    at.name
                );
                Err(Error::field(field, "node.ambiguous", message))
            }
        }
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
        let Outlook { starts, moves, evicted, waits, stays, still_waiting } = outlook;
        let staying = stays.len();
        let stays = stays.iter().take(STAYS_MAX);
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
            stays: stays.map(|(id, on)| of(*id, place(on), place(on), vec![])).collect(),
            staying,
            still_waiting,
        }
    }
}
