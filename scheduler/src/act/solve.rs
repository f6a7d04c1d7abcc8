//! Making room: victims as ever larger scenarios, each simulated on the state itself and undone
//! when it does not help (`scheduling-and-organisation.md` §4.4).

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::{
    feasible::{Feasible, might_fit},
    victims::{self, LinesInQuestion, Rules, Victims, node_of, nodes_of},
};
use crate::{
    capacity,
    cycle::Cycle,
    gang, place,
    state::{Mark, State, Status},
    turns::{Entry, Turns},
    world::{JobAt, NodeAt, PodAt},
};

/// Places a job with a reservation, at the cost of others. On success the state has changed.
pub(super) fn solve(cycle: &mut Cycle<'_>, job: JobAt, rules: &Rules<'_>) -> bool {
    let world = cycle.world;
    let pods = gang::next_pods(world, cycle.state, job, true);
    let lines = victims::lines(cycle, rules);
    if !might_fit(cycle, &pods, rules, &lines) || !cycle.budget.begins() {
        return false;
    }
    let start = cycle.state.mark();
    let mut recorded = vec![];
    for count in 1..=pods.len() {
        cycle.state.undo(world, start);
        let mut scenario = Scenario::of(cycle, job, &pods[..count], recorded);
        let Some(victims) = scenario.grow(cycle, rules, &lines) else {
            cycle.state.undo(world, start);
            return false;
        };
        recorded = victims;
    }
    let done = !pods.is_empty()
        && gang::is_satisfied(world, cycle.state, job)
        && (!world.settings.looks_ahead || waits_for_somebody(cycle, job, start));
    if !done {
        cycle.state.undo(world, start);
    }
    done
}

/// Whether anybody goes, or is on the way from a node on which the job has a reservation. Where all may
/// stay there is nothing to wait for, and nothing would ever come of it.
fn waits_for_somebody(cycle: &Cycle<'_>, job: JobAt, start: Mark) -> bool {
    let pods = &cycle.state.pods;
    if cycle.state.changed_since(start).iter().any(|pod| pods[*pod].was_evicted) {
        return true;
    }
    let own = cycle.world.jobs[job].pods.clone().map(|pod| &pods[pod]);
    let reserved = own.filter(|pod| pod.status == Status::Reserved);
    let nodes: BTreeSet<_> = reserved.filter_map(|pod| pod.seat.as_ref()?.node).collect();
    let leaves = pods.iter().filter_map(|pod| pod.leaving.as_ref()?.node);
    leaves.into_iter().any(|node| nodes.contains(&node))
}

/// Some pods of a job, and who might go for them.
struct Scenario<'s> {
    job: JobAt,
    pods: &'s [PodAt],
    /// Victims that fewer pods of the job needed already.
    recorded: Vec<PodAt>,
    /// Pods that might go, by job.
    potential: FxHashMap<JobAt, SmallVec<[PodAt; 2]>>,
    by_node: FxHashMap<NodeAt, OnNode>,
    /// Nodes that come into question.
    feasible: Feasible,
    /// Every pod fits where nobody has to go.
    fits_already: bool,
    /// Some job that might give something has pods on several nodes.
    spans: bool,
    /// The fewest whole GPUs that one of the pods asks for.
    least: i64,
}

/// What might be left on a node.
#[derive(Default)]
struct OnNode {
    /// Jobs that might give something, in order.
    jobs: SmallVec<[JobAt; 8]>,
    /// GPUs, at the most.
    gpus: i64,
}

impl OnNode {
    fn add(&mut self, job: JobAt, gpus: i64) {
        if let Err(at) = self.jobs.binary_search(&job) {
            self.jobs.insert(at, job);
        }
        self.gpus += gpus;
    }
}

impl<'s> Scenario<'s> {
    fn of(cycle: &Cycle<'_>, job: JobAt, pods: &'s [PodAt], recorded: Vec<PodAt>) -> Self {
        let feasible = Feasible::of(cycle, job);
        let search = feasible.search(cycle.pool);
        let fits = |pod: &PodAt| place::fits_anywhere(cycle.world, cycle.state, *pod, &search);
        let fits_already = !recorded.is_empty() || pods.iter().all(fits);
        let least = pods.iter().map(|pod| {
            let gpu = cycle.world.classes[cycle.world.pods[*pod].class].request.gpu;
            if gpu.is_fraction() { 0 } else { i64::from(gpu.devices()) }
        });
        Self {
            job,
            pods,
            recorded,
            potential: FxHashMap::default(),
            by_node: FxHashMap::default(),
            feasible,
            fits_already,
            spans: false,
            least: least.min().unwrap_or_default(),
        }
    }

    /// Adds victims until it works; the pods that went or were moved.
    fn grow(
        &mut self,
        cycle: &mut Cycle<'_>,
        rules: &Rules<'_>,
        lines: &LinesInQuestion,
    ) -> Option<Vec<PodAt>> {
        let recorded = self.recorded.clone();
        self.evict(cycle, &recorded);
        let mark = cycle.state.mark();
        if !recorded.is_empty()
            && let Some(victims) = self.simulate(cycle, rules, recorded.clone())
        {
            return Some(victims);
        }
        cycle.state.undo(cycle.world, mark);
        let world = cycle.world;
        let is_fresh = |state: &State, job: JobAt| {
            let is_recorded = |pod: &PodAt| world.pods[*pod].job == job;
            (rules.is_victim)(state, job) && !recorded.iter().any(is_recorded)
        };
        let mut line = Victims::of(cycle, rules, lines, &recorded, &is_fresh);
        while let Some((victim, unit)) = line.next(cycle) {
            self.add(cycle, victim, unit);
            let nodes = nodes_of(cycle, victim);
            self.spans |= nodes.len() > 1;
            for node in nodes {
                // All that goes is on this one node: no need to gather it to see that it is short.
                if cycle.budget.ends() {
                    return None;
                }
                if !self.spans && !self.may_have_enough(cycle, node) {
                    continue;
                }
                let mark = cycle.state.mark();
                let going = self.going(node);
                if !self.may_help(cycle, &going) {
                    continue;
                }
                let opened = self.feasible.count();
                self.evict(cycle, &going);
                let all: Vec<_> = recorded.iter().chain(&going).copied().collect();
                if let Some(victims) = self.simulate(cycle, rules, all) {
                    return Some(victims);
                }
                self.feasible.close_after(opened);
                cycle.state.undo(cycle.world, mark);
            }
        }
        None
    }

    fn add(&mut self, cycle: &Cycle<'_>, victim: JobAt, unit: SmallVec<[PodAt; 2]>) {
        for pod in &unit {
            if let Some(node) = node_of(cycle, *pod) {
                let class = &cycle.world.classes[cycle.world.pods[*pod].class];
                let devices = i64::from(class.request.gpu.devices());
                self.by_node.entry(node).or_default().add(victim, devices);
            }
        }
        self.potential.entry(victim).or_default().extend(unit);
    }

    /// Whether there would be enough GPUs on any of the nodes that are left.
    fn may_help(&self, cycle: &Cycle<'_>, going: &[PodAt]) -> bool {
        let mut nodes = going.iter().filter_map(|pod| node_of(cycle, *pod));
        self.fits_already || nodes.any(|node| self.may_have_enough(cycle, node))
    }

    fn may_have_enough(&self, cycle: &Cycle<'_>, node: NodeAt) -> bool {
        let left = self.by_node.get(&node).map_or(0, |on| on.gpus);
        self.fits_already || cycle.state.nodes[node].free_gpus() + left >= self.least
    }

    /// All that might go of the jobs that might give something on this node.
    fn going(&self, node: NodeAt) -> Vec<PodAt> {
        let jobs = self.by_node.get(&node).into_iter().flat_map(|on| &on.jobs);
        jobs.flat_map(|job| self.potential.get(job).into_iter().flatten()).copied().collect()
    }

    /// Ends pods; their nodes come into question.
    fn evict(&mut self, cycle: &mut Cycle<'_>, pods: &[PodAt]) {
        for pod in pods {
            if let Some(node) = node_of(cycle, *pod) {
                self.feasible.open(node);
            }
            cycle.state.evict(cycle.world, *pod);
        }
    }

    /// Places the job and what was evicted, in the order of their turns.
    fn simulate(
        &mut self,
        cycle: &mut Cycle<'_>,
        rules: &Rules<'_>,
        victims: Vec<PodAt>,
    ) -> Option<Vec<PodAt>> {
        let (world, pool) = (cycle.world, cycle.pool);
        let search = self.feasible.search(pool);
        if !self.pods.iter().all(|pod| place::fits_anywhere(world, cycle.state, *pod, &search)) {
            return None;
        }
        cycle.budget.place(victims.len());
        let jobs: BTreeSet<_> = victims.iter().map(|pod| world.pods[*pod].job).collect();
        let others = jobs.into_iter().filter(|job| *job != self.job);
        let others = others.map(|job| gang::wanting(world, cycle.state, job, pool, true));
        let own = gang::wanting(world, cycle.state, self.job, pool, true);
        let own = Entry { amount: gang::asked(world, self.pods, pool), ..own };
        let entries: Vec<_> = others.chain([own]).collect();
        let mut line = Turns::of(world, entries.into_iter());
        while let Some(entry) = line.pop(cycle.state, cycle.shares) {
            let is_own = entry.job == self.job;
            let pods = match is_own {
                true => self.pods.to_vec(),
                false => gang::next_pods(world, cycle.state, entry.job, true),
            };
            let asked = gang::asked(world, &pods, pool);
            let is_placed = capacity::admits(world, cycle.state, entry.job, pool, &asked)
                && gang::place(world, cycle.state, entry.job, &pods, &search);
            if is_own && !is_placed {
                return None;
            }
            if is_placed {
                line.all_stale();
            }
        }
        self.result(cycle, rules, victims)
    }

    /// The pods that really go or move, if that is allowed.
    fn result(
        &self,
        cycle: &Cycle<'_>,
        rules: &Rules<'_>,
        mut victims: Vec<PodAt>,
    ) -> Option<Vec<PodAt>> {
        let status = |pod: &PodAt| cycle.state.pods[*pod].status;
        victims.retain(|pod| matches!(status(pod), Status::Leaving | Status::Reserved));
        let lost = victims.iter().copied().filter(|pod| status(pod) == Status::Leaving);
        let lost: Vec<_> = lost.collect();
        (rules.may_lose)(cycle, &lost).then_some(victims)
    }
}
