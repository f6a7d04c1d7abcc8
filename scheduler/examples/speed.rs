//! Prints how long cycles and verdicts take on large clusters, a line a figure, for whoever puts them
//! beside their bars: `cargo run --release -p scheduler --example speed [verdicts|cycles|large|log|beside]`;
//! `instructions N` runs N steady cycles for whoever counts them.

#[path = "../benches/load/mod.rs"]
mod load;

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use domain::{ProjectId, verdict::Outcome};
use load::{Load, Shape, spec};
use scheduler::{Difference, Finished, History, Probe, Scheduler};

/// Questions of each kind, and cycles that take milliseconds.
const ROUNDS: usize = 100;

fn main() {
    let part = std::env::args().nth(1);
    let is_wanted = |name: &str| part.as_deref().is_none_or(|part| part == name);
    if part.as_deref() == Some("instructions") {
        let cycles = std::env::args().nth(2).and_then(|count| count.parse().ok()).unwrap_or(1);
        let scheduler = Scheduler::new(Load::of(Shape::Steady, 1_000, 10_000, 100).snapshot());
        (0..cycles).for_each(|_| drop(scheduler.decide()));
    }
    if is_wanted("verdicts") {
        verdicts();
        estimates();
    }
    if is_wanted("cycles") {
        cycles();
    }
    if is_wanted("large") {
        large();
    }
    if is_wanted("log") {
        log();
    }
    if is_wanted("beside") {
        beside();
    }
}

/// At 1 000 nodes and 10 000 workloads, 100 of which wait.
fn verdicts() {
    let scheduler =
        read(Load::of(Shape::Steady, 1_000, 10_000, 100), Scheduler::read_for_questions);
    let asked = [
        (0.0, "low"),
        (1.0, "low"),
        (4.0, "very-high"),
        (8.0, "low"),
        (16.0, "low"),
        (1.0, "high"),
    ];
    for (gpus, priority) in asked {
        let probe = Probe { project: ProjectId(1), spec: spec(gpus, priority) };
        let outcome = scheduler.verdict(&probe);
        let kind = outcome.outcome.kind();
        let fixes = match outcome.outcome {
            Outcome::Waits { fixes, .. } | Outcome::Never { fixes, .. } => fixes.len(),
            _ => 0,
        };
        let preempts = outcome.consequences.map_or(0, |all| all.preempts.len());
        let how = format!("{kind:?}, {preempts} go, {fixes} fixes");
        times(&format!("verdict {gpus} GPUs {priority}: {how}"), ROUNDS, || {
            drop(scheduler.verdict(&probe));
        });
    }
}

/// The same cluster, where everybody runs for a while: when will 8 GPUs be free together?
fn estimates() {
    let snapshot = Load::of(Shape::Steady, 1_000, 10_000, 100).snapshot();
    let finished = |n: i64| Finished { template: None, project: ProjectId(1), secs: 600 + n * 60 };
    let history = History::of((0..500).map(finished));
    let foresight = history.foresee(snapshot.jobs.iter().map(|job| (job.id, None, job.project)));
    let scheduler = Scheduler::new(snapshot);
    let probe = Probe { project: ProjectId(1), spec: spec(8.0, "low") };
    times("estimate of the start of 8 GPUs", 20, || {
        let _ = scheduler.estimate(&probe, &foresight);
    });
}

/// At 1 000 nodes, and how it grows.
fn cycles() {
    for (nodes, jobs) in [(100, 1_000), (1_000, 10_000)] {
        let rounds = if nodes == 100 { 20 } else { 5 };
        cycle("all pending", Load::of(Shape::Pending, nodes, jobs, 0), rounds);
        cycle("steady", Load::of(Shape::Steady, nodes, jobs, 100), ROUNDS);
        cycle("stuck", Load::of(Shape::Stuck, nodes, jobs, 100), ROUNDS);
        cycle("storm", Load::of(Shape::Reclaim, nodes, 0, nodes), rounds);
    }
}

/// What it costs to write a cycle down at 10 000 workloads: the difference to the one before where a hundred
/// workloads are new, the whole where there is none before, and what was decided.
fn log() {
    let before = Load::of(Shape::Steady, 1_000, 10_000, 100).snapshot();
    let mut after = before.clone();
    after.jobs.rotate_left(100);
    after.jobs.iter_mut().take(100).for_each(|job| job.priority += 1);
    let length = |of: &Difference| serde_json::to_string(of).map_or(0, |text| text.len());
    let bytes = length(&Difference::between(&before, &after));
    times("log: find the difference", ROUNDS, || drop(Difference::between(&before, &after)));
    let difference = Difference::between(&before, &after);
    times(&format!("log: write the difference, {bytes} bytes"), ROUNDS, || {
        let _ = length(&difference);
    });
    let bytes = serde_json::to_string(&before).map_or(0, |text| text.len());
    times(&format!("log: write the whole, {bytes} bytes"), 20, || {
        let _ = serde_json::to_string(&before);
    });
    let decided = Scheduler::new(before).decide().decisions;
    times(&format!("log: write {} decisions", decided.len()), ROUNDS, || {
        let _ = serde_json::to_vec(&decided);
    });
}

/// How long a cycle takes while estimates and verdicts are worked out all the time.
fn beside() {
    let snapshot = Load::of(Shape::Steady, 1_000, 10_000, 100).snapshot();
    let finished = |n: i64| Finished { template: None, project: ProjectId(1), secs: 600 + n * 60 };
    let history = History::of((0..500).map(finished));
    let foresight = history.foresee(snapshot.jobs.iter().map(|job| (job.id, None, job.project)));
    let scheduler = Scheduler::new(snapshot);
    let probe = Probe { project: ProjectId(1), spec: spec(8.0, "low") };
    let is_over = AtomicBool::new(false);
    std::thread::scope(|threads| {
        threads.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                let _ = scheduler.estimate(&probe, &foresight);
            }
        });
        scheduler.read_for_cycle();
        times("cycle steady beside estimates", ROUNDS, || drop(scheduler.decide()));
        is_over.store(true, Ordering::Relaxed);
    });
}

/// At 5 000 nodes and 50 000 workloads.
fn large() {
    cycle("all pending", Load::of(Shape::Pending, 5_000, 50_000, 0), 1);
    cycle("steady", Load::of(Shape::Steady, 5_000, 50_000, 100), 20);
    cycle("storm", Load::of(Shape::Reclaim, 5_000, 0, 5_000), 1);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    println!("memory at its most: {}", peak.unwrap_or("unknown").trim());
}

fn cycle(name: &str, load: Load, rounds: usize) {
    let (nodes, waiting) = (load.nodes, load.waiting);
    let scheduler = read(load, Scheduler::read_for_cycle);
    let is_cut = scheduler.decide().cut.is_any();
    let cut = if is_cut { ", cut at its budget" } else { "" };
    times(&format!("cycle {name} at {nodes} nodes, {waiting} waiting{cut}"), rounds, || {
        drop(scheduler.decide())
    });
}

fn read(load: Load, desk: impl FnOnce(&Scheduler)) -> Scheduler {
    let snapshot = load.snapshot();
    let begun = Instant::now();
    let scheduler = Scheduler::new(snapshot);
    desk(&scheduler);
    println!("read {:?} at {}/{}: {:?}", load.shape, load.nodes, load.jobs, begun.elapsed());
    scheduler
}

fn times(what: &str, rounds: usize, mut run: impl FnMut()) {
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let begun = Instant::now();
            run();
            begun.elapsed()
        })
        .collect();
    times.sort();
    let p99 = times[(rounds * 99).div_ceil(100) - 1];
    println!("{what}: median {:?}, p99 {p99:?}", times[rounds / 2]);
}
