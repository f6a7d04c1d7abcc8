//! Prints medians of a cycle and of verdicts at 1 000 nodes × 8 GPUs and 10 000 workloads:
//! `cargo run --release -p scheduler --example speed`.

use std::{collections::BTreeMap, time::Instant};

use domain::{
    ClusterId, Cores, DepartmentId, Gpus, MemoryBytes, NodePoolId, ProjectId, Timestamp,
    WorkloadId,
    node::{GpuDevice, Node, NodePool, Placing, Readiness},
    org::{Department, PoolQuota, Project},
    submission::{Spec, Submission},
};
use scheduler::{Decision, Job, PodState, Probe, Scheduler, Settings, Snapshot};

const NODES: usize = 1_000;
const JOBS: u128 = 10_000;
const PROJECTS: i32 = 50;
const ROUNDS: usize = 30;
const WAITING: usize = 100;

fn main() {
    let mut snapshot = snapshot();
    let start = Instant::now();
    let scheduler = Scheduler::new(snapshot.clone());
    println!("reading the snapshot: {:?}", start.elapsed());
    let start = Instant::now();
    let decisions = scheduler.decide();
    println!("cycle, all pending: {:?}", start.elapsed());
    for decision in decisions {
        let Decision::Bind { workload, placement, .. } = decision else { continue };
        let job = snapshot.jobs.iter_mut().find(|job| job.id == workload);
        job.into_iter().for_each(|job| {
            job.pods[0].state = PodState::Running(placement.clone());
        });
    }
    // A hundred of those that found no place go on waiting.
    let mut waiting = 0;
    snapshot.jobs.retain(|job| {
        waiting += usize::from(job.is_pending());
        !job.is_pending() || waiting <= WAITING
    });
    let scheduler = Scheduler::new(snapshot);
    println!("cycle, {WAITING} hopeless: {}", times(|| drop(scheduler.decide())));
    for (gpus, priority) in [(0, "low"), (1, "low"), (8, "low"), (16, "low"), (1, "very-high")] {
        let probe = Probe { project: ProjectId(1), spec: spec(gpus, priority) };
        let kind = scheduler.verdict(&probe).outcome.kind();
        let time = times(|| drop(scheduler.verdict(&probe)));
        println!("verdict with fixes, {gpus} GPUs, {priority}, {kind:?}: {time}");
    }
}

fn times(mut what: impl FnMut()) -> String {
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            what();
            start.elapsed()
        })
        .collect();
    times.sort();
    let p99 = times[(ROUNDS * 99).div_ceil(100) - 1];
    format!("median {:?}, p99 {p99:?}", times[ROUNDS / 2])
}

fn spec(gpus: i64, priority: &str) -> Spec {
    let json = format!(
        r#"{{"image": "a", "priorityClass": "{priority}", "compute": {{"gpuDevicesRequest": {gpus}}}}}"#
    );
    let submission: Submission = serde_json::from_str(&json).unwrap_or_default();
    Spec::try_from(submission).expect("the example's own submission is right")
}

fn snapshot() -> Snapshot {
    let (start, cluster) = (Timestamp::UNIX_EPOCH, ClusterId(uuid::Uuid::nil()));
    let quotas = |gpus| BTreeMap::from([(NodePoolId(1), PoolQuota::gpus(Gpus::whole(gpus)))]);
    let gpu = GpuDevice { kind: "A".into(), memory: MemoryBytes::gb(80) };
    let nodes = (0..NODES).map(|i| Node {
        name: format!("n{i:04}").as_str().into(),
        labels: BTreeMap::new(),
        taints: vec![],
        ready: Readiness::Ready,
        gpus: vec![gpu.clone(); 8],
        cpu: Cores::whole(96),
        memory: MemoryBytes::gb(1_000),
        extended: BTreeMap::new(),
        created_at: start,
    });
    let projects = (1..=PROJECTS).map(|i| Project {
        id: ProjectId(i),
        cluster,
        department: DepartmentId(1),
        name: format!("p{i}").parse().expect("a name"),
        description: String::new(),
        requested_namespace: None,
        quotas: quotas(160),
        default_node_pools: vec![],
        created_at: start,
        updated_at: start,
        created_by: String::new(),
    });
    let jobs = (0..JOBS).map(|i| {
        let spec = spec([1, 1, 1, 2, 0][i as usize % 5], "low");
        let project = ProjectId((i % PROJECTS as u128) as i32 + 1);
        let at = Timestamp::from_second(i as i64).unwrap_or_default();
        Job::single(WorkloadId(uuid::Uuid::from_u128(i)), format!("w{i}"), project, at, &spec)
    });
    Snapshot {
        serial: 1,
        now: Timestamp::from_second(20_000).unwrap_or_default(),
        cluster_name: "lab".into(),
        unreachable_since: None,
        pools: vec![NodePool {
            id: NodePoolId(1),
            cluster,
            name: "default".parse().expect("a name"),
            label: None,
            gpu_placement: Placing::Binpack,
            cpu_placement: Placing::Binpack,
            created_at: start,
        }],
        nodes: nodes.collect(),
        departments: vec![Department {
            id: DepartmentId(1),
            cluster,
            name: "default".parse().expect("a name"),
            description: String::new(),
            quotas: quotas(8_000),
            default_node_pools: vec![],
            created_at: start,
            updated_at: start,
            created_by: String::new(),
        }],
        projects: projects.collect(),
        jobs: jobs.collect(),
        settings: Settings::default(),
    }
}
