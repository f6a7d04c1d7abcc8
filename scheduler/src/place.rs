//! Finds the best node for one pod and puts it there: bound to what is idle, or with a reservation
//! of what is being left.

use std::cmp::Reverse;

use domain::node::{Placing, TaintEffect};
use smallvec::SmallVec;

use crate::{
    fit::{self, Fit},
    near,
    state::{self, PodState, Seat, State, Status, VIRTUAL},
    world::{Class, NodeAt, PodAt, PoolAt, World},
};

/// Whether a pod may start at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// On what is idle; where that is not enough, later.
    Now,
    /// Only a reservation: something is being tried.
    Later,
}

/// Where to look for a place.
#[derive(Clone, Copy)]
pub(crate) struct Search<'a> {
    pub pool: PoolAt,
    pub mode: Mode,
    /// The nodes that come into question, by node; `None`: all of the pool.
    pub among: Option<&'a [bool]>,
    /// The same nodes as a list, where they are few.
    pub few: Option<&'a [NodeAt]>,
    /// How near each node is to where it would be best, by node.
    pub liked: Option<&'a [u32]>,
    /// As if no pod minded where others are.
    pub regardless: bool,
}

/// How good a node is; the greatest wins, and of equal ones the first in the order of placement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    /// Taints that would rather not have it.
    unwelcome: Reverse<usize>,
    /// How much of what it would rather have it gets there.
    wished: u64,
    liked: u32,
    /// Bin-pack: a device that is shared already takes the request.
    shares: bool,
    /// Fits on what is idle.
    looks_idle: bool,
    /// CPU-only work on a node without GPUs.
    cpu_only_node: bool,
}

/// Puts a pod on the best node; false when none takes it.
pub(crate) fn place(world: &World, state: &mut State, pod: PodAt, search: &Search<'_>) -> bool {
    let Some((node, fit)) = best(world, state, pod, search) else { return false };
    let to = seat(world, state, pod, node, fit, search);
    state.change(world, pod, to);
    true
}

/// Whether any node takes the pod, be it later.
pub(crate) fn fits_anywhere(world: &World, state: &State, pod: PodAt, search: &Search<'_>) -> bool {
    let class = &world.classes[world.pods[pod].class];
    let allowed = world.allowed(world.pods[pod].class);
    let mut nodes = candidates(world, state, class, search);
    nodes.any(|(node, _)| {
        allowed[node] && search.among.is_none_or(|among| among[node]) && {
            let placing = placing(world, class, search.pool);
            fit::fit(&class.request, &world.nodes[node], &state.nodes[node], placing).is_some()
        }
    })
}

fn placing(world: &World, class: &Class, pool: PoolAt) -> Placing {
    let pool = &world.pools[pool];
    if class.wants_gpu() { pool.gpu_placement } else { pool.cpu_placement }
}

fn best(world: &World, state: &State, pod: PodAt, search: &Search<'_>) -> Option<(NodeAt, Fit)> {
    let at = world.pods[pod].class;
    let class = &world.classes[at];
    let allowed = world.allowed(at);
    let minds = || near::domains(world, state, pod, search.mode);
    let near = if search.regardless { None } else { minds() };
    let wishes = near::Wishes::of(world, state, pod, search.mode);
    let placing = placing(world, class, search.pool);
    let packs = placing == Placing::Binpack && class.request.gpu.is_fraction();
    let most = Score {
        unwelcome: Reverse(0),
        wished: wishes.as_ref().map_or(0, near::Wishes::most),
        liked: search.liked.map_or(0, |liked| liked.iter().copied().max().unwrap_or_default()),
        shares: packs && !state.index[search.pool].shared.is_empty(),
        looks_idle: true,
        cpu_only_node: !class.wants_gpu() && world.pools[search.pool].has_cpu_only,
    };
    let mut best: Option<(Score, NodeAt, Fit)> = None;
    for (node, only_if_shared) in candidates(world, state, class, search) {
        let is_out = !allowed[node] || search.among.is_some_and(|among| !among[node]);
        if is_out || near.as_ref().is_some_and(|near| !near.admit(world, node)) {
            continue;
        }
        let Some(fit) = fit::fit(&class.request, &world.nodes[node], &state.nodes[node], placing)
        else {
            continue;
        };
        if only_if_shared && !fit.shares {
            continue;
        }
        let score = Score {
            unwelcome: Reverse(unwelcome(world, class, node)),
            wished: wishes.as_ref().map_or(0, |wishes| wishes.on(world, node)),
            liked: search.liked.map_or(0, |liked| liked[node]),
            shares: packs && fit.shares,
            looks_idle: fit.looks_idle,
            cpu_only_node: !class.wants_gpu() && world.nodes[node].is_cpu_only,
        };
        if best.as_ref().is_none_or(|(other, ..)| score > *other) {
            best = Some((score, node, fit));
            if score >= most {
                break;
            }
        }
    }
    best.map(|(_, node, fit)| (node, fit))
}

/// The nodes of the pool on which it may be worth to look, in the order of placement. Those that
/// count only if a shared device takes the request come first, and once more among all.
fn candidates<'a>(
    world: &World,
    state: &'a State,
    class: &Class,
    search: &Search<'_>,
) -> impl Iterator<Item = (NodeAt, bool)> + 'a {
    let index = &state.index[search.pool];
    let packs = placing(world, class, search.pool) == Placing::Binpack;
    let is_fraction = class.request.gpu.is_fraction();
    let whole = i64::from(class.request.gpu.devices());
    // Bin-pack ranks by what is free, so that nodes with too little can be left out.
    let least = match (packs, class.wants_gpu()) {
        (true, true) if !is_fraction => whole,
        (true, false) => class.request.cpu.0,
        _ => i64::MIN,
    };
    let shares_first = packs && is_fraction;
    let few = search.few.map(|few| {
        let ranked = in_order(world, state, class, search.pool, few);
        let ranked: SmallVec<[_; 2]> =
            ranked.into_iter().filter(|(rank, _)| *rank >= least).collect();
        let shared = |(_, node): &&(i64, NodeAt)| shares_first && state.nodes[*node].is_on_shared();
        let first = ranked.iter().filter(shared).map(|(_, node)| (*node, true));
        first.chain(ranked.iter().map(|(_, node)| (*node, false))).collect::<SmallVec<[_; 4]>>()
    });
    let is_few = few.is_some();
    let shared = (shares_first && !is_few).then(|| index.shared.iter());
    let nodes = if class.wants_gpu() { &index.gpu } else { &index.cpu };
    let nodes = (!is_few).then(|| nodes.range((least, 0)..));
    let shared = shared.into_iter().flatten().map(|(_, node)| (*node, true));
    let nodes = nodes.into_iter().flatten().map(|(_, node)| (*node, false));
    few.into_iter().flatten().chain(shared).chain(nodes)
}

/// A few nodes of a pool in the order in which its index has them.
fn in_order(
    world: &World,
    state: &State,
    class: &Class,
    pool: PoolAt,
    few: &[NodeAt],
) -> SmallVec<[(i64, NodeAt); 2]> {
    let of_pool = few.iter().filter(|node| world.nodes[**node].pool == Some(pool));
    let rank = |node: &NodeAt| {
        let (of, now) = (&world.nodes[*node], &state.nodes[*node]);
        (state::rank_of(&world.pools[pool], of, now, class.wants_gpu()), *node)
    };
    let mut ranked: SmallVec<[_; 2]> = of_pool.map(rank).collect();
    ranked.sort_unstable();
    ranked
}

fn unwelcome(world: &World, class: &Class, node: NodeAt) -> usize {
    let of = &world.nodes[node];
    if !of.is_unwelcoming {
        return 0;
    }
    let soft = of.of.taints.iter().filter(|taint| taint.effect == TaintEffect::PreferNoSchedule);
    soft.filter(|taint| !fit::tolerates(&class.request, taint)).count()
}

/// What the pod becomes on this node.
fn seat(
    world: &World,
    state: &State,
    pod: PodAt,
    node: NodeAt,
    fit: Fit,
    search: &Search<'_>,
) -> PodState {
    let request = &world.classes[world.pods[pod].class].request;
    let (of, pool) = (&state.pods[pod], search.pool);
    let seat = |devices| Seat { pool, node: Some(node), devices };
    if search.mode == Mode::Now && fit.now {
        let devices = match request.gpu.is_fraction() {
            true => fit.devices,
            false => state.nodes[node].free_slots(request.gpu.devices() as usize),
        };
        return PodState::held(Status::Bound, seat(devices));
    }
    let devices = reservation(state, node, fit.devices);
    if of.withdrawn.as_ref().is_some_and(|old| old.node == Some(node)) {
        let mut again = of.restored();
        again.seat = Some(seat(devices));
        return again;
    }
    let stays = of.leaving.as_ref().is_some_and(|old| {
        let joins_others =
            devices.iter().any(|device| *device < VIRTUAL && !old.devices.contains(device));
        old.node == Some(node) && !joins_others
    });
    if of.was_evicted && stays && can_stay(state, of, node, request.gpu.is_fraction()) {
        return of.restored();
    }
    of.reserved(seat(devices))
}

/// Whether what it is leaving has not been promised to anybody else.
fn can_stay(state: &State, of: &PodState, node: NodeAt, is_fraction: bool) -> bool {
    let Some(old) = &of.leaving else { return false };
    !is_fraction
        || old.devices.iter().all(|device| {
            let shared = state.nodes[node].shared.iter().find(|shared| shared.device == *device);
            shared.is_none_or(|shared| shared.reserved == 0)
        })
}

/// A reservation takes no device that is free now: somebody else may have that until then.
fn reservation(state: &State, node: NodeAt, devices: SmallVec<[u32; 4]>) -> SmallVec<[u32; 4]> {
    let shared = &state.nodes[node].shared;
    let mut next = shared.iter().map(|of| of.device + 1).max().unwrap_or_default().max(VIRTUAL);
    next = devices.iter().map(|device| device + 1).max().unwrap_or_default().max(next);
    let is_shared = |device: u32| shared.iter().any(|of| of.device == device && of.is_open());
    let devices = devices.into_iter().map(|device| match is_shared(device) || device >= VIRTUAL {
        true => device,
        false => {
            next += 1;
            next - 1
        }
    });
    devices.collect()
}

/// The pod with a reservation where it was bound.
pub(crate) fn unbound(world: &World, state: &State, pod: PodAt) -> Option<PodState> {
    let seat = state.pods[pod].seat.as_ref()?;
    let node = seat.node?;
    let is_fraction = world.classes[world.pods[pod].class].request.gpu.is_fraction();
    let devices = match is_fraction {
        false => SmallVec::new(),
        true => {
            let alone = |device: &u32| {
                let of = state.nodes[node].shared.iter().find(|of| of.device == *device);
                of.is_none_or(|of| of.reserved + of.leaving == 0)
            };
            let mut next = fit::next_virtual(&state.nodes[node]);
            let devices = seat.devices.iter().map(|device| {
                if *device >= VIRTUAL || !alone(device) {
                    return *device;
                }
                next += 1;
                next - 1
            });
            devices.collect()
        }
    };
    Some(PodState::pending().reserved(Seat { pool: seat.pool, node: Some(node), devices }))
}
