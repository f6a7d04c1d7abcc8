//! The scheduler, ready to answer: each question is tried on what was read of the snapshot, and undone. Cycle,
//! verdicts and estimates have a desk each, read when it is first used, so that none waits for another.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use domain::{
    Reason, Timestamp, WorkloadId,
    node::Readiness,
    org::PoolQuota,
    precedence::Precedence,
    submission::Spec,
    verdict::{Estimate, Verdict, apply_patch},
};

use crate::{
    Decided, Decision, Foresight, Job, Probe, Report, Snapshot,
    act::Lines,
    cycle::{self, Asked, Done},
    next, report,
    state::{PodState, State, Status},
    verdict::{self, Help},
    why::{self, Told},
    world::{JobAt, PoolAt, QueueAt, World},
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

/// What is different for one question.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Supposed {
    Nothing,
    /// This workload has ended.
    Gone(WorkloadId),
    /// A quota is another one.
    Quota {
        queue: QueueAt,
        pool: PoolAt,
        quota: PoolQuota,
    },
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
        let spec = |patch: &serde_json::Value| {
            Spec::try_from(apply_patch(&probe.spec.submission, patch)?).ok()
        };
        self.verdict_for(probe, &Help { submitted: &spec, own: &[] })
    }

    /// The same for somebody of whom more is known.
    pub fn verdict_for(&self, probe: &Probe, help: &Help<'_>) -> Verdict {
        verdict::verdict(self, probe, help)
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

    /// Does something in a world in which something else is different, and undoes that.
    pub fn supposing<T>(&mut self, what: &Supposed, then: impl FnOnce(&mut Self) -> T) -> T {
        match what {
            Supposed::Nothing => then(self),
            Supposed::Gone(id) => self.without(*id, then),
            Supposed::Quota { queue, pool, quota } => {
                let own = std::mem::replace(&mut self.world.queues[*queue].quotas[*pool], *quota);
                let done = then(self);
                self.world.queues[*queue].quotas[*pool] = own;
                done
            }
        }
    }

    /// Does something where one job has ended.
    fn without<T>(&mut self, id: WorkloadId, then: impl FnOnce(&mut Self) -> T) -> T {
        let Some(job) = self.world.job(id) else { return then(self) };
        self.read_lines();
        let (start, lines) = (self.state.mark(), self.lines.clone());
        for pod in self.world.jobs[job].pods.clone() {
            self.state.change(&self.world, pod, PodState::ended(Status::Succeeded));
        }
        for (pool, lines) in self.lines.iter_mut().flatten().enumerate() {
            lines.renew(&self.world, &self.state, pool, job);
        }
        let done = then(self);
        self.state.undo(&self.world, start);
        self.lines = lines;
        done
    }

    fn read_lines(&mut self) {
        if self.lines.is_none() {
            let pools = 0..self.world.pools.len();
            let read = pools.map(|pool| Lines::read(&self.world, &self.state, pool));
            self.lines = Some(read.collect());
        }
    }

    /// Does something with one more job, if there is one, and undoes it.
    fn tried<T>(
        &mut self,
        job: Option<&Job>,
        what: impl FnOnce(&mut Self, Option<JobAt>) -> T,
    ) -> T {
        self.read_lines();
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
    let wait = |told: Told| {
        let (workload, reasons) = (world.jobs[told.job].id, told.reasons);
        Decision::Wait { workload, reasons }
    };
    decisions.extend(waits.into_iter().map(wait));
    decisions
}

/// Why each job that waits does.
pub(crate) fn reasons(world: &World, state: &State, done: &Done) -> Vec<Told> {
    let Some(since) = world.unreachable_since else { return why::all(world, state, done) };
    let cluster = world.cluster_name.clone();
    let reasons = vec![Reason::ClusterUnreachable { cluster, since }];
    let waits = |job: &JobAt| state.total_of(*job).pending > 0;
    let told = |job| Told { job, reasons: reasons.clone(), ahead: 0 };
    (0..world.jobs.len()).filter(waits).map(told).collect()
}

impl Snapshot {
    /// The same cluster with nothing on it and every node ready.
    fn emptied(&self) -> Self {
        let mut nodes = self.nodes.clone();
        for node in &mut nodes {
            (node.ready, node.taken) = (Readiness::Ready, Default::default());
        }
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
            volumes: self.volumes.clone(),
            settings: self.settings.clone(),
        }
    }
}
