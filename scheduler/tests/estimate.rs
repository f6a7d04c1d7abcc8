//! Estimates of the start, told on small clusters and then held against what came true on a generated
//! trace: a calibrated p90 is right nine times in ten.

mod common;

use std::collections::BTreeMap;

use common::{now, read};
use domain::{
    ProjectId, Timestamp, WorkloadId,
    submission::GpuRequest,
    verdict::{Basis, Estimate},
};
use scheduler::{
    Calibration, Decision, Finished, Foresight, History, Job, PodState, Scheduler, Snapshot,
    schedule,
};
use testkit::dice::Dice;

fn finished(secs: i64) -> Finished {
    Finished { template: None, project: ProjectId(0), secs }
}

fn in_secs(secs: i64) -> Timestamp {
    Timestamp::from_second(now().as_second() + secs).expect("a time")
}

/// Minutes from now until half, and nine of ten, of the futures.
fn minutes(estimate: &Estimate) -> [Option<i64>; 2] {
    [estimate.p50, estimate.p90].map(|at| Some((at?.as_second() - now().as_second()) / 60))
}

/// Two workloads fill two nodes, a third one waits.
fn full() -> Snapshot {
    read(
        "node n1 gpus=8\nnode n2 gpus=8\n\
         job first gpus=8 on=n1:0,1,2,3,4,5,6,7 started=30\n\
         job second gpus=8 on=n2:0,1,2,3,4,5,6,7 started=10\n\
         job third gpus=8\njob fourth gpus=8\n",
    )
    .snapshot
}

fn id(number: u128) -> WorkloadId {
    WorkloadId(uuid::Uuid::from_u128(number))
}

#[test]
fn who_is_first_in_line_starts_when_the_first_one_ends() {
    let limits = BTreeMap::from([(id(0), in_secs(1_800)), (id(1), in_secs(600))]);
    let foresight = Foresight { limits, ..Foresight::default() };
    let scheduler = Scheduler::new(full());
    let third = scheduler.estimate_of(id(2), &foresight).unwrap();
    assert_eq!((third.basis, minutes(&third)), (Basis::Limits, [Some(10), Some(10)]));
    let fourth = scheduler.estimate_of(id(3), &foresight).unwrap();
    assert_eq!(minutes(&fourth), [Some(30), Some(30)]);
}

#[test]
fn without_limits_it_is_as_long_as_work_ran_before() {
    // The first one has run for half an hour, so that an hour in all means half an hour more.
    let history = History::of((0..10).map(|_| finished(3_600)));
    let snapshot = full();
    let all = snapshot.jobs.iter().map(|job| (job.id, None, job.project));
    let foresight = history.foresee(all);
    let third = Scheduler::new(snapshot).estimate_of(id(2), &foresight).unwrap();
    assert_eq!((third.basis, third.samples), (Basis::History, 10));
    assert_eq!(minutes(&third), [Some(30), Some(30)]);
}

#[test]
fn with_seven_samples_nothing_is_said() {
    let history = History::of((0..7).map(finished));
    let snapshot = full();
    let foresight = history.foresee(snapshot.jobs.iter().map(|job| (job.id, None, job.project)));
    let third = Scheduler::new(snapshot).estimate_of(id(2), &foresight).unwrap();
    assert_eq!(third, Estimate { p50: None, p90: None, basis: Basis::None, samples: 7 });
}

#[test]
fn work_of_the_same_template_says_more_than_that_of_others() {
    let notebook = |secs| Finished { template: Some("notebook".into()), ..finished(secs) };
    let long = (0..20).map(|_| finished(100_000));
    let history = History::of((0..8).map(|_| notebook(3_600)).chain(long));
    let snapshot = full();
    let all = snapshot.jobs.iter().map(|job| (job.id, Some("notebook"), job.project));
    let foresight = history.foresee(all);
    let third = Scheduler::new(snapshot).estimate_of(id(2), &foresight).unwrap();
    assert_eq!(minutes(&third), [Some(30), Some(30)]);
}

#[test]
fn equal_questions_get_equal_answers_and_leave_no_trace() {
    let history = History::of((1..40).map(|n| finished(n * 100)));
    let snapshot = full();
    let foresight = history.foresee(snapshot.jobs.iter().map(|job| (job.id, None, job.project)));
    let scheduler = Scheduler::new(snapshot.clone());
    let first = scheduler.estimate_of(id(3), &foresight);
    assert_eq!(scheduler.estimate_of(id(3), &foresight), first);
    assert_eq!(scheduler.decide().decisions, schedule(&snapshot));
}

/// Work that comes and goes on a cluster, and what was said of its starts.
struct Trace {
    snapshot: Snapshot,
    dice: Dice,
    /// Seconds that each workload runs, and when those end that run.
    lasts: BTreeMap<WorkloadId, i64>,
    ends: BTreeMap<WorkloadId, i64>,
    past: Vec<Finished>,
    calibration: Calibration,
    said: BTreeMap<WorkloadId, Estimate>,
    /// Of those of whom something was said, in order: which workload it was, and whether it started by p50, by p90.
    came_true: Vec<(WorkloadId, [bool; 2])>,
}

impl Trace {
    fn of(seed: u64) -> Self {
        let nodes: String = (0..4).map(|n| format!("node n{n} gpus=8 cpu=64\n")).collect();
        Self {
            snapshot: read(&nodes).snapshot,
            dice: Dice::of(seed),
            lasts: BTreeMap::new(),
            ends: BTreeMap::new(),
            past: vec![],
            calibration: Calibration::default(),
            said: BTreeMap::new(),
            came_true: vec![],
        }
    }

    fn run(&mut self, arrivals: usize) {
        let spec = read("probe gpus=1").probe.expect("a probe").spec;
        let mut second = now().as_second();
        for number in 0..arrivals {
            second += 1 + self.dice.below(270) as i64;
            self.let_end_until(second);
            let mut job = common::new_job(number, "w", ProjectId(0), &spec);
            let devices = [1, 1, 2, 4][self.dice.below(4) as usize];
            job.pods[0].request.gpu = GpuRequest::Whole { devices };
            job.submitted_at = self.snapshot.now;
            self.lasts.insert(job.id, lasts(&self.dice));
            let id = job.id;
            self.snapshot.jobs.push(job);
            self.cycle();
            // Every other one is enough to learn from, and to judge by.
            if number % 2 == 0 && !self.ends.contains_key(&id) {
                self.ask(id);
            }
        }
    }

    fn ask(&mut self, id: WorkloadId) {
        let history = History::of(self.past.iter().cloned());
        let all = self.snapshot.jobs.iter().map(|job| (job.id, None, job.project));
        let foresight = Foresight { calibration: self.calibration, ..history.foresee(all) };
        let said = Scheduler::new(self.snapshot.clone()).estimate_of(id, &foresight);
        self.said.extend(said.filter(|said| said.basis != Basis::None).map(|said| (id, said)));
    }

    fn let_end_until(&mut self, second: i64) {
        while let Some((id, end)) = self.next_end().filter(|(_, end)| *end <= second) {
            self.snapshot.now = Timestamp::from_second(end).expect("a time");
            self.ends.remove(&id);
            self.past.push(finished(self.lasts[&id]));
            self.snapshot.jobs.retain(|job| job.id != id);
            self.cycle();
        }
        self.snapshot.now = Timestamp::from_second(second).expect("a time");
    }

    fn next_end(&self) -> Option<(WorkloadId, i64)> {
        self.ends.iter().map(|(id, end)| (*id, *end)).min_by_key(|(_, end)| *end)
    }

    fn cycle(&mut self) {
        let now = self.snapshot.now;
        for decision in schedule(&self.snapshot) {
            let Decision::Bind { workload, placement, .. } = decision else { continue };
            let job = self.snapshot.jobs.iter_mut().find(|job: &&mut Job| job.id == workload);
            let Some(job) = job else { continue };
            job.pods[0].state = PodState::Running(placement);
            job.started = Some(now);
            self.ends.insert(workload, now.as_second() + self.lasts[&workload]);
            if let Some(said) = self.said.remove(&workload) {
                self.calibration.learn(&said, now);
                let by = |at: Option<Timestamp>| at.is_some_and(|at| now <= at);
                self.came_true.push((workload, [by(said.p50), by(said.p90)]));
            }
        }
    }
}

/// Log-normal, twenty minutes in the middle.
fn lasts(dice: &Dice) -> i64 {
    let uniform = || dice.below(1_000_000) as f64 / 1e6;
    let normal = (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
    (1_200.0 * normal.exp()).max(10.0) as i64
}

/// Prints its figures: `cargo test -p scheduler --test estimate -- --nocapture`.
#[test]
fn nine_of_ten_start_before_their_p90_and_half_before_their_p50() {
    for seed in [7, 11, 23] {
        let mut trace = Trace::of(seed);
        trace.run(2_000);
        // The first 500 workloads are what it learns from.
        let judged = trace.came_true.iter().filter(|(of, _)| *of >= id(500));
        let judged: Vec<_> = judged.map(|(_, came)| came).collect();
        let percent = |which: usize| {
            let came = judged.iter().filter(|came| came[which]).count();
            came as f64 * 100.0 / judged.len() as f64
        };
        let [half, nine] = [percent(0), percent(1)];
        let count = judged.len();
        println!(
            "seed {seed}: of {count} that waited {half:.1} % started by p50, {nine:.1} % by p90"
        );
        assert!(count > 150, "{count} had to wait");
        assert!((40.0..=60.0).contains(&half), "{half} % by p50");
        assert!((85.0..=95.0).contains(&nine), "{nine} % of {count} by p90");
    }
}
