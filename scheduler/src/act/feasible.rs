//! Which nodes come into question for a job that others may have to go for.

use super::victims::{LinesInQuestion, Rules, node_of};
use crate::{
    cycle::Cycle,
    gang,
    place::{Mode, Search},
    state::{NodeState, WHOLE},
    world::{ClassAt, JobAt, NodeAt, PodAt, PoolAt},
};

/// Whether each pod would find GPUs, cores and memory on some node if all who may go went.
pub(super) fn might_fit(
    cycle: &Cycle<'_>,
    pods: &[PodAt],
    rules: &Rules<'_>,
    lines: &LinesInQuestion,
) -> bool {
    let world = cycle.world;
    let mut unmet: Vec<_> = pods.iter().map(|pod| world.pods[*pod].class).collect();
    unmet.sort_unstable();
    unmet.dedup();
    let mut room: Vec<[i64; 3]> = cycle.state.nodes.iter().map(room).collect();
    let takes = |class: ClassAt, node: NodeAt, room: &[i64; 3]| {
        let asked = world.classes[class].asked(world.nodes[node].device_memory);
        let has_room = asked.iter().zip(room).all(|(asked, has)| *asked as i64 <= *has);
        has_room && world.allowed(class)[node]
    };
    let nodes = &world.pools[cycle.pool].nodes;
    unmet.retain(|class| !nodes.iter().any(|node| takes(*class, *node, &room[*node])));
    let jobs = lines.iter().flatten().flat_map(|line| line.iter().rev().map(|entry| entry.job));
    for job in jobs {
        if unmet.is_empty() {
            return true;
        }
        if !(rules.is_victim)(cycle.state, job) {
            continue;
        }
        for pod in world.jobs[job].pods.clone() {
            let Some(node) = node_of(cycle, pod) else { continue };
            let of = &world.classes[world.pods[pod].class];
            let gives = of.charged(world.nodes[node].device_memory);
            room[node].iter_mut().zip(gives).for_each(|(room, gives)| *room += gives as i64);
            unmet.retain(|class| !takes(*class, node, &room[node]));
        }
    }
    unmet.is_empty()
}

/// What is free on a node, now or later: GPUs, cores, memory, in the units of shares.
pub(super) fn room(of: &NodeState) -> [i64; 3] {
    let shared: i64 = of.shared.iter().filter(|s| s.is_open()).map(|s| s.room().max(0)).sum();
    let instances = of.extended.iter().map(|(name, idle, leaving)| {
        crate::world::instance_gpus(name).unwrap_or_default() * (idle + leaving)
    });
    let gpus = of.free_gpus() + instances.sum::<i64>();
    let rest = of.idle.plus(of.leaving);
    [gpus * WHOLE + shared, rest.cpu.max(0), rest.memory.max(0)]
}

/// As many nodes are still few: to put them in order is cheaper than to look at all.
const FEW: usize = 64;

/// The nodes that come into question for a job.
pub(super) struct Feasible {
    by_node: Vec<bool>,
    /// In the order in which they came into question.
    list: Vec<NodeAt>,
}

impl Feasible {
    /// Where a job could be without any victim: for work with GPUs, where there is anything of a GPU.
    pub fn of(cycle: &Cycle<'_>, job: JobAt) -> Self {
        let world = cycle.world;
        let mut pods = world.jobs[job].pods.clone();
        let all_want = pods.all(|pod| world.classes[world.pods[pod].class].wants_gpu());
        let has_gpu = |node: &NodeState| {
            let shared = node.shared.iter().any(|shared| shared.room() > 0);
            node.idle_gpus > 0 || node.leaving_gpus > 0 || shared || !node.extended.is_empty()
        };
        let by_node: Vec<_> =
            cycle.state.nodes.iter().map(|node| !all_want || has_gpu(node)).collect();
        let list = (0..by_node.len()).filter(|node| by_node[*node]).collect();
        Self { by_node, list }
    }

    pub fn open(&mut self, node: NodeAt) {
        if !std::mem::replace(&mut self.by_node[node], true) {
            self.list.push(node);
        }
    }

    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// Forgets the nodes that came into question after the first so many.
    pub fn close_after(&mut self, count: usize) {
        self.list.drain(count..).for_each(|node| self.by_node[node] = false);
    }

    pub fn search(&self, pool: PoolAt) -> Search<'_> {
        let few = (self.list.len() <= FEW).then_some(self.list.as_slice());
        Search { among: Some(&self.by_node), few, ..gang::everywhere(pool, Mode::Later) }
    }
}
