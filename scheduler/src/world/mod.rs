//! The cluster as dense lists, for a cycle to work on: nodes in the order of their names, queues,
//! jobs, pods, and the classes of pods that ask for the same. Nothing here changes in a cycle,
//! but that a probe may be added and taken away.

mod jobs;
mod nodes;
mod queues;
mod volumes;

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use domain::{NodePoolName, ProjectId, Timestamp};

pub(crate) use jobs::{Class, Job, Pod, WishAt};
pub(crate) use nodes::{Node, PODS, Pool, instance_gpus};
pub(crate) use queues::Queue;

use crate::{Settings, Snapshot};

pub(crate) type NodeAt = usize;
pub(crate) type PoolAt = usize;
pub(crate) type QueueAt = usize;
pub(crate) type JobAt = usize;
pub(crate) type PodAt = usize;
pub(crate) type ClassAt = usize;

/// What does not change in a cycle.
#[derive(Debug)]
pub(crate) struct World {
    pub now: Timestamp,
    pub cluster_name: String,
    pub unreachable_since: Option<Timestamp>,
    pub settings: Settings,
    pub pools: Vec<Pool>,
    /// In the order of their names, so that the lower place is the lower name.
    pub nodes: Vec<Node>,
    pub queues: Vec<Queue>,
    /// In the order of their ids; a probe comes last.
    pub jobs: Vec<Job>,
    pub pods: Vec<Pod>,
    pub classes: Vec<Class>,
    pool_by_name: HashMap<NodePoolName, PoolAt>,
    queue_by_project: HashMap<ProjectId, QueueAt>,
    class_by_request: HashMap<jobs::ClassKey, ClassAt>,
    shapes: HashMap<jobs::ClassKey, usize>,
    volumes: volumes::Volumes,
    /// Nodes that a class may be on, whatever is free there; found when first asked.
    allowed: RefCell<HashMap<ClassAt, Arc<[bool]>>>,
}

impl World {
    pub fn of(snapshot: &Snapshot) -> Self {
        let (pools, nodes) = nodes::read(snapshot);
        let (queues, queue_by_project) = queues::read(snapshot, &pools);
        let pool_by_name = pools.iter().enumerate().map(|(at, p)| (p.name.clone(), at)).collect();
        let mut world = Self {
            now: snapshot.now,
            cluster_name: snapshot.cluster_name.clone(),
            unreachable_since: snapshot.unreachable_since,
            settings: snapshot.settings.clone(),
            pools,
            nodes,
            queues,
            jobs: Vec::with_capacity(snapshot.jobs.len() + 1),
            pods: Vec::with_capacity(snapshot.jobs.len() + 1),
            classes: vec![],
            pool_by_name,
            queue_by_project,
            class_by_request: HashMap::new(),
            shapes: HashMap::new(),
            volumes: volumes::Volumes::of(snapshot),
            allowed: RefCell::default(),
        };
        let mut order: Vec<_> = snapshot.jobs.iter().collect();
        order.sort_by_key(|job| job.id);
        for job in order {
            world.add_job(job);
        }
        world
    }

    pub fn pool(&self, name: &NodePoolName) -> Option<PoolAt> {
        self.pool_by_name.get(name).copied()
    }

    pub fn project_queue(&self, project: ProjectId) -> Option<QueueAt> {
        self.queue_by_project.get(&project).copied()
    }

    pub fn node(&self, name: &str) -> Option<NodeAt> {
        self.nodes.binary_search_by(|node| node.of.name.as_str().cmp(name)).ok()
    }

    /// The job with this id, the probe too: ids are in order, and a probe's is the last.
    pub fn job(&self, id: domain::WorkloadId) -> Option<JobAt> {
        self.jobs.binary_search_by_key(&id, |job| job.id).ok()
    }

    /// Whether a job may be started in a pool: parts of GPUs are not given out everywhere.
    pub fn gives(&self, pool: PoolAt, job: JobAt) -> bool {
        let wants_part = |pod: &Pod| self.classes[pod.class].request.gpu.is_fraction();
        self.pools[pool].gpu_fractions
            || !self.pods[self.jobs[job].pods.clone()].iter().any(wants_part)
    }

    /// The queue and everything above it, innermost first.
    pub fn path(&self, queue: QueueAt) -> impl Iterator<Item = QueueAt> {
        std::iter::successors(Some(queue), |at| self.queues[*at].parent)
    }

    /// Where labels, taints and the like let a class be; by node.
    pub fn allowed(&self, class: ClassAt) -> Arc<[bool]> {
        let mut kept = self.allowed.borrow_mut();
        let find = || {
            let may = |node: &Node| {
                node.of.is_ready()
                    && node.gives(&self.classes[class].request)
                    && crate::fit::obstacle(&self.classes[class].request, &node.of).is_none()
            };
            self.nodes.iter().map(may).collect()
        };
        kept.entry(class).or_insert_with(find).clone()
    }

    /// Forgets the last job, a probe.
    pub fn pop_job(&mut self) {
        if let Some(job) = self.jobs.pop() {
            self.pods.truncate(job.pods.start);
            if let Some(queue) = job.queue {
                self.queues[queue].jobs.pop();
            }
        }
    }
}
