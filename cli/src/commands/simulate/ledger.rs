//! The books of a run through time: who waited, ran and ended when, and what was held.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    scenario::Scenario,
    workloads::{State, Workload},
};

const SECONDS_PER_HOUR: f64 = 3600.0;

/// What is printed.
#[derive(Debug, Serialize)]
pub(super) struct Timed {
    pub report: TimedReport,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TimedReport {
    pub until: i64,
    pub cycles: u64,
    pub finished: usize,
    pub running: usize,
    pub waiting: usize,
    pub wait_seconds: Waits,
    /// GPU time held, of what ready nodes offered.
    pub gpu_utilisation: f64,
    pub projects: BTreeMap<String, ProjectTimes>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workloads: Option<BTreeMap<String, WorkloadTimes>>,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Waits {
    pub mean: f64,
    pub p50: i64,
    pub p90: i64,
    pub p95: i64,
    pub max: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProjectTimes {
    pub wait_seconds: Waits,
    pub gpu_hours: f64,
    pub over_quota_gpu_hours: f64,
    /// What was fair: the fair share, which is never more than what was asked for, through time.
    pub fair_gpu_hours: f64,
    /// What it held of what was fair: 1 is its due, less is too little. Nothing where it was due nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fairness: Option<f64>,
    pub evictions: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct WorkloadTimes {
    pub arrived: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished: Option<i64>,
    /// Seconds that it existed without enough pods.
    pub waited: i64,
    pub evictions: u64,
}

/// One workload's page.
#[derive(Clone, Debug)]
struct Page {
    project: usize,
    arrives: i64,
    runs_for: Option<i64>,
    resumes: bool,
    has_arrived: bool,
    first_start: Option<i64>,
    /// Since when enough of its pods run.
    running_since: Option<i64>,
    /// Seconds that count towards its end, from runs before this one.
    progress: i64,
    finished: Option<i64>,
    waited: i64,
    evictions: u64,
    gpus: f64,
}

pub(super) struct Ledger {
    pages: Vec<Page>,
    /// Arrivals to come, and ends: second and workload.
    arrivals: BTreeSet<(i64, usize)>,
    ends: BTreeSet<(i64, usize)>,
    now: i64,
    /// Promised and held, by project.
    deserved: Vec<Option<f64>>,
    held: Vec<f64>,
    /// The fair share since the last cycle, by project.
    fair: Vec<f64>,
    fair_secs: Vec<f64>,
    gpu_secs: Vec<f64>,
    over_quota_secs: Vec<f64>,
    evictions: Vec<u64>,
}

impl Ledger {
    pub fn of(scenario: &Scenario) -> Self {
        let page = |workload: &Workload| Page {
            project: workload.project,
            arrives: workload.arrives,
            runs_for: workload.runs_for,
            resumes: workload.resumes,
            has_arrived: workload.arrives == 0,
            first_start: None,
            running_since: None,
            progress: 0,
            finished: None,
            waited: 0,
            evictions: 0,
            gpus: 0.0,
        };
        let later = scenario.workloads.iter().enumerate().filter(|(_, w)| w.arrives > 0);
        let projects = &scenario.organisation.projects;
        let deserved = |project: &domain::org::Project| {
            let amounts = project.quotas.values().map(|quota| quota.gpu.deserved);
            amounts.map(|gpus| gpus.map(domain::Gpus::as_f64)).sum::<Option<f64>>()
        };
        Self {
            pages: scenario.workloads.iter().map(page).collect(),
            arrivals: later.map(|(at, workload)| (workload.arrives, at)).collect(),
            ends: BTreeSet::new(),
            now: 0,
            deserved: projects.iter().map(deserved).collect(),
            held: vec![0.0; projects.len()],
            fair: vec![0.0; projects.len()],
            fair_secs: vec![0.0; projects.len()],
            gpu_secs: vec![0.0; projects.len()],
            over_quota_secs: vec![0.0; projects.len()],
            evictions: vec![0; projects.len()],
        }
    }

    pub fn is_there(&self, at: usize) -> bool {
        self.pages[at].has_arrived && self.pages[at].finished.is_none()
    }

    pub fn next_arrival(&self) -> Option<i64> {
        self.arrivals.first().map(|(second, _)| *second)
    }

    pub fn next_end(&self) -> Option<i64> {
        self.ends.first().map(|(second, _)| *second)
    }

    /// Time passes, in which everybody goes on as before.
    pub fn pass(&mut self, until: i64) {
        let secs = until - self.now;
        if secs <= 0 {
            return;
        }
        for project in 0..self.held.len() {
            let held = self.held[project];
            let over = self.deserved[project].map_or(0.0, |of| (held - of).max(0.0));
            self.gpu_secs[project] += held * secs as f64;
            self.fair_secs[project] += self.fair[project] * secs as f64;
            self.over_quota_secs[project] += over * secs as f64;
        }
        for page in &mut self.pages {
            if page.has_arrived && page.finished.is_none() && page.running_since.is_none() {
                page.waited += secs;
            }
        }
        self.now = until;
    }

    pub fn arrive(&mut self, second: i64) {
        while let Some((arrives, at)) = self.arrivals.first().copied().filter(|(s, _)| *s <= second)
        {
            self.arrivals.remove(&(arrives, at));
            self.pages[at].has_arrived = true;
        }
    }

    /// The workloads that end now.
    pub fn due(&self, second: i64) -> Vec<usize> {
        let due = self.ends.iter().take_while(|(end, _)| *end <= second);
        due.map(|(_, at)| *at).collect()
    }

    pub fn finish(&mut self, at: usize, second: i64) {
        self.ends.retain(|(_, own)| *own != at);
        let page = &mut self.pages[at];
        page.finished = Some(second);
        page.running_since = None;
        self.held[page.project] -= page.gpus;
        page.gpus = 0.0;
    }

    pub fn evicted(&mut self, at: usize) {
        let page = &mut self.pages[at];
        page.evictions += 1;
        self.evictions[page.project] += 1;
    }

    /// What a cycle found to be fair, by project, all pools together.
    pub fn be_fair(&mut self, shares: impl Iterator<Item = (usize, f64)>) {
        self.fair.iter_mut().for_each(|fair| *fair = 0.0);
        shares.for_each(|(project, gpus)| self.fair[project] += gpus);
    }

    /// Who holds what after a cycle, and who has enough pods.
    pub fn hold(&mut self, second: i64, held: BTreeMap<usize, f64>, workloads: &[Workload]) {
        self.held.iter_mut().for_each(|held| *held = 0.0);
        for (at, workload) in workloads.iter().enumerate() {
            if !self.is_there(at) {
                continue;
            }
            let running = workload.pods.iter().filter(|pod| pod.state == State::Running).count();
            let page = &mut self.pages[at];
            page.gpus = held.get(&at).copied().unwrap_or_default();
            self.held[page.project] += page.gpus;
            let runs = running > 0 && running >= workload.min_pods as usize;
            match (page.running_since, runs) {
                (None, true) => {
                    page.running_since = Some(second);
                    page.first_start.get_or_insert(second);
                    if let Some(secs) = page.runs_for {
                        self.ends.insert((second + (secs - page.progress).max(0), at));
                    }
                }
                (Some(since), false) => {
                    page.running_since = None;
                    page.progress = if page.resumes { page.progress + second - since } else { 0 };
                    self.ends.retain(|(_, own)| *own != at);
                }
                (Some(_), true) | (None, false) => {}
            }
        }
    }

    pub fn report(self, scenario: &Scenario, until: i64, cycles: u64, summary: bool) -> Timed {
        let there: Vec<_> = self.pages.iter().filter(|page| page.has_arrived).collect();
        let finished = there.iter().filter(|page| page.finished.is_some()).count();
        let running = there.iter().filter(|page| page.running_since.is_some()).count();
        let ready = scenario.nodes.iter().filter(|node| node.is_ready());
        let offered = ready.map(|node| node.gpus.len()).sum::<usize>() as f64 * until as f64;
        let held: f64 = self.gpu_secs.iter().sum();
        let names = scenario.organisation.project_names.iter().enumerate();
        let projects = names.map(|(at, name)| {
            let own = there.iter().filter(|page| page.project == at).map(|page| page.waited);
            let times = ProjectTimes {
                wait_seconds: waits(own.collect()),
                gpu_hours: self.gpu_secs[at] / SECONDS_PER_HOUR,
                over_quota_gpu_hours: self.over_quota_secs[at] / SECONDS_PER_HOUR,
                fair_gpu_hours: self.fair_secs[at] / SECONDS_PER_HOUR,
                fairness: (self.fair_secs[at] > 0.0)
                    .then(|| self.gpu_secs[at] / self.fair_secs[at]),
                evictions: self.evictions[at],
            };
            (name.clone(), times)
        });
        let report = TimedReport {
            until,
            cycles,
            finished,
            running,
            waiting: there.len() - finished - running,
            wait_seconds: waits(there.iter().map(|page| page.waited).collect()),
            gpu_utilisation: if offered > 0.0 { held / offered } else { 0.0 },
            projects: projects.collect(),
            workloads: (!summary).then(|| self.workload_times(scenario)),
        };
        Timed { report }
    }

    fn workload_times(&self, scenario: &Scenario) -> BTreeMap<String, WorkloadTimes> {
        let pages = scenario.workloads.iter().zip(&self.pages);
        let times = pages.filter(|(_, page)| page.has_arrived).map(|(workload, page)| {
            let times = WorkloadTimes {
                arrived: page.arrives,
                started: page.first_start,
                finished: page.finished,
                waited: page.waited,
                evictions: page.evictions,
            };
            (workload.id.clone(), times)
        });
        times.collect()
    }
}

fn waits(mut secs: Vec<i64>) -> Waits {
    secs.sort_unstable();
    let Some(max) = secs.last().copied() else { return Waits::default() };
    let part = |part: usize| secs[(secs.len() * part).div_ceil(100).saturating_sub(1)];
    let mean = secs.iter().map(|secs| *secs as f64).sum::<f64>() / secs.len() as f64;
    Waits { mean, p50: part(50), p90: part(90), p95: part(95), max }
}
