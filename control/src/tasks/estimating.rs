//! When those who wait will start, worked out beside the cycles; and what became of it, so that the next
//! estimates are better.

use std::{
    collections::BTreeMap,
    sync::{Arc, MutexGuard},
};

use domain::{
    Timestamp, WorkloadId,
    verdict::Estimate,
    workload::{Phase, Workload},
};
use scheduler::Calibration;

use crate::{ControlPlane, Inner, World};

/// Estimates that are worked out in one turn: each takes up to a tenth of a second.
const AT_ONCE: usize = 4;
/// Seconds that an estimate is good for.
const GOOD_FOR_SECS: i64 = 60;

/// What was said of those who wait, and how earlier estimates came true.
#[derive(Debug, Default)]
pub(crate) struct Estimates {
    calibration: Calibration,
    said: BTreeMap<WorkloadId, Said>,
}

#[derive(Debug)]
struct Said {
    /// What is learned from.
    first: Estimate,
    last: Timestamp,
}

impl ControlPlane {
    /// Says of a few who wait when they will start, and learns from those who started.
    pub(crate) async fn estimate_once(&self) {
        let world = self.world();
        let wanted = self.inner.estimated().turn(&world, self.now());
        let old = |id: &WorkloadId| !world.workloads.get(id).is_some_and(|w| waits(w));
        let old: Vec<_> = world.estimates.keys().filter(|id| old(id)).copied().collect();
        if wanted.is_empty() && old.is_empty() {
            return;
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

impl Estimates {
    /// Learns from those who started, forgets those who do not wait any more, and says of whom something
    /// is to be said anew.
    fn turn(&mut self, world: &World, now: Timestamp) -> Vec<Arc<Workload>> {
        for (id, said) in &self.said {
            let Some(workload) = world.workloads.get(id) else { continue };
            if let Phase::Initializing { .. } | Phase::Running { .. } = workload.phase {
                self.calibration.learn(&said.first, workload.phase_since);
            }
        }
        self.said.retain(|id, _| world.workloads.get(id).is_some_and(|w| waits(w)));
        let is_old = |said: &Said| now.as_second() - said.last.as_second() >= GOOD_FOR_SECS;
        let wanted = |w: &&Arc<Workload>| waits(w) && self.said.get(&w.id).is_none_or(is_old);
        world.live().filter(wanted).take(AT_ONCE).cloned().collect()
    }

    fn note(&mut self, said: &[(WorkloadId, Estimate)], now: Timestamp) {
        for (id, estimate) in said {
            let first = Said { first: *estimate, last: now };
            self.said.entry(*id).or_insert(first).last = now;
        }
    }
}

impl Inner {
    fn estimated(&self) -> MutexGuard<'_, Estimates> {
        self.estimates.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// How earlier estimates came true.
    pub fn calibration(&self) -> Calibration {
        self.estimated().calibration
    }
}

fn waits(workload: &Workload) -> bool {
    matches!(workload.phase, Phase::Pending { .. }) && !workload.is_deleted()
}
