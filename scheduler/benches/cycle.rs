//! Cycles and verdicts on generated clusters: `cargo bench -p scheduler`. The bars stand in
//! `cargo xtask bench scheduler`; here one sees what a change does to each of them.

mod load;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use domain::ProjectId;
use load::{Load, Shape, spec};
use scheduler::{Probe, Scheduler};

fn cycles(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cycle");
    group.sample_size(10);
    for nodes in [100, 1_000] {
        let loads = [
            ("pending", Load::of(Shape::Pending, nodes, nodes * 10, 0)),
            ("steady", Load::of(Shape::Steady, nodes, nodes * 10, 100)),
            ("stuck", Load::of(Shape::Stuck, nodes, nodes * 10, 100)),
            ("storm", Load::of(Shape::Reclaim, nodes, 0, nodes)),
        ];
        for (name, load) in loads {
            let scheduler = Scheduler::new(load.snapshot());
            let id = BenchmarkId::new(name, nodes);
            group.bench_function(id, |bencher| bencher.iter(|| scheduler.decide()));
        }
    }
    group.finish();
}

fn verdicts(criterion: &mut Criterion) {
    let snapshot = Load::of(Shape::Steady, 1_000, 10_000, 100).snapshot();
    criterion.bench_function("read", |bencher| {
        bencher.iter(|| Scheduler::new(snapshot.clone()).read_for_cycle())
    });
    let scheduler = Scheduler::new(snapshot);
    let mut group = criterion.benchmark_group("verdict");
    for (name, gpus, priority) in
        [("starts", 1.0, "low"), ("preempts", 4.0, "very-high"), ("waits", 8.0, "low")]
    {
        let probe = Probe { project: ProjectId(1), spec: spec(gpus, priority) };
        group.bench_function(name, |bencher| bencher.iter(|| scheduler.verdict(&probe)));
    }
    group.finish();
}

criterion_group!(benches, cycles, verdicts);
criterion_main!(benches);
