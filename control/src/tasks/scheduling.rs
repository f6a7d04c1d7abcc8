//! Scheduling: reads a snapshot of each cluster, lets the scheduler decide, and takes its decisions
//! over, all in one change, so that nothing can come between look and act.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, MutexGuard,
        atomic::{AtomicU64, Ordering},
    },
};

use domain::{
    Reason, Timestamp, WorkloadId,
    reason::Preemption,
    workload::{Placed, Workload},
};
use scheduler::{Action, Cut, Decision};
use store::Change;
use tracing::warn;

use crate::{
    ControlPlane, Inner, Result, World,
    changes::changed,
    cycles::{Bases, Told, write},
};

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
        let (count, bases) = self
            .change(move |world, now| {
                let (mut changes, mut bases, mut number) = (vec![], vec![], world.last_cycle);
                for cluster in world.clusters.values() {
                    let reading = control.reading(world, cluster, now);
                    let decided = reading.scheduler.decide();
                    control.inner.cycles.count(decided.cut);
                    let (own, carried_out) =
                        taken_over(world, &decided.decisions, now, (number + 1).unsigned_abs());
                    if own.is_empty() {
                        continue;
                    }
                    number += 1;
                    changes.extend(own);
                    let told = Told {
                        number,
                        cluster: cluster.id,
                        now,
                        snapshot: reading.scheduler.snapshot(),
                        decisions: &decided.decisions,
                        carried_out,
                        cut: decided.cut,
                    };
                    let last = control.inner.bases().get(&cluster.id).cloned();
                    if let Some((kept, base)) = write(told, last.as_deref()) {
                        changes.push(Change::Cycle(Box::new(kept)));
                        bases.push((cluster.id, Arc::new(base)));
                    }
                }
                let count = changes.len() - bases.len();
                Ok((changes, (count, bases)))
            })
            .await?;
        // Only what is stored can be built on.
        self.inner.bases().extend(bases);
        Ok(count)
    }
}

impl Inner {
    fn bases(&self) -> MutexGuard<'_, Bases> {
        self.bases.lock().unwrap_or_else(|e| e.into_inner())
    }
}

/// The changes that decisions mean, with these decisions; none for those that say what is known already.
fn taken_over(
    world: &World,
    decisions: &[Decision],
    now: Timestamp,
    cycle: u64,
) -> (Vec<Change>, Vec<Decision>) {
    let evicted: BTreeSet<_> = decisions
        .iter()
        .filter(|decision| matches!(decision, Decision::Evict { .. }))
        .map(Decision::workload)
        .collect();
    let change = |decision: &Decision| {
        let id = decision.workload();
        let old: &Arc<Workload> = world.workloads.get(&id)?;
        let mut new = (**old).clone();
        let done = match decision {
            // What was placed and taken back in one cycle was never placed.
            Decision::Bind { .. } if evicted.contains(&id) => return None,
            Decision::Bind { placement, .. } => {
                new.placed = Some(Placed { cycle, at: now });
                new.place(placement.clone(), now)
            }
            Decision::Evict { .. } if old.is_waiting() => return None,
            Decision::Evict { by, gains, .. } => {
                new.evict(preempted(world, *by, *gains, cycle), now)
            }
            // It says where, not when; the reason to wait is another decision.
            Decision::Pipeline { .. } => return None,
            Decision::Wait { reasons, .. } if old.phase.reasons() == reasons => return None,
            Decision::Wait { reasons, .. } => new.wait(reasons.clone(), now),
        };
        // A phase that knows no such change has changed since the snapshot; the next cycle sees it.
        done.ok()?;
        new.decided_in = Some(cycle);
        Some((changed(new), decision.clone()))
    };
    decisions.iter().filter_map(change).unzip()
}

/// Why a workload lost its place, and to whom; readers are told of them what they may see (`crate::privacy`).
fn preempted(world: &World, by: Action, gains: Option<WorkloadId>, cycle: u64) -> Reason {
    let how = match by {
        Action::Allocate | Action::Reclaim => Preemption::Reclaim,
        Action::Consolidation => Preemption::Consolidation,
        Action::Preempt => Preemption::Priority,
        Action::StaleGangEviction => Preemption::StaleGang,
    };
    Reason::Preempted { by: gains.map(|id| world.other(id)), how, cycle }
}
