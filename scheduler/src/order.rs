//! Who goes first: the best department, its best project, that one's best job
//! (`scheduling-and-organisation.md` §4.2). Each order is a struct; its fields, top to bottom, are
//! the policy, and the last one breaks ties. Victims are taken from the other end.

use std::cmp::{Ordering, Reverse};

use domain::{Timestamp, WorkloadId};

use crate::{
    settings::ScopeId,
    shares::{RESOURCES, Shares, at_most, minus, plus},
    state::State,
    world::{JobAt, QueueAt, World},
};

/// A queue without a share of a resource that it uses is worse than all that have one.
const NO_SHARE_PENALTY: f64 = 1_000.0;

/// A number that can be compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ratio(pub f64);

impl Eq for Ratio {}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What is compared between siblings; the smallest goes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Turn {
    over_fair_share: bool,
    /// Would not stay within what is promised, with its next job.
    over_deserved: bool,
    rank: Reverse<i32>,
    /// Would use something of which it is to have nothing.
    uses_no_share: bool,
    share_with_job: Ratio,
    share: Ratio,
    /// The weaker queue first.
    allocatable: [Ratio; 3],
    age: (Timestamp, ScopeId),
}

impl Turn {
    /// The turn of a queue that would take `more` and lose `less`.
    pub fn of(
        world: &World,
        state: &State,
        shares: &Shares,
        at: QueueAt,
        more: &[f64; 3],
        less: &[f64; 3],
    ) -> Self {
        let queue = &world.queues[at];
        let held = state.usage(at, shares.pool).allocated;
        let with_job = plus(&held, more);
        let allocatable = &shares.allocatable[at];
        let uses_nothing = |r: &usize| allocatable[*r] == 0.0 && with_job[*r] > 0.0;
        Self {
            over_fair_share: RESOURCES.iter().all(|r| shares.fair[at][*r] + 0.5 < held[*r]),
            over_deserved: !at_most(&with_job, &shares.deserved[at]),
            rank: Reverse(queue.quotas[shares.pool].rank),
            uses_no_share: RESOURCES.iter().any(uses_nothing),
            share_with_job: dominant(&minus(&with_job, less), allocatable, &shares.total),
            share: dominant(&held, allocatable, &shares.total),
            allocatable: allocatable.map(Ratio),
            age: queue.age(),
        }
    }
}

/// The largest part of its share that a queue uses of any resource.
fn dominant(held: &[f64; 3], allocatable: &[f64; 3], total: &[f64; 3]) -> Ratio {
    let part = |r: &usize| {
        let of = if allocatable[*r].is_finite() { allocatable[*r] } else { total[*r] };
        if of == 0.0 { held[*r] * NO_SHARE_PENALTY } else { held[*r] / of }
    };
    Ratio(RESOURCES.iter().map(part).fold(0.0, f64::max))
}

/// What is compared between jobs of one queue; the smallest goes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct JobTurn {
    priority: Reverse<i32>,
    gang: Gang,
    created: Timestamp,
    id: WorkloadId,
}

/// How many of its pods a job has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gang {
    TooFew,
    Enough,
    MoreThanEnough,
}

impl JobTurn {
    pub fn of(world: &World, job: JobAt, gang: Gang) -> Self {
        let of = &world.jobs[job];
        Self { priority: Reverse(of.priority), gang, created: of.created, id: of.id }
    }
}

/// Jobs by queue, the next one at the end of each list.
pub(crate) struct Turns<'a> {
    world: &'a World,
    victims: bool,
    /// By queue: its jobs, sorted so that the next one is last.
    jobs: Vec<Vec<Entry>>,
    /// By queue: whether it, or what is inside it, has jobs.
    count: Vec<usize>,
    /// By queue: its turn, `None` when it has to be found anew.
    turns: Vec<Option<Turn>>,
    /// By queue: what its jobs that were taken as victims hold.
    taken: Vec<[f64; 3]>,
    top: Vec<QueueAt>,
}

/// A job in line, with what it would take, or give back.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub turn: JobTurn,
    pub job: JobAt,
    pub amount: [f64; 3],
}

impl<'a> Turns<'a> {
    /// Jobs that want something, or with `victims` the ones that may have to go, worst first.
    pub fn of(world: &'a World, entries: impl Iterator<Item = Entry>, victims: bool) -> Self {
        let queues = world.queues.len();
        let top = (0..queues).filter(|at| world.queues[*at].parent.is_none()).collect();
        let mut turns = Self {
            world,
            victims,
            jobs: vec![vec![]; queues],
            count: vec![0; queues],
            turns: vec![None; queues],
            taken: vec![[0.0; 3]; queues],
            top,
        };
        for entry in entries {
            let Some(queue) = world.jobs[entry.job].queue else { continue };
            turns.jobs[queue].push(entry);
            world.path(queue).for_each(|at| turns.count[at] += 1);
        }
        for jobs in &mut turns.jobs {
            jobs.sort_by(|a, b| a.turn.cmp(&b.turn));
            if !victims {
                jobs.reverse();
            }
        }
        turns
    }

    /// Puts a job back in line.
    pub fn push(&mut self, entry: Entry) {
        let Some(queue) = self.world.jobs[entry.job].queue else { return };
        let jobs = &mut self.jobs[queue];
        let victims = self.victims;
        let at = jobs.partition_point(|other| match victims {
            true => other.turn < entry.turn,
            false => other.turn > entry.turn,
        });
        jobs.insert(at, entry);
        self.world.path(queue).for_each(|at| self.count[at] += 1);
        self.stale(queue);
    }

    /// What a queue holds has changed.
    pub fn stale(&mut self, queue: QueueAt) {
        self.world.path(queue).for_each(|at| self.turns[at] = None);
    }

    /// What any queue holds may have changed.
    pub fn all_stale(&mut self) {
        self.turns.iter_mut().for_each(|turn| *turn = None);
    }

    /// The job whose turn it is, taken out.
    pub fn pop(&mut self, state: &State, shares: &Shares) -> Option<Entry> {
        let top = std::mem::take(&mut self.top);
        let leaf = self.descend(state, shares, &top);
        self.top = top;
        let leaf = leaf?;
        let entry = self.jobs[leaf].pop()?;
        if self.victims {
            self.taken[leaf] = plus(&self.taken[leaf], &entry.amount);
        }
        self.world.path(leaf).for_each(|at| self.count[at] -= 1);
        self.stale(leaf);
        Some(entry)
    }

    /// The project that comes first among these queues and what is inside them.
    fn descend(&mut self, state: &State, shares: &Shares, among: &[QueueAt]) -> Option<QueueAt> {
        let best = self.best(state, shares, among)?;
        match self.jobs[best].is_empty() {
            false => Some(best),
            true => self.descend(state, shares, &self.world.queues[best].children),
        }
    }

    fn best(&mut self, state: &State, shares: &Shares, among: &[QueueAt]) -> Option<QueueAt> {
        let mut best: Option<QueueAt> = None;
        for at in among.iter().copied() {
            if self.count[at] == 0 {
                continue;
            }
            self.find_turn(state, shares, at);
            let is_better = |best: QueueAt| match self.victims {
                true => self.turns[at] > self.turns[best],
                false => self.turns[at] < self.turns[best],
            };
            if best.is_none_or(is_better) {
                best = Some(at);
            }
        }
        best
    }

    fn find_turn(&mut self, state: &State, shares: &Shares, at: QueueAt) {
        if self.turns[at].is_some() {
            return;
        }
        let world = self.world;
        let leaf = match self.jobs[at].is_empty() {
            false => Some(at),
            true => self.descend(state, shares, &world.queues[at].children),
        };
        let next = leaf.and_then(|leaf| self.jobs[leaf].last()).map_or([0.0; 3], |e| e.amount);
        let taken = leaf.map_or([0.0; 3], |leaf| self.taken[leaf]);
        let none = [0.0; 3];
        self.turns[at] = Some(match self.victims {
            true => Turn::of(world, state, shares, at, &none, &plus(&taken, &next)),
            false => Turn::of(world, state, shares, at, &next, &none),
        });
    }
}
