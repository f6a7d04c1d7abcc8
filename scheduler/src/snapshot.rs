//! What one cycle reads: the state of one cluster as data. Whoever makes a snapshot owns the clock
//! and the database; nothing here changes.

use domain::{
    NodeName, NodePoolName, ProjectId, Scope, Timestamp, WorkloadId,
    node::{Node, NodePool},
    org::{Department, Project},
    submission::{AffinityTerm, PodRequest, Spec},
    workload::{DesiredPhase, Phase, Placement, Workload},
};

use serde::{Deserialize, Serialize};

use crate::Settings;

/// Everything a cycle reads, of one cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
    /// What is known of volumes that claims name; of several for one name, the first that a project may use counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<Volume>,
    pub settings: Settings,
}

/// A volume, as somebody else than the submission that names its claim knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Volume {
    /// The name of its claim.
    pub claim: String,
    /// Whose projects find it under that name.
    pub scope: Scope,
    /// It is the same volume in all of them, and not one each.
    pub is_shared: bool,
    /// One node at a time mounts it.
    pub one_node: bool,
    /// Where it can be reached; `None`: wherever it is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<Vec<NodeName>>,
}

/// A submission that nobody has made yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    pub project: ProjectId,
    pub spec: Spec,
}

/// A workload as the scheduler sees it: its pods hold resources, or want them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    pub id: WorkloadId,
    pub name: String,
    pub project: ProjectId,
    pub submitted_at: Timestamp,
    /// Higher goes first (`scheduling-and-organisation.md` §2.1).
    pub priority: i32,
    pub preemptible: bool,
    /// The submission's order. Empty: the project's order; that empty too: all pools, the default
    /// pool first.
    pub node_pools: Vec<NodePoolName>,
    pub pods: Vec<Pod>,
    /// The sub-groups that its pods name; empty: all pods are one gang of `min_pods`.
    pub groups: Vec<Group>,
    /// Pods that have to run together; more of them are welcome, one by one.
    pub min_pods: u32,
    pub topology: Option<TopologyWish>,
    /// When it last began to run.
    pub started: Option<Timestamp>,
    /// Since when fewer pods run than it needs.
    pub stale_since: Option<Timestamp>,
    /// Seconds that its pods may take to end.
    pub grace_secs: i64,
    /// It is not queued again when it loses its place; so it cannot be moved.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ends_when_evicted: bool,
}

/// One pod of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pod {
    pub request: PodRequest,
    pub state: PodState,
    /// Higher is placed first and evicted last, inside the job.
    pub order: i32,
    /// Which of the job's groups it is in; such a group has no groups of its own.
    pub group: usize,
    pub near: Nearness,
}

/// What a pod says of other pods.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Nearness {
    pub labels: Vec<(String, String)>,
    /// Pods that have to be in the same domain.
    pub with: Vec<PodTerm>,
    /// Pods that must not be in the same domain.
    pub without: Vec<PodTerm>,
    /// Where it would rather be; that keeps it from nowhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wishes: Vec<Wish>,
}

/// What a pod would rather have, against what else it would.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Wish {
    pub weight: u32,
    pub what: Rather,
}

/// A preferred affinity.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Rather {
    /// A node with such labels.
    On(AffinityTerm),
    /// In the same domain as such pods.
    With(PodTerm),
    /// In another one than such pods.
    Without(PodTerm),
}

/// Pods by their labels, in the domain that a node label makes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodTerm {
    pub topology_key: String,
    pub labels: Vec<(String, String)>,
}

/// A part of a job that is placed as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    pub name: String,
    /// The group that it is a part of.
    pub parent: Option<usize>,
    /// Pods, or groups, that have to run together.
    pub min: u32,
    pub topology: Option<TopologyWish>,
}

/// Pods shall be near each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TopologyWish {
    /// Name of a topology of the settings.
    pub topology: String,
    /// The label of a level in which all have to be.
    pub required: Option<String>,
    /// The label of a level in which all had better be.
    pub preferred: Option<String>,
}

/// Where a pod stands when the cycle begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PodState {
    Pending,
    /// Is not to be looked at yet.
    Gated,
    Running(Placement),
    /// Is being ended: still holds, soon free.
    Releasing(Placement),
    Failed,
    Succeeded,
}

impl Job {
    /// A job of one pod.
    pub fn single(
        id: WorkloadId,
        name: String,
        project: ProjectId,
        at: Timestamp,
        spec: &Spec,
    ) -> Self {
        Self {
            id,
            name,
            project,
            submitted_at: at,
            priority: spec.priority.value(),
            preemptible: spec.is_preemptible(),
            node_pools: spec.node_pools.clone(),
            pods: vec![Pod::pending(spec.pod.clone())],
            groups: vec![],
            min_pods: 1,
            topology: None,
            started: None,
            stale_since: None,
            grace_secs: spec.grace_period_secs,
            ends_when_evicted: spec.ends_when_evicted(),
        }
    }

    /// `None` for workloads that neither hold nor want resources.
    pub fn of(workload: &Workload) -> Option<Self> {
        let placement = workload.placement().cloned();
        let wants = workload.is_waiting() && workload.desired == DesiredPhase::Running;
        if workload.is_deleted() || (placement.is_none() && !wants) {
            return None;
        }
        let releasing = matches!(workload.phase, Phase::Stopping { .. } | Phase::Deleting { .. });
        let (id, project, at) = (workload.id, workload.project, workload.created_at);
        let mut job = Self::single(id, workload.name.to_string(), project, at, &workload.spec);
        if let Some(placement) = placement {
            job.pods[0].state = match releasing {
                true => PodState::Releasing(placement),
                false => PodState::Running(placement),
            };
            job.started = workload.guaranteed_from();
        }
        Some(job)
    }

    /// The job that a probe would be if it were submitted now: the last among equals.
    pub(crate) fn probe(probe: &Probe, now: Timestamp) -> Self {
        Self::single(WorkloadId::LAST, String::new(), probe.project, now, &probe.spec)
    }

    /// Whether this cycle has to decide about it.
    pub fn is_pending(&self) -> bool {
        self.pods.iter().any(|pod| pod.state == PodState::Pending)
    }

    /// What its pods hold, those that are being ended too.
    pub fn placements(&self) -> impl Iterator<Item = (&Pod, &Placement)> {
        self.pods.iter().filter_map(|pod| Some((pod, pod.placement()?)))
    }
}

impl Pod {
    /// A pod that waits, with no word on other pods.
    pub fn pending(request: PodRequest) -> Self {
        let near = Nearness::default();
        Self { request, state: PodState::Pending, order: 0, group: 0, near }
    }

    /// Where it holds resources, if it does.
    pub fn placement(&self) -> Option<&Placement> {
        match &self.state {
            PodState::Running(placement) | PodState::Releasing(placement) => Some(placement),
            PodState::Pending | PodState::Gated | PodState::Failed | PodState::Succeeded => None,
        }
    }
}

impl Nearness {
    /// Whether placing it depends on where other pods are.
    pub fn is_picky(&self) -> bool {
        !self.with.is_empty() || !self.without.is_empty()
    }
}
