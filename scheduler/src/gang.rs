//! Jobs as gangs: which of their pods are to be placed together, which may go, and placing them so
//! that all find a place or none.

use smallvec::{SmallVec, smallvec};

use crate::{
    order::{Gang, JobTurn},
    place::{self, Mode, Search},
    shares::plus,
    state::{State, Status},
    topology,
    turns::Entry,
    world::{JobAt, PodAt, PoolAt, World},
};

/// The pods that have to be placed next: what a gang lacks, or one more of an elastic job.
/// `trying` counts those that lost their place in what is being tried.
pub(crate) fn next_pods(world: &World, state: &State, job: JobAt, trying: bool) -> Vec<PodAt> {
    collect(world, state, job, 0, trying)
}

fn collect(world: &World, state: &State, job: JobAt, group: usize, trying: bool) -> Vec<PodAt> {
    let of = &world.jobs[job];
    if of.is_leaf(group) {
        let wants =
            |pod: &PodAt| world.pods[*pod].group == group && state.pods[*pod].wants_place(trying);
        let (active, min) = (state.count_of(job, group).active, of.groups[group].min);
        let wanted = if active < min { min - active } else { 1 };
        return of.order.iter().copied().filter(wants).take(wanted as usize).collect();
    }
    let children = &of.groups[group].children;
    let lacking = children.iter().filter(|child| !is_enough(world, state, job, **child));
    let lacking: Vec<_> = lacking.collect();
    let has = children.len() - lacking.len();
    let min = of.groups[group].min as usize;
    if has < min {
        let pods = lacking.into_iter().map(|child| collect(world, state, job, *child, trying));
        return pods.filter(|pods| !pods.is_empty()).take(min - has).flatten().collect();
    }
    let mut pods = children.iter().map(|child| collect(world, state, job, *child, trying));
    pods.find(|pods| !pods.is_empty()).unwrap_or_default()
}

/// Whether a group has the pods, or the groups, that it needs.
fn is_enough(world: &World, state: &State, job: JobAt, group: usize) -> bool {
    let of = &world.jobs[job].groups[group];
    if of.children.is_empty() {
        return state.count_of(job, group).active >= of.min;
    }
    let enough = of.children.iter().filter(|child| is_enough(world, state, job, **child));
    enough.count() >= of.min as usize
}

/// Whether the whole gang has its places.
pub(crate) fn is_satisfied(world: &World, state: &State, job: JobAt) -> bool {
    is_enough(world, state, job, 0)
}

/// Whether there are enough pods to begin with.
pub(crate) fn is_ready(world: &World, state: &State, job: JobAt) -> bool {
    is_group_ready(world, state, job, 0)
}

fn is_group_ready(world: &World, state: &State, job: JobAt, group: usize) -> bool {
    let of = &world.jobs[job].groups[group];
    if of.children.is_empty() {
        let count = state.count_of(job, group);
        return count.active + count.pending >= of.min;
    }
    let ready = of.children.iter().filter(|child| is_group_ready(world, state, job, **child));
    ready.count() >= of.min as usize
}

/// Whether it runs with too few pods.
pub(crate) fn is_stale(world: &World, state: &State, job: JobAt) -> bool {
    let total = state.total_of(job);
    let lacks = |group: usize| {
        let of = &world.jobs[job];
        of.is_leaf(group) && state.count_of(job, group).used < of.groups[group].min
    };
    total.succeeded == 0 && total.used > 0 && (0..world.jobs[job].groups.len()).any(lacks)
}

/// How many of its pods a job has, if only `active` of each group were there.
fn gang(world: &World, job: JobAt, active: impl Fn(usize) -> u32) -> Gang {
    let of = &world.jobs[job];
    let leaves = || (0..of.groups.len()).filter(|group| of.is_leaf(*group));
    if leaves().any(|group| active(group) < of.groups[group].min) {
        return Gang::TooFew;
    }
    match leaves().any(|group| active(group) > of.groups[group].min) {
        true => Gang::MoreThanEnough,
        false => Gang::Enough,
    }
}

/// The job in line for a place, with the pods that it wants next.
pub(crate) fn wanting(
    world: &World,
    state: &State,
    job: JobAt,
    pool: PoolAt,
    trying: bool,
) -> Entry {
    let pods = next_pods(world, state, job, trying);
    let gang = gang(world, job, |group| state.count_of(job, group).active);
    Entry { turn: JobTurn::of(world, job, gang), job, amount: asked(world, &pods, pool) }
}

/// What pods ask for together, in the measure of quotas: no device chosen later makes it more.
pub(crate) fn asked(world: &World, pods: &[PodAt], pool: PoolAt) -> [f64; 3] {
    let device = world.pools[pool].smallest_device;
    let each = pods.iter().map(|pod| world.classes[world.pods[*pod].class].charged(device));
    each.fold([0.0; 3], |sum, one| plus(&sum, &one))
}

/// Pods of a job that may go, some of which may be known to go already.
#[derive(Clone, Debug)]
pub(crate) struct Remaining(SmallVec<[PodAt; 2]>);

impl Remaining {
    /// All that run or have a reservation, but for these.
    pub fn of(world: &World, state: &State, job: JobAt, but: &[PodAt]) -> Self {
        let runs = |pod: &PodAt| state.pods[*pod].status.is_active() && !but.contains(pod);
        Self(world.jobs[job].pods.clone().filter(runs).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn has(&self, pod: &PodAt) -> bool {
        self.0.binary_search(pod).is_ok()
    }

    /// The job in the line of victims, with what these pods hold.
    pub fn entry(&self, world: &World, state: &State, job: JobAt) -> Entry {
        let active = |group| self.0.iter().filter(|pod| world.pods[**pod].group == group).count();
        let gang = gang(world, job, |group| active(group) as u32);
        let held = self.0.iter().filter_map(|pod| state.charge(world, *pod));
        let amount = held.fold([0.0; 3], |sum, (_, one)| plus(&sum, &one));
        Entry { turn: JobTurn::of(world, job, gang), job, amount }
    }

    /// Takes out what goes next: one pod above the minimum, the last placed first; else all.
    pub fn take_unit(&mut self, world: &World, job: JobAt) -> SmallVec<[PodAt; 2]> {
        let of = &world.jobs[job];
        let there = |group| self.0.iter().filter(|pod| world.pods[**pod].group == group).count();
        let spare = of.order.iter().rev().copied().find(|pod| {
            let group = world.pods[*pod].group;
            self.has(pod) && there(group) > of.groups[group].min as usize
        });
        match spare {
            Some(pod) => {
                self.0.retain(|own| *own != pod);
                smallvec![pod]
            }
            None => {
                let all = of.order.iter().rev().copied().filter(|pod| self.has(pod)).collect();
                self.0.clear();
                all
            }
        }
    }
}

/// Places these pods of a job, all or none.
pub(crate) fn place(
    world: &World,
    state: &mut State,
    job: JobAt,
    pods: &[PodAt],
    search: &Search<'_>,
) -> bool {
    place_group(world, state, job, 0, pods, search)
}

fn place_group(
    world: &World,
    state: &mut State,
    job: JobAt,
    group: usize,
    pods: &[PodAt],
    search: &Search<'_>,
) -> bool {
    let Some(wish) = &world.jobs[job].groups[group].wish else {
        return place_inside(world, state, job, group, pods, search);
    };
    let mark = state.mark();
    for domain in topology::domains(world, state, wish, search) {
        let liked = domain.liked.as_deref().or(search.liked);
        let inside = Search { among: Some(&domain.nodes), few: None, liked, ..*search };
        if place_inside(world, state, job, group, pods, &inside) {
            return true;
        }
        state.undo(world, mark);
    }
    false
}

fn place_inside(
    world: &World,
    state: &mut State,
    job: JobAt,
    group: usize,
    pods: &[PodAt],
    search: &Search<'_>,
) -> bool {
    let mark = state.mark();
    let of = &world.jobs[job];
    let done = match of.is_leaf(group) {
        true => pods.iter().all(|pod| place::place(world, state, *pod, search)),
        false => of.groups[group].children.iter().all(|child| {
            let is_in = |pod: &PodAt| is_part(world, job, world.pods[*pod].group, *child);
            let part: Vec<_> = pods.iter().copied().filter(is_in).collect();
            part.is_empty() || place_group(world, state, job, *child, &part, search)
        }),
    };
    if !done {
        state.undo(world, mark);
    }
    done
}

fn is_part(world: &World, job: JobAt, group: usize, of: usize) -> bool {
    let groups = &world.jobs[job].groups;
    std::iter::successors(Some(group), |at| groups[*at].parent).any(|at| at == of)
}

/// A gang of which a part has to wait waits as a whole.
pub(crate) fn wait_together(world: &World, state: &mut State, job: JobAt, pods: &[PodAt]) -> bool {
    let waits = |pod: &PodAt| state.pods[*pod].status == Status::Reserved;
    let of = &world.jobs[job];
    let lacks =
        |group: usize| of.is_leaf(group) && state.count_of(job, group).held < of.groups[group].min;
    if !pods.iter().any(waits) || !(0..of.groups.len()).any(lacks) {
        return false;
    }
    for pod in
        pods.iter().filter(|pod| state.pods[**pod].status == Status::Bound).collect::<Vec<_>>()
    {
        if let Some(to) = place::unbound(world, state, *pod) {
            state.change(world, *pod, to);
        }
    }
    true
}

/// The default way to look: in the whole pool.
pub(crate) fn everywhere(pool: PoolAt, mode: Mode) -> Search<'static> {
    Search { pool, mode, among: None, few: None, liked: None, regardless: false }
}
