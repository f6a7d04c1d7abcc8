//! Quota and limit, project before department.

use domain::{Cores, Gpus, MemoryBytes, Reason, reason::Amount};

use super::{Obstacle, View, is_at_least};
use crate::{gang, world::QueueAt};

/// What stands in the way before any node is looked at.
pub(super) fn obstacle(view: &View<'_>) -> Option<Obstacle> {
    let world = view.world;
    let Some(queue) = world.jobs[view.job].queue else {
        let project = view.world.jobs[view.job].name.clone();
        return Some(Obstacle::never(Reason::PoolClosed { pool: view.pool_name(), project }));
    };
    let asked = gang::asked(world, view.pods, view.pool);
    if is_closed(view, queue) && asked[0] > 0.0 {
        let project = world.queues[queue].name.name.clone();
        return Some(Obstacle::never(Reason::PoolClosed { pool: view.pool_name(), project }));
    }
    world.path(queue).find_map(|at| at_scope(view, at, &asked))
}

/// Nothing is promised, and going over that is not allowed.
fn is_closed(view: &View<'_>, queue: QueueAt) -> bool {
    let own = view.world.queues[queue].quotas[view.pool].gpu;
    own.deserved.is_some_and(Gpus::is_zero) && own.limit.is_some_and(Gpus::is_zero)
}

fn at_scope(view: &View<'_>, at: QueueAt, asked: &[f64; 3]) -> Option<Obstacle> {
    let queue = &view.world.queues[at];
    let usage = view.state.usage(at, view.pool);
    let (scope, pool) = (queue.name.clone(), view.pool_name());
    let promise = first_over(asked, &usage.non_preemptible, &queue.deserved(view.pool));
    if let Some((asked, left, of)) = promise.filter(|_| !view.world.jobs[view.job].preemptible) {
        let reason = Reason::NonPreemptibleOverQuota { scope, pool, asked, left, of };
        let waits = Obstacle::waits(reason, asked.minus(left));
        return Some(Obstacle { never: !is_at_least(of, asked), ..waits });
    }
    let (asked, left, of) = first_over(asked, &usage.allocated, &queue.limit(view.pool))?;
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
