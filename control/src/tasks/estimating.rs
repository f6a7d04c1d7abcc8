//! When those who wait will start, worked out beside the cycles; and what became of it, so that the next
//! estimates are better.

use std::{
    collections::BTreeMap,
    sync::{Arc, MutexGuard},
};

use domain::{
    Timestamp, WorkloadId,
    access::{Action, Actor, Resource},
    verdict::Estimate,
    workload::{Phase, Workload},
};
use scheduler::Calibration;
use serde::{Deserialize, Serialize};
use store::Store;

use crate::{ControlPlane, Inner, Result, World};

/// Estimates that are worked out in one turn: each takes up to a tenth of a second.
const AT_ONCE: usize = 4;
/// Seconds that an estimate is good for.
const GOOD_FOR_SECS: i64 = 60;

/// The name under which is kept what was learned.
const LEARNED: &str = "estimates";
/// What the names begin with under which is kept what was said first of those who wait.
const SAID: &str = "estimate/";

/// How estimates came true, and what was learned from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Learned {
    calibration: Calibration,
    /// Workloads that started, of which it had been said when.
    pub count: u64,
    /// Those of them that started before their p50, and before their p90.
    pub before_half: u64,
    pub before_most: u64,
}

impl Learned {
    fn learn(&mut self, said: &Estimate, started: Timestamp) {
        self.calibration.learn(said, started);
        let (Some(half), Some(most)) = (said.p50, said.p90) else { return };
        self.count += 1;
        self.before_half += u64::from(started <= half);
        self.before_most += u64::from(started <= most);
    }
}

/// What was said of those who wait, and how earlier estimates came true.
#[derive(Debug, Default)]
pub(crate) struct Estimates {
    learned: Learned,
    said: BTreeMap<WorkloadId, Said>,
    /// What is to be written down, by name; `None` goes.
    unwritten: BTreeMap<String, Option<String>>,
}

#[derive(Debug)]
struct Said {
    first: First,
    last: Timestamp,
}

/// What is learned from: it is kept until it has come true, or not.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct First {
    at: Timestamp,
    #[serde(flatten)]
    said: Estimate,
}

impl ControlPlane {
    /// Says of a few who wait when they will start, and learns from those who started.
    pub(crate) async fn estimate_once(&self) {
        let world = self.world();
        let wanted = self.inner.estimated().turn(&world, self.now());
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

    /// How estimates came true, for administrators.
    pub fn learned(&self, actor: &Actor) -> Result<Learned> {
        actor.may(Action::Update, Resource::Settings)?;
        Ok(self.inner.estimated().learned)
    }

    /// Writes down what was said and learned since. Where that fails, the next turn writes it too.
    async fn write_estimates(&self) {
        let values = std::mem::take(&mut self.inner.estimated().unwritten);
        if values.is_empty() {
            return;
        }
        let values: Vec<_> = values.into_iter().collect();
        if let Err(error) = self.inner.store.set_metas(&values).await {
            tracing::warn!("could not keep what was said of those who wait: {error}");
            let mut estimates = self.inner.estimated();
            for (name, value) in values {
                // What has been said meanwhile is newer.
                estimates.unwritten.entry(name).or_insert(value);
            }
        }
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
    /// With what was said and learned before, as it was kept.
    pub async fn load(store: &Store) -> Result<Self> {
        let learned = store.meta(LEARNED).await?;
        let learned = learned.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let said = store.metas(SAID).await?.into_iter().filter_map(|(id, text)| {
            let first: First = serde_json::from_str(&text).ok()?;
            // It is said anew at once.
            Some((id.parse().ok()?, Said { first, last: Timestamp::MIN }))
        });
        Ok(Self { learned, said: said.collect(), unwritten: BTreeMap::new() })
    }

    /// Learns from those who started, forgets those who do not wait any more, and says of whom something
    /// is to be said anew.
    fn turn(&mut self, world: &World, now: Timestamp) -> Vec<Arc<Workload>> {
        let before = self.learned;
        let is_over = |id: &WorkloadId, _: &mut Said| {
            !world.workloads.get(id).is_some_and(|workload| waits(workload))
        };
        for (id, said) in self.said.extract_if(.., is_over) {
            let placed = world.workloads.get(&id).and_then(|workload| workload.placed);
            if let Some(placed) = placed.filter(|placed| placed.at >= said.first.at) {
                self.learned.learn(&said.first.said, placed.at);
            }
            self.unwritten.insert(format!("{SAID}{id}"), None);
        }
        if self.learned != before {
            let text = serde_json::to_string(&self.learned).ok();
            self.unwritten.extend(text.map(|text| (LEARNED.to_owned(), Some(text))));
        }
        let is_old = |said: &Said| now.as_second() - said.last.as_second() >= GOOD_FOR_SECS;
        let wanted = |w: &&Arc<Workload>| waits(w) && self.said.get(&w.id).is_none_or(is_old);
        world.live().filter(wanted).take(AT_ONCE).cloned().collect()
    }

    fn note(&mut self, said: &[(WorkloadId, Estimate)], now: Timestamp) {
        for (id, estimate) in said {
            let first = First { at: now, said: *estimate };
            if !self.said.contains_key(id) {
                let text = serde_json::to_string(&first).ok();
                self.unwritten.extend(text.map(|text| (format!("{SAID}{id}"), Some(text))));
            }
            self.said.entry(*id).or_insert(Said { first, last: now }).last = now;
        }
    }
}

impl Inner {
    fn estimated(&self) -> MutexGuard<'_, Estimates> {
        self.estimates.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// How earlier estimates came true.
    pub fn calibration(&self) -> Calibration {
        self.estimated().learned.calibration
    }
}

fn waits(workload: &Workload) -> bool {
    matches!(workload.phase, Phase::Pending { .. }) && !workload.is_deleted()
}
