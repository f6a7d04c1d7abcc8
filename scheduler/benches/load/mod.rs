//! Large clusters to measure with, made from a seed: the same load, the same snapshot. The shapes are
//! those of the scenarios for load (`scenarios.md`); nodes have eight GPUs.

mod organisation;
mod work;

use domain::{
    ClusterId, Cores, MemoryBytes, NodePoolId, Timestamp,
    node::{GpuDevice, Node, NodePool, Placing, Readiness},
};
use scheduler::{Settings, Snapshot};

pub use work::spec;

/// GPUs of a node.
pub const GPUS: i64 = 8;
/// When it is now, in seconds.
const NOW: i64 = 1_000_000;

/// What a cluster is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Nothing runs, everything waits, and there is less room than is wanted.
    Pending,
    /// One project holds all, far beyond its quota; another one, promised half of it, waits.
    Reclaim,
    /// About 95 % of the GPUs are in use, every project has its quota and no claim to more, and those
    /// that wait cannot be placed.
    Steady,
    /// The same, but every project is below its quota, so that each of those that wait may look for
    /// victims, and none can be found.
    Stuck,
}

/// How much of it.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    pub shape: Shape,
    pub nodes: usize,
    /// All that run or wait; those beyond what fills the GPUs have none.
    pub jobs: usize,
    /// Of them, those that wait, where not all do.
    pub waiting: usize,
    pub projects: usize,
    pub seed: u64,
}

impl Load {
    /// A cluster of this shape with twenty projects.
    pub fn of(shape: Shape, nodes: usize, jobs: usize, waiting: usize) -> Self {
        Self { shape, nodes, jobs, waiting, projects: 20, seed: 1 }
    }

    /// The snapshot of it.
    pub fn snapshot(&self) -> Snapshot {
        let work = work::of(self);
        let (departments, projects) = organisation::of(self, &work.promised);
        Snapshot {
            serial: 1,
            now: at(NOW),
            cluster_name: "load".into(),
            unreachable_since: None,
            pools: vec![pool()],
            nodes: (0..self.nodes).map(node).collect(),
            departments,
            projects,
            jobs: work.jobs,
            volumes: vec![],
            settings: Settings::default(),
        }
    }
}

fn cluster() -> ClusterId {
    ClusterId(uuid::Uuid::nil())
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a second of this age")
}

fn pool() -> NodePool {
    NodePool {
        id: NodePoolId(1),
        cluster: cluster(),
        name: "default".parse().expect("a name"),
        label: None,
        gpu_placement: Placing::Binpack,
        cpu_placement: Placing::Binpack,
        gpu_fractions: true,
        min_runtime_secs: 0,
        time_based: None,
        created_at: at(0),
        created_by: None,
        updated: None,
    }
}

fn node(number: usize) -> Node {
    let gpu = GpuDevice { kind: "NVIDIA A100".into(), memory: MemoryBytes::gb(80) };
    Node {
        name: node_name(number).as_str().into(),
        labels: Default::default(),
        taints: vec![],
        ready: Readiness::Ready,
        gpus: vec![gpu; GPUS as usize],
        cpu: Cores::whole(1_000),
        memory: MemoryBytes::gib(1_024),
        extended: Default::default(),
        taken: Default::default(),
        created_at: at(0),
    }
}

fn node_name(number: usize) -> String {
    format!("node-{number:05}")
}
