//! The scheduler, ready to answer: each question is tried on what was read of the snapshot, and undone. Cycle,
//! verdicts and estimates have a desk each, read when it is first used, so that none waits for another.

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

/// A snapshot that is read, for any number of questions.
#[derive(Debug)]
pub struct Scheduler {
    snapshot: Arc<Snapshot>,
    /// When questions are asked; a cycle is told by its own caller.
    now: Mutex<Timestamp>,
    cycle: Seat,
    questions: Seat,
    estimates: Seat,
    /// The same cluster with nothing on it and every node ready.
    emptied: Seat,
}

/// Where a desk stands, once it is used.
type Seat = OnceLock<Mutex<Desk>>;

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
        let (cycle, questions, estimates, emptied) = Default::default();
        let now = Mutex::new(snapshot.now);
        Self { snapshot: Arc::new(snapshot), now, cycle, questions, estimates, emptied }
    }

    /// Reads for the cycle, so that it does not have to.
    pub fn read_for_cycle(&self) {
        drop(self.desk(&self.cycle));
    }

    /// Reads for verdicts, so that whoever asks next does not wait for it.
    pub fn read_for_questions(&self) {
        drop(self.questions());
    }

    /// It is later now for those who ask, and nothing else has changed.
    pub fn tell_time(&self, now: Timestamp) {
        *self.now.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = now;
    }

    /// When it is for those who ask.
    pub fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Decides one cycle. Equal snapshots give equal decisions, whatever the order of their lists.
    pub fn decide(&self) -> Decided {
        self.decide_at(self.snapshot.now)
    }

    /// Decides one cycle as it is at `now`, whatever time those who ask are told meanwhile: the snapshot with that
    /// time decides the same again.
    pub fn decide_at(&self, now: Timestamp) -> Decided {
        let mut desk = self.desk(&self.cycle);
        desk.world.now = now;
        desk.cycle(None, |world, state, done| {
            let cut = done.cut;
            Decided { decisions: decisions(world, state, done), cut }
        })
    }

    /// Decides one cycle, and says what it looked like.
    pub fn report(&self, with_reasons: bool) -> Report {
        self.desk(&self.cycle).cycle(None, |world, state, done| {
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
        self.desk(&self.cycle).tried(None, |desk, _| {
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
        let found = self.desk(&self.estimates).foresee(Some(&job), WorkloadId::LAST, foresight);
        found.unwrap_or_else(|| Estimate::none(foresight.samples))
    }

    /// When a workload that waits will start; `None` where there is none.
    pub fn estimate_of(&self, id: WorkloadId, foresight: &Foresight) -> Option<Estimate> {
        self.desk(&self.estimates).foresee(None, id, foresight)
    }

    /// What was read. Its time is that of the reading; see [`Scheduler::now`].
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// Where verdicts are tried.
    pub(crate) fn questions(&self) -> MutexGuard<'_, Desk> {
        self.desk(&self.questions)
    }

    /// Where it is found out what can never run.
    pub(crate) fn emptied(&self) -> MutexGuard<'_, Desk> {
        self.desk_of(&self.emptied, || Desk::of(&self.snapshot.emptied()))
    }

    fn desk<'a>(&self, seat: &'a Seat) -> MutexGuard<'a, Desk> {
        self.desk_of(seat, || Desk::of(&self.snapshot))
    }

    fn desk_of<'a>(&self, seat: &'a Seat, make: impl FnOnce() -> Desk) -> MutexGuard<'a, Desk> {
        let desk = seat.get_or_init(|| Mutex::new(make()));
        let mut desk = desk.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        desk.world.now = self.now();
        desk
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
