//! When those who wait will start, worked out beside the cycles.

use std::sync::Arc;

use domain::{WorkloadId, verdict::Estimate, workload::Workload};

use crate::{ControlPlane, World, estimates::waits};

/// Estimates that are worked out in one turn: each takes up to a tenth of a second.
const AT_ONCE: usize = 4;
/// Seconds that an estimate is good for.
const GOOD_FOR_SECS: i64 = 60;

impl ControlPlane {
    /// Says of a few who wait when they will start, and learns from those who started.
    pub(crate) async fn estimate_once(&self) {
        let world = self.world();
        let wanted = self.wanted_estimates(&world);
        let old = |id: &WorkloadId| !world.workloads.get(id).is_some_and(|w| waits(w));
        let old: Vec<_> = world.estimates.keys().filter(|id| old(id)).copied().collect();
        if wanted.is_empty() && old.is_empty() {
            return self.write_estimates().await;
        }
        let (control, of) = (self.clone(), world.clone());
        let work = move || control.estimates(&of, &wanted);
        // Without them, the next turn tries again.
        let said = tokio::task::spawn_blocking(work).await.unwrap_or_default();
        self.inner.estimated().note(&said, self.now());
        self.update_world(|world| {
            world.estimates.retain(|id, _| !old.contains(id));
            world.estimates.extend(said);
        });
        self.write_estimates().await;
    }

    /// Of whom something is to be said anew.
    fn wanted_estimates(&self, world: &World) -> Vec<Arc<Workload>> {
        let since = self.now().as_second() - GOOD_FOR_SECS;
        let mut estimates = self.inner.estimated();
        estimates.settle(world);
        let wanted = |w: &&Arc<Workload>| waits(w) && estimates.is_silent_on(w.id, since);
        world.live().filter(wanted).take(AT_ONCE).cloned().collect()
    }

    fn estimates(&self, world: &World, of: &[Arc<Workload>]) -> Vec<(WorkloadId, Estimate)> {
        let one = |workload: &Arc<Workload>| {
            let cluster = world.clusters.get(&workload.cluster)?;
            let reading = self.reading(world, cluster, self.now());
            let foresight = reading.foresight(world, self.inner.calibration());
            Some((workload.id, reading.scheduler.estimate_of(workload.id, foresight)?))
        };
        of.iter().filter_map(one).collect()
    }
}
