//! Runs a scenario cycle by cycle. After each cycle the outside world completes it: what was bound
//! runs, what was ended is gone and waits anew, a reservation is forgotten.

use std::{collections::BTreeMap, time::Instant};

use domain::{Timestamp, WorkloadId, reason::ScopeKind};
use scheduler::{Decision, Foresight, Report, Scheduler};

use super::{
    report::{
        AmountsSeen, Counts, CyclePlayed, Decided, Detail, NodeSeen, Played, PodSeen, ReasonSeen,
        ScopeSeen, Timing, WorkloadSeen,
    },
    scenario::{Scenario, at},
    snapshot::{Ids, snapshot},
    workloads::{State, Workload},
};

/// Workloads of which it is said when they will start.
const ESTIMATES_MAX: usize = 20;

/// Runs so many cycles.
pub(super) fn run(scenario: &Scenario, cycles: u64, summary: bool) -> Played {
    let mut play = Play::of(scenario);
    let mut played = Played { id: scenario.id.clone(), cycles: vec![] };
    for cycle in 1..=cycles {
        let second = (cycle as i64 - 1).saturating_mul(scenario.options.period);
        played.cycles.push(play.cycle(cycle, second, summary));
        play.complete(at(second));
    }
    played
}

/// A scenario in motion.
pub(super) struct Play<'a> {
    scenario: &'a Scenario,
    pub ids: Ids,
    pub workloads: Vec<Workload>,
    /// By workload and pod: by which action it was evicted in this cycle, and for whom.
    evicted: BTreeMap<(usize, usize), (&'static str, Option<String>)>,
}

impl<'a> Play<'a> {
    pub fn of(scenario: &'a Scenario) -> Self {
        let workloads = scenario.workloads.clone();
        let ids = Ids::of(&workloads);
        Self { scenario, ids, workloads, evicted: BTreeMap::new() }
    }

    /// What the scheduler decides now, taken over.
    pub fn decide(
        &mut self,
        cycle: u64,
        now: Timestamp,
        with_reasons: bool,
        is_there: impl Fn(usize) -> bool,
    ) -> (Report, Timing, BTreeMap<usize, i64>) {
        self.note_stale_gangs(now);
        let begin = Instant::now();
        let snapshot = snapshot(self.scenario, &self.workloads, &self.ids, now, cycle, is_there);
        let scheduler = Scheduler::new(snapshot);
        let read = begin.elapsed();
        let begin = Instant::now();
        let report = scheduler.report(with_reasons);
        let timing = Timing { snapshot: millis(read), cycle: millis(begin.elapsed()) };
        let starts = if with_reasons { self.starts(&scheduler, &report) } else { BTreeMap::new() };
        self.take_over(&report);
        (report, timing, starts)
    }

    fn cycle(&mut self, cycle: u64, second: i64, summary: bool) -> CyclePlayed {
        let (report, timing, starts) = self.decide(cycle, at(second), !summary, |_| true);
        let decisions = report.decisions.iter();
        let count = |is: fn(&Decision) -> bool| decisions.clone().filter(|d| is(d)).count();
        let counts = Counts {
            bind: count(|d| matches!(d, Decision::Bind { .. })),
            pipeline: count(|d| matches!(d, Decision::Pipeline { .. })),
            evict: count(|d| matches!(d, Decision::Evict { .. })),
        };
        let detail = (!summary).then(|| self.detail(&report, &starts));
        CyclePlayed { cycle, time: second, detail, counts, timing }
    }

    /// Since when each gang has been too small.
    fn note_stale_gangs(&mut self, now: Timestamp) {
        for workload in &mut self.workloads {
            let is_too_small = is_too_small(workload);
            match workload.stale_since {
                None if is_too_small => workload.stale_since = Some(now),
                Some(_) if !is_too_small => workload.stale_since = None,
                _ => {}
            }
        }
    }

    fn take_over(&mut self, report: &Report) {
        self.evicted.clear();
        for decision in &report.decisions {
            let Some(at) = self.ids.find(decision.workload()) else { continue };
            match decision {
                Decision::Bind { pod, placement, .. }
                | Decision::Pipeline { pod, placement, .. } => {
                    let is_bound = matches!(decision, Decision::Bind { .. });
                    let of = &mut self.workloads[at].pods[*pod];
                    of.state = if is_bound { State::Bound } else { State::Pipelined };
                    of.node = Some(placement.node.to_string());
                    of.slots = placement.gpus.iter().map(|gpu| gpu.index).collect();
                }
                Decision::Evict { pod, by, gains, .. } => {
                    let gains = gains.and_then(|id| self.ids.find(id));
                    let gains = gains.map(|at| self.workloads[at].id.clone());
                    self.workloads[at].pods[*pod].state = State::Releasing;
                    self.evicted.insert((at, *pod), (by.name(), gains));
                }
                Decision::Wait { .. } => {}
            }
        }
    }

    /// The pods that were evicted in the last cycle: workload and pod.
    pub fn evicted_pods(&self) -> Vec<(usize, usize)> {
        self.evicted.keys().copied().collect()
    }

    pub fn any_evicted(&self) -> bool {
        !self.evicted.is_empty()
    }

    /// The outside world does what was decided.
    pub fn complete(&mut self, now: Timestamp) {
        self.complete_now(now, false);
    }

    /// The same, where with `takes_time` evicted pods go on to hold what they have.
    pub fn complete_now(&mut self, now: Timestamp, takes_time: bool) {
        for workload in &mut self.workloads {
            let was_running = workload.pods.iter().any(|pod| pod.state == State::Running);
            for pod in &mut workload.pods {
                let goes = pod.state == State::Releasing && workload.terminates && !takes_time;
                if pod.state == State::Bound {
                    pod.state = State::Running;
                } else if goes || pod.state == State::Pipelined {
                    pod.state = State::Pending;
                    pod.node = None;
                    pod.slots.clear();
                }
            }
            let runs = workload.pods.iter().any(|pod| pod.state == State::Running);
            match (was_running && workload.started.is_some(), runs) {
                (_, false) => workload.started = None,
                (false, true) => workload.started = Some(now),
                (true, true) => {}
            }
        }
    }

    /// When the first of those who wait will start, by workload: known where everything that runs says how
    /// long it does.
    fn starts(&self, scheduler: &Scheduler, report: &Report) -> BTreeMap<usize, i64> {
        let mut foresight = Foresight::default();
        for (workload, id) in self.workloads.iter().zip(self.ids.all()) {
            let end = workload.started.zip(workload.runs_for);
            let end = end.map(|(started, secs)| started.as_second().saturating_add(secs));
            let end = end.and_then(|second| Timestamp::from_second(second).ok());
            foresight.limits.extend(end.map(|end| (id, end)));
        }
        let waits = |decision: &Decision| match decision {
            Decision::Wait { workload, .. } => Some(*workload),
            _ => None,
        };
        let first = report.decisions.iter().filter_map(waits).take(ESTIMATES_MAX);
        let start = |id: WorkloadId| {
            let estimate = scheduler.estimate_of(id, &foresight)?;
            let second = estimate.p50?.as_second() - at(0).as_second();
            Some((self.ids.find(id)?, second))
        };
        match foresight.limits.is_empty() {
            true => BTreeMap::new(),
            false => first.filter_map(start).collect(),
        }
    }

    fn detail(&self, report: &Report, starts: &BTreeMap<usize, i64>) -> Detail {
        Detail {
            decisions: report.decisions.iter().filter_map(|d| self.decided(report, d)).collect(),
            workloads: self.workloads_seen(report, starts),
            projects: self.scopes(report, ScopeKind::Project),
            departments: self.scopes(report, ScopeKind::Department),
            nodes: report
                .nodes
                .iter()
                .map(|node| {
                    let (idle_gpus, releasing_gpus) = (node.idle_gpus, node.releasing_gpus);
                    (node.name.to_string(), NodeSeen { idle_gpus, releasing_gpus })
                })
                .collect(),
        }
    }

    fn decided(&self, report: &Report, decision: &Decision) -> Option<Decided> {
        let at = self.ids.find(decision.workload())?;
        let workload = &self.workloads[at];
        let name = |pod: usize| format!("{}.{pod}", workload.id);
        Some(match decision {
            Decision::Bind { pod, placement, .. } | Decision::Pipeline { pod, placement, .. } => {
                let is_bound = matches!(decision, Decision::Bind { .. });
                let is_part = workload.pods[*pod].request.gpu.is_fraction();
                let devices = || placement.gpus.iter().map(|gpu| gpu.index.to_string()).collect();
                Decided {
                    decision: if is_bound { "bind" } else { "pipeline" },
                    pod: name(*pod),
                    node: placement.node.to_string(),
                    by: None,
                    gains: None,
                    devices: is_part.then(devices),
                }
            }
            Decision::Evict { pod, by, gains, .. } => {
                let gains = gains.and_then(|id| self.ids.find(id));
                let _ = report;
                Decided {
                    decision: "evict",
                    pod: name(*pod),
                    node: self.left(at, *pod),
                    by: Some(by.name()),
                    gains: gains.map(|at| self.workloads[at].id.clone()),
                    devices: None,
                }
            }
            Decision::Wait { .. } => return None,
        })
    }

    /// The node that an evicted pod leaves.
    fn left(&self, at: usize, pod: usize) -> String {
        self.workloads[at].pods[pod].node.clone().unwrap_or_default()
    }

    fn workloads_seen(
        &self,
        report: &Report,
        starts: &BTreeMap<usize, i64>,
    ) -> BTreeMap<String, WorkloadSeen> {
        let mut reasons = BTreeMap::new();
        for decision in &report.decisions {
            if let Decision::Wait { workload, reasons: found } = decision
                && let (Some(at), Some(main)) = (self.ids.find(*workload), found.first())
            {
                reasons.insert(at, main);
            }
        }
        let ids = report.held.iter().filter_map(|(id, gpus)| Some((self.ids.find(*id)?, *gpus)));
        let held: BTreeMap<usize, f64> = ids.collect();
        let mut seen = BTreeMap::new();
        for (at, workload) in self.workloads.iter().enumerate() {
            let pods = (0..workload.pods.len()).map(|pod| self.pod_seen(at, pod)).collect();
            let gpus = held.get(&at).copied().unwrap_or_default();
            let reason = reasons.get(&at).map(|reason| reason_seen(reason));
            let estimate = starts.get(&at).copied();
            let of = WorkloadSeen { state: state_of(workload), gpus, pods, reason, estimate };
            seen.insert(workload.id.clone(), of);
        }
        seen
    }

    fn pod_seen(&self, at: usize, pod: usize) -> PodSeen {
        let of = &self.workloads[at].pods[pod];
        let evicted = self.evicted.get(&(at, pod));
        let is_placed = of.node.is_some() && of.request.gpu.is_fraction();
        PodSeen {
            state: of.state.name(),
            node: of.node.clone().filter(|_| of.state != State::Pending),
            devices: is_placed.then(|| of.slots.iter().map(u32::to_string).collect()),
            evicted_by: evicted.map(|(by, _)| *by),
            evicted_for: evicted.and_then(|(_, gains)| gains.clone()),
        }
    }

    fn scopes(
        &self,
        report: &Report,
        kind: ScopeKind,
    ) -> BTreeMap<String, BTreeMap<String, ScopeSeen>> {
        let mut seen: BTreeMap<String, BTreeMap<String, ScopeSeen>> = BTreeMap::new();
        for scope in report.scopes.iter().filter(|scope| scope.scope.kind == kind) {
            let name = self.scenario.organisation.name_of(scope.id);
            let pool = self.scenario.pools.iter().position(|pool| pool.name == scope.pool);
            let (Some(name), Some(pool)) = (name, pool) else { continue };
            let amounts = |r: usize| AmountsSeen {
                fair_share: scope.fair_share[r],
                allocated: scope.allocated[r],
                allocated_non_preemptible: scope.allocated_non_preemptible[r],
                requested: scope.requested[r],
            };
            let of = ScopeSeen { gpu: amounts(0), cpu: amounts(1), memory: amounts(2) };
            let pool = self.scenario.pool_names[pool].clone();
            seen.entry(name.to_owned()).or_default().insert(pool, of);
        }
        seen
    }
}

fn millis(time: std::time::Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

/// The state of all its pods, or `mixed`.
fn state_of(workload: &Workload) -> &'static str {
    let mut states = workload.pods.iter().map(|pod| pod.state);
    let Some(first) = states.next() else { return State::Pending.name() };
    if states.all(|state| state == first) { first.name() } else { "mixed" }
}

fn is_too_small(workload: &Workload) -> bool {
    let used = |pod: &&super::workloads::Pod| {
        matches!(pod.state, State::Running | State::Bound | State::Releasing)
    };
    let done = workload.pods.iter().any(|pod| pod.state == State::Succeeded);
    let count = workload.pods.iter().filter(used).count();
    let in_group = |at: usize| workload.pods.iter().filter(used).filter(|p| p.group == at).count();
    let lacks = match workload.groups.is_empty() {
        true => count < workload.min_pods as usize,
        false => workload.groups.iter().enumerate().any(|(at, group)| {
            let is_leaf = workload.groups.iter().all(|other| other.parent != Some(at));
            let min = match group.min {
                u32::MAX => workload.pods.iter().filter(|pod| pod.group == at).count(),
                min => min as usize,
            };
            is_leaf && in_group(at) < min
        }),
    };
    !done && count > 0 && lacks
}

fn reason_seen(reason: &domain::Reason) -> ReasonSeen {
    let mut facts = serde_json::to_value(reason).unwrap_or_default();
    if let Some(facts) = facts.as_object_mut() {
        facts.remove("code");
    }
    ReasonSeen { code: reason.code(), text: reason.to_string(), facts }
}
