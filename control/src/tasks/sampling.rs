//! Sampling: writes down what workloads use, window by window, for the charts of whoever looks later. What was not
//! measured is not made up: a window in which Berth was off is missing.

use std::collections::BTreeMap;

use cluster::Measured;
use domain::{
    ClusterId, Timestamp, WorkloadId,
    sample::{self, COARSE_SECS, GpuSample, Sample},
    workload::{PhaseName, Workload},
};
use tracing::warn;

use crate::{ControlPlane, Result, World};

impl ControlPlane {
    /// One turn. Returns how many workloads were measured.
    pub async fn sample_once(&self) -> Result<usize> {
        let now = self.now();
        let measured = self.measured(now).await;
        let samples = samples(&self.world(), &measured, now);
        if !samples.is_empty() {
            self.inner.store.keep_samples(&samples).await?;
        }
        if self.is_to_be_thinned(now) {
            self.inner.store.thin_samples(now).await?;
        }
        Ok(samples.len())
    }

    async fn measured(&self, now: Timestamp) -> BTreeMap<ClusterId, Measured> {
        let clusters: Vec<_> = self.world().clusters.values().cloned().collect();
        let mut all = BTreeMap::new();
        for cluster in clusters {
            let Some(driver) = self.driver(cluster.id) else { continue };
            match driver.measure(now).await {
                Ok(measured) => drop(all.insert(cluster.id, measured)),
                Err(cause) => {
                    warn!(cluster = %cluster.name, "what is used there is not known: {cause}")
                }
            }
        }
        all
    }

    /// Whether it is time to look for old samples; they are as many more by then as one thinning leaves.
    fn is_to_be_thinned(&self, now: Timestamp) -> bool {
        let mut last = self.inner.thinned.lock().unwrap_or_else(|e| e.into_inner());
        let passed = last.map(|last| now.as_second() - last.as_second());
        let is_due = passed.is_none_or(|secs| !(0..COARSE_SECS).contains(&secs));
        if is_due {
            *last = Some(now);
        }
        is_due
    }
}

fn samples(
    world: &World,
    measured: &BTreeMap<ClusterId, Measured>,
    now: Timestamp,
) -> Vec<(WorkloadId, Sample)> {
    let runs = |workload: &Workload| {
        matches!(workload.phase.name(), PhaseName::Running | PhaseName::Degraded)
    };
    let of = world.live().filter(|workload| runs(workload)).filter_map(|workload| {
        let measured = measured.get(&workload.cluster)?;
        let used = measured.workloads.get(&workload.id)?;
        let at = sample::window(now);
        let gpus = gpus(workload, measured);
        Some((workload.id, Sample { at, cpu: used.cpu, memory: used.memory, gpus }))
    });
    of.collect()
}

/// What is used of the GPUs of a workload, as far as it is known.
fn gpus(workload: &Workload, measured: &Measured) -> Vec<GpuSample> {
    let Some(placement) = workload.placement() else { return vec![] };
    let of = placement.gpus.iter().filter_map(|gpu| {
        let load = measured.gpus.get(&(placement.node.clone(), gpu.index))?;
        let (busy_percent, memory) = (load.busy_percent, load.memory);
        Some(GpuSample { index: gpu.index, busy_percent, memory })
    });
    of.collect()
}
