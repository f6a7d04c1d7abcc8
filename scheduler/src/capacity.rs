//! The gate before any placing: the limit of the queue and of everything above it, and for
//! non-preemptible work what is promised (`scheduling-and-organisation.md` §4.3).

use crate::{
    shares::{RESOURCES, at_most, plus},
    state::State,
    world::{JobAt, PoolAt, World},
};

/// Whether a job may take so much more.
pub(crate) fn admits(
    world: &World,
    state: &State,
    job: JobAt,
    pool: PoolAt,
    asked: &[f64; 3],
) -> bool {
    is_within_limits(world, state, job, pool, asked)
        && is_within_promise(world, state, job, pool, asked)
}

fn is_within_limits(
    world: &World,
    state: &State,
    job: JobAt,
    pool: PoolAt,
    asked: &[f64; 3],
) -> bool {
    let Some(queue) = world.jobs[job].queue else { return false };
    world.path(queue).all(|at| {
        let limit = world.queues[at].limit(pool).map(|limit| limit.unwrap_or(f64::INFINITY));
        within(&state.usage(at, pool).allocated, asked, &limit)
    })
}

/// Non-preemptible work stays within what is promised at every level.
pub(crate) fn is_within_promise(
    world: &World,
    state: &State,
    job: JobAt,
    pool: PoolAt,
    asked: &[f64; 3],
) -> bool {
    let of = &world.jobs[job];
    let Some(queue) = of.queue else { return false };
    of.preemptible
        || world.path(queue).all(|at| {
            let queue = &world.queues[at];
            let promised = queue.deserved(pool).map(|amount| amount.unwrap_or(f64::INFINITY));
            within(&state.usage(at, pool).non_preemptible, asked, &promised)
        })
}

/// What is not asked for passes, however much there is of it already.
fn within(held: &[f64; 3], asked: &[f64; 3], bound: &[f64; 3]) -> bool {
    let sum = plus(held, asked);
    let unasked = RESOURCES.map(|r| if asked[r] > 0.0 { sum[r] } else { f64::NEG_INFINITY });
    at_most(&unasked, bound)
}
