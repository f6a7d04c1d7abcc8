//! Whose turn it is not: the queue has what is fair, or those who would have to go are protected.

use domain::{Gpus, Reason, reason::Amount};

use super::{Obstacle, View};
use crate::{
    act::{Threat, protected_until},
    gang,
    world::QueueAt,
};

/// The same obstacle, with what keeps the job from taking its room from others in front of it.
pub(super) fn obstacle(view: &View<'_>, found: Obstacle) -> Obstacle {
    let is_about_gpus =
        matches!(found.reason, Reason::Busy { asked: Amount::Gpu(_), .. } | Reason::Gang { .. });
    let Some(queue) = view.world.jobs[view.job].queue.filter(|_| is_about_gpus) else {
        return found;
    };
    match over_share(view, queue).or_else(|| protected(view, queue)) {
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
    let of_others = shares.total[0] - held;
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

/// Everybody who might have to go is within the minimum guaranteed runtime.
fn protected(view: &View<'_>, queue: QueueAt) -> Option<Reason> {
    let (world, state) = (view.world, view.state);
    let own = &world.jobs[view.job];
    let (mut count, mut first) = (0, None);
    for job in 0..world.jobs.len() {
        let of = &world.jobs[job];
        let runs_here = of.pods.clone().any(|pod| {
            let seat = state.pods[pod].seat.as_ref();
            state.pods[pod].status.is_held() && seat.is_some_and(|seat| seat.pool == view.pool)
        });
        let threat = match of.queue {
            Some(other) if other != queue => Threat::Reclaim(queue),
            Some(_) if of.priority < own.priority => Threat::Preempt,
            _ => continue,
        };
        if !of.preemptible || !runs_here {
            continue;
        }
        let until = protected_until(world, job, view.pool, threat)?;
        count += 1;
        first = Some(first.map_or(until, |first: domain::Timestamp| first.min(until)));
    }
    Some(Reason::VictimsProtected { pool: view.pool_name(), count, until: first? })
}
