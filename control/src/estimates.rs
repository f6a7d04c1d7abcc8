//! What was said of those who wait, and what came true (`why.md` §4): learned from, so that the next estimates are
//! better, and kept, so that administrators see how far to trust them.

use std::{collections::BTreeMap, sync::MutexGuard};

use domain::{
    ProjectId, Timestamp, WorkloadId,
    access::{Action, Actor, Resource},
    verdict::{Estimate, Met},
    workload::{Phase, Workload},
};
use scheduler::Calibration;
use serde::{Deserialize, Serialize};
use store::Store;

use crate::{ControlPlane, Inner, Result, World};

/// The name under which is kept what was learned.
const LEARNED: &str = "estimates";
/// What the names begin with under which is kept what was said first of those who wait.
const SAID: &str = "estimate/";
/// The same for what came true.
const CAME_TRUE: &str = "came-true/";
/// Estimates that are kept after they came true.
const KEPT_MAX: usize = 500;

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
        let Some(met) = said.met(started) else { return };
        self.count += 1;
        self.before_half += u64::from(met == Met::Half);
        self.before_most += u64::from(met != Met::Neither);
    }
}

/// An estimate, and what came true.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CameTrue {
    pub workload: WorkloadId,
    /// As it was called then: it may be gone.
    pub name: String,
    pub project: ProjectId,
    /// The first that was said after the submission.
    #[serde(flatten)]
    pub first: First,
    pub started: Timestamp,
}

/// What is learned from: it is kept until it has come true, or not.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct First {
    /// When it was said.
    pub at: Timestamp,
    #[serde(flatten)]
    pub said: Estimate,
}

/// What was said of those who wait, and how earlier estimates came true.
#[derive(Debug, Default)]
pub(crate) struct Estimates {
    learned: Learned,
    said: BTreeMap<WorkloadId, Said>,
    /// By the name under which each is kept, in the order of the starts.
    came_true: BTreeMap<String, CameTrue>,
    /// What is to be written down, by name; `None` goes.
    unwritten: BTreeMap<String, Option<String>>,
}

#[derive(Debug)]
struct Said {
    first: First,
    last: Timestamp,
}

impl ControlPlane {
    /// How estimates came true, and the last of them, the newest first: for administrators.
    ///
    /// # Errors
    ///
    /// Nobody else is told.
    pub fn learned(&self, actor: &Actor) -> Result<(Learned, Vec<CameTrue>)> {
        actor.may(Action::Update, Resource::Settings)?;
        let estimates = self.inner.estimated();
        Ok((estimates.learned, estimates.came_true.values().rev().cloned().collect()))
    }

    /// Writes down what was said and learned since. Where that fails, the next turn writes it too.
    pub(crate) async fn write_estimates(&self) {
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
}

impl Estimates {
    /// With what was said and learned before, as it was kept. What cannot be read is passed over.
    pub async fn load(store: &Store) -> Result<Self> {
        let learned = store.meta(LEARNED).await?;
        let learned = learned.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let said = store.metas(SAID).await?.into_iter().filter_map(|(id, text)| {
            let first: First = serde_json::from_str(&text).ok()?;
            // It is said anew at once.
            Some((id.parse().ok()?, Said { first, last: Timestamp::MIN }))
        });
        let came_true = store.metas(CAME_TRUE).await?.into_iter();
        let came_true = came_true
            .filter_map(|(rest, text)| Some((rest, serde_json::from_str(&text).ok()?)))
            .collect();
        Ok(Self { learned, said: said.collect(), came_true, unwritten: BTreeMap::new() })
    }

    /// Learns from those who started, and forgets those who do not wait any more.
    pub fn settle(&mut self, world: &World) {
        let before = self.learned;
        let is_over = |id: &WorkloadId, _: &mut Said| {
            !world.workloads.get(id).is_some_and(|workload| waits(workload))
        };
        let over: Vec<_> = self.said.extract_if(.., is_over).collect();
        for (id, Said { first, .. }) in over {
            if let Some(workload) = world.workloads.get(&id) {
                self.compare(workload, first);
            }
            self.unwritten.insert(format!("{SAID}{id}"), None);
        }
        if self.learned != before {
            let text = serde_json::to_string(&self.learned).ok();
            self.unwritten.extend(text.map(|text| (LEARNED.to_owned(), Some(text))));
        }
    }

    /// What was said of a workload, beside what came true, if it has started.
    fn compare(&mut self, workload: &Workload, first: First) {
        let Some(started) = workload.placed.map(|placed| placed.at) else { return };
        if started < first.at {
            return;
        }
        self.learned.learn(&first.said, started);
        let (name, project) = (workload.name.to_string(), workload.project);
        let came_true = CameTrue { workload: workload.id, name, project, first, started };
        let Ok(text) = serde_json::to_string(&came_true) else { return };
        // Seconds of so many digits sort as numbers do.
        let name = format!("{:012}/{}", started.as_second(), workload.id);
        self.unwritten.insert(format!("{CAME_TRUE}{name}"), Some(text));
        self.came_true.insert(name, came_true);
        while self.came_true.len() > KEPT_MAX
            && let Some((oldest, _)) = self.came_true.pop_first()
        {
            self.unwritten.insert(format!("{CAME_TRUE}{oldest}"), None);
        }
    }

    /// Whether nothing was said of a workload since then.
    pub fn is_silent_on(&self, id: WorkloadId, since: i64) -> bool {
        self.said.get(&id).is_none_or(|said| said.last.as_second() <= since)
    }

    /// Keeps what was said.
    pub fn note(&mut self, said: &[(WorkloadId, Estimate)], now: Timestamp) {
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
    pub(crate) fn estimated(&self) -> MutexGuard<'_, Estimates> {
        self.estimates.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// How earlier estimates came true.
    pub fn calibration(&self) -> Calibration {
        self.estimated().learned.calibration
    }
}

/// Whether it is of those who are told when they will start.
pub(crate) fn waits(workload: &Workload) -> bool {
    matches!(workload.phase, Phase::Pending { .. }) && !workload.is_deleted()
}
