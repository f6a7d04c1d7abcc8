//! Jobs in line: whose turn it is changes with what the queues hold. Victims are taken from the other
//! end of the order.

use std::sync::Arc;

use domain::{precedence::Precedence, reason::ScopeKind};

use crate::{
    order::{JobTurn, Turn},
    shares::{Shares, plus},
    state::State,
    world::{JobAt, QueueAt, World},
};

/// Jobs by queue, the next one at the end of each lane.
pub(crate) struct Turns<'a> {
    world: &'a World,
    victims: bool,
    /// By queue.
    lanes: Vec<Lane>,
    /// By queue: the lanes with jobs in it, or in what is inside it.
    open: Vec<usize>,
    /// By queue: its turn, `None` when it has to be found anew.
    turns: Vec<Option<Turn>>,
    /// By queue: what its jobs that were taken as victims hold.
    taken: Vec<[f64; 3]>,
    top: Vec<QueueAt>,
    accepts: Option<&'a Accepts<'a>>,
}

/// Whether a job that is in line comes into question.
pub(crate) type Accepts<'a> = dyn Fn(&State, JobAt) -> bool + 'a;

/// A job in line, with what it would take, or give back.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub turn: JobTurn,
    pub job: JobAt,
    pub amount: [f64; 3],
}

/// Jobs of one queue in their order, the next one last.
#[derive(Default)]
struct Lane {
    /// Lines of victims are kept for the whole cycle; of this one the first so many are left.
    kept: Option<Arc<Vec<Entry>>>,
    left: usize,
    own: Vec<Entry>,
}

impl Lane {
    fn kept(&self) -> Option<&Entry> {
        self.kept.as_ref()?.get(self.left.checked_sub(1)?)
    }

    fn last(&self) -> Option<&Entry> {
        match (self.kept(), self.own.last()) {
            (Some(kept), Some(own)) => Some(if kept.turn > own.turn { kept } else { own }),
            (kept, own) => kept.or(own),
        }
    }

    fn pop(&mut self) -> Option<Entry> {
        let is_own = |own: &Entry| self.kept().is_none_or(|kept| kept.turn < own.turn);
        if self.own.last().is_some_and(is_own) {
            return self.own.pop();
        }
        let kept = self.kept().cloned();
        self.left = self.left.saturating_sub(1);
        kept
    }
}

impl<'a> Turns<'a> {
    /// Jobs that want something.
    pub fn of(world: &'a World, entries: impl Iterator<Item = Entry>) -> Self {
        let mut turns = Self::empty(world);
        for entry in entries {
            let Some(queue) = world.jobs[entry.job].queue else { continue };
            turns.lanes[queue].own.push(entry);
        }
        for queue in 0..turns.lanes.len() {
            turns.lanes[queue].own.sort_by(|a, b| b.turn.cmp(&a.turn));
            turns.note_open(queue, false);
        }
        turns
    }

    /// Jobs that may have to go, worst first: of the kept lines, by queue, those that are accepted.
    pub fn of_victims(
        world: &'a World,
        state: &State,
        lines: Vec<Option<Arc<Vec<Entry>>>>,
        accepts: &'a Accepts<'a>,
    ) -> Self {
        let mut turns = Self::empty(world);
        (turns.victims, turns.accepts) = (true, Some(accepts));
        for (queue, kept) in lines.into_iter().enumerate() {
            let left = kept.as_ref().map_or(0, |kept| kept.len());
            turns.lanes[queue] = Lane { kept, left, own: vec![] };
            turns.skip(state, queue);
            turns.note_open(queue, false);
        }
        turns
    }

    /// Leaves in each queue only the first so many.
    pub fn keep_first(&mut self, most: usize) {
        for queue in 0..self.lanes.len() {
            let was_open = self.lanes[queue].last().is_some();
            let own = &mut self.lanes[queue].own;
            own.drain(..own.len().saturating_sub(most));
            self.note_open(queue, was_open);
        }
    }

    fn empty(world: &'a World) -> Self {
        let queues = world.queues.len();
        let top = (0..queues).filter(|at| world.queues[*at].parent.is_none()).collect();
        Self {
            world,
            victims: false,
            lanes: (0..queues).map(|_| Lane::default()).collect(),
            open: vec![0; queues],
            turns: vec![None; queues],
            taken: vec![[0.0; 3]; queues],
            top,
            accepts: None,
        }
    }

    /// Passes over those of a kept line that do not come into question.
    fn skip(&mut self, state: &State, queue: QueueAt) {
        let Some(accepts) = self.accepts else { return };
        let lane = &mut self.lanes[queue];
        while lane.kept().is_some_and(|entry| !accepts(state, entry.job)) {
            lane.left -= 1;
        }
    }

    fn note_open(&mut self, queue: QueueAt, was_open: bool) {
        let is_open = self.lanes[queue].last().is_some();
        for at in self.world.path(queue).filter(|_| is_open != was_open) {
            match is_open {
                true => self.open[at] += 1,
                false => self.open[at] -= 1,
            }
        }
    }

    /// Puts a job back in line.
    pub fn push(&mut self, entry: Entry) {
        let Some(queue) = self.world.jobs[entry.job].queue else { return };
        let was_open = self.lanes[queue].last().is_some();
        let own = &mut self.lanes[queue].own;
        let victims = self.victims;
        let at = own.partition_point(|other| match victims {
            true => other.turn < entry.turn,
            false => other.turn > entry.turn,
        });
        own.insert(at, entry);
        self.note_open(queue, was_open);
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

    /// Why the job whose turn it is comes before another one; nothing where neither of the two is next,
    /// or the other one is not in line.
    pub fn precedence(
        &mut self,
        state: &State,
        shares: &Shares,
        pair: (JobAt, JobAt),
    ) -> Option<(JobAt, Precedence)> {
        let top = self.top.clone();
        let leaf = self.descend(state, shares, &top)?;
        let first = self.lanes[leaf].last().map(|entry| (entry.job, entry.turn.clone()))?;
        let other = match pair {
            (a, b) if a == first.0 => b,
            (a, b) if b == first.0 => a,
            _ => return None,
        };
        let world = self.world;
        let home = world.jobs[other].queue?;
        let second = self.lanes[home].own.iter().find(|entry| entry.job == other)?.turn.clone();
        if home == leaf {
            let name = |job: JobAt| world.jobs[job].name.clone();
            let (level, by) = (None, first.1.differs(&second));
            let precedence = Precedence { level, first: name(first.0), second: name(other), by };
            return Some((first.0, precedence));
        }
        let (mine, theirs) = self.fork(leaf, home)?;
        let turns = self.turns[mine].clone().zip(self.turns[theirs].clone());
        let by = turns.map(|(mine, theirs)| mine.differs(&theirs))?;
        let queue = |at: QueueAt| world.queues[at].name.name.clone();
        let level = Some(match world.queues[mine].is_project {
            true => ScopeKind::Project,
            false => ScopeKind::Department,
        });
        Some((first.0, Precedence { level, first: queue(mine), second: queue(theirs), by }))
    }

    /// Where the ways from the root to two queues part.
    fn fork(&self, one: QueueAt, other: QueueAt) -> Option<(QueueAt, QueueAt)> {
        let way = |of: QueueAt| {
            let mut way: Vec<_> = self.world.path(of).collect();
            way.reverse();
            way
        };
        way(one).into_iter().zip(way(other)).find(|(a, b)| a != b)
    }

    /// The job whose turn it is, taken out.
    pub fn pop(&mut self, state: &State, shares: &Shares) -> Option<Entry> {
        let top = std::mem::take(&mut self.top);
        let leaf = self.descend(state, shares, &top);
        self.top = top;
        let leaf = leaf?;
        let entry = self.lanes[leaf].pop()?;
        self.skip(state, leaf);
        if self.victims {
            self.taken[leaf] = plus(&self.taken[leaf], &entry.amount);
        }
        self.note_open(leaf, true);
        self.stale(leaf);
        Some(entry)
    }

    /// The project that comes first among these queues and what is inside them.
    fn descend(&mut self, state: &State, shares: &Shares, among: &[QueueAt]) -> Option<QueueAt> {
        let best = self.best(state, shares, among)?;
        match self.lanes[best].last() {
            Some(_) => Some(best),
            None => self.descend(state, shares, &self.world.queues[best].children),
        }
    }

    fn best(&mut self, state: &State, shares: &Shares, among: &[QueueAt]) -> Option<QueueAt> {
        let mut best: Option<QueueAt> = None;
        for at in among.iter().copied() {
            if self.open[at] == 0 {
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
        let leaf = match self.lanes[at].last() {
            Some(_) => Some(at),
            None => self.descend(state, shares, &world.queues[at].children),
        };
        let next = leaf.and_then(|leaf| self.lanes[leaf].last()).map_or([0.0; 3], |e| e.amount);
        let taken = leaf.map_or([0.0; 3], |leaf| self.taken[leaf]);
        let none = [0.0; 3];
        self.turns[at] = Some(match self.victims {
            true => Turn::of(world, state, shares, at, &none, &plus(&taken, &next)),
            false => Turn::of(world, state, shares, at, &next, &none),
        });
    }
}
