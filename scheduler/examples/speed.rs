//! Prints how long cycles and verdicts take on large clusters, a line a figure, for whoever puts them
//! beside their bars: `cargo run --release -p scheduler --example speed [verdicts|cycles|large]`;
//! `instructions N` runs N steady cycles for whoever counts them.

#[path = "../benches/load/mod.rs"]
mod load;

use std::time::{Duration, Instant};

use domain::{ProjectId, verdict::Outcome};
use load::{Load, Shape, spec};
use scheduler::{Finished, History, Probe, Scheduler};

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
}

/// At 1 000 nodes and 10 000 workloads, 100 of which wait.
fn verdicts() {
    let scheduler = read(Load::of(Shape::Steady, 1_000, 10_000, 100));
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

/// At 5 000 nodes and 50 000 workloads.
fn large() {
    cycle("all pending", Load::of(Shape::Pending, 5_000, 50_000, 0), 1);
    cycle("steady", Load::of(Shape::Steady, 5_000, 50_000, 100), 20);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    println!("memory at its most: {}", peak.unwrap_or("unknown").trim());
}

fn cycle(name: &str, load: Load, rounds: usize) {
    let (nodes, waiting) = (load.nodes, load.waiting);
    let scheduler = read(load);
    times(&format!("cycle {name} at {nodes} nodes, {waiting} waiting"), rounds, || {
        drop(scheduler.decide())
    });
}

fn read(load: Load) -> Scheduler {
    let snapshot = load.snapshot();
    let begun = Instant::now();
    let scheduler = Scheduler::new(snapshot);
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
