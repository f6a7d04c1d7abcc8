//! The action stale gang eviction: a gang that has run with too few pods for too long gives its
//! place back.

use crate::{
    cycle::{self, Cycle},
    gang,
    settings::Action,
    world::JobAt,
};

/// Ends every pod of such gangs.
pub(crate) fn evict_stale(cycle: &mut Cycle<'_>) {
    let Some(grace) = cycle.world.settings.staleness_grace_secs else { return };
    for job in 0..cycle.world.jobs.len() {
        if is_due(cycle, job, grace) {
            let mark = cycle.state.mark();
            let of = &cycle.world.jobs[job];
            for pod in of
                .pods
                .clone()
                .filter(|pod| cycle.state.pods[*pod].status.is_held())
                .collect::<Vec<_>>()
            {
                cycle.state.evict(cycle.world, pod);
            }
            cycle.keep(mark, Action::StaleGangEviction, job);
        }
    }
}

fn is_due(cycle: &Cycle<'_>, job: JobAt, grace: i64) -> bool {
    let world = cycle.world;
    let of = &world.jobs[job];
    // One pod that is all that is needed is never too few.
    if of.pods.len() == 1 && of.groups.len() == 1 && of.groups[0].min <= 1 {
        return false;
    }
    let since = of.stale_since.unwrap_or(world.now);
    cycle::pool_of(world, cycle.state, job) == Some(cycle.pool)
        && gang::is_stale(world, cycle.state, job)
        && world.now.as_second() - since.as_second() >= grace
}
