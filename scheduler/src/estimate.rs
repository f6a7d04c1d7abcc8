//! When something that waits will start (`why.md` §4): the cluster is run forward from the snapshot many
//! times. Running work ends at its limit, or after as long as work like it has run; what becomes free is
//! given to those who wait, in the order of the last cycle. Two things are not foreseen: submissions that
//! nobody has made yet, and that somebody has to go for somebody.

use std::{cmp::Reverse, collections::BinaryHeap};

use domain::{
    Timestamp,
    verdict::{Basis, Estimate},
};

use crate::{
    capacity,
    foresight::{Calibration, Foresight, SAMPLES_MIN},
    gang,
    place::{Mode, Search},
    scheduler::Desk,
    state::{PodState, State, Status},
    world::{ClassAt, JobAt, NodeAt, PodAt, World},
};

/// Runs, unless they cost too much.
const RUNS: usize = 200;
/// Looks at a job that ends or waits, in all runs together: about a tenth of a second.
const LOOKS: usize = 2_000_000;
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
        let Some(basis) = known.basis(foresight) else { return Estimate::none(foresight.samples) };
        let waits = |job: &JobAt| self.state.total_of(*job).pending > 0;
        let line: Vec<_> = tried.iter().copied().filter(waits).collect();
        let start = self.state.mark();
        let (mut starts, mut looks) = (vec![], 0);
        for run in 0..RUNS {
            if run >= RUNS_MIN && looks > LOOKS {
                break;
            }
            let dice = Dice(run as u64);
            let mut run = Run::of(world, &mut self.state, &known, foresight, dice, &line);
            starts.push(run.until_start(of));
            looks += run.looks;
            self.state.undo(world, start);
        }
        starts.sort_by_key(|start| start.unwrap_or(i64::MAX));
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
        let samples = if basis == Basis::Limits { 0 } else { foresight.samples as u32 };
        Estimate { p50, p90: p90.map(|p90| p50.map_or(p90, |p50| p90.max(p50))), basis, samples }
    }
}

/// What runs, and what is known of its end.
struct Known {
    held: Vec<JobAt>,
    all_limited: bool,
}

impl Known {
    fn of(world: &World, state: &State, foresight: &Foresight) -> Self {
        let held: Vec<_> =
            (0..world.jobs.len()).filter(|job| state.total_of(*job).held > 0).collect();
        let is_limited = |job: &JobAt| foresight.limits.contains_key(&world.jobs[*job].id);
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

/// One of the futures.
struct Run<'a> {
    world: &'a World,
    state: &'a mut State,
    foresight: &'a Foresight,
    dice: Dice,
    /// Seconds from now, and who ends then.
    ends: BinaryHeap<Reverse<(i64, JobAt)>>,
    /// Those who wait, in order, and whether it was a quota or limit that they waited for.
    line: Vec<(JobAt, bool)>,
    looks: usize,
}

impl<'a> Run<'a> {
    fn of(
        world: &'a World,
        state: &'a mut State,
        known: &Known,
        foresight: &'a Foresight,
        mut dice: Dice,
        line: &[JobAt],
    ) -> Self {
        let now = world.now.as_second();
        let ends = known.held.iter().filter_map(|job| {
            let of = &world.jobs[*job];
            let age = of.started.map_or(0, |started| now - started.as_second()).max(0);
            Some(Reverse((foresight.remaining(of.id, age, now, dice.roll())?, *job)))
        });
        let ends: BinaryHeap<_> = ends.collect();
        let looks = ends.len();
        let line = line.iter().map(|job| (*job, true)).collect();
        Self { world, state, foresight, dice, ends, line, looks }
    }

    /// Seconds until this job starts; `None` when it does not before all has ended.
    fn until_start(&mut self, of: JobAt) -> Option<i64> {
        self.start_who_can(0, &[]);
        if self.state.total_of(of).held > 0 {
            return Some(0);
        }
        while let Some(Reverse((at, job))) = self.ends.pop() {
            let mut nodes = self.end(job);
            while self.ends.peek().is_some_and(|Reverse((next, _))| *next == at) {
                let Some(Reverse((_, job))) = self.ends.pop() else { break };
                nodes.extend(self.end(job));
            }
            nodes.sort_unstable();
            nodes.dedup();
            self.start_who_can(at, &nodes);
            if self.state.total_of(of).held > 0 {
                return Some(at);
            }
        }
        None
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

    fn start_who_can(&mut self, at: i64, nodes: &[NodeAt]) {
        let mut failed: Vec<ClassAt> = vec![];
        let mut line = std::mem::take(&mut self.line);
        line.retain_mut(|(job, was_barred)| {
            self.looks += 1;
            let has_started = self.try_job(*job, was_barred, nodes, &mut failed);
            if has_started {
                let id = self.world.jobs[*job].id;
                let secs = self.foresight.remaining(
                    id,
                    0,
                    self.world.now.as_second() + at,
                    self.dice.roll(),
                );
                self.ends.extend(secs.map(|secs| Reverse((at + secs, *job))));
            }
            !has_started
        });
        self.line = line;
    }

    /// Where nothing but room was missing, only the nodes that were left can help.
    fn try_job(
        &mut self,
        job: JobAt,
        was_barred: &mut bool,
        nodes: &[NodeAt],
        failed: &mut Vec<ClassAt>,
    ) -> bool {
        let (world, of) = (self.world, &self.world.jobs[job]);
        let pods: Vec<PodAt> = gang::next_pods(world, self.state, job, false);
        let alone = pods.first().map(|pod| world.pods[*pod].class).filter(|_| pods.len() == 1);
        if pods.is_empty() || (!*was_barred && alone.is_some_and(|class| failed.contains(&class))) {
            return false;
        }
        for pool in of.pools.iter().filter_map(|pool| pool.as_ref().ok()) {
            let asked = gang::asked(world, &pods, *pool);
            if !capacity::admits(world, self.state, job, *pool, &asked) {
                *was_barred = true;
                continue;
            }
            let few = (alone.is_some() && !*was_barred).then_some(nodes);
            let search = Search { few, ..gang::everywhere(*pool, Mode::Now) };
            if gang::place(world, self.state, job, &pods, &search) {
                return true;
            }
            *was_barred = false;
            failed.extend(alone);
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
