//! The action stale gang eviction: a gang that has run with too few pods for too long gives its
//! place back.

use crate::{cycle::Cycle, gang, settings::Action, world::JobAt};

/// Ends every pod of such gangs.
pub(crate) fn evict_stale(cycle: &mut Cycle<'_>) {
    let Some(grace) = cycle.world.settings.staleness_grace_secs else { return };
    let mut running: Vec<_> = cycle.running.all().collect();
    running.sort_unstable();
    for job in running {
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
    let since = world.jobs[job].stale_since.unwrap_or(world.now);
    gang::is_stale(world, cycle.state, job) && world.now.as_second() - since.as_second() >= grace
}
