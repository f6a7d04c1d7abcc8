//! The scheduler, ready to answer: the snapshot is read once, and each question is tried on it and
//! undone.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use domain::{
    Reason, Timestamp, WorkloadId,
    node::Readiness,
    precedence::Precedence,
    verdict::{Estimate, Verdict},
};

use crate::{
    Decided, Decision, Foresight, Job, Probe, Report, Snapshot,
    act::Lines,
    cycle::{self, Asked, Done},
    next, report,
    state::State,
    verdict, why,
    world::{JobAt, World},
};

/// A snapshot that was read, for any number of questions.
#[derive(Debug)]
pub struct Scheduler {
    desk: Mutex<Desk>,
    /// The same cluster with nothing on it and every node ready, made when it is first asked for.
    emptied: OnceLock<Mutex<Desk>>,
    snapshot: Arc<Snapshot>,
}

/// A world and the state in which the snapshot left it.
#[derive(Debug)]
pub(crate) struct Desk {
    pub world: World,
    pub state: State,
    /// Who may have to go, by pool; made for the first cycle.
    lines: Option<Vec<Lines>>,
}

impl Scheduler {
    /// Reads a snapshot.
    pub fn new(snapshot: Snapshot) -> Self {
        let desk = Mutex::new(Desk::of(&snapshot));
        Self { desk, emptied: OnceLock::new(), snapshot: Arc::new(snapshot) }
    }

    /// It is later now, and nothing else has changed.
    pub fn tell_time(&self, now: Timestamp) {
        self.desk().world.now = now;
        if let Some(emptied) = self.emptied.get() {
            emptied.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).world.now = now;
        }
    }

    /// When it is.
    pub fn now(&self) -> Timestamp {
        self.desk().world.now
    }

    /// Decides one cycle. Equal snapshots give equal decisions, whatever the order of their lists.
    pub fn decide(&self) -> Decided {
        self.desk().cycle(None, |world, state, done| {
            let cut = done.cut;
            Decided { decisions: decisions(world, state, done), cut }
        })
    }

    /// Decides one cycle, and says what it looked like.
    pub fn report(&self, with_reasons: bool) -> Report {
        self.desk().cycle(None, |world, state, done| {
            let (scopes, nodes) = (report::scopes(world, &done), report::nodes(world, state));
            let (held, cut) = (report::held(world, state), done.cut);
            let decisions =
                if with_reasons { decisions(world, state, done) } else { done.decisions };
            Report { decisions, cut, scopes, nodes, held }
        })
    }

    /// Why one workload that waits was looked at before another one in this cycle: who, and why. Nothing
    /// where they were not in one line.
    pub fn precedence(
        &self,
        one: WorkloadId,
        other: WorkloadId,
    ) -> Option<(WorkloadId, Precedence)> {
        self.desk().tried(None, |desk, _| {
            let compared = Some((desk.world.job(one)?, desk.world.job(other)?));
            let done = desk.run_asked(Asked { question: None, compared });
            done.precedence.map(|(job, why)| (desk.world.jobs[job].id, why))
        })
    }

    /// The answer for a submission whose checks passed, with fixes that were each tried on this very
    /// snapshot.
    pub fn verdict(&self, probe: &Probe) -> Verdict {
        verdict::verdict(self, probe)
    }

    /// When a submission would start that has to wait.
    pub fn estimate(&self, probe: &Probe, foresight: &Foresight) -> Estimate {
        let job = Job::probe(probe, self.now());
        let found = self.desk().foresee(Some(&job), WorkloadId::LAST, foresight);
        found.unwrap_or_else(|| Estimate::none(foresight.samples))
    }

    /// When a workload that waits will start; `None` where there is none.
    pub fn estimate_of(&self, id: WorkloadId, foresight: &Foresight) -> Option<Estimate> {
        self.desk().foresee(None, id, foresight)
    }

    /// What was read. Its time is that of the reading; see [`Scheduler::now`].
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    pub(crate) fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    pub(crate) fn emptied(&self) -> MutexGuard<'_, Desk> {
        let make = || Mutex::new(Desk::of(&self.snapshot.emptied()));
        let desk = self.emptied.get_or_init(make);
        desk.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Desk {
    fn of(snapshot: &Snapshot) -> Self {
        let world = World::of(snapshot);
        let state = State::of(&world);
        Self { world, state, lines: None }
    }

    /// Runs a cycle, with one more job if there is one, looks at it, and undoes it.
    pub fn cycle<T>(
        &mut self,
        job: Option<&Job>,
        look: impl FnOnce(&World, &State, Done) -> T,
    ) -> T {
        self.tried(job, |desk, question| {
            let done = desk.run(question);
            look(&desk.world, &desk.state, done)
        })
    }

    /// When a job of the snapshot, or one more, will start; `None` where there is no such job.
    fn foresee(
        &mut self,
        job: Option<&Job>,
        id: WorkloadId,
        foresight: &Foresight,
    ) -> Option<Estimate> {
        self.tried(job, |desk, question| {
            let of = question.or_else(|| desk.world.job(id))?;
            let done = desk.run(None);
            next::carry_out(&desk.world, &mut desk.state);
            Some(desk.estimate(of, &done.tried, foresight))
        })
    }

    /// Does something with one more job, if there is one, and undoes it.
    fn tried<T>(
        &mut self,
        job: Option<&Job>,
        what: impl FnOnce(&mut Self, Option<JobAt>) -> T,
    ) -> T {
        if self.lines.is_none() {
            let pools = 0..self.world.pools.len();
            let read = pools.map(|pool| Lines::read(&self.world, &self.state, pool));
            self.lines = Some(read.collect());
        }
        let start = self.state.mark();
        let question = job.map(|job| {
            let at = self.world.add_job(job);
            self.state.add_job(&self.world, at);
            at
        });
        let done = what(self, question);
        self.state.undo(&self.world, start);
        if job.is_some() {
            self.state.pop_job(&self.world);
            self.world.pop_job();
        }
        done
    }

    fn run(&mut self, question: Option<JobAt>) -> Done {
        self.run_asked(Asked { question, compared: None })
    }

    fn run_asked(&mut self, asked: Asked) -> Done {
        let lines = self.lines.as_deref().unwrap_or_default();
        match self.world.unreachable_since {
            None => cycle::run(&self.world, &mut self.state, lines, asked),
            Some(_) => Done::default(),
        }
    }
}

fn decisions(world: &World, state: &State, done: Done) -> Vec<Decision> {
    let waits = reasons(world, state, &done);
    let mut decisions = done.decisions;
    let wait =
        |(job, reasons): (JobAt, _)| Decision::Wait { workload: world.jobs[job].id, reasons };
    decisions.extend(waits.into_iter().map(wait));
    decisions
}

/// Why each job that waits does.
pub(crate) fn reasons(world: &World, state: &State, done: &Done) -> Vec<(JobAt, Vec<Reason>)> {
    let Some(since) = world.unreachable_since else { return why::all(world, state, done) };
    let cluster = world.cluster_name.clone();
    let reasons = vec![Reason::ClusterUnreachable { cluster, since }];
    let waits = |job: &JobAt| state.total_of(*job).pending > 0;
    (0..world.jobs.len()).filter(waits).map(|job| (job, reasons.clone())).collect()
}

impl Snapshot {
    /// The same cluster with nothing on it and every node ready.
    fn emptied(&self) -> Self {
        let mut nodes = self.nodes.clone();
        nodes.iter_mut().for_each(|node| node.ready = Readiness::Ready);
        Self {
            serial: self.serial,
            now: self.now,
            cluster_name: self.cluster_name.clone(),
            unreachable_since: None,
            pools: self.pools.clone(),
            nodes,
            departments: self.departments.clone(),
            projects: self.projects.clone(),
            jobs: vec![],
            settings: self.settings.clone(),
        }
    }
}
