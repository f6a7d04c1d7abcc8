//! What is known of how long work runs: limits, and how long work like it ran that is over.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use domain::{
    ProjectId, Timestamp, WorkloadId,
    verdict::{Basis, Estimate},
};
use serde::{Deserialize, Serialize};

/// Fewer finished workloads are nothing to judge by.
pub(crate) const SAMPLES_MIN: usize = 8;

/// A workload that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// What it was made from.
    pub template: Option<String>,
    pub project: ProjectId,
    /// Seconds that it ran.
    pub secs: i64,
}

/// How long finished work ran, by what is like it.
#[derive(Clone, Debug, Default)]
pub struct History {
    by_template: HashMap<String, Vec<i64>>,
    by_project: HashMap<ProjectId, Vec<i64>>,
    all: Vec<i64>,
}

/// What is known of the workloads of a snapshot.
#[derive(Clone, Debug, Default)]
pub struct Foresight {
    /// Seconds that work like it ran, sorted.
    pub likely: BTreeMap<WorkloadId, Arc<[i64]>>,
    /// When it is ended at the latest.
    pub limits: BTreeMap<WorkloadId, Timestamp>,
    /// Finished workloads that this was learned from.
    pub samples: usize,
    /// How earlier estimates came true.
    pub calibration: Calibration,
}

/// How much longer than the futures say it takes: they know nothing of submissions that come later and go
/// first. It is learned from what came true, so that half start before their p50 and nine of ten before
/// their p90 whatever the cluster is like.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    pub(crate) half: f64,
    pub(crate) most: f64,
}

/// How much one workload teaches.
const LESSON: f64 = 0.05;
/// Factors stay within these bounds.
const FACTORS: (f64, f64) = (0.1, 20.0);

impl Default for Calibration {
    fn default() -> Self {
        Self { half: 1.0, most: 1.0 }
    }
}

impl Calibration {
    /// Something started for which this had been said.
    pub fn learn(&mut self, said: &Estimate, started: Timestamp) {
        let learn = |factor: &mut f64, said: Option<Timestamp>, part: f64| {
            let Some(said) = said else { return };
            let step = if started > said { part } else { part - 1.0 };
            *factor = (*factor * (1.0 + LESSON * step)).clamp(FACTORS.0, FACTORS.1);
        };
        if said.basis == Basis::History {
            learn(&mut self.half, said.p50, 0.5);
            learn(&mut self.most, said.p90, 0.9);
        }
    }
}

impl History {
    pub fn of(finished: impl IntoIterator<Item = Finished>) -> Self {
        let mut history = Self::default();
        for one in finished {
            if let Some(template) = one.template {
                history.by_template.entry(template).or_default().push(one.secs);
            }
            history.by_project.entry(one.project).or_default().push(one.secs);
            history.all.push(one.secs);
        }
        let lists = history.by_template.values_mut().chain(history.by_project.values_mut());
        lists.chain([&mut history.all]).for_each(|list| list.sort_unstable());
        history
    }

    /// What is known of these workloads, each with its template and project: the same template, else
    /// the same project, else everybody, whatever has enough samples.
    pub fn foresee<'a>(
        &self,
        workloads: impl IntoIterator<Item = (WorkloadId, Option<&'a str>, ProjectId)>,
    ) -> Foresight {
        let mut foresight = Foresight { samples: self.all.len(), ..Foresight::default() };
        let enough = |list: &&Vec<i64>| list.len() >= SAMPLES_MIN;
        // Lists are shared: there are as many as there are templates and projects.
        let mut kept: HashMap<*const Vec<i64>, Arc<[i64]>> = HashMap::new();
        for (id, template, project) in workloads {
            let same = template.and_then(|name| self.by_template.get(name)).filter(enough);
            let own = || self.by_project.get(&project).filter(enough);
            let Some(list) = same.or_else(own).or_else(|| Some(&self.all).filter(enough)) else {
                continue;
            };
            let list =
                kept.entry(std::ptr::from_ref(list)).or_insert_with(|| list.as_slice().into());
            foresight.likely.insert(id, list.clone());
        }
        foresight
    }
}

impl Foresight {
    /// What is known of the end of a workload that has run so long by `now`.
    pub(crate) fn end_of(&self, id: WorkloadId, age: i64, now: i64) -> End<'_> {
        let longer =
            self.likely.get(&id).map(|all| &all[all.partition_point(|secs| *secs <= age)..]);
        let limit = self.limits.get(&id).map(|limit| (limit.as_second() - now).max(0));
        End { age, longer, limit }
    }
}

/// When a workload may end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End<'a> {
    age: i64,
    /// How long those ran that ran longer than it has by now.
    longer: Option<&'a [i64]>,
    /// Seconds until it is ended.
    limit: Option<i64>,
}

impl End<'_> {
    /// Seconds until it ends, as a number that was rolled decides; `None` where nothing is known.
    pub fn in_secs(&self, rolled: u64) -> Option<i64> {
        let likely = self.longer.map(|longer| match longer.len() {
            // It has outlived all that is known.
            0 => 1 + (rolled % (self.age as u64 + 1)) as i64,
            count => longer[(rolled % count as u64) as usize] - self.age,
        });
        match (likely, self.limit) {
            (Some(likely), Some(limit)) => Some(likely.min(limit)),
            (likely, limit) => likely.or(limit),
        }
    }
}
