//! What a cycle looked like: shares, nodes, and what each workload holds, for whoever prints it.

use std::collections::BTreeMap;

use domain::{NodeName, NodePoolName, ScopeRef, WorkloadId};

use crate::{Cut, Decision, ScopeId, cycle::Done, state::State, world::World};

/// What a cycle decided.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decided {
    pub decisions: Vec<Decision>,
    pub cut: Cut,
}

/// A cycle, looked at after its decisions.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub decisions: Vec<Decision>,
    pub cut: Cut,
    pub scopes: Vec<ScopeReport>,
    pub nodes: Vec<NodeReport>,
    /// GPUs that running and bound pods hold, a part by memory counting as its share of the device.
    pub held: BTreeMap<WorkloadId, f64>,
}

/// A department or project in one pool, when the cycle began: GPUs, cores, bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct ScopeReport {
    pub id: ScopeId,
    pub scope: ScopeRef,
    pub pool: NodePoolName,
    pub fair_share: [f64; 3],
    pub allocated: [f64; 3],
    pub allocated_non_preemptible: [f64; 3],
    /// Held and wanted.
    pub requested: [f64; 3],
}

/// Whole devices of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeReport {
    pub name: NodeName,
    /// Nobody is on them.
    pub idle_gpus: i64,
    /// Everybody is leaving them, and nobody has reserved them.
    pub releasing_gpus: i64,
}

pub(crate) fn scopes(world: &World, done: &Done) -> Vec<ScopeReport> {
    let units = |amounts: [f64; 3]| [amounts[0] / 1e6, amounts[1] / 1e3, amounts[2]];
    let mut reports = vec![];
    for shares in &done.shares {
        for (at, queue) in world.queues.iter().enumerate() {
            reports.push(ScopeReport {
                id: queue.id,
                scope: queue.name.clone(),
                pool: world.pools[shares.pool].name.clone(),
                fair_share: units(shares.fair[at]),
                allocated: units(shares.before[at].allocated),
                allocated_non_preemptible: units(shares.before[at].non_preemptible),
                requested: units(shares.requested[at]),
            });
        }
    }
    reports
}

pub(crate) fn nodes(world: &World, state: &State) -> Vec<NodeReport> {
    let report = |(of, state): (&crate::world::Node, &crate::state::NodeState)| NodeReport {
        name: of.of.name.clone(),
        idle_gpus: state.idle_gpus.max(0),
        releasing_gpus: state.leaving_gpus.max(0),
    };
    world.nodes.iter().zip(&state.nodes).map(report).collect()
}

pub(crate) fn held(world: &World, state: &State) -> BTreeMap<WorkloadId, f64> {
    let mut held = BTreeMap::new();
    for (pod, of) in world.pods.iter().enumerate() {
        if state.pods[pod].status.is_held()
            && let Some((_, charged)) = state.charge(world, pod)
        {
            *held.entry(world.jobs[of.job].id).or_insert(0.0) += charged[0] / 1e6;
        }
    }
    held
}
