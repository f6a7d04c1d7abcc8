//! The line of those who may have to go for one job, worst first.

use std::{collections::BTreeSet, sync::Arc};

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use crate::{
    cycle::Cycle,
    gang::Remaining,
    turns::{Accepts, Entry, Turns},
    world::{JobAt, NodeAt, PodAt, QueueAt},
};

/// Who may go for a job, and when that is allowed.
pub(super) struct Rules<'r> {
    /// The queues whose jobs come into question,
    pub queues: Vec<QueueAt>,
    /// and which of their jobs do.
    pub is_victim: &'r Accepts<'r>,
    /// Most jobs that may be looked at; `None` is no bound.
    pub most: Option<usize>,
    /// Whether these pods, which are lost, may be; those that were moved are not among them.
    pub may_lose: &'r dyn Fn(&Cycle<'_>, &[PodAt]) -> bool,
}

/// By queue, as the state is before anything is tried.
pub(super) type LinesInQuestion = Vec<Option<Arc<Vec<Entry>>>>;

pub(super) fn lines(cycle: &mut Cycle<'_>, rules: &Rules<'_>) -> LinesInQuestion {
    let mut lines = vec![None; cycle.world.queues.len()];
    for queue in &rules.queues {
        lines[*queue] = Some(cycle.lines.of(cycle.world, cycle.state, cycle.pool, *queue));
    }
    lines
}

/// The line of those who may have to go, worst first.
pub(super) struct Victims<'a> {
    line: Turns<'a>,
    /// Of the jobs of which some pods are known to go.
    remaining: FxHashMap<JobAt, Remaining>,
    looked_at: FxHashSet<JobAt>,
    most: Option<usize>,
}

impl<'a> Victims<'a> {
    /// `is_fresh` says of which jobs nothing is known to go; of the others some pods may remain.
    pub fn of(
        cycle: &Cycle<'a>,
        rules: &Rules<'_>,
        lines: &LinesInQuestion,
        recorded: &[PodAt],
        is_fresh: &'a Accepts<'a>,
    ) -> Self {
        let (world, state) = (cycle.world, &*cycle.state);
        let mut line = Turns::of_victims(world, state, lines.clone(), is_fresh);
        let mut remaining = FxHashMap::default();
        let known: BTreeSet<_> = recorded.iter().map(|pod| world.pods[*pod].job).collect();
        for job in known.into_iter().filter(|job| (rules.is_victim)(state, *job)) {
            let pods = Remaining::of(world, state, job, recorded);
            if !pods.is_empty() {
                line.push(pods.entry(world, state, job));
                remaining.insert(job, pods);
            }
        }
        Self { line, remaining, looked_at: FxHashSet::default(), most: rules.most }
    }

    pub fn next(&mut self, cycle: &mut Cycle<'_>) -> Option<(JobAt, SmallVec<[PodAt; 2]>)> {
        cycle.budget.look();
        let (world, state) = (cycle.world, &*cycle.state);
        let Entry { job, .. } = self.line.pop(state, cycle.shares)?;
        if let Some(most) = self.most {
            self.looked_at.insert(job);
            if self.looked_at.len() > most {
                return None;
            }
        }
        let all = || Remaining::of(world, state, job, &[]);
        let mut remaining = self.remaining.remove(&job).unwrap_or_else(all);
        let unit = remaining.take_unit(world, job);
        if !remaining.is_empty() {
            self.line.push(remaining.entry(world, state, job));
            self.remaining.insert(job, remaining);
        }
        Some((job, unit))
    }
}

/// The node of a pod before anything was tried.
pub(super) fn node_of(cycle: &Cycle<'_>, pod: PodAt) -> Option<NodeAt> {
    cycle.state.pods[pod].place().and_then(|seat| seat.node)
}

/// The nodes of a job, in their order.
pub(super) fn nodes_of(cycle: &Cycle<'_>, job: JobAt) -> SmallVec<[NodeAt; 2]> {
    let pods = cycle.world.jobs[job].pods.clone();
    let mut nodes: SmallVec<[NodeAt; 2]> = pods.filter_map(|pod| node_of(cycle, pod)).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}
