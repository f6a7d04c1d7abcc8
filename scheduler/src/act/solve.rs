//! Making room: victims as ever larger scenarios, each simulated on the state itself and undone
//! when it does not help (`scheduling-and-organisation.md` §4.4).

use std::{
    cell::Cell,
    collections::{BTreeSet, HashMap},
};

use crate::{
    capacity,
    cycle::Cycle,
    gang::{self, Remaining},
    order::{Entry, Turns},
    place::{self, Mode, Search},
    state::{Mark, NodeState, Status, WHOLE},
    world::{JobAt, NodeAt, PodAt, PoolAt},
};

/// Most evicted pods that one search places again before it gives up: its depth is bounded.
const MOST_WORK: usize = 1_000;

/// Who may go for a job, and when that is allowed.
pub(super) struct Rules<'r> {
    /// The jobs that come into question.
    pub victims: &'r [JobAt],
    /// Most jobs that may be looked at; `None` is no bound.
    pub most: Option<usize>,
    /// Whether these pods, which are lost, may be; those that were moved are not among them.
    pub may_lose: &'r dyn Fn(&Cycle<'_>, &[PodAt]) -> bool,
}

/// Places a job with a reservation, at the cost of others. On success the state has changed.
pub(super) fn solve(cycle: &mut Cycle<'_>, job: JobAt, rules: &Rules<'_>) -> bool {
    let world = cycle.world;
    let pods = gang::next_pods(world, cycle.state, job, true);
    if !might_fit(cycle, &pods, rules.victims) {
        return false;
    }
    let start = cycle.state.mark();
    let mut recorded = vec![];
    for count in 1..=pods.len() {
        cycle.state.undo(world, start);
        let mut scenario = Scenario::of(cycle, job, &pods[..count], recorded);
        let Some(victims) = scenario.grow(cycle, rules) else {
            cycle.state.undo(world, start);
            return false;
        };
        recorded = victims;
    }
    let done = !pods.is_empty()
        && gang::is_satisfied(world, cycle.state, job)
        && (!world.settings.comes_to_rest() || waits_for_somebody(cycle, job, start));
    if !done {
        cycle.state.undo(world, start);
    }
    done
}

/// Whether each pod would find GPUs, cores and memory on some node if all of these jobs went.
fn might_fit(cycle: &Cycle<'_>, pods: &[PodAt], victims: &[JobAt]) -> bool {
    let world = cycle.world;
    let mut room: Vec<[i64; 3]> = cycle.state.nodes.iter().map(room).collect();
    for pod in victims.iter().flat_map(|job| world.jobs[*job].pods.clone()) {
        if let Some(node) = node_of(cycle, pod) {
            let of = &world.classes[world.pods[pod].class];
            let gives = of.charged(world.nodes[node].device_memory);
            room[node].iter_mut().zip(gives).for_each(|(room, gives)| *room += gives as i64);
        }
    }
    let mut classes: Vec<_> = pods.iter().map(|pod| world.pods[*pod].class).collect();
    classes.dedup();
    classes.into_iter().all(|class| {
        let (of, allowed) = (&world.classes[class], world.allowed(class));
        let takes = |node: &NodeAt| {
            let asked = of.asked(world.nodes[*node].device_memory);
            allowed[*node] && asked.iter().zip(room[*node]).all(|(asked, has)| *asked as i64 <= has)
        };
        world.pools[cycle.pool].nodes.iter().any(takes)
    })
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
    potential: HashMap<JobAt, Vec<PodAt>>,
    /// Jobs that might give something, by node.
    by_node: HashMap<NodeAt, BTreeSet<JobAt>>,
    /// Nodes that come into question.
    feasible: Feasible,
    /// The most GPUs that might be left, by node.
    left: HashMap<NodeAt, i64>,
    /// Every pod fits where nobody has to go.
    fits_already: bool,
    /// Some job that might give something has pods on several nodes.
    spans: bool,
    /// The fewest whole GPUs that one of the pods asks for.
    least: i64,
    /// Evicted pods that were to be placed again so far.
    work: Cell<usize>,
}

impl<'s> Scenario<'s> {
    fn of(cycle: &Cycle<'_>, job: JobAt, pods: &'s [PodAt], recorded: Vec<PodAt>) -> Self {
        let feasible = Feasible::of(cycle, job);
        let search = feasible.search(cycle.pool);
        let fits = |pod: &PodAt| place::fits_anywhere(cycle.world, cycle.state, *pod, &search);
        let fits_already = !recorded.is_empty() || pods.iter().all(fits);
        let (potential, by_node, left) = (HashMap::new(), HashMap::new(), HashMap::new());
        let least = pods.iter().map(|pod| {
            let gpu = cycle.world.classes[cycle.world.pods[*pod].class].request.gpu;
            if gpu.is_fraction() { 0 } else { i64::from(gpu.devices()) }
        });
        let (least, spans) = (least.min().unwrap_or_default(), false);
        let work = Cell::new(0);
        Self {
            job,
            pods,
            recorded,
            potential,
            by_node,
            feasible,
            left,
            fits_already,
            spans,
            least,
            work,
        }
    }

    /// Adds victims until it works; the pods that went or were moved.
    fn grow(&mut self, cycle: &mut Cycle<'_>, rules: &Rules<'_>) -> Option<Vec<PodAt>> {
        let recorded = self.recorded.clone();
        self.evict(cycle, &recorded);
        let mark = cycle.state.mark();
        if !recorded.is_empty()
            && let Some(victims) = self.simulate(cycle, rules, recorded.clone())
        {
            return Some(victims);
        }
        cycle.state.undo(cycle.world, mark);
        let mut line = Victims::of(cycle, rules, &recorded);
        while let Some((victim, unit)) = line.next(cycle) {
            self.add(cycle, victim, unit);
            let nodes = nodes_of(cycle, victim);
            self.spans |= nodes.len() > 1;
            for node in nodes {
                // All that goes is on this one node: no need to gather it to see that it is short.
                if self.work.get() > MOST_WORK {
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

    fn add(&mut self, cycle: &Cycle<'_>, victim: JobAt, unit: Vec<PodAt>) {
        for pod in &unit {
            if let Some(node) = node_of(cycle, *pod) {
                self.by_node.entry(node).or_default().insert(victim);
                let class = &cycle.world.classes[cycle.world.pods[*pod].class];
                let devices = i64::from(class.request.gpu.devices());
                *self.left.entry(node).or_default() += devices;
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
        let left = self.left.get(&node).copied().unwrap_or_default();
        self.fits_already || cycle.state.nodes[node].free_gpus() + left >= self.least
    }

    /// All that might go of the jobs that might give something on this node.
    fn going(&self, node: NodeAt) -> Vec<PodAt> {
        let jobs = self.by_node.get(&node).into_iter().flatten();
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
        &self,
        cycle: &mut Cycle<'_>,
        rules: &Rules<'_>,
        victims: Vec<PodAt>,
    ) -> Option<Vec<PodAt>> {
        let (world, pool) = (cycle.world, cycle.pool);
        let search = self.feasible.search(pool);
        if !self.pods.iter().all(|pod| place::fits_anywhere(world, cycle.state, *pod, &search)) {
            return None;
        }
        self.work.set(self.work.get() + victims.len());
        let jobs: BTreeSet<_> = victims.iter().map(|pod| world.pods[*pod].job).collect();
        let others = jobs.into_iter().filter(|job| *job != self.job);
        let others = others.map(|job| gang::wanting(world, cycle.state, job, pool, true));
        let own = gang::wanting(world, cycle.state, self.job, pool, true);
        let own = Entry { amount: gang::asked(world, self.pods, pool), ..own };
        let entries: Vec<_> = others.chain([own]).collect();
        let mut line = Turns::of(world, entries.into_iter(), false);
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

/// The line of those who may have to go, worst first.
struct Victims<'a> {
    line: Turns<'a>,
    remaining: HashMap<JobAt, Remaining>,
    recorded: Vec<PodAt>,
    looked_at: BTreeSet<JobAt>,
    most: Option<usize>,
}

impl<'a> Victims<'a> {
    fn of(cycle: &Cycle<'a>, rules: &Rules<'_>, recorded: &[PodAt]) -> Self {
        let (world, state) = (cycle.world, &*cycle.state);
        let mut remaining = HashMap::new();
        let mut entries = vec![];
        for job in rules.victims {
            let pods = Remaining::of(world, state, *job, recorded);
            if !pods.is_empty() {
                entries.push(pods.entry(world, state, *job));
                remaining.insert(*job, pods);
            }
        }
        let line = Turns::of(world, entries.into_iter(), true);
        let (recorded, most) = (recorded.to_vec(), rules.most);
        Self { line, remaining, recorded, looked_at: BTreeSet::new(), most }
    }

    fn next(&mut self, cycle: &Cycle<'_>) -> Option<(JobAt, Vec<PodAt>)> {
        loop {
            let entry = self.line.pop(cycle.state, cycle.shares)?;
            self.looked_at.insert(entry.job);
            if self.most.is_some_and(|most| self.looked_at.len() > most) {
                return None;
            }
            let remaining = self.remaining.get_mut(&entry.job)?;
            let unit = remaining.take_unit(cycle.world, entry.job);
            if !remaining.is_empty() {
                let entry = remaining.entry(cycle.world, cycle.state, entry.job);
                self.line.push(entry);
            }
            if !unit.iter().any(|pod| self.recorded.contains(pod)) {
                return Some((entry.job, unit));
            }
        }
    }
}

/// The node of a pod before anything was tried.
fn node_of(cycle: &Cycle<'_>, pod: PodAt) -> Option<NodeAt> {
    cycle.state.pods[pod].place().and_then(|seat| seat.node)
}

fn nodes_of(cycle: &Cycle<'_>, job: JobAt) -> BTreeSet<NodeAt> {
    cycle.world.jobs[job].pods.clone().filter_map(|pod| node_of(cycle, pod)).collect()
}

/// As many nodes are still few: to put them in order is cheaper than to look at all.
const FEW: usize = 64;

/// The nodes that come into question for a job.
struct Feasible {
    by_node: Vec<bool>,
    /// In the order in which they came into question.
    list: Vec<NodeAt>,
}

impl Feasible {
    /// Where a job could be without any victim: for work with GPUs, where there is anything of a GPU.
    fn of(cycle: &Cycle<'_>, job: JobAt) -> Self {
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

    fn open(&mut self, node: NodeAt) {
        if !std::mem::replace(&mut self.by_node[node], true) {
            self.list.push(node);
        }
    }

    fn count(&self) -> usize {
        self.list.len()
    }

    /// Forgets the nodes that came into question after the first so many.
    fn close_after(&mut self, count: usize) {
        self.list.drain(count..).for_each(|node| self.by_node[node] = false);
    }

    fn search(&self, pool: PoolAt) -> Search<'_> {
        let few = (self.list.len() <= FEW).then_some(self.list.as_slice());
        Search { among: Some(&self.by_node), few, ..gang::everywhere(pool, Mode::Later) }
    }
}
