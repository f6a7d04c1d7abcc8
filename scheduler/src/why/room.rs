//! It may run and something is large enough: so nodes are not ready, or full.

use std::collections::HashMap;

use domain::{
    Cores, Gpus, MemoryBytes, NodeName, Other, Reason, Timestamp,
    node::{HOSTNAME_LABEL, Node, Readiness},
    reason::{Amount, Constraint},
    submission::{Claim, GpuRequest},
};

use super::{
    Obstacle, View, by_kind, is_at_least,
    never::{self, asked_gpus, larger_than_any, room_for},
    share,
};
use crate::{
    fit, gang, near,
    place::{self, Mode, Search},
    state::{State, Status},
    world::{ClassAt, JobAt, NodeAt, PodAt, PoolAt, World},
};

/// What was found for pods that ask for the same: nothing changes while reasons are given.
#[derive(Default)]
pub(super) struct Alike {
    room: HashMap<(ClassAt, PoolAt), Obstacle>,
    never: HashMap<(ClassAt, PoolAt), Option<Obstacle>>,
    /// Whether only other pods are in the way.
    others: HashMap<(Vec<ClassAt>, PoolAt), bool>,
    protected: share::Protected,
}

impl Alike {
    /// What no quota would help with.
    pub fn never(&mut self, view: &View<'_>) -> Option<Obstacle> {
        let found = self.never.entry((class(view), view.pool));
        found.or_insert_with(|| never::obstacle(view)).clone()
    }
}

fn class(view: &View<'_>) -> ClassAt {
    view.pods.first().map(|pod| view.world.pods[*pod].class).unwrap_or_default()
}

pub(super) fn obstacle(view: &View<'_>, alike: &mut Alike) -> Obstacle {
    let found = alike.room.entry((class(view), view.pool));
    let mut found = found.or_insert_with(|| of_class(view)).clone();
    if let Reason::Busy { ahead, .. } = &mut found.reason {
        *ahead = view.ahead;
    }
    if found.never {
        return found;
    }
    if found.reason == Reason::QueuedForCycle {
        found = beside_others(view, &mut alike.others);
    }
    let found = together(view, found);
    share::obstacle(view, found, &mut alike.protected)
}

fn of_class(view: &View<'_>) -> Obstacle {
    if let Some(never) = never::obstacle(view) {
        return never;
    }
    let nodes = &view.world.nodes;
    let is_large = |at: &NodeAt| {
        fit::obstacle(&view.class.request, &nodes[*at].of).is_none()
            && larger_than_any(view.class, &[&nodes[*at].of]).is_none()
    };
    let large: Vec<_> =
        view.world.pools[view.pool].nodes.iter().copied().filter(is_large).collect();
    if large.iter().all(|at| !nodes[*at].of.is_ready()) {
        let asked = asked_gpus(view.class.request.gpu);
        return not_ready(view.pool_name(), large.iter().map(|at| &nodes[*at].of), asked);
    }
    let ready = large.into_iter().filter(|at| nodes[*at].of.is_ready()).collect();
    busy(view, ready)
}

fn not_ready<'a>(pool: String, nodes: impl Iterator<Item = &'a Node>, asked: Amount) -> Obstacle {
    let down: Vec<_> = nodes
        .filter_map(|node| match &node.ready {
            Readiness::NotReady { since, .. } => Some((node.name.clone(), *since)),
            Readiness::Ready => None,
        })
        .collect();
    let since = down.iter().map(|(_, since)| *since).min().unwrap_or_default();
    let nodes = down.into_iter().map(|(name, _)| name).collect();
    Obstacle::waits(Reason::NodesNotReady { pool, nodes, since }, asked)
}

/// What is free on a node, and will not be taken by a reservation.
struct Free<'a> {
    view: &'a View<'a>,
}

impl Free<'_> {
    fn gpus(&self, at: NodeAt) -> Amount {
        let (of, node) = (&self.view.state.nodes[at], &self.view.world.nodes[at]);
        let whole = of.idle_gpus.min(of.free_gpus()).max(0) as usize;
        // A device that everybody leaves is taken whole by whoever comes next.
        let shared = of.shared.iter().filter(|s| s.is_open());
        let shared = shared.map(|s| Gpus(s.idle_room().min(s.room()).max(0)));
        let devices = std::iter::repeat_n(Gpus::whole(1), whole).chain(shared);
        room_for(self.view.class.request.gpu, devices.map(|free| (free, node.device_memory)))
    }

    fn cpu(&self, at: NodeAt) -> Amount {
        let of = &self.view.state.nodes[at];
        Amount::Cpu(Cores(of.idle.cpu.min(of.idle.cpu + of.leaving.cpu)))
    }

    fn memory(&self, at: NodeAt) -> Amount {
        let of = &self.view.state.nodes[at];
        Amount::Memory(MemoryBytes(of.idle.memory.min(of.idle.memory + of.leaving.memory)))
    }
}

/// The resource that is short on the node that comes nearest.
fn busy(view: &View<'_>, ready: Vec<NodeAt>) -> Obstacle {
    let (pod, free) = (&view.class.request, Free { view });
    type Has<'a> = Box<dyn Fn(NodeAt) -> Amount + 'a>;
    let steps: [(Amount, Has<'_>); 3] = [
        (asked_gpus(pod.gpu), Box::new(|at| free.gpus(at))),
        (Amount::Cpu(pod.cpu), Box::new(|at| free.cpu(at))),
        (Amount::Memory(pod.memory), Box::new(|at| free.memory(at))),
    ];
    let (mut among, mut beside, tried) = (ready.clone(), vec![], ready.len());
    for (asked, has) in steps {
        let enough: Vec<_> =
            among.iter().copied().filter(|at| is_at_least(has(*at), asked)).collect();
        if enough.is_empty() {
            return short(view, &among, asked, has, beside);
        }
        if enough.len() < among.len() {
            beside.push(asked);
        }
        among = enough;
    }
    in_use(view, tried)
}

fn short(
    view: &View<'_>,
    among: &[NodeAt],
    asked: Amount,
    free: impl Fn(NodeAt) -> Amount,
    beside: Vec<Amount>,
) -> Obstacle {
    let nearest = among.iter().copied().rev().max_by_key(|at| by_kind(free(*at)));
    let hole = nearest.map_or(asked.minus(asked), &free);
    let total = among.iter().map(|at| free(*at)).reduce(Amount::plus).unwrap_or(hole);
    let per_device = match view.class.request.gpu {
        GpuRequest::Memory { memory, .. } if matches!(asked, Amount::Gpu(_)) => Some(memory),
        _ => None,
    };
    let reason = Reason::Busy {
        pool: view.pool_name(),
        asked,
        per_device,
        free: total,
        largest_hole: hole,
        node: nearest.map(|at| view.world.nodes[at].of.name.clone()),
        beside,
        ahead: 0,
    };
    Obstacle::waits(reason, asked.minus(hole))
}

/// GPUs, CPU and memory would do: what is missing is one of the other resources, or each pod would fit by itself.
fn in_use(view: &View<'_>, tried: usize) -> Obstacle {
    let nodes = &view.world.pools[view.pool].nodes;
    let is_short = |(name, count): &&(String, i64)| {
        *count > 0
            && !nodes.iter().any(|at| {
                let of = view.state.nodes[*at].extended.iter().find(|(own, ..)| own == name);
                of.is_some_and(|(_, idle, leaving)| (*idle).min(idle + leaving) >= *count)
            })
    };
    let wanted = &view.class.request.extended;
    let short = wanted.iter().find(is_short).cloned();
    short.map_or_else(fits_alone, |short| extended_in_use(view, short, tried))
}

/// Each pod would fit by itself.
fn fits_alone() -> Obstacle {
    Obstacle::waits(Reason::QueuedForCycle, Amount::Gpu(Gpus::ZERO))
}

fn extended_in_use(view: &View<'_>, (name, asked): (String, i64), tried: usize) -> Obstacle {
    no_node(view, Constraint::ExtendedFree { name, asked }, tried)
}

fn no_node(view: &View<'_>, constraint: Constraint, tried: usize) -> Obstacle {
    let reason = Reason::NoNodeMatches { pool: view.pool_name(), constraint, tried: tried as u32 };
    Obstacle::waits(reason, Amount::Gpu(Gpus::ZERO))
}

/// Where each pod would fit by itself: other pods are in the way, if all would fit without minding them; else
/// resources that are not on one node together.
fn beside_others(view: &View<'_>, others: &mut HashMap<(Vec<ClassAt>, PoolAt), bool>) -> Obstacle {
    let nodes = &view.world.nodes;
    let is_ready = |at: &&NodeAt| {
        nodes[**at].of.is_ready() && fit::obstacle(&view.class.request, &nodes[**at].of).is_none()
    };
    let tried = view.world.pools[view.pool].nodes.iter().filter(is_ready).count();
    let classes: Vec<_> = view.pods.iter().map(|pod| view.world.pods[*pod].class).collect();
    let mut minds = || {
        let others = others.entry((classes.clone(), view.pool));
        *others.or_insert_with(|| fits_regardless(view))
    };
    if let Some(reason) = volume(view).filter(|_| minds()) {
        return Obstacle::waits(reason, Amount::Gpu(Gpus::ZERO));
    }
    if let Some(key) = near_key(view).filter(|_| minds()) {
        return no_node(view, Constraint::PodAffinity { key }, tried);
    }
    let any = view.class.request.extended.iter().find(|(_, count)| *count > 0).cloned();
    any.map_or_else(fits_alone, |any| extended_in_use(view, any, tried))
}

/// Whether its pods would all find a place if none minded where others are.
fn fits_regardless(view: &View<'_>) -> bool {
    let search = Search { regardless: true, ..gang::everywhere(view.pool, Mode::Now) };
    gang::place(view.world, &mut view.state.clone(), view.job, view.pods, &search)
}

/// The volume that is not where there is room.
fn volume(view: &View<'_>) -> Option<Reason> {
    let world = view.world;
    let claims = view.pods.iter().flat_map(|pod| {
        let claims = &world.classes[world.pods[*pod].class].request.claims;
        claims.iter().map(move |claim| (*pod, claim))
    });
    let reason = |(pod, claim): (PodAt, &Claim)| {
        let holder = near::holder(world, view.state, pod, claim, Mode::Now);
        let busy = holder.map(|(holder, node)| Reason::VolumeBusy {
            claim: claim.name.clone(),
            holder: named(world, holder),
            node: world.nodes[node].of.name.clone(),
        });
        let nodes = || {
            let nodes = claim.nodes.iter().flatten();
            nodes.filter(|name| world.node(name.as_str()).is_some()).cloned().collect()
        };
        let lies = || Reason::VolumeElsewhere { claim: claim.name.clone(), nodes: nodes() };
        busy.or_else(|| claim.nodes.is_some().then(lies))
    };
    claims.into_iter().find_map(reason)
}

/// The workload of a pod, as it is kept.
fn named(world: &World, pod: PodAt) -> Other {
    let job = &world.jobs[world.pods[pod].job];
    Other::named(job.id, job.project, job.name.clone())
}

/// The label by which other pods may be in the way of this one: as it wants it, or as they do.
fn near_key(view: &View<'_>) -> Option<String> {
    let minds = |pod: &&PodAt| near::matters(view.world, **pod);
    let pod = view.pods.iter().find(minds)?;
    let own = &view.world.classes[view.world.pods[*pod].class].near;
    let by_others = || {
        let mut others = view.world.classes.iter().flat_map(|class| &class.near.without);
        others.find(|term| near::chooses(term, &own.labels))
    };
    let claims = &view.world.classes[view.world.pods[*pod].class].request.claims;
    if view.pods.len() > 1 && claims.iter().any(|claim| claim.one_node) {
        return Some(HOSTNAME_LABEL.to_owned());
    }
    let term = own.with.iter().chain(&own.without).next();
    let term = term.or_else(|| by_others().filter(|_| !own.labels.is_empty()))?;
    Some(term.topology_key.clone())
}

/// For a gang: how many of its pods would fit.
fn together(view: &View<'_>, found: Obstacle) -> Obstacle {
    let needed = view.pods.len() as u32;
    // Where other pods are in the way, each would fit without them.
    let is_about_others = matches!(
        found.reason,
        Reason::NoNodeMatches { constraint: Constraint::PodAffinity { .. }, .. }
            | Reason::VolumeBusy { .. }
            | Reason::VolumeElsewhere { .. }
    );
    if needed < 2 || is_about_others {
        return found;
    }
    let search = gang::everywhere(view.pool, Mode::Now);
    let fits = |pod: &usize| place::fits_anywhere(view.world, view.state, *pod, &search);
    let placed = view.pods.iter().filter(|pod| fits(pod)).count() as u32;
    let reason = Reason::Gang { pool: view.pool_name(), placed: placed.min(needed - 1), needed };
    Obstacle { reason, others: vec![found.reason], ..found }
}

/// A job that has a reservation: where, and until when it waits at most.
pub(super) fn making(world: &World, state: &State, job: JobAt) -> Option<Reason> {
    let mut pods = world.jobs[job].pods.clone();
    let reserved = pods.find(|pod| state.pods[*pod].status == Status::Reserved)?;
    let node = state.pods[reserved].seat.as_ref()?.node?;
    let leaves = |pod: &usize| {
        let seat = state.pods[*pod].leaving.as_ref();
        seat.is_some_and(|seat| seat.node == Some(node))
    };
    let grace =
        (0..world.pods.len()).filter(leaves).map(|pod| world.jobs[world.pods[pod].job].grace_secs);
    let secs = world.now.as_second().saturating_add(grace.max().unwrap_or_default());
    let until = Timestamp::from_second(secs).unwrap_or(world.now);
    let node: NodeName = world.nodes[node].of.name.clone();
    Some(Reason::MakingRoom { node, until })
}
