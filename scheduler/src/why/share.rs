//! Whose turn it is not: the queue has what is fair, or those who would have to go are protected.

use std::collections::HashMap;

use domain::{Gpus, Reason, reason::Amount};

use super::{Obstacle, View};
use crate::{
    act::{Guard, Threat},
    gang,
    world::{PoolAt, QueueAt},
};

/// The same obstacle, with what keeps the job from taking its room from others in front of it.
pub(super) fn obstacle(view: &View<'_>, found: Obstacle, kept: &mut Protected) -> Obstacle {
    let is_about_gpus =
        matches!(found.reason, Reason::Busy { asked: Amount::Gpu(_), .. } | Reason::Gang { .. });
    let Some(queue) = view.world.jobs[view.job].queue.filter(|_| is_about_gpus) else {
        return found;
    };
    let protected = || {
        let priority = view.world.jobs[view.job].priority;
        let of_such = kept.entry((queue, view.pool, priority));
        of_such.or_insert_with(|| protected(view, queue)).clone()
    };
    match over_share(view, queue).or_else(protected) {
        Some(reason) => {
            let mut others = vec![found.reason.clone()];
            others.extend(found.others.clone());
            Obstacle { reason, others, ..found }
        }
        None => found,
    }
}

fn over_share(view: &View<'_>, queue: QueueAt) -> Option<Reason> {
    let shares = view.done.shares.iter().find(|shares| shares.pool == view.pool)?;
    let held = view.state.usage(queue, view.pool).allocated[0];
    let asked = gang::asked(view.world, view.pods, view.pool)[0];
    let fair = shares.fair[queue][0];
    let of_others = held_by_all(view) - held;
    let gpus = |amount: f64| Gpus(amount.round() as i64);
    let is_over = asked > 0.0 && held + asked > fair + 0.5 && of_others > 0.5 && held >= fair - 0.5;
    is_over.then(|| Reason::OverFairShare {
        scope: view.world.queues[queue].name.clone(),
        pool: view.pool_name(),
        share: gpus(fair),
        allocated: gpus(held),
        asked: gpus(asked),
    })
}

/// GPUs that all queues hold in the pool.
fn held_by_all(view: &View<'_>) -> f64 {
    let queues = view.world.queues.iter().enumerate();
    let roots = queues.filter(|(_, queue)| queue.parent.is_none()).map(|(at, _)| at);
    roots.map(|root| view.state.usage(root, view.pool).allocated[0]).sum()
}

/// What was found for jobs of the same queue and priority.
pub(super) type Protected = HashMap<(QueueAt, PoolAt, i32), Option<Reason>>;

/// Everybody who might have to go is within the minimum guaranteed runtime.
fn protected(view: &View<'_>, queue: QueueAt) -> Option<Reason> {
    let (world, state) = (view.world, view.state);
    let own = &world.jobs[view.job];
    let reclaim = Guard::of(world, view.pool, Threat::Reclaim(queue));
    let preempt = Guard::of(world, view.pool, Threat::Preempt);
    let (mut count, mut first) = (0, None);
    for job in 0..world.jobs.len() {
        let of = &world.jobs[job];
        let runs_here = of.pods.clone().any(|pod| {
            let seat = state.pods[pod].seat.as_ref();
            state.pods[pod].status.is_held() && seat.is_some_and(|seat| seat.pool == view.pool)
        });
        let guard = match of.queue {
            Some(other) if other != queue => &reclaim,
            Some(_) if of.priority < own.priority => &preempt,
            _ => continue,
        };
        if !of.preemptible || !runs_here {
            continue;
        }
        let until = guard.until(job)?;
        count += 1;
        first = Some(first.map_or(until, |first: domain::Timestamp| first.min(until)));
    }
    Some(Reason::VictimsProtected { pool: view.pool_name(), count, until: first? })
}
