//! The nodes of a pool in the order in which they are to be filled.

use std::collections::BTreeSet;

use domain::node::Placing;

use super::NodeState;
use crate::world::{Node, NodeAt, Pool};

/// Fractions of a whole are kept as integers of this size.
const SCALE: f64 = 1e12;

/// Nodes by rank; the lowest is the first choice.
#[derive(Clone, Debug, Default)]
pub(crate) struct PoolIndex {
    /// By the placement of work with GPUs.
    pub gpu: BTreeSet<(i64, NodeAt)>,
    /// By the placement of work without.
    pub cpu: BTreeSet<(i64, NodeAt)>,
    /// Of `gpu`, the nodes with a device that is shared.
    pub shared: BTreeSet<(i64, NodeAt)>,
}

/// The place of a node among those that are to take work with GPUs.
fn gpu_rank(pool: &Pool, node: &Node, state: &NodeState) -> i64 {
    rank(pool.gpu_placement, state.free_gpus(), node.of.gpus.len() as i64)
}

/// The place of a node among those that are to take work without.
fn cpu_rank(pool: &Pool, node: &Node, state: &NodeState) -> i64 {
    rank(pool.cpu_placement, state.idle.cpu + state.leaving.cpu, node.of.cpu.0)
}

/// The place that a node has, or would have if the index were not behind.
pub(crate) fn rank_of(pool: &Pool, node: &Node, state: &NodeState, wants_gpu: bool) -> i64 {
    if wants_gpu { gpu_rank(pool, node, state) } else { cpu_rank(pool, node, state) }
}

impl PoolIndex {
    /// Puts a node where its state now belongs.
    pub fn put(&mut self, pool: &Pool, node: &Node, at: NodeAt, state: &mut NodeState) {
        state.is_behind = false;
        let (gpu, cpu) = (gpu_rank(pool, node, state), cpu_rank(pool, node, state));
        let new = (gpu, cpu, state.is_on_shared());
        if state.rank == Some(new) {
            return;
        }
        if let Some((gpu, cpu, shares)) = state.rank.replace(new) {
            self.gpu.remove(&(gpu, at));
            self.cpu.remove(&(cpu, at));
            if shares {
                self.shared.remove(&(gpu, at));
            }
        }
        self.gpu.insert((gpu, at));
        self.cpu.insert((cpu, at));
        if new.2 {
            self.shared.insert((gpu, at));
        }
    }
}

/// Bin-pack: the fullest first. Spread: the emptiest by its share first.
fn rank(placing: Placing, free: i64, of: i64) -> i64 {
    match placing {
        Placing::Binpack => free,
        Placing::Spread if of == 0 => 0,
        Placing::Spread => -(free as f64 / of as f64 * SCALE) as i64,
    }
}
