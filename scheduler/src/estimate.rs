//! When something that waits will start (`why.md` §4): the cluster is run forward from the snapshot many
//! times. Running work ends at its limit, or after as long as work like it has run; what becomes free is
//! given to those who wait, in the order of the last cycle. Two things are not foreseen: submissions that
//! nobody has made yet, and that somebody has to go for somebody.

use std::{cmp::Reverse, collections::BinaryHeap};

use domain::{
    Timestamp,
    verdict::{Basis, Estimate},
};

use smallvec::SmallVec;

use crate::{
    capacity,
    foresight::{Calibration, End, Foresight, SAMPLES_MIN},
    gang,
    place::{Mode, Search},
    scheduler::Desk,
    state::{PodState, State, Status},
    world::{ClassAt, JobAt, NodeAt, PodAt, PoolAt, QueueAt, World},
};

/// Runs, unless they cost too much.
const RUNS: usize = 200;
/// Ends of work in all runs together: less than a tenth of a second.
const STEPS: usize = 50_000;
/// To roll so many ends costs as much as one step.
const ROLLS: usize = 25;
/// Fewer runs say nothing.
const RUNS_MIN: usize = 20;

impl Desk {
    /// When a job will start that still waits after a cycle; the state is left as it was.
    pub(crate) fn estimate(
        &mut self,
        of: JobAt,
        tried: &[JobAt],
        foresight: &Foresight,
    ) -> Estimate {
        let world = &self.world;
        let known = Known::of(world, &self.state, foresight);
        let Some(basis) = known.basis(foresight) else {
            return Estimate::none(foresight.samples);
        };
        let waits = |job: &JobAt| self.state.total_of(*job).pending > 0;
        let line = tried.iter().copied().filter(waits);
        let line: Vec<_> = line.map(|job| Waiting::of(world, &self.state, job)).collect();
        let start = self.state.mark();
        // Most of what happens needs no index: who ends is known, and so is the node that is left.
        self.state.leave_index();
        let (mut starts, mut steps) = (vec![], 0);
        for run in 0..RUNS {
            if run >= RUNS_MIN && steps > STEPS {
                break;
            }
            let dice = Dice(run as u64);
            let mut run = Run::of(world, &mut self.state, &known, foresight, dice, &line);
            starts.push(run.until_start(of));
            steps += run.steps;
            self.state.undo(world, start);
        }
        self.state.keep_index(world);
        starts.sort_by_key(|start| start.unwrap_or(i64::MAX));
        summary(world, &starts, basis, foresight)
    }
}

fn summary(world: &World, starts: &[Option<i64>], basis: Basis, foresight: &Foresight) -> Estimate {
    let Calibration { half, most } = match basis {
        Basis::Limits => Calibration::default(),
        Basis::History | Basis::None => foresight.calibration,
    };
    let at = |percent: usize, factor: f64| {
        let start = starts[(starts.len() * percent).div_ceil(100) - 1]?;
        let start = (start as f64 * factor).round() as i64;
        Timestamp::from_second(world.now.as_second().saturating_add(start)).ok()
    };
    let (p50, p90) = (at(50, half), at(90, most));
    let p90 = p90.map(|p90| p50.map_or(p90, |p50| p90.max(p50)));
    let samples = if basis == Basis::Limits { 0 } else { foresight.samples as u32 };
    Estimate { p50, p90, basis, samples }
}

/// What runs, and what is known of its end.
struct Known<'a> {
    held: Vec<(JobAt, End<'a>)>,
    all_limited: bool,
}

impl<'a> Known<'a> {
    fn of(world: &World, state: &State, foresight: &'a Foresight) -> Self {
        let now = world.now.as_second();
        let end = |job: JobAt| {
            let of = &world.jobs[job];
            let age = of.started.map_or(0, |started| now - started.as_second()).max(0);
            (job, foresight.end_of(of.id, age, now))
        };
        let is_held = |job: &JobAt| state.total_of(*job).held > 0;
        let held: Vec<_> = (0..world.jobs.len()).filter(is_held).map(end).collect();
        let is_limited =
            |(job, _): &(JobAt, End<'_>)| foresight.limits.contains_key(&world.jobs[*job].id);
        Self { all_limited: held.iter().all(is_limited), held }
    }

    /// `None` when there is nothing to judge by.
    fn basis(&self, foresight: &Foresight) -> Option<Basis> {
        match self.all_limited && !self.held.is_empty() {
            true => Some(Basis::Limits),
            false => (foresight.samples >= SAMPLES_MIN).then_some(Basis::History),
        }
    }
}

/// Somebody in line, with what is the same in every future.
struct Waiting {
    job: JobAt,
    pods: Vec<PodAt>,
    /// What its only pod asks for; `None` for several.
    alone: Option<ClassAt>,
    /// Where it is tried, and what it asks for there.
    pools: Vec<(PoolAt, [f64; 3])>,
}

impl Waiting {
    fn of(world: &World, state: &State, job: JobAt) -> Self {
        let pods = gang::next_pods(world, state, job, false);
        let alone = pods.first().map(|pod| world.pods[*pod].class).filter(|_| pods.len() == 1);
        let pools = world.jobs[job].pools.iter().filter_map(|pool| pool.as_ref().ok());
        let pools = pools.map(|pool| (*pool, gang::asked(world, &pods, *pool))).collect();
        Self { job, pods, alone, pools }
    }
}

/// One of the futures.
struct Run<'a> {
    world: &'a World,
    state: &'a mut State,
    foresight: &'a Foresight,
    dice: Dice,
    /// Seconds from now, and who ends then.
    ends: BinaryHeap<Reverse<(i64, JobAt)>>,
    /// Those who wait, in order, and whether it was more than room that they waited for.
    line: Vec<(&'a Waiting, bool)>,
    steps: usize,
}

impl<'a> Run<'a> {
    fn of(
        world: &'a World,
        state: &'a mut State,
        known: &Known<'_>,
        foresight: &'a Foresight,
        mut dice: Dice,
        line: &'a [Waiting],
    ) -> Self {
        let end = |(job, end): &(JobAt, End<'_>)| Some(Reverse((end.in_secs(dice.roll())?, *job)));
        let ends: BinaryHeap<_> = known.held.iter().filter_map(end).collect();
        let steps = ends.len() / ROLLS;
        let line = line.iter().map(|waiting| (waiting, true)).collect();
        Self { world, state, foresight, dice, ends, line, steps }
    }

    /// Seconds until this job starts; `None` when it does not before all has ended.
    fn until_start(&mut self, of: JobAt) -> Option<i64> {
        self.start_who_can(0, &[], None);
        while self.state.total_of(of).held == 0 {
            let Reverse((at, job)) = self.ends.pop()?;
            let nodes = self.end(job);
            self.start_who_can(at, &nodes, self.world.jobs[job].queue);
            if self.state.total_of(of).held > 0 {
                return Some(at);
            }
        }
        Some(0)
    }

    /// Everything of a job is over; the nodes that it leaves.
    fn end(&mut self, job: JobAt) -> Vec<NodeAt> {
        let mut nodes = vec![];
        for pod in self.world.jobs[job].pods.clone() {
            if self.state.pods[pod].status.is_held() {
                nodes.extend(self.state.pods[pod].place().and_then(|seat| seat.node));
                self.state.change(self.world, pod, PodState::ended(Status::Succeeded));
            }
        }
        nodes
    }

    /// Where nothing but room was missing, only the nodes that were left can help; where a quota or a
    /// limit was, only an end in one of its scopes. With no queue named, everything is tried.
    fn start_who_can(&mut self, at: i64, nodes: &[NodeAt], ended: Option<QueueAt>) {
        self.steps += 1;
        let mut failed: SmallVec<[ClassAt; 8]> = SmallVec::new();
        let mut line = std::mem::take(&mut self.line);
        line.retain_mut(|(waiting, is_barred)| {
            let is_out = match (*is_barred, ended) {
                (_, None) => false,
                (true, Some(ended)) => !self.shares_scope(waiting.job, ended),
                (false, Some(_)) => waiting.alone.is_some_and(|class| failed.contains(&class)),
            };
            if is_out || !self.try_job(waiting, is_barred, nodes) {
                failed.extend(waiting.alone.filter(|_| !is_out && !*is_barred));
                return true;
            }
            let now = self.world.now.as_second() + at;
            let end = self.foresight.end_of(self.world.jobs[waiting.job].id, 0, now);
            let secs = end.in_secs(self.dice.roll());
            self.ends.extend(secs.map(|secs| Reverse((at + secs, waiting.job))));
            false
        });
        self.line = line;
    }

    /// Whether an end in a queue gives anything back to a scope of the job.
    fn shares_scope(&self, job: JobAt, ended: QueueAt) -> bool {
        let own = self.world.jobs[job].queue;
        own.is_some_and(|own| {
            self.world.path(own).any(|at| self.world.path(ended).any(|e| e == at))
        })
    }

    fn try_job(&mut self, waiting: &Waiting, is_barred: &mut bool, nodes: &[NodeAt]) -> bool {
        if waiting.pods.is_empty() {
            return false;
        }
        let was_barred = std::mem::replace(is_barred, false);
        for (pool, asked) in &waiting.pools {
            if !capacity::admits(self.world, self.state, waiting.job, *pool, asked) {
                *is_barred = true;
                continue;
            }
            let few = (waiting.alone.is_some() && !was_barred).then_some(nodes);
            let search = Search { few, ..gang::everywhere(*pool, Mode::Now) };
            if few.is_none() {
                self.state.keep_index(self.world);
            }
            let is_placed =
                gang::place(self.world, self.state, waiting.job, &waiting.pods, &search);
            self.state.leave_index();
            if is_placed {
                return true;
            }
        }
        false
    }
}

/// Numbers that a seed decides (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }
}
