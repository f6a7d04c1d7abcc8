//! Scheduling: reads a snapshot of each cluster, lets the scheduler decide, and takes its decisions
//! over, all in one change, so that nothing can come between look and act.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use domain::{Reason, Timestamp, WorkloadId, reason::Preemption, workload::Workload};
use scheduler::{Action, Cut, Decided, Decision};
use store::Change;
use tracing::warn;

use crate::{ControlPlane, Result, World, changes::changed};

/// Seconds after a question in which the next one is expected.
const ASKING_SECS: i64 = 60;

/// What the cycles since the start came to.
#[derive(Debug, Default)]
pub struct Cycles {
    run: AtomicU64,
    cut: AtomicU64,
    searches_cut: AtomicU64,
}

impl Cycles {
    fn count(&self, cut: Cut) {
        self.run.fetch_add(1, Ordering::Relaxed);
        self.cut.fetch_add(u64::from(cut.is_any()), Ordering::Relaxed);
        self.searches_cut.fetch_add(u64::from(cut.searches), Ordering::Relaxed);
        if cut.is_any() {
            let (searches, only_allocated) = (cut.searches, cut.only_allocated);
            warn!(searches, only_allocated, "a scheduling cycle was cut at its budget");
        }
    }

    /// Cycles that were run.
    pub fn run(&self) -> u64 {
        self.run.load(Ordering::Relaxed)
    }

    /// Those of them that ended at their budget.
    pub fn cut(&self) -> u64 {
        self.cut.load(Ordering::Relaxed)
    }

    /// Searches for victims that did.
    pub fn searches_cut(&self) -> u64 {
        self.searches_cut.load(Ordering::Relaxed)
    }
}

impl ControlPlane {
    /// What the cycles since the start came to.
    pub fn cycles(&self) -> &Cycles {
        &self.inner.cycles
    }

    /// Reads the state for those who will ask for verdicts, while somebody does: whoever asks next does not
    /// wait for it.
    pub(crate) async fn read_ahead(&self) {
        let Some((cluster, asked)) = self.inner.asked() else { return };
        let (world, now) = (self.world(), self.now());
        let is_over = now.as_second() - asked.as_second() > ASKING_SECS;
        let Some(cluster) = world.clusters.get(&cluster).filter(|_| !is_over).cloned() else {
            return;
        };
        let control = self.clone();
        let read = move || drop(control.reading(&world, &cluster, now));
        // Whoever asks finds out by themselves.
        let _ = tokio::task::spawn_blocking(read).await;
    }

    /// One cycle for every cluster. Returns how many workloads changed.
    pub async fn schedule_once(&self) -> Result<usize> {
        if !self.world().live().any(|w| w.is_waiting()) {
            return Ok(0);
        }
        let control = self.clone();
        self.change(move |world, now| {
            let mut changes = Vec::new();
            for cluster in world.clusters.values() {
                let Decided { decisions, cut } =
                    control.reading(world, cluster, now).scheduler.decide();
                control.inner.cycles.count(cut);
                changes.extend(taken_over(world, decisions, now));
            }
            let count = changes.len();
            Ok((changes, count))
        })
        .await
    }
}

/// The changes that decisions mean; none for those that say what is known already.
fn taken_over(world: &World, decisions: Vec<Decision>, now: Timestamp) -> Vec<Change> {
    let evicted: BTreeSet<_> = decisions
        .iter()
        .filter(|decision| matches!(decision, Decision::Evict { .. }))
        .map(Decision::workload)
        .collect();
    let change = |decision: Decision| {
        let id = decision.workload();
        let old: &Arc<Workload> = world.workloads.get(&id)?;
        let mut new = (**old).clone();
        let done = match decision {
            // What was placed and taken back in one cycle was never placed.
            Decision::Bind { .. } if evicted.contains(&id) => return None,
            Decision::Bind { placement, .. } => new.place(placement, now),
            Decision::Evict { .. } if old.is_waiting() => return None,
            Decision::Evict { by, gains, .. } => new.evict(preempted(world, by, gains), now),
            // It says where, not when; the reason to wait is another decision.
            Decision::Pipeline { .. } => return None,
            Decision::Wait { reasons, .. } if old.phase.reasons() == reasons => return None,
            Decision::Wait { reasons, .. } => new.wait(reasons, now),
        };
        // A phase that knows no such change has changed since the snapshot; the next cycle sees it.
        done.is_ok().then(|| changed(new))
    };
    decisions.into_iter().filter_map(change).collect()
}

/// Why a workload lost its place.
fn preempted(world: &World, by: Action, gains: Option<WorkloadId>) -> Reason {
    let gainer = gains.and_then(|id| world.workloads.get(&id));
    let how = match by {
        Action::Allocate | Action::Reclaim => Preemption::Reclaim,
        Action::Consolidation => Preemption::Consolidation,
        Action::Preempt => Preemption::Priority,
        Action::StaleGangEviction => Preemption::StaleGang,
    };
    let by = gainer.map(|workload| workload.name.to_string()).unwrap_or_default();
    Reason::Preempted { by, how, cycle: world.serial }
}
