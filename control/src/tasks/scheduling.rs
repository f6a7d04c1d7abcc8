//! Scheduling: reads a snapshot of each cluster, lets the scheduler decide, and takes its decisions over in one
//! change. It decides beside whoever else changes something; where the world has moved on meanwhile, it decides anew,
//! so that nothing comes between look and act.

use std::sync::{
    Arc, MutexGuard,
    atomic::{AtomicU64, Ordering},
};

use domain::{ClusterId, Timestamp};
use scheduler::Cut;
use store::{Change, CycleSize};
use tracing::warn;

use crate::{
    ControlPlane, Error, Inner, Result, World,
    cycles::{Base, Bases, Told, write},
    handing,
    tasks::deciding::taken_over,
};

/// How often a cycle is decided beside other changes, before they have to wait for it.
const BESIDE: usize = 2;
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
        let read = move || control.reading(&world, &cluster, now).scheduler.read_for_questions();
        // Whoever asks finds out by themselves.
        let _ = tokio::task::spawn_blocking(read).await;
    }

    /// One cycle for every cluster. Returns how many workloads changed.
    pub async fn schedule_once(&self) -> Result<usize> {
        if !self.world().live().any(|w| w.is_waiting()) {
            return Ok(0);
        }
        for _ in 0..BESIDE {
            let (control, world, now) = (self.clone(), self.world(), self.now());
            let turn = tokio::task::spawn_blocking(move || control.decide_turn(&world, now)).await;
            let turn = turn.map_err(|_| Error::Internal { what: "decide a cycle" })?;
            let taken = self.change(move |world, _| Ok(turn.on(world))).await?;
            if let Some(taken) = taken {
                return Ok(self.keep(taken));
            }
        }
        // The world does not stand still long enough: it is made to.
        let control = self.clone();
        let taken = self.change(move |world, now| Ok(control.decide_turn(world, now).on(world)));
        Ok(taken.await?.map_or(0, |taken| self.keep(taken)))
    }

    /// Decides a cycle for every cluster, and writes it down.
    fn decide_turn(&self, world: &World, now: Timestamp) -> Turn {
        let mut turn = Turn { serial: world.serial, changes: vec![], taken: Taken::default() };
        let mut number = world.last_cycle;
        for cluster in world.clusters.values() {
            if let Some(scheduler) = &cluster.scheduler {
                let handed = handing::hand_over(world, cluster.id, scheduler, now);
                turn.taken.count += handed.len();
                turn.changes.extend(handed);
                continue;
            }
            let reading = self.reading(world, cluster, now);
            let decided = reading.scheduler.decide_at(now);
            turn.taken.cuts.push(decided.cut);
            let next = (number + 1).unsigned_abs();
            let (own, carried_out) = taken_over(world, &decided.decisions, now, next);
            if own.is_empty() {
                continue;
            }
            number += 1;
            turn.taken.count += own.len();
            turn.changes.extend(own);
            let told = Told {
                number,
                cluster: cluster.id,
                now,
                snapshot: reading.scheduler.snapshot(),
                decisions: &decided.decisions,
                carried_out,
                cut: decided.cut,
            };
            let last = self.inner.bases().get(&cluster.id).cloned();
            if let Some((kept, base)) = write(told, last.as_deref()) {
                turn.taken.kept.push((kept.cluster, kept.size(), Arc::new(base)));
                turn.changes.push(Change::Cycle(Box::new(kept)));
            }
        }
        turn
    }

    /// Only what is stored can be built on.
    fn keep(&self, taken: Taken) -> usize {
        taken.cuts.into_iter().for_each(|cut| self.inner.cycles.count(cut));
        for (cluster, size, base) in taken.kept {
            self.inner.bases().insert(cluster, base);
            if let Some(ledger) = self.inner.ledgers().get_mut(&cluster) {
                ledger.add(size);
            }
        }
        taken.count
    }
}

/// What a turn decided on one world.
struct Turn {
    serial: u64,
    changes: Vec<Change>,
    taken: Taken,
}

/// What a turn came to, once it is stored.
#[derive(Default)]
struct Taken {
    /// Workloads that changed.
    count: usize,
    cuts: Vec<Cut>,
    kept: Vec<(ClusterId, CycleSize, Arc<Base>)>,
}

impl Turn {
    /// What is to be changed; nothing where the world has moved on since it was decided.
    fn on(self, world: &World) -> (Vec<Change>, Option<Taken>) {
        match world.serial == self.serial {
            true => (self.changes, Some(self.taken)),
            false => (vec![], None),
        }
    }
}

impl Inner {
    fn bases(&self) -> MutexGuard<'_, Bases> {
        self.bases.lock().unwrap_or_else(|e| e.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cycle_that_was_cut_is_counted_with_its_searches() {
        let cycles = Cycles::default();
        cycles.count(Cut::default());
        cycles.count(Cut { searches: 3, only_allocated: false });
        cycles.count(Cut { searches: 0, only_allocated: true });
        assert_eq!((cycles.run(), cycles.cut(), cycles.searches_cut()), (3, 2, 3));
    }
}
