//! Nodes and the pools that they are in.

use domain::{
    MemoryBytes, NodePoolId, NodePoolName,
    node::{NodePool, Placing},
    submission::PodRequest,
};

use super::{NodeAt, PoolAt};
use crate::{Snapshot, settings::MinRuntime};

/// The name under which a node says how many pods it takes.
pub(crate) const PODS: &str = "pods";
/// What the names of GPU instances begin with.
/// More pods than any node takes.
const UNBOUNDED: i64 = 1 << 40;
const MIG: &str = "nvidia.com/mig-";
/// The label that says how a node's devices are cut into instances.
const MIG_STRATEGY: &str = "nvidia.com/mig.strategy";

#[derive(Debug)]
pub(crate) struct Node {
    pub of: domain::node::Node,
    pub pool: Option<PoolAt>,
    /// Pods it takes; very many when nobody said.
    pub pods_max: i64,
    /// Memory of one device; all of a node are of one kind.
    pub device_memory: MemoryBytes,
    /// Has neither devices nor instances of devices.
    pub is_cpu_only: bool,
    /// Taints that would rather not have work.
    pub is_unwelcoming: bool,
}

#[derive(Debug)]
pub(crate) struct Pool {
    pub id: NodePoolId,
    pub name: NodePoolName,
    pub nodes: Vec<NodeAt>,
    pub gpu_placement: Placing,
    pub cpu_placement: Placing,
    /// Parts of its devices are given out.
    pub gpu_fractions: bool,
    /// The smallest device of any node of it; what memory requests are charged by.
    pub smallest_device: MemoryBytes,
    pub has_cpu_only: bool,
    pub is_unwelcoming: bool,
    pub min_runtime: MinRuntime,
    /// GPUs, CPU, memory of the ready nodes, in the units of [`crate::shares`].
    pub total: [f64; 3],
}

impl Node {
    /// Whether its devices are given out in the way that a pod asks for them: a node whose devices
    /// are cut gives whole ones or instances of them, but no parts.
    pub fn gives(&self, request: &PodRequest) -> bool {
        let asks_instance = request.extended.iter().any(|(name, _)| instance_gpus(name).is_some());
        if request.gpu.devices() == 0 && !asks_instance {
            return true;
        }
        match self.of.labels.get(MIG_STRATEGY).map(String::as_str) {
            Some("single") => !request.gpu.is_fraction() && !asks_instance,
            Some("mixed") => asks_instance,
            _ => true,
        }
    }
}

/// GPUs that one instance of this name counts as; `None` when it is no GPU instance.
pub(crate) fn instance_gpus(name: &str) -> Option<i64> {
    let (count, _) = name.strip_prefix(MIG)?.split_once("g.")?;
    count.parse().ok()
}

/// Pools, the default one first, and nodes in the order of their names.
pub(super) fn read(snapshot: &Snapshot) -> (Vec<Pool>, Vec<Node>) {
    let mut of: Vec<&NodePool> = snapshot.pools.iter().collect();
    of.sort_by_key(|pool| (!pool.is_default(), pool.id));
    let mut pools: Vec<_> = of.into_iter().map(|pool| empty_pool(snapshot, pool)).collect();
    let mut nodes: Vec<_> =
        snapshot.nodes.iter().map(|node| read_node(snapshot, node, &pools)).collect();
    nodes.sort_by(|a, b| a.of.name.cmp(&b.of.name));
    for (at, node) in nodes.iter().enumerate() {
        if let Some(pool) = node.pool {
            pools[pool].add(at, node);
        }
    }
    for pool in &mut pools {
        if pool.smallest_device == MemoryBytes(i64::MAX) {
            pool.smallest_device = MemoryBytes::gib(80);
        }
    }
    (pools, nodes)
}

fn empty_pool(snapshot: &Snapshot, pool: &NodePool) -> Pool {
    Pool {
        id: pool.id,
        name: pool.name.clone(),
        nodes: vec![],
        gpu_placement: pool.gpu_placement,
        cpu_placement: pool.cpu_placement,
        gpu_fractions: pool.gpu_fractions,
        smallest_device: MemoryBytes(i64::MAX),
        has_cpu_only: false,
        is_unwelcoming: false,
        min_runtime: snapshot.settings.pools.get(&pool.id).copied().unwrap_or_default(),
        total: [0.0; 3],
    }
}

fn read_node(snapshot: &Snapshot, node: &domain::node::Node, pools: &[Pool]) -> Node {
    let pool = node.pool(&snapshot.pools).map(|of| of.id);
    let soft = domain::node::TaintEffect::PreferNoSchedule;
    let has_instances = node.extended.keys().any(|name| instance_gpus(name).is_some());
    Node {
        pool: pool.and_then(|id| pools.iter().position(|pool| pool.id == id)),
        pods_max: node.extended.get(PODS).copied().unwrap_or(UNBOUNDED),
        device_memory: node.gpus.iter().map(|gpu| gpu.memory).min().unwrap_or_default(),
        is_cpu_only: node.gpus.is_empty() && !has_instances,
        is_unwelcoming: node.taints.iter().any(|taint| taint.effect == soft),
        of: node.clone(),
    }
}

impl Pool {
    fn add(&mut self, at: NodeAt, node: &Node) {
        self.nodes.push(at);
        self.has_cpu_only |= node.is_cpu_only;
        self.is_unwelcoming |= node.is_unwelcoming;
        if !node.of.gpus.is_empty() {
            self.smallest_device = self.smallest_device.min(node.device_memory);
        }
        if !node.of.is_ready() {
            return;
        }
        let instances = node.of.extended.iter();
        let instances: i64 =
            instances.filter_map(|(name, count)| Some(instance_gpus(name)? * count)).sum();
        self.total[0] += (node.of.gpus.len() as i64 + instances) as f64 * 1e6;
        self.total[1] += node.of.cpu.0 as f64;
        self.total[2] += node.of.memory.0 as f64;
    }

    /// Pools of which consolidation keeps its hands off unless it is told otherwise.
    pub fn spreads(&self) -> bool {
        [self.gpu_placement, self.cpu_placement].contains(&Placing::Spread)
    }
}
