//! Idling: stops what leaves its GPUs unused as long as it may (`scheduling-and-organisation.md` §5), after a warning.
//! How long somebody has idled is kept in memory: after a restart of Berth the count begins anew, so that nobody is
//! stopped for a time that nobody has seen.

use std::{
    collections::BTreeMap,
    sync::{Arc, MutexGuard},
};

use cluster::UsedGpus;
use domain::{
    ClusterId, Timestamp, WorkloadId,
    workload::{IdleTime, WINDOW_SECS, Workload},
};

use tracing::warn;

use crate::{ControlPlane, Result, World, changes::changed};

/// A run of a workload.
type Run = (WorkloadId, u32);
type Used = BTreeMap<ClusterId, UsedGpus>;

/// How long the GPUs of each run have idled.
#[derive(Debug, Default)]
pub(crate) struct Idling {
    runs: BTreeMap<Run, IdleTime>,
    looked_at: Option<Timestamp>,
}

impl Idling {
    /// Whether a window has passed since the last look; a clock that jumped back begins a new one.
    fn is_due(&self, now: Timestamp) -> bool {
        let passed = self.looked_at.map(|last| now.as_second() - last.as_second());
        passed.is_none_or(|secs| !(0..WINDOW_SECS).contains(&secs))
    }

    /// One window later. What has begun to run since the last look begins to be counted.
    fn count(&mut self, world: &World, used: &Used, now: Timestamp) {
        let before = std::mem::take(&mut self.runs);
        let watched = world.live().filter(|workload| workload.is_watched_for_idling());
        let counted = watched.filter_map(|workload| {
            let is_used = is_used(workload, used)?;
            let run = (workload.id, workload.generation);
            let idle = before.get(&run).map(|idle| idle.after(is_used)).unwrap_or_default();
            Some((run, idle))
        });
        self.runs = counted.collect();
        self.looked_at = Some(now);
    }

    fn of(&self, workload: &Workload) -> Option<IdleTime> {
        self.runs.get(&(workload.id, workload.generation)).copied()
    }
}

/// Whether any GPU of a workload is used; nothing where that is not known of all of them.
fn is_used(workload: &Workload, used: &Used) -> Option<bool> {
    let (placement, used) = (workload.placement()?, used.get(&workload.cluster)?);
    let of = |index: u32| used.get(&(placement.node.clone(), index)).copied();
    let each: Option<Vec<bool>> = placement.gpus.iter().map(|gpu| of(gpu.index)).collect();
    Some(each?.contains(&true))
}

impl ControlPlane {
    /// One turn. Returns how many workloads were warned or stopped.
    pub async fn idle_once(&self) -> Result<usize> {
        let now = self.now();
        let is_watched = |workload: &Arc<Workload>| workload.is_watched_for_idling();
        if !self.idling().is_due(now) || !self.world().live().any(is_watched) {
            return Ok(0);
        }
        let used = self.used_gpus(now).await;
        self.idling().count(&self.world(), &used, now);
        let is_due = |workload: &Workload| {
            self.idling().of(workload).filter(|idle| workload.idling_is_due(*idle))
        };
        let due: BTreeMap<Run, IdleTime> = self
            .world()
            .live()
            .filter_map(|workload| Some(((workload.id, workload.generation), is_due(workload)?)))
            .collect();
        if due.is_empty() {
            return Ok(0);
        }
        self.change(move |world, now| {
            let changes = world.live().filter_map(|workload| {
                let idle = due.get(&(workload.id, workload.generation))?;
                let workload = Some(workload).filter(|w| w.idling_is_due(*idle))?;
                let mut workload = (**workload).clone();
                workload.heed_idling(*idle, now);
                Some(changed(workload))
            });
            let changes: Vec<_> = changes.collect();
            let count = changes.len();
            Ok((changes, count))
        })
        .await
    }

    /// What the clusters say of their GPUs. Of one that does not answer nothing is known: what runs there counts as
    /// not seen, and the others are heard.
    async fn used_gpus(&self, now: Timestamp) -> Used {
        let clusters: Vec<_> = self.world().clusters.values().cloned().collect();
        let mut all = Used::new();
        for cluster in clusters {
            let Some(driver) = self.driver(cluster.id) else { continue };
            match driver.used_gpus(now).await {
                Ok(used) => drop(all.insert(cluster.id, used)),
                Err(cause) => {
                    warn!(cluster = %cluster.name, "the use of GPUs is not known: {cause}")
                }
            }
        }
        all
    }

    /// How long the GPUs of a workload have idled, as far as anybody looks.
    pub(crate) fn idles_secs(&self, workload: &Workload) -> i64 {
        self.idling().of(workload).unwrap_or_default().secs()
    }

    fn idling(&self) -> MutexGuard<'_, Idling> {
        self.inner.idling.lock().unwrap_or_else(|e| e.into_inner())
    }
}
