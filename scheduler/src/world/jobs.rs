//! Jobs and their pods, and the classes of pods that ask for the same.

use std::{borrow::Cow, ops::Range};

use domain::{
    Cores, MemoryBytes, NodePoolName, ProjectId, Timestamp, WorkloadId,
    submission::{GpuRequest, PodRequest},
};

use super::{ClassAt, JobAt, PodAt, PoolAt, QueueAt, World, nodes::instance_gpus};
use crate::{Nearness, PodState, snapshot};

#[derive(Debug)]
pub(crate) struct Job {
    pub id: WorkloadId,
    pub project: ProjectId,
    pub name: String,
    /// `None` when its project is not known.
    pub queue: Option<QueueAt>,
    /// Where it is tried, in order; a name where there is no such pool.
    pub pools: Vec<Result<PoolAt, NodePoolName>>,
    pub priority: i32,
    pub preemptible: bool,
    pub created: Timestamp,
    pub started: Option<Timestamp>,
    pub stale_since: Option<Timestamp>,
    pub grace_secs: i64,
    /// It cannot be moved.
    pub ends_when_evicted: bool,
    pub pods: Range<PodAt>,
    /// The tree of its groups; the first is the root. Groups come before their parts.
    pub groups: Vec<Group>,
    /// Pods in the order in which they are placed.
    pub order: Vec<PodAt>,
}

/// Pods, or groups, that run together.
#[derive(Debug)]
pub(crate) struct Group {
    pub parent: Option<usize>,
    pub children: Vec<usize>,
    pub min: u32,
    pub wish: Option<WishAt>,
}

/// A wish to be near each other, with its labels from far to near.
#[derive(Clone, Debug)]
pub(crate) struct WishAt {
    /// Labels from the farthest level down to the level that is required.
    pub required: Option<Vec<String>>,
    /// Labels from the farthest level down to the level that is preferred.
    pub preferred: Option<Vec<String>>,
}

#[derive(Debug)]
pub(crate) struct Pod {
    pub job: JobAt,
    /// Its place in the job.
    pub index: usize,
    pub class: ClassAt,
    /// The group it is in, a leaf of the job's tree.
    pub group: usize,
    /// Where it stood when the cycle began.
    pub first: PodState,
}

/// Pods that ask for the same.
#[derive(Debug)]
pub(crate) struct Class {
    pub request: PodRequest,
    pub near: Nearness,
    /// The same for all classes that differ in amounts alone.
    pub shape: usize,
    /// GPUs that its instances of devices count as.
    instance_gpus: i64,
}

pub(super) type ClassKey = (PodRequest, Nearness);

impl Class {
    /// Whether it wants devices, parts of them, or instances.
    pub fn wants_gpu(&self) -> bool {
        self.request.gpu.devices() > 0 || self.instance_gpus > 0
    }

    /// What a queue is charged when the device has so much memory: GPU, CPU, memory.
    pub fn charged(&self, device: MemoryBytes) -> [f64; 3] {
        self.amounts(self.request.gpu.charged(device).0)
    }

    /// The same before any rounding; what is asked for, in the measure of fair shares.
    pub fn asked(&self, device: MemoryBytes) -> [f64; 3] {
        let gpu: GpuRequest = self.request.gpu;
        self.amounts(gpu.per_device(device).0.saturating_mul(i64::from(gpu.devices())))
    }

    fn amounts(&self, gpu: i64) -> [f64; 3] {
        let gpu = gpu as f64 + self.instance_gpus as f64 * 1e6;
        [gpu, self.request.cpu.0 as f64, self.request.memory.0 as f64]
    }
}

/// A request without its amounts.
fn shape(request: &PodRequest, near: &Nearness) -> ClassKey {
    let (gpu, cpu, memory) = (GpuRequest::None, Cores::ZERO, MemoryBytes::ZERO);
    (PodRequest { gpu, cpu, memory, ..request.clone() }, near.clone())
}

impl Job {
    /// Whether this is a group of pods and not of groups.
    pub fn is_leaf(&self, group: usize) -> bool {
        self.groups[group].children.is_empty()
    }
}

impl World {
    /// Takes a job in, and says where it is.
    pub fn add_job(&mut self, of: &snapshot::Job) -> JobAt {
        let at = self.jobs.len();
        let start = self.pods.len();
        let groups = self.groups(of);
        let has_groups = groups.len() > 1;
        for (index, pod) in of.pods.iter().enumerate() {
            let request = self.volumes.completed(of.project, &pod.request);
            let class = self.class(request, &pod.near);
            let group = if has_groups { (pod.group + 1).min(groups.len() - 1) } else { 0 };
            self.pods.push(Pod { job: at, index, class, group, first: pod.state.clone() });
        }
        let pods = start..self.pods.len();
        let mut order: Vec<PodAt> = pods.clone().collect();
        order.sort_by_key(|pod| (std::cmp::Reverse(of.pods[pod - start].order), *pod));
        let queue = self.project_queue(of.project);
        if let Some(queue) = queue {
            self.queues[queue].jobs.push(at);
        }
        self.jobs.push(Job {
            id: of.id,
            project: of.project,
            name: of.name.clone(),
            queue,
            pools: self.pools_for(&of.node_pools, queue),
            priority: of.priority,
            preemptible: of.preemptible,
            created: of.submitted_at,
            started: of.started,
            stale_since: of.stale_since,
            grace_secs: of.grace_secs,
            ends_when_evicted: of.ends_when_evicted,
            pods,
            groups,
            order,
        });
        at
    }

    fn class(&mut self, request: Cow<'_, PodRequest>, near: &Nearness) -> ClassAt {
        let key = (request.into_owned(), near.clone());
        if let Some(at) = self.class_by_request.get(&key) {
            return *at;
        }
        let (request, near) = key.clone();
        let instances = request.extended.iter();
        let instances =
            instances.filter_map(|(name, n)| Some(instance_gpus(name)?.saturating_mul(*n)));
        let instance_gpus = instances.sum();
        let shapes = self.shapes.len();
        let shape = *self.shapes.entry(shape(&request, &near)).or_insert(shapes);
        self.classes.push(Class { request, near, shape, instance_gpus });
        self.class_by_request.insert(key, self.classes.len() - 1);
        self.classes.len() - 1
    }

    fn groups(&self, of: &snapshot::Job) -> Vec<Group> {
        let wish = |wish: &Option<snapshot::TopologyWish>| wish.as_ref().map(|w| self.wish(w));
        let min = match of.groups.is_empty() {
            true => of.min_pods,
            // All parts are needed.
            false => of.groups.iter().filter(|group| group.parent.is_none()).count() as u32,
        };
        let mut groups =
            vec![Group { parent: None, children: vec![], min, wish: wish(&of.topology) }];
        for group in &of.groups {
            let parent = group.parent.map_or(0, |at| at + 1).min(groups.len() - 1);
            let at = groups.len();
            groups[parent].children.push(at);
            let wish = wish(&group.topology);
            groups.push(Group { parent: Some(parent), children: vec![], min: group.min, wish });
        }
        groups
    }

    fn wish(&self, of: &snapshot::TopologyWish) -> WishAt {
        let named = self.settings.topologies.iter().find(|topology| topology.name == of.topology);
        let levels = named.map(|topology| topology.levels.clone()).unwrap_or_default();
        let down_to = |label: &Option<String>| {
            let label = label.as_ref()?;
            let depth = levels.iter().position(|level| level == label);
            // A level that the topology does not have is one label alone.
            Some(depth.map_or_else(|| vec![label.clone()], |depth| levels[..=depth].to_vec()))
        };
        let (required, preferred) = (down_to(&of.required), down_to(&of.preferred));
        WishAt { required, preferred }
    }

    /// The pools in which a job is tried, in order.
    fn pools_for(
        &self,
        named: &[NodePoolName],
        queue: Option<QueueAt>,
    ) -> Vec<Result<PoolAt, NodePoolName>> {
        let find = |name: &NodePoolName| self.pool(name).ok_or_else(|| name.clone());
        let of_project = queue.map(|at| &self.queues[at].default_pools);
        match of_project {
            _ if !named.is_empty() => named.iter().map(find).collect(),
            Some(pools) if !pools.is_empty() => pools.iter().map(find).collect(),
            // Pools without nodes have nothing to offer and would only blur the reasons.
            _ => {
                let with_nodes = |at: &PoolAt| !self.pools[*at].nodes.is_empty();
                let all: Vec<_> = (0..self.pools.len()).filter(with_nodes).map(Ok).collect();
                if all.is_empty() { (0..self.pools.len()).map(Ok).collect() } else { all }
            }
        }
    }
}
