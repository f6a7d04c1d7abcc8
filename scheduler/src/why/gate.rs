//! Limit, then quota, project before department.

use domain::{Cores, Gpus, MemoryBytes, Reason, reason::Amount};

use super::{Obstacle, is_at_least};
use crate::{
    state::State,
    world::{JobAt, PoolAt, QueueAt, World},
};

/// What stands in the way before any node is looked at, when so much is asked for.
pub(crate) fn obstacle(
    world: &World,
    state: &State,
    job: JobAt,
    pool: PoolAt,
    asked: &[f64; 3],
) -> Option<Obstacle> {
    let name = || world.pools[pool].name.to_string();
    let Some(queue) = world.jobs[job].queue else {
        let project = world.jobs[job].name.clone();
        return Some(Obstacle::never(Reason::PoolClosed { pool: name(), project }));
    };
    if is_closed(world, queue, pool) && asked[0] > 0.0 {
        let project = world.queues[queue].name.name.clone();
        return Some(Obstacle::never(Reason::PoolClosed { pool: name(), project }));
    }
    let limit = |at| over_limit(world, state, at, pool, asked);
    let promise = |at| over_promise(world, state, at, pool, asked);
    let over = world.path(queue).find_map(limit);
    over.or_else(|| world.path(queue).find_map(promise).filter(|_| !world.jobs[job].preemptible))
}

/// Nothing is promised, and going over that is not allowed.
fn is_closed(world: &World, queue: QueueAt, pool: PoolAt) -> bool {
    let own = world.queues[queue].quotas[pool].gpu;
    own.deserved.is_some_and(Gpus::is_zero) && own.limit.is_some_and(Gpus::is_zero)
}

fn over_promise(
    world: &World,
    state: &State,
    at: QueueAt,
    pool: PoolAt,
    asked: &[f64; 3],
) -> Option<Obstacle> {
    let (queue, usage) = (&world.queues[at], state.usage(at, pool));
    let (asked, left, of) = first_over(asked, &usage.non_preemptible, &queue.deserved(pool))?;
    let (scope, pool) = (queue.name.clone(), world.pools[pool].name.to_string());
    let reason = Reason::NonPreemptibleOverQuota { scope, pool, asked, left, of };
    Some(Obstacle { never: !is_at_least(of, asked), ..Obstacle::waits(reason, asked.minus(left)) })
}

fn over_limit(
    world: &World,
    state: &State,
    at: QueueAt,
    pool: PoolAt,
    asked: &[f64; 3],
) -> Option<Obstacle> {
    let (queue, usage) = (&world.queues[at], state.usage(at, pool));
    let (asked, left, of) = first_over(asked, &usage.allocated, &queue.limit(pool))?;
    let (scope, pool) = (queue.name.clone(), world.pools[pool].name.to_string());
    let reason = Reason::OverLimit { scope, pool, asked, left, of };
    Some(Obstacle { never: !is_at_least(of, asked), ..Obstacle::waits(reason, asked.minus(left)) })
}

/// The first resource of which more is asked than is left: asked, left, of.
fn first_over(
    asked: &[f64; 3],
    used: &[f64; 3],
    bound: &[Option<f64>; 3],
) -> Option<(Amount, Amount, Amount)> {
    (0..3).find_map(|r| {
        let of = bound[r]?;
        let left = (of - used[r]).max(0.0);
        let is_over = asked[r] > 0.0 && used[r] + asked[r] > of + 0.5;
        is_over.then(|| (amount(r, asked[r]), amount(r, left), amount(r, of)))
    })
}

/// The amount of the resource with this number.
pub(super) fn amount(resource: usize, number: f64) -> Amount {
    let number = number.round() as i64;
    match resource {
        0 => Amount::Gpu(Gpus(number)),
        1 => Amount::Cpu(Cores(number)),
        _ => Amount::Memory(MemoryBytes(number)),
    }
}
