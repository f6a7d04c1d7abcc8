//! Why a job was not placed: obstacles in the order of `why.md` §2 – what can never be, quota and
//! limits with the innermost scope first, constraints, room.

pub(crate) mod gate;
mod never;
mod room;
mod share;

use std::collections::HashMap;

use domain::{Reason, ScopeRef, reason::Amount};

use crate::{
    cycle::{self, Done},
    gang,
    state::{State, Status},
    world::{Class, JobAt, PodAt, PoolAt, World},
};

/// A reason with what makes it comparable to those of other pools.
#[derive(Clone, Debug)]
pub(crate) struct Obstacle {
    pub reason: Reason,
    /// What stands behind it.
    pub others: Vec<Reason>,
    /// No future of the cluster as it is configured removes it.
    pub never: bool,
    /// Missing GPUs, cores, bytes: the pool that lacks least came nearest.
    missing: (i64, i64, i64),
}

impl Obstacle {
    pub fn never(reason: Reason) -> Self {
        Self { reason, others: vec![], never: true, missing: (i64::MAX, 0, 0) }
    }

    pub fn waits(reason: Reason, missing: Amount) -> Self {
        Self { reason, others: vec![], never: false, missing: by_kind(missing) }
    }
}

fn by_kind(missing: Amount) -> (i64, i64, i64) {
    match missing {
        Amount::Gpu(gpus) => (gpus.0, 0, 0),
        Amount::Cpu(cores) => (0, cores.0, 0),
        Amount::Memory(bytes) | Amount::GpuMemory(bytes) => (0, 0, bytes.0),
    }
}

/// Whether one amount covers another of the same resource.
fn is_at_least(have: Amount, asked: Amount) -> bool {
    match (have, asked) {
        (Amount::Gpu(a), Amount::Gpu(b)) => a >= b,
        (Amount::Cpu(a), Amount::Cpu(b)) => a >= b,
        (Amount::Memory(a), Amount::Memory(b)) => a >= b,
        _ => false,
    }
}

/// What is looked at: pods of a job in a pool, after the cycle.
#[derive(Clone, Copy)]
struct View<'a> {
    world: &'a World,
    state: &'a State,
    done: &'a Done,
    job: JobAt,
    pool: PoolAt,
    /// The pod that finds no place.
    class: &'a Class,
    pods: &'a [PodAt],
    /// Jobs that wait for room in this pool and are tried before.
    ahead: u32,
}

impl View<'_> {
    fn pool_name(&self) -> String {
        self.world.pools[self.pool].name.to_string()
    }
}

/// Why a job waits.
#[derive(Debug)]
pub(crate) struct Told {
    pub job: JobAt,
    pub reasons: Vec<Reason>,
    /// Jobs that wait for the same and are tried before.
    pub ahead: u32,
}

/// What several jobs wait for, one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Line {
    /// Room in a pool.
    Room(String),
    /// Quota or limit of a scope in a pool.
    Quota(&'static str, ScopeRef, String),
}

impl Line {
    /// Where those stand who have this reason, if there is an order among them.
    fn of(reason: &Reason) -> Option<Self> {
        match reason {
            Reason::Busy { pool, .. }
            | Reason::OverFairShare { pool, .. }
            | Reason::VictimsProtected { pool, .. }
            | Reason::Gang { pool, .. } => Some(Self::Room(pool.clone())),
            Reason::NonPreemptibleOverQuota { scope, pool, .. }
            | Reason::OverLimit { scope, pool, .. } => {
                Some(Self::Quota(reason.code(), scope.clone(), pool.clone()))
            }
            _ => None,
        }
    }
}

/// The reasons of every job that waits after a cycle, in the order in which the jobs were tried.
pub(crate) fn all(world: &World, state: &State, done: &Done) -> Vec<Told> {
    let mut lines: HashMap<Line, u32> = HashMap::new();
    let tried: std::collections::HashSet<_> = done.tried.iter().copied().collect();
    let rest = (0..world.jobs.len()).filter(|job| !tried.contains(job));
    let jobs = done.tried.iter().copied().chain(rest);
    let mut found = vec![];
    let mut alike = room::Alike::default();
    for job in jobs.filter(|job| is_waiting(world, state, *job)) {
        let in_pool = |pool: PoolAt| {
            let line = Line::Room(world.pools[pool].name.to_string());
            lines.get(&line).copied().unwrap_or_default()
        };
        let reasons = reasons(world, state, done, job, &in_pool, &mut alike);
        let line = reasons.first().and_then(Line::of);
        let ahead = line.map_or(0, |line| {
            let own = lines.entry(line).or_default();
            *own += 1;
            *own - 1
        });
        found.push(Told { job, reasons, ahead });
    }
    found
}

/// Some pod of it waits, or has a reservation that it waits for.
fn is_waiting(world: &World, state: &State, job: JobAt) -> bool {
    world.jobs[job].pods.clone().any(|pod| {
        let of = &state.pods[pod];
        match of.status {
            Status::Pending => true,
            // A reservation is waited for, and one that was withdrawn is waited for anew.
            Status::Reserved | Status::Leaving => of.leaving.is_none(),
            _ => false,
        }
    })
}

fn reasons(
    world: &World,
    state: &State,
    done: &Done,
    job: JobAt,
    ahead: &dyn Fn(PoolAt) -> u32,
    alike: &mut room::Alike,
) -> Vec<Reason> {
    if let Some(making) = room::making(world, state, job) {
        return vec![making];
    }
    let pods = gang::next_pods(world, state, job, false);
    let Some(first) = pods.first() else { return vec![Reason::QueuedForCycle] };
    let mut obstacles = vec![];
    // Who has pods in a pool gets no more of them in another one.
    let own = cycle::pool_of(world, state, job);
    let comes = |pool: &&Result<PoolAt, _>| own.is_none_or(|own| **pool == Ok(own));
    for pool in world.jobs[job].pools.iter().filter(comes) {
        match pool {
            Err(name) => {
                let reason = Reason::NoSuchPool { pool: name.to_string() };
                obstacles.push(Obstacle::never(reason));
            }
            Ok(pool) => {
                let class = &world.classes[world.pods[*first].class];
                let ahead = ahead(*pool);
                let view = View { world, state, done, job, pool: *pool, class, pods: &pods, ahead };
                obstacles.push(obstacle(&view, alike));
            }
        }
    }
    in_order(obstacles)
}

fn obstacle(view: &View<'_>, alike: &mut room::Alike) -> Obstacle {
    let asked = gang::asked(view.world, view.pods, view.pool);
    // What stood in the way when it was tried may have gone since, in favour of others.
    let then = || view.done.refused.get(&(view.job, view.pool)).cloned();
    let now = || gate::obstacle(view.world, view.state, view.job, view.pool, &asked);
    match then().or_else(now) {
        Some(obstacle) => alike.never(view).unwrap_or(obstacle),
        None => room::obstacle(view, alike),
    }
}

/// The reasons, that of the pool that came nearest first; the others in the submitter's order.
fn in_order(mut obstacles: Vec<Obstacle>) -> Vec<Reason> {
    let nearest =
        (0..obstacles.len()).min_by_key(|at| (obstacles[*at].never, obstacles[*at].missing));
    if let Some(nearest) = nearest {
        let main = obstacles.remove(nearest);
        obstacles.insert(0, main);
    }
    let all = |obstacle: Obstacle| std::iter::once(obstacle.reason).chain(obstacle.others);
    let mut reasons: Vec<_> = obstacles.into_iter().flat_map(all).collect();
    if reasons.is_empty() {
        reasons.push(Reason::QueuedForCycle);
    }
    reasons
}
