//! What the scheduler has read of a world: made once after a change, by whoever asks first, and shared by
//! the cycle and by all verdicts until the next change.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use domain::{
    ClusterId, Timestamp,
    org::Cluster,
    verdict::{Outcome, Verdict},
    workload::Workload,
};
use scheduler::{Calibration, Finished, Foresight, Help, History, Probe, Scheduler};

use crate::{ControlPlane, Inner, World};

/// One world, read.
#[derive(Debug)]
pub(crate) struct Reading {
    serial: u64,
    cluster: ClusterId,
    pub scheduler: Scheduler,
    /// How long work runs; gathered when somebody has to wait.
    foresight: OnceLock<Foresight>,
}

impl Reading {
    /// The answer for a probe; where it waits, with an estimate of its start.
    pub fn verdict(
        &self,
        world: &World,
        probe: &Probe,
        help: &Help<'_>,
        calibration: Calibration,
    ) -> Verdict {
        let verdict = self.scheduler.verdict_for(probe, help);
        let waits = matches!(verdict.outcome, Outcome::Waits { .. });
        let foresee = || self.foresight(world, calibration);
        let estimate = waits.then(|| self.scheduler.estimate(probe, foresee()));
        Verdict { estimate, ..verdict }
    }

    /// What is known of how long work runs. What came true in the meantime counts at the next reading.
    pub fn foresight(&self, world: &World, calibration: Calibration) -> &Foresight {
        let gather =
            || Foresight { calibration, ..world.foresight(self.cluster, self.scheduler.now()) };
        self.foresight.get_or_init(gather)
    }
}

/// The last reading of each cluster.
pub(crate) type Readings = BTreeMap<ClusterId, Arc<Reading>>;

impl ControlPlane {
    /// The reading of this world.
    pub(crate) fn reading(&self, world: &World, cluster: &Cluster, now: Timestamp) -> Arc<Reading> {
        let mut readings = self.inner.readings.lock().unwrap_or_else(|e| e.into_inner());
        let kept = readings.get(&cluster.id);
        if let Some(reading) = kept.filter(|reading| reading.serial == world.serial) {
            reading.scheduler.tell_time(now);
            return reading.clone();
        }
        // Whoever asks of a world that has passed leaves the reading of the new one where it is.
        let is_newest = kept.is_none_or(|reading| reading.serial < world.serial);
        let scheduler = Scheduler::new(world.snapshot(cluster, now));
        let (serial, cluster, foresight) = (world.serial, cluster.id, OnceLock::new());
        let reading = Arc::new(Reading { serial, cluster, scheduler, foresight });
        if is_newest {
            readings.insert(cluster, reading.clone());
        }
        reading
    }
}

impl Inner {
    /// Of which cluster a verdict was asked last, and when.
    pub fn asked(&self) -> Option<(ClusterId, Timestamp)> {
        *self.asked.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// Somebody asks for a verdict.
    pub fn note_question(&self, cluster: ClusterId, now: Timestamp) {
        *self.asked.lock().unwrap_or_else(|e| e.into_inner()) = Some((cluster, now));
    }
}

impl World {
    /// How long the workloads of a cluster are likely to run, from those that have ended.
    fn foresight(&self, cluster: ClusterId, now: Timestamp) -> Foresight {
        let of_cluster = |workload: &&Arc<Workload>| workload.cluster == cluster;
        let all = || self.workloads.values().filter(of_cluster);
        let has_ended = |w: &&Arc<Workload>| w.running_secs > 0 && w.placement().is_none();
        let history = History::of(all().filter(has_ended).map(|workload| Finished {
            template: template(workload).map(str::to_owned),
            project: workload.project,
            secs: workload.running_secs,
        }));
        let all_of_them = all().map(|workload| (workload.id, template(workload), workload.project));
        let limits = all().filter_map(|workload| Some((workload.id, workload.ends_by(now)?)));
        Foresight { limits: limits.collect(), ..history.foresee(all_of_them) }
    }
}

fn template(workload: &Workload) -> Option<&str> {
    workload.made_from.template.as_ref().map(|used| used.name.as_str())
}
