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
use scheduler::{Decision, Job, Probe, Snapshot, schedule, verdict};

const NODES: usize = 1_000;
const JOBS: u128 = 10_000;
const PROJECTS: i32 = 50;
const ROUNDS: usize = 21;

fn main() {
    let mut snapshot = snapshot();
    let start = Instant::now();
    let decisions = schedule(&snapshot);
    println!("cycle, all pending: {:?}", start.elapsed());
    for decision in decisions {
        let Decision::Place { workload, placement } = decision else { continue };
        let job = snapshot.jobs.iter_mut().find(|job| job.id == workload);
        job.into_iter().for_each(|job| job.placement = Some(placement.clone()));
    }
    let waiting = snapshot.jobs.iter().filter(|job| job.is_pending()).count();
    println!("steady, {waiting} hopeless: {}", median(|| drop(schedule(&snapshot))));
    for gpus in [0, 1, 8, 16] {
        let probe = Probe { project: ProjectId(1), spec: spec(gpus) };
        let time = median(|| drop(verdict(&snapshot, &probe)));
        let kind = verdict(&snapshot, &probe).outcome.kind();
        println!("verdict with fixes, {gpus} GPUs, {kind:?}: {time}");
    }
}

fn median(mut what: impl FnMut()) -> String {
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            what();
            start.elapsed()
        })
        .collect();
    times.sort();
    format!("median {:?}, most {:?}", times[ROUNDS / 2], times[ROUNDS - 1])
}

fn spec(gpus: i64) -> Spec {
    let json = format!(
        r#"{{"image": "a", "priorityClass": "low", "compute": {{"gpuDevicesRequest": {gpus}}}}}"#
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
        let spec = spec([1, 1, 1, 2, 0][i as usize % 5]);
        Job {
            id: WorkloadId(uuid::Uuid::from_u128(i)),
            name: format!("w{i}"),
            project: ProjectId((i % PROJECTS as u128) as i32 + 1),
            submitted_at: Timestamp::from_second(i as i64).unwrap_or_default(),
            priority: spec.priority,
            preemptible: true,
            node_pools: vec![],
            pod: spec.pod,
            placement: None,
            releasing: false,
        }
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
    }
}
