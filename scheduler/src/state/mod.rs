//! What changes in a cycle: where each pod is, and what follows from it – what is free on each node,
//! what each queue holds, how many pods of each group run. Every change goes through
//! [`State::change`] and is written down, so that what was tried can be undone or kept.

mod index;
mod node;
mod pod;

use std::collections::BTreeSet;

use smallvec::{SmallVec, smallvec};

pub(crate) use index::{PoolIndex, rank_of};
pub(crate) use node::{NodeState, Shared, VIRTUAL, WHOLE};
pub(crate) use pod::{PodState, Seat, Status};

use crate::{
    snapshot,
    world::{JobAt, NodeAt, PodAt, PoolAt, QueueAt, World},
};

/// A place in the log: what came after it can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark(usize);

#[derive(Clone, Debug)]
pub(crate) struct State {
    pub pods: Vec<PodState>,
    pub nodes: Vec<NodeState>,
    /// By pool.
    pub index: Vec<PoolIndex>,
    /// By job, then by its groups.
    counts: Vec<SmallVec<[Count; 1]>>,
    /// Jobs with pods that wait.
    waiting: BTreeSet<JobAt>,
    /// By queue, then by pool.
    usage: Vec<Usage>,
    log: Vec<(PodAt, PodState)>,
    /// Whether nodes move in the index of their pools at once.
    keeping: Keeping,
    /// Nodes that have yet to be moved there.
    behind: Vec<NodeAt>,
}

/// When nodes move in the index of their pools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keeping {
    AtOnce,
    /// When somebody is about to look through a whole pool: see [`State::catch_up`].
    Later,
}

/// Pods of one group.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Count {
    /// Running, bound or with a reservation.
    pub active: u32,
    /// The active ones without those that only have a reservation.
    pub held: u32,
    /// The active ones and those that are being ended.
    pub used: u32,
    pub pending: u32,
    pub succeeded: u32,
}

/// What a queue holds in a pool: GPU, CPU, memory, in the units of [`crate::shares`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    pub allocated: [f64; 3],
    pub non_preemptible: [f64; 3],
}

impl State {
    /// Everything as the snapshot says.
    pub fn of(world: &World) -> Self {
        let mut state = Self {
            pods: vec![],
            nodes: world.nodes.iter().map(NodeState::empty).collect(),
            index: world.pools.iter().map(|_| PoolIndex::default()).collect(),
            counts: vec![],
            waiting: BTreeSet::new(),
            usage: vec![Usage::default(); world.queues.len() * world.pools.len()],
            log: vec![],
            keeping: Keeping::Later,
            behind: (0..world.nodes.len()).collect(),
        };
        for job in 0..world.jobs.len() {
            state.add_job(world, job);
        }
        // Each node once, and not with every pod that is on it.
        state.keep_index(world);
        state
    }

    /// From now on the index is only right after [`State::catch_up`]: much is done that needs none.
    pub fn leave_index(&mut self) {
        self.keeping = Keeping::Later;
    }

    /// Makes the index right, and keeps it so.
    pub fn keep_index(&mut self, world: &World) {
        self.catch_up(world);
        self.keeping = Keeping::AtOnce;
    }

    /// Makes the index right for now.
    pub fn catch_up(&mut self, world: &World) {
        let mut behind = std::mem::take(&mut self.behind);
        behind.drain(..).for_each(|node| self.put(world, node));
        self.behind = behind;
    }

    /// Takes in a job that the world has just got.
    pub fn add_job(&mut self, world: &World, job: JobAt) {
        let of = &world.jobs[job];
        self.counts.push(smallvec![Count::default(); of.groups.len()]);
        for pod in of.pods.clone() {
            self.pods.push(PodState::gated());
            self.count(world, pod, 1);
            self.move_to(world, pod, PodState::first(world, pod));
        }
    }

    /// Forgets the last job; nothing of it may be held.
    pub fn pop_job(&mut self, world: &World) {
        if let Some(job) = world.jobs.last() {
            self.pods.truncate(job.pods.start);
            self.counts.pop();
            self.waiting.remove(&self.counts.len());
        }
    }

    pub fn mark(&self) -> Mark {
        Mark(self.log.len())
    }

    /// Takes back everything since the mark.
    pub fn undo(&mut self, world: &World, to: Mark) {
        while self.log.len() > to.0 {
            if let Some((pod, before)) = self.log.pop() {
                self.move_to(world, pod, before);
            }
        }
    }

    /// The pods that are not what they were at the mark, in the order of their first change.
    pub fn changed_since(&self, mark: Mark) -> Vec<PodAt> {
        let mut seen = std::collections::HashSet::new();
        let firsts = self.log[mark.0..].iter().filter(|(pod, _)| seen.insert(*pod));
        firsts.filter(|(pod, before)| self.pods[*pod] != *before).map(|(pod, _)| *pod).collect()
    }

    /// Moves a pod, and writes down where it was.
    pub fn change(&mut self, world: &World, pod: PodAt, to: PodState) {
        let before = self.pods[pod].clone();
        self.move_to(world, pod, to);
        self.log.push((pod, before));
    }

    /// Ends a pod. What it holds becomes free later.
    pub fn evict(&mut self, world: &World, pod: PodAt) {
        let evicted = self.pods[pod].evicted();
        self.change(world, pod, evicted);
    }

    pub fn count_of(&self, job: JobAt, group: usize) -> Count {
        self.counts[job][group]
    }

    /// Jobs with pods that wait, in order.
    pub fn waiting(&self) -> impl Iterator<Item = JobAt> {
        self.waiting.iter().copied()
    }

    /// All pods of a job together.
    pub fn total_of(&self, job: JobAt) -> Count {
        self.counts[job].iter().fold(Count::default(), |sum, count| Count {
            active: sum.active + count.active,
            held: sum.held + count.held,
            used: sum.used + count.used,
            pending: sum.pending + count.pending,
            succeeded: sum.succeeded + count.succeeded,
        })
    }

    pub fn usage(&self, queue: QueueAt, pool: PoolAt) -> &Usage {
        &self.usage[queue * self.index.len() + pool]
    }

    /// What a pod takes of its queues where it is; in which pool.
    pub fn charge(&self, world: &World, pod: PodAt) -> Option<(PoolAt, [f64; 3])> {
        let seat = self.pods[pod].seat.as_ref()?;
        let class = &world.classes[world.pods[pod].class];
        let node = seat.node.map(|node| &world.nodes[node]);
        let device = match node {
            Some(node) if !node.of.gpus.is_empty() => node.device_memory,
            _ => world.pools.get(seat.pool).map(|pool| pool.smallest_device)?,
        };
        Some((seat.pool, class.charged(device)))
    }

    fn move_to(&mut self, world: &World, pod: PodAt, to: PodState) {
        self.count(world, pod, -1);
        self.hold(world, pod, -1);
        self.pods[pod] = to;
        self.hold(world, pod, 1);
        self.count(world, pod, 1);
    }

    /// Adds (or takes away) what a pod means for nodes and queues.
    fn hold(&mut self, world: &World, pod: PodAt, sign: i64) {
        let class = &world.classes[world.pods[pod].class];
        let (of, nodes) = (&self.pods[pod], &mut self.nodes);
        let mut touched: SmallVec<[usize; 2]> = smallvec![];
        if let Some(seat) = &of.seat
            && let Some(node) = seat.node
        {
            match of.status {
                Status::Reserved => {
                    nodes[node].reserve(&world.nodes[node], &class.request, seat, sign)
                }
                _ => nodes[node].hold(&world.nodes[node], &class.request, seat, sign),
            }
            touched.push(node);
        }
        if let Some(seat) = &of.leaving
            && let Some(node) = seat.node
        {
            nodes[node].leave(&world.nodes[node], &class.request, seat, sign);
            touched.push(node);
        }
        touched.iter().for_each(|node| self.index_node(world, *node));
        self.charge_queues(world, pod, sign as f64);
    }

    fn charge_queues(&mut self, world: &World, pod: PodAt, sign: f64) {
        let job = &world.jobs[world.pods[pod].job];
        let (Some(queue), Some((pool, charged))) = (job.queue, self.charge(world, pod)) else {
            return;
        };
        for at in world.path(queue) {
            let usage = &mut self.usage[at * self.index.len() + pool];
            for (resource, amount) in charged.iter().enumerate() {
                usage.allocated[resource] += sign * amount;
                if !job.preemptible {
                    usage.non_preemptible[resource] += sign * amount;
                }
            }
        }
    }

    fn count(&mut self, world: &World, pod: PodAt, sign: i32) {
        let of = &world.pods[pod];
        let count = &mut self.counts[of.job][of.group];
        let status = self.pods[pod].status;
        let is_leaving = self.pods[pod].leaving.is_some();
        let add = |number: &mut u32, counts: bool| {
            if counts {
                *number = number.wrapping_add_signed(sign);
            }
        };
        add(&mut count.active, status.is_active());
        add(&mut count.held, status.is_held());
        add(&mut count.used, status.is_active() || is_leaving);
        add(&mut count.pending, status == Status::Pending);
        add(&mut count.succeeded, status == Status::Succeeded);
        if status == Status::Pending {
            match self.counts[of.job].iter().any(|count| count.pending > 0) {
                true => self.waiting.insert(of.job),
                false => self.waiting.remove(&of.job),
            };
        }
    }

    fn index_node(&mut self, world: &World, node: NodeAt) {
        match self.keeping {
            Keeping::AtOnce => self.put(world, node),
            Keeping::Later if self.nodes[node].is_behind => {}
            Keeping::Later => {
                self.nodes[node].is_behind = true;
                self.behind.push(node);
            }
        }
    }

    fn put(&mut self, world: &World, node: NodeAt) {
        let (of, now) = (&world.nodes[node], &mut self.nodes[node]);
        if let Some(pool) = of.pool {
            self.index[pool].put(&world.pools[pool], of, node, now);
        }
    }
}

impl PodState {
    fn first(world: &World, pod: PodAt) -> Self {
        let class = &world.classes[world.pods[pod].class];
        match &world.pods[pod].first {
            snapshot::PodState::Pending => Self::pending(),
            snapshot::PodState::Gated => Self::gated(),
            snapshot::PodState::Failed => Self::ended(Status::Failed),
            snapshot::PodState::Succeeded => Self::ended(Status::Succeeded),
            snapshot::PodState::Running(at) => {
                Self::held(Status::Running, Seat::of(world, &class.request, at))
            }
            snapshot::PodState::Releasing(at) => Self::leaving(Seat::of(world, &class.request, at)),
        }
    }
}
