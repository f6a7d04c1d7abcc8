//! The action reclaim: a queue takes back what is fair from other queues' preemptible work
//! (`scheduling-and-organisation.md` §4.4).

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
};

use super::{
    alike::Failed,
    feasible,
    runtime::{self, Guard, Threat},
    solve, victims, waiting,
};
use domain::MemoryBytes;

use crate::{
    cycle::Cycle,
    gang,
    place::{self, Mode},
    settings::Action,
    shares::{RESOURCES, at_most, minus, plus},
    state::{State, Usage},
    world::{Class, ClassAt, JobAt, PodAt, PoolAt, QueueAt, World},
};

/// Tries every job that still waits and whose queue has less than its fair share.
pub(crate) fn reclaim(cycle: &mut Cycle<'_>, jobs: &[JobAt]) {
    let mut line = waiting(cycle, Action::Reclaim, jobs, |_| true);
    let mut failed = Failed::in_vain(cycle, true);
    while let Some(entry) = line.pop(cycle.state, cycle.shares) {
        let (job, asked) = (entry.job, entry.amount);
        let Some(queue) = cycle.world.jobs[job].queue else { continue };
        if !is_entitled(cycle, job, queue, &asked) || !failed.may_succeed(cycle, job, true) {
            continue;
        }
        let mark = cycle.state.mark();
        if try_job(cycle, job, queue, asked) {
            cycle.keep(mark, Action::Reclaim, job);
            line.all_stale();
        } else {
            failed.add(cycle, job, true);
        }
    }
}

/// The queue stays within its fair share, and with non-preemptible work within its promise.
pub(crate) fn is_entitled(cycle: &Cycle<'_>, job: JobAt, queue: QueueAt, asked: &[f64; 3]) -> bool {
    let usage = cycle.state.usage(queue, cycle.pool);
    at_most(&plus(&usage.allocated, asked), &cycle.shares.fair[queue])
        && (cycle.world.jobs[job].preemptible
            || at_most(&plus(&usage.non_preemptible, asked), &cycle.shares.deserved[queue]))
}

fn try_job(cycle: &mut Cycle<'_>, job: JobAt, queue: QueueAt, asked: [f64; 3]) -> bool {
    let world = cycle.world;
    let claim = Claim::of(cycle, job, queue, asked);
    let threat = Threat::Reclaim(queue);
    let (homes, guard) = (Homes::of(cycle, job), Guard::of(world, cycle.pool, threat));
    let queues: Vec<_> = (0..world.queues.len()).filter(|other| *other != queue).collect();
    let mut may_take = vec![false; world.queues.len()];
    queues.iter().for_each(|other| may_take[*other] = claim.may_take_from(cycle, *other));
    let is_victim = |state: &State, victim: JobAt| {
        let may_take = world.jobs[victim].queue.is_some_and(|queue| may_take[queue]);
        guard.leaves_something(victim)
            && (may_take || (!homes.is_no_help(state, victim) && homes.has_for(state, victim)))
    };
    let may_lose = |cycle: &Cycle<'_>, lost: &[PodAt]| {
        runtime::leaves_protected_alone(cycle, lost, threat) && claim.holds(cycle, lost)
    };
    let is_victim = &is_victim;
    solve::solve(cycle, job, &victims::Rules { queues, is_victim, most: None, may_lose: &may_lose })
}

/// Whom it makes sense to move: one that may not be lost has to find another place.
struct Homes<'a> {
    world: &'a World,
    pool: PoolAt,
    /// The job fits as it is, so that whoever is moved for it may come back.
    fits_already: bool,
    /// The most cores and memory that one of its pods asks for; `None` where some want no GPUs.
    besides_gpus: Option<[f64; 2]>,
    by_class: RefCell<HashMap<ClassAt, bool>>,
}

impl<'a> Homes<'a> {
    fn of(cycle: &Cycle<'a>, job: JobAt) -> Self {
        let search = gang::everywhere(cycle.pool, Mode::Later);
        let pods = gang::next_pods(cycle.world, cycle.state, job, true);
        let fits = |pod: &PodAt| place::fits_anywhere(cycle.world, cycle.state, *pod, &search);
        let fits_already = pods.iter().all(fits);
        let classes = || pods.iter().map(|pod| &cycle.world.classes[cycle.world.pods[*pod].class]);
        let most = |r: usize| {
            let asked = classes().map(|class| class.asked(MemoryBytes::ZERO)[r]);
            asked.fold(0.0, f64::max)
        };
        let besides_gpus = classes().all(Class::wants_gpu).then(|| [most(1), most(2)]);
        let (world, pool, by_class) = (cycle.world, cycle.pool, RefCell::default());
        Self { world, pool, fits_already, besides_gpus, by_class }
    }

    /// Whether moving one that has no GPUs gives the job nothing: beside those it has enough there.
    fn is_no_help(&self, state: &State, victim: JobAt) -> bool {
        let Some([cpu, memory]) = self.besides_gpus else { return false };
        self.world.jobs[victim].pods.clone().all(|pod| {
            let class = &self.world.classes[self.world.pods[pod].class];
            let node = state.pods[pod].place().and_then(|seat| seat.node);
            !class.wants_gpu()
                && node.is_none_or(|node| {
                    let [_, free_cpu, free_memory] = feasible::room(&state.nodes[node]);
                    free_cpu as f64 >= cpu && free_memory as f64 >= memory
                })
        })
    }

    fn has_for(&self, state: &State, victim: JobAt) -> bool {
        let (world, search) = (self.world, gang::everywhere(self.pool, Mode::Later));
        let fits = |pod: PodAt| {
            let fits = || place::fits_anywhere(world, state, pod, &search);
            *self.by_class.borrow_mut().entry(world.pods[pod].class).or_insert_with(fits)
        };
        self.fits_already || world.jobs[victim].pods.clone().any(fits)
    }
}

/// What a queue wants to take back, on the state before anything was taken.
struct Claim {
    job: JobAt,
    queue: QueueAt,
    asked: [f64; 3],
    /// By queue.
    before: Vec<Usage>,
}

impl Claim {
    fn of(cycle: &Cycle<'_>, job: JobAt, queue: QueueAt, asked: [f64; 3]) -> Self {
        let queues = 0..cycle.world.queues.len();
        let before = queues.map(|at| *cycle.state.usage(at, cycle.pool)).collect();
        Self { job, queue, asked, before }
    }

    /// Whether the side of another queue has more than it may keep, to begin with.
    fn may_take_from(&self, cycle: &Cycle<'_>, queue: QueueAt) -> bool {
        let (own, other) = split(cycle.world, self.queue, queue);
        self.may_take(cycle, own, other, &self.before[other].allocated)
    }

    /// Fair-share reclaim or quota reclaim, where the other side has so much left.
    fn may_take(&self, cycle: &Cycle<'_>, own: QueueAt, other: QueueAt, left: &[f64; 3]) -> bool {
        let shares = cycle.shares;
        if !at_most(left, &shares.allocatable[other]) {
            return true;
        }
        let with_job = plus(&self.before[own].allocated, &self.asked);
        at_most(&with_job, &shares.deserved[own]) && !at_most(left, &shares.deserved[other])
    }

    /// Whether losing these pods is just, one after the other, and at every level.
    fn holds(&self, cycle: &Cycle<'_>, lost: &[PodAt]) -> bool {
        let world = cycle.world;
        let mut left: BTreeMap<QueueAt, [f64; 3]> = BTreeMap::new();
        let mut involved: BTreeMap<QueueAt, [bool; 3]> = BTreeMap::new();
        for (queue, amount) in units(cycle, lost) {
            let (own, other) = split(world, self.queue, queue);
            let has = left.get(&other).copied().unwrap_or(self.before[other].allocated);
            if !self.may_take(cycle, own, other, &has) {
                return false;
            }
            for at in world.path(queue) {
                let has = left.entry(at).or_insert(self.before[at].allocated);
                *has = minus(has, &amount);
                let involved = involved.entry(at).or_default();
                RESOURCES.iter().for_each(|r| involved[*r] |= amount[*r] > 0.0);
            }
        }
        world.path(self.queue).all(|at| self.is_just_at(cycle, at, &left, &involved))
    }

    /// Among siblings: nobody takes from one who would then be less saturated.
    fn is_just_at(
        &self,
        cycle: &Cycle<'_>,
        at: QueueAt,
        left: &BTreeMap<QueueAt, [f64; 3]>,
        involved: &BTreeMap<QueueAt, [bool; 3]>,
    ) -> bool {
        let (world, shares) = (cycle.world, cycle.shares);
        let own = left.get(&at).copied().unwrap_or(self.before[at].allocated);
        let own = plus(&own, &self.asked);
        let siblings = left.iter().filter(|(other, _)| {
            **other != at && world.queues[**other].parent == world.queues[at].parent
        });
        let multiplier = world.settings.saturation_multiplier.max(1.0);
        for (sibling, left) in siblings {
            for r in RESOURCES {
                if !involved[sibling][r] && self.asked[r] <= 0.0 {
                    continue;
                }
                let mine = saturation(own[r], shares.fair[at][r]);
                let theirs = saturation(left[r], shares.fair[*sibling][r]);
                let is_fair_to = shares.fair[*sibling][r] <= 0.0 || mine * multiplier < theirs;
                if mine > 1.0 + 1e-9 && !is_fair_to {
                    return false;
                }
            }
        }
        world.jobs[self.job].preemptible
            || at_most(&plus(&self.before[at].non_preemptible, &self.asked), &shares.deserved[at])
    }
}

fn saturation(held: f64, fair: f64) -> f64 {
    match (fair == 0.0, held > 0.0) {
        (false, _) => held / fair,
        (true, true) => f64::INFINITY,
        (true, false) => 0.0,
    }
}

/// Where the paths of two queues part: the reclaimer's side and the victim's.
pub(crate) fn split(world: &World, own: QueueAt, other: QueueAt) -> (QueueAt, QueueAt) {
    let down = |at| {
        let mut path: Vec<_> = world.path(at).collect();
        path.reverse();
        path
    };
    let (own, other) = (down(own), down(other));
    let differ = own.iter().zip(&other).find(|(own, other)| own != other);
    let last = || (own[own.len() - 1], other[other.len() - 1]);
    differ.map_or_else(last, |(own, other)| (*own, *other))
}

/// What is lost, piece by piece: pods above the minimum each for itself, the others of a job as one.
fn units(cycle: &Cycle<'_>, lost: &[PodAt]) -> Vec<(QueueAt, [f64; 3])> {
    let world = cycle.world;
    let mut jobs: Vec<JobAt> = vec![];
    for pod in lost {
        if !jobs.contains(&world.pods[*pod].job) {
            jobs.push(world.pods[*pod].job);
        }
    }
    let mut units = vec![];
    for job in jobs {
        let Some(queue) = world.jobs[job].queue else { continue };
        let (mut core, mut has_core) = ([0.0; 3], false);
        let mut spare = spare(cycle, job, lost);
        for pod in lost.iter().filter(|pod| world.pods[**pod].job == job) {
            let amount = held_before(cycle, *pod);
            let spare = &mut spare[world.pods[*pod].group];
            *spare -= 1;
            match *spare >= 0 {
                true => units.push((queue, amount)),
                false => (core, has_core) = (plus(&core, &amount), true),
            }
        }
        if has_core {
            units.push((queue, core));
        }
    }
    units
}

/// Pods above the minimum that each group had before these were lost.
fn spare(cycle: &Cycle<'_>, job: JobAt, lost: &[PodAt]) -> Vec<i64> {
    let of = &cycle.world.jobs[job];
    let spare = |group: usize| {
        let in_group = |pod: &&PodAt| {
            let pod = &cycle.world.pods[**pod];
            pod.job == job && pod.group == group
        };
        let active = i64::from(cycle.state.count_of(job, group).active);
        active + lost.iter().filter(in_group).count() as i64 - i64::from(of.groups[group].min)
    };
    (0..of.groups.len()).map(spare).collect()
}

/// What a pod held before it was evicted.
fn held_before(cycle: &Cycle<'_>, pod: PodAt) -> [f64; 3] {
    let world = cycle.world;
    let class = &world.classes[world.pods[pod].class];
    let seat = cycle.state.pods[pod].place();
    let node = seat.and_then(|seat| seat.node).map(|node| &world.nodes[node]);
    let device = node.filter(|node| !node.of.gpus.is_empty()).map(|node| node.device_memory);
    class.charged(device.unwrap_or(world.pools[cycle.pool].smallest_device))
}
