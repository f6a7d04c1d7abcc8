//! Fair shares (`scheduling-and-organisation.md` §3.3): of each resource in each pool, first what is
//! promised, then what is left over by weight and history, higher ranks first; departments, then
//! what is inside them.
//!
//! Amounts are numbers in the units of the quantities themselves: millionths of a GPU, thousandths
//! of a core, bytes. What is given out is rounded down to whole GPUs, thousandths and bytes.

use std::cmp::Reverse;

use crate::{
    state::{State, Status, Usage},
    world::{PoolAt, QueueAt, World},
};

/// GPU, CPU, memory.
pub(crate) const RESOURCES: [usize; 3] = [0, 1, 2];
/// What shares are rounded down to.
const WHOLE: [f64; 3] = [1e6, 1.0, 1.0];
/// Half of the smallest unit: closer amounts are equal.
const NEAR: f64 = 0.5;

/// What is fair in one pool in this cycle.
#[derive(Debug)]
pub(crate) struct Shares {
    pub pool: PoolAt,
    /// By queue.
    pub fair: Vec<[f64; 3]>,
    /// Held and wanted, by queue.
    pub requested: Vec<[f64; 3]>,
    /// Most that a queue is to have: its promise or its fair share, within its limit.
    pub allocatable: Vec<[f64; 3]>,
    /// Promised; all there is where nothing is said.
    pub deserved: Vec<[f64; 3]>,
    /// All that the ready nodes have.
    pub total: [f64; 3],
    /// What each queue held when they were computed.
    pub before: Vec<Usage>,
}

/// Whether each amount is at most the other one.
pub(crate) fn at_most(a: &[f64; 3], b: &[f64; 3]) -> bool {
    RESOURCES.iter().all(|r| a[*r] <= b[*r] + NEAR)
}

pub(crate) fn plus(a: &[f64; 3], b: &[f64; 3]) -> [f64; 3] {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

pub(crate) fn minus(a: &[f64; 3], b: &[f64; 3]) -> [f64; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

impl Shares {
    /// The shares of a pool in which these jobs' pods are wanted too.
    pub fn of(world: &World, state: &State, pool: PoolAt, wanting: &[usize]) -> Self {
        let queues = world.queues.len();
        let mut shares = Self {
            pool,
            fair: vec![[0.0; 3]; queues],
            requested: (0..queues).map(|queue| state.usage(queue, pool).allocated).collect(),
            allocatable: vec![[0.0; 3]; queues],
            deserved: vec![[0.0; 3]; queues],
            total: world.pools[pool].total,
            before: (0..queues).map(|queue| *state.usage(queue, pool)).collect(),
        };
        shares.add_wanted(world, state, wanting);
        let top: Vec<_> = (0..queues).filter(|at| world.queues[*at].parent.is_none()).collect();
        let total = shares.total;
        shares.divide(world, &total, top);
        for queue in 0..queues {
            shares.set_bounds(world, queue);
        }
        shares
    }

    fn add_wanted(&mut self, world: &World, state: &State, wanting: &[usize]) {
        let device = world.pools[self.pool].smallest_device;
        for job in wanting {
            let of = &world.jobs[*job];
            let Some(queue) = of.queue else { continue };
            let mut sum = [0.0; 3];
            for pod in of.pods.clone().filter(|pod| state.pods[*pod].status == Status::Pending) {
                sum = plus(&sum, &world.classes[world.pods[pod].class].asked(device));
            }
            for at in world.path(queue) {
                self.requested[at] = plus(&self.requested[at], &sum);
            }
        }
    }

    /// Divides among siblings, then what each got among its own parts.
    fn divide(&mut self, world: &World, total: &[f64; 3], siblings: Vec<QueueAt>) {
        let settings = &world.settings;
        let own = settings.history_weights.get(&world.pools[self.pool].id);
        let history = own.copied().unwrap_or(settings.history_weight).max(0.0);
        for resource in RESOURCES {
            let claims = siblings.iter().map(|at| self.claim(world, *at, resource)).collect();
            let mut division =
                Division { claims, rest: total[resource], whole: WHOLE[resource], history };
            division.run(total[resource]);
            for claim in division.claims {
                self.fair[claim.queue][resource] = claim.share;
            }
        }
        for queue in siblings {
            let total = self.fair[queue];
            self.divide(world, &total, world.queues[queue].children.clone());
        }
    }

    fn claim(&self, world: &World, at: QueueAt, resource: usize) -> Claim {
        let queue = &world.queues[at];
        let limit = queue.limit(self.pool)[resource];
        let requested = self.requested[at][resource];
        Claim {
            queue: at,
            deserved: queue.deserved(self.pool)[resource],
            requestable: limit.map_or(requested, |limit| limit.min(requested)),
            weight: queue.weight(self.pool)[resource],
            usage: queue.settings[self.pool].usage[resource],
            rank: queue.quotas[self.pool].rank,
            age: queue.age(),
            share: 0.0,
            leftover: 0.0,
        }
    }

    fn set_bounds(&mut self, world: &World, at: QueueAt) {
        let queue = &world.queues[at];
        let (deserved, limit) = (queue.deserved(self.pool), queue.limit(self.pool));
        for resource in RESOURCES {
            let cap = limit[resource].unwrap_or(f64::INFINITY);
            self.deserved[at][resource] = deserved[resource].unwrap_or(f64::INFINITY);
            self.allocatable[at][resource] = match deserved[resource] {
                None => cap,
                Some(deserved) => cap.min(deserved.max(self.fair[at][resource])),
            };
        }
    }
}

/// One resource, divided among siblings.
struct Division {
    claims: Vec<Claim>,
    rest: f64,
    whole: f64,
    history: f64,
}

struct Claim {
    queue: QueueAt,
    deserved: Option<f64>,
    /// What is asked for, within the limit.
    requestable: f64,
    weight: f64,
    /// Share of the cluster used in the past.
    usage: f64,
    rank: i32,
    age: (domain::Timestamp, crate::settings::ScopeId),
    share: f64,
    /// What was rounded away.
    leftover: f64,
}

impl Claim {
    fn need(&self) -> f64 {
        (self.requestable - self.share).max(0.0)
    }
}

impl Division {
    fn run(&mut self, total: f64) {
        for claim in &mut self.claims {
            claim.share = claim.deserved.unwrap_or(total).min(claim.requestable);
            self.rest -= claim.share;
        }
        if self.rest <= 0.0 {
            return;
        }
        let mut ranks: Vec<_> = self.claims.iter().map(|claim| Reverse(claim.rank)).collect();
        ranks.sort();
        ranks.dedup();
        for Reverse(rank) in &ranks {
            while self.round(*rank) {}
        }
        for Reverse(rank) in &ranks {
            self.hand_out_leftovers(*rank);
        }
    }

    /// One round in one band of ranks; true when another one may give more.
    fn round(&mut self, rank: i32) -> bool {
        let hungry = |claim: &&mut Claim| claim.rank == rank && claim.need() > 0.0;
        let weights: f64 = self.claims.iter_mut().filter(hungry).map(|claim| claim.weight).sum();
        if weights == 0.0 || self.rest <= 0.0 {
            return false;
        }
        let history = self.history;
        let strength = |claim: &Claim| {
            let part = claim.weight / weights;
            (part + history * (part - claim.usage)).max(0.0)
        };
        let sum: f64 = self.claims.iter_mut().filter(hungry).map(|claim| strength(claim)).sum();
        if sum == 0.0 {
            return false;
        }
        let (pot, mut again) = (self.rest, false);
        for claim in self.claims.iter_mut().filter(hungry).filter(|claim| claim.weight > 0.0) {
            if self.rest <= 0.0 {
                break;
            }
            let (offer, need) = (pot * strength(claim) / sum, claim.need());
            let give = if need <= offer { need } else { (offer / self.whole).floor() * self.whole };
            if need <= offer {
                claim.leftover = 0.0;
            } else if offer > give {
                claim.leftover = offer - give;
            }
            claim.share += give;
            self.rest -= give;
            again |= need < offer;
        }
        again && self.rest > 0.0
    }

    /// What was rounded away goes to those who lost most by it, one whole each.
    fn hand_out_leftovers(&mut self, rank: i32) {
        let mut losers: Vec<_> = self
            .claims
            .iter_mut()
            .filter(|claim| claim.rank == rank && claim.leftover > 0.0)
            .collect();
        losers.sort_by(|a, b| b.leftover.total_cmp(&a.leftover).then(a.age.cmp(&b.age)));
        for claim in losers {
            if self.rest <= 0.0 {
                return;
            }
            let give = self.whole.min(self.rest);
            claim.share += give;
            self.rest -= give;
        }
    }
}
