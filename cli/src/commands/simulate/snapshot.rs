//! The scenario as it stands at some moment, in the form that the scheduler reads.

use std::collections::BTreeMap;

use domain::{
    ProjectId, Timestamp, WorkloadId,
    workload::{PlacedGpu, Placement},
};
use scheduler::{Job, PodState, Snapshot};

use super::{
    scenario::Scenario,
    workloads::{Pod, State, Workload},
};

/// Workloads by id and back; ids compare as text.
#[derive(Debug)]
pub(super) struct Ids {
    by_id: Vec<WorkloadId>,
    index: BTreeMap<WorkloadId, usize>,
}

impl Ids {
    pub fn of(workloads: &[Workload]) -> Self {
        let mut order: Vec<_> = (0..workloads.len()).collect();
        order.sort_by(|a, b| workloads[*a].id.cmp(&workloads[*b].id));
        let mut by_id = vec![WorkloadId(uuid::Uuid::nil()); workloads.len()];
        for (number, at) in order.into_iter().enumerate() {
            by_id[at] = WorkloadId(uuid::Uuid::from_u128(number as u128 + 1));
        }
        let index = by_id.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        Self { by_id, index }
    }

    /// The ids, by workload.
    pub fn all(&self) -> impl Iterator<Item = WorkloadId> {
        self.by_id.iter().copied()
    }

    pub fn find(&self, id: WorkloadId) -> Option<usize> {
        self.index.get(&id).copied()
    }
}

/// Everything that a cycle reads; `is_there` says which workloads have arrived.
pub(super) fn snapshot(
    scenario: &Scenario,
    workloads: &[Workload],
    ids: &Ids,
    now: Timestamp,
    serial: u64,
    is_there: impl Fn(usize) -> bool,
) -> Snapshot {
    let jobs = workloads.iter().enumerate().filter(|(at, _)| is_there(*at));
    Snapshot {
        serial,
        now,
        cluster_name: scenario.id.clone(),
        unreachable_since: None,
        pools: scenario.pools.clone(),
        nodes: scenario.nodes.clone(),
        departments: scenario.organisation.departments.clone(),
        projects: scenario.organisation.projects.clone(),
        jobs: jobs.map(|(at, workload)| job(scenario, workload, ids.by_id[at])).collect(),
        volumes: vec![],
        settings: scenario.settings.clone(),
    }
}

fn job(scenario: &Scenario, of: &Workload, id: WorkloadId) -> Job {
    let pools = of.node_pools.iter().map(|pool| scenario.pools[*pool].name.clone());
    let mut groups = of.groups.clone();
    for (at, group) in groups.iter_mut().enumerate() {
        let pods = of.pods.iter().filter(|pod| pod.group == at).count() as u32;
        // A group of pods that does not say how many it needs needs all of them.
        group.min = group.min.min(pods.max(if group.min == u32::MAX { 0 } else { group.min }));
    }
    Job {
        id,
        name: of.id.clone(),
        project: ProjectId(of.project as i32),
        submitted_at: of.created,
        priority: of.priority,
        preemptible: of.preemptible,
        node_pools: pools.collect(),
        pods: of.pods.iter().map(|pod| self::pod(scenario, of, pod)).collect(),
        groups,
        min_pods: of.min_pods,
        topology: of.topology.clone(),
        started: of.started,
        stale_since: of.stale_since,
        grace_secs: 0,
        ends_when_evicted: false,
    }
}

fn pod(scenario: &Scenario, of: &Workload, pod: &Pod) -> scheduler::Pod {
    let placement = || placement(scenario, of, pod);
    let state = match pod.state {
        State::Pending | State::Pipelined => PodState::Pending,
        State::Gated => PodState::Gated,
        State::Failed => PodState::Failed,
        State::Succeeded => PodState::Succeeded,
        State::Running | State::Bound => placement().map_or(PodState::Pending, PodState::Running),
        State::Releasing => placement().map_or(PodState::Pending, PodState::Releasing),
    };
    let (request, near) = (pod.request.clone(), pod.near.clone());
    scheduler::Pod { request, state, order: pod.order, group: pod.group, near }
}

fn placement(scenario: &Scenario, of: &Workload, pod: &Pod) -> Option<Placement> {
    let node = pod.node.as_deref()?;
    let pool = of.node_pools.first().map(|pool| scenario.pools[*pool].name.clone())?;
    // The scheduler knows the pool of each node, and the part of each device.
    let portion = domain::Gpus::ZERO;
    let gpus = pod.slots.iter().map(|slot| PlacedGpu { index: *slot, portion }).collect();
    Some(Placement { pool, node: node.into(), gpus })
}
