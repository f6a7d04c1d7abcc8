//! The tentative state of a cycle: what is free on each node and what each queue holds. Placing a
//! job changes it; a clone of it is a place to try things.

use std::collections::HashMap;

use domain::{
    Gpus, MemoryBytes, NodePoolName, ProjectId, Resources, ScopeRef,
    node::{Node, NodePool},
    org::PoolQuota,
    reason::ScopeKind,
    workload::Placement,
};

use crate::{Job, Snapshot};

/// What does not change in a cycle.
pub(crate) struct World<'a> {
    pub snapshot: &'a Snapshot,
    pub pools: Vec<Pool<'a>>,
    pool_by_name: HashMap<&'a str, usize>,
    node_by_name: HashMap<&'a str, usize>,
    projects: HashMap<ProjectId, Queue<'a>>,
}

/// A pool with its nodes, by their place in the snapshot, sorted by name.
pub(crate) struct Pool<'a> {
    pub pool: &'a NodePool,
    pub nodes: Vec<usize>,
    /// The smallest device of any node of it; what memory requests are charged by.
    pub smallest_gpu: MemoryBytes,
}

/// A project with the places of its and its department's usage.
pub(crate) struct Queue<'a> {
    pub project: &'a domain::org::Project,
    scopes: [Scope; 2],
}

/// A project or a department.
#[derive(Clone)]
pub(crate) struct Scope {
    pub name: ScopeRef,
    /// First of its rows in [`State::usage`]; one a pool.
    row: usize,
    quotas: Vec<PoolQuota>,
}

/// What changes in a cycle. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct State {
    pub free: Vec<Free>,
    usage: Vec<Usage>,
    /// Jobs that were tried and wait, by pool.
    pub ahead: Vec<u32>,
}

/// What is free on a node.
#[derive(Clone, Debug, Default)]
pub(crate) struct Free {
    pub devices: Vec<Gpus>,
    pub rest: Resources,
    pub extended: Vec<(String, i64)>,
}

/// What a scope holds in a pool.
#[derive(Clone, Copy, Default)]
pub(crate) struct Usage {
    pub allocated: Resources,
    pub non_preemptible: Resources,
}

/// A cycle in progress.
pub(crate) struct Plan<'a> {
    pub world: World<'a>,
    pub state: State,
}

impl<'a> Plan<'a> {
    /// The state as the snapshot describes it.
    pub fn of(snapshot: &'a Snapshot) -> Self {
        let world = World::of(snapshot);
        let mut plan = Self { state: world.empty(), world };
        for job in &snapshot.jobs {
            if let Some(placement) = &job.placement {
                plan.state.take(&plan.world, job, placement);
            }
        }
        plan
    }
}

impl<'a> World<'a> {
    fn of(snapshot: &'a Snapshot) -> Self {
        let pools = pools(snapshot);
        let count = pools.len();
        let mut row = 0;
        let mut next = || {
            row += count;
            row - count
        };
        let quotas = |of: &dyn Fn(domain::NodePoolId) -> PoolQuota| {
            pools.iter().map(|pool| of(pool.pool.id)).collect::<Vec<_>>()
        };
        let scope =
            |kind, name: String, row, quotas| Scope { name: ScopeRef { kind, name }, row, quotas };
        let departments: HashMap<_, _> = snapshot
            .departments
            .iter()
            .map(|d| {
                let quotas = quotas(&|pool| d.quota(pool));
                (d.id, scope(ScopeKind::Department, d.name.to_string(), next(), quotas))
            })
            .collect();
        let projects = snapshot.projects.iter().filter_map(|project| {
            let quotas = quotas(&|pool| project.quota(pool));
            let own = scope(ScopeKind::Project, project.name.to_string(), next(), quotas);
            let scopes = [own, departments.get(&project.department)?.clone()];
            Some((project.id, Queue { project, scopes }))
        });
        let projects = projects.collect();
        let pool_by_name =
            pools.iter().enumerate().map(|(i, pool)| (pool.pool.name.as_str(), i)).collect();
        let nodes = snapshot.nodes.iter().enumerate();
        let node_by_name = nodes.map(|(i, node)| (node.name.as_str(), i)).collect();
        Self { snapshot, pools, pool_by_name, node_by_name, projects }
    }

    /// The cluster with nothing on it.
    pub fn empty(&self) -> State {
        let scopes = self.snapshot.departments.len() + self.snapshot.projects.len();
        State {
            free: self.snapshot.nodes.iter().map(capacity).collect(),
            usage: vec![Usage::default(); scopes * self.pools.len()],
            ahead: vec![0; self.pools.len()],
        }
    }

    pub fn queue(&self, project: ProjectId) -> Option<&Queue<'a>> {
        self.projects.get(&project)
    }

    pub fn pool(&self, name: &str) -> Option<usize> {
        self.pool_by_name.get(name).copied()
    }

    /// The pools in which a job is tried, in order, by name.
    pub fn pools_for(&self, job: &Job) -> Vec<NodePoolName> {
        if !job.node_pools.is_empty() {
            return job.node_pools.clone();
        }
        let of_project = self.queue(job.project).map(|queue| &queue.project.default_node_pools);
        match of_project {
            Some(pools) if !pools.is_empty() => pools.clone(),
            // Pools without nodes have nothing to offer and would only blur the reasons.
            _ => {
                let with_nodes = |pool: &&Pool<'_>| !pool.nodes.is_empty();
                let all: Vec<_> =
                    self.pools.iter().filter(with_nodes).map(|p| p.pool.name.clone()).collect();
                match all.is_empty() {
                    true => self.pools.iter().map(|pool| pool.pool.name.clone()).collect(),
                    false => all,
                }
            }
        }
    }

    /// What a job takes of a queue in this pool. Requests by memory count by the smallest device, so
    /// that no device chosen later makes it more.
    pub fn charged(&self, job: &Job, pool: usize) -> Resources {
        let gpu = job.pod.gpu.charged(self.pools[pool].smallest_gpu);
        Resources { gpu, cpu: job.pod.cpu, memory: job.pod.memory }
    }
}

impl Queue<'_> {
    /// The project, then its department.
    pub fn scopes(&self) -> &[Scope; 2] {
        &self.scopes
    }
}

impl Scope {
    pub fn quota(&self, pool: usize) -> &PoolQuota {
        &self.quotas[pool]
    }
}

impl State {
    pub fn usage(&self, scope: &Scope, pool: usize) -> Usage {
        self.usage[scope.row + pool]
    }

    /// Writes down that the job holds this.
    pub fn take(&mut self, world: &World<'_>, job: &Job, placement: &Placement) {
        let node = world.node_by_name.get(placement.node.as_str());
        if let Some(free) = node.and_then(|node| self.free.get_mut(*node)) {
            for gpu in &placement.gpus {
                if let Some(device) = free.devices.get_mut(gpu.index as usize) {
                    *device -= gpu.portion;
                }
            }
            free.rest.cpu -= job.pod.cpu;
            free.rest.memory -= job.pod.memory;
            for (name, count) in &job.pod.extended {
                if let Some((_, left)) = free.extended.iter_mut().find(|(own, _)| own == name) {
                    *left -= count;
                }
            }
        }
        let gpu = placement.gpu_total();
        let charged = Resources { gpu, cpu: job.pod.cpu, memory: job.pod.memory };
        let pool = world.pool(placement.pool.as_str());
        let (Some(pool), Some(queue)) = (pool, world.queue(job.project)) else { return };
        for scope in queue.scopes() {
            let usage = &mut self.usage[scope.row + pool];
            usage.allocated += charged;
            if !job.preemptible {
                usage.non_preemptible += charged;
            }
        }
    }
}

fn capacity(node: &Node) -> Free {
    Free {
        devices: vec![Gpus::whole(1); node.gpus.len()],
        rest: Resources { gpu: Gpus::ZERO, cpu: node.cpu, memory: node.memory },
        extended: node.extended.iter().map(|(name, count)| (name.clone(), *count)).collect(),
    }
}

fn pools(snapshot: &Snapshot) -> Vec<Pool<'_>> {
    let mut pools: Vec<_> = snapshot
        .pools
        .iter()
        .map(|pool| Pool { pool, nodes: vec![], smallest_gpu: MemoryBytes(i64::MAX) })
        .collect();
    pools.sort_by_key(|of| (!of.pool.is_default(), of.pool.id));
    let mut order: Vec<_> = (0..snapshot.nodes.len()).collect();
    order.sort_by(|a, b| snapshot.nodes[*a].name.cmp(&snapshot.nodes[*b].name));
    for index in order {
        let node = &snapshot.nodes[index];
        let Some(of) = node.pool(&snapshot.pools) else { continue };
        if let Some(pool) = pools.iter_mut().find(|pool| pool.pool.id == of.id) {
            pool.nodes.push(index);
            let smallest = node.gpus.iter().map(|gpu| gpu.memory).min();
            pool.smallest_gpu = smallest.map_or(pool.smallest_gpu, |s| s.min(pool.smallest_gpu));
        }
    }
    for pool in &mut pools {
        if pool.smallest_gpu == MemoryBytes(i64::MAX) {
            pool.smallest_gpu = MemoryBytes::gib(80);
        }
    }
    pools
}
