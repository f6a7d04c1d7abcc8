//! What one cycle reads: the state of one cluster as data. Whoever makes a snapshot owns the clock
//! and the database; nothing here changes.

use domain::{
    NodePoolName, ProjectId, Timestamp, WorkloadId,
    node::{Node, NodePool},
    org::{Department, Project},
    submission::{PodRequest, Priority, Spec},
    workload::{DesiredPhase, Phase, Placement, Workload},
};

/// Everything a cycle reads, of one cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// Grows with every change of the state.
    pub serial: u64,
    pub now: Timestamp,
    pub cluster_name: String,
    /// Since when the cluster does not answer; `None` while it does.
    pub unreachable_since: Option<Timestamp>,
    pub pools: Vec<NodePool>,
    pub nodes: Vec<Node>,
    pub departments: Vec<Department>,
    pub projects: Vec<Project>,
    pub jobs: Vec<Job>,
}

/// A submission that nobody has made yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    pub project: ProjectId,
    pub spec: Spec,
}

/// A workload as the scheduler sees it: it holds resources, or wants them.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    pub id: WorkloadId,
    pub name: String,
    pub project: ProjectId,
    pub submitted_at: Timestamp,
    pub priority: Priority,
    pub preemptible: bool,
    /// The submission's order. Empty: the project's order; that empty too: all pools, the default
    /// pool first.
    pub node_pools: Vec<NodePoolName>,
    pub pod: PodRequest,
    /// What it holds now; `None` while it waits.
    pub placement: Option<Placement>,
    /// Is being stopped: still holds, soon free.
    pub releasing: bool,
}

impl Job {
    /// `None` for workloads that neither hold nor want resources.
    pub fn of(workload: &Workload) -> Option<Self> {
        let placement = workload.placement().cloned();
        let wants = workload.is_waiting() && workload.desired == DesiredPhase::Running;
        if workload.is_deleted() || (placement.is_none() && !wants) {
            return None;
        }
        let releasing = matches!(workload.phase, Phase::Stopping { .. } | Phase::Deleting { .. });
        let (id, project, at) = (workload.id, workload.project, workload.created_at);
        let waiting = Self::waiting(id, workload.name.to_string(), project, at, &workload.spec);
        Some(Self { placement, releasing, ..waiting })
    }

    /// The job that a probe would be if it were submitted now: the last among equals.
    pub(crate) fn probe(probe: &Probe, now: Timestamp) -> Self {
        Self::waiting(WorkloadId::LAST, String::new(), probe.project, now, &probe.spec)
    }

    fn waiting(
        id: WorkloadId,
        name: String,
        project: ProjectId,
        submitted_at: Timestamp,
        spec: &Spec,
    ) -> Self {
        Self {
            id,
            name,
            project,
            submitted_at,
            priority: spec.priority,
            preemptible: spec.is_preemptible(),
            node_pools: spec.node_pools.clone(),
            pod: spec.pod.clone(),
            placement: None,
            releasing: false,
        }
    }

    /// Whether this cycle has to decide about it.
    pub fn is_pending(&self) -> bool {
        self.placement.is_none() && !self.releasing
    }
}
