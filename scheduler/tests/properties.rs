//! What must hold on every cluster: nothing is over-committed, equal snapshots give equal
//! decisions, and a verdict comes true (`why.md` §7, W1–W3).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

use std::collections::BTreeMap;

use domain::{
    ClusterId, Cores, DepartmentId, Gpus, MemoryBytes, NodePoolId, ProjectId, Timestamp,
    WorkloadId,
    node::{GpuDevice, Node, NodePool, Placing, Readiness},
    org::{Department, PoolQuota, Project, Quota},
    submission::{Spec, Submission},
    verdict::{Outcome, VerdictKind, apply_patch},
};
use proptest::prelude::*;
use scheduler::{Decision, Job, Probe, Snapshot, schedule, verdict};

const POOLS: [&str; 2] = ["default", "a100"];

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn cluster() -> ClusterId {
    ClusterId(uuid::Uuid::from_u128(1))
}

fn node(at_: usize, (gpus, cpu, memory, pool, ready): (usize, i64, i64, bool, bool)) -> Node {
    let label = pool.then(|| ("pool".to_owned(), "a100".to_owned()));
    let down = Readiness::NotReady { since: at(1), why: "test".into() };
    Node {
        name: format!("n{at_}").as_str().into(),
        labels: label.into_iter().collect(),
        taints: vec![],
        ready: if ready { Readiness::Ready } else { down },
        gpus: vec![GpuDevice { kind: "A".into(), memory: MemoryBytes::gb(40) }; gpus],
        cpu: Cores::whole(cpu),
        memory: MemoryBytes::gb(memory),
        extended: BTreeMap::new(),
        created_at: at(0),
    }
}

fn quota(numbers: (Option<i64>, Option<i64>)) -> PoolQuota {
    let (deserved, limit) = (numbers.0.map(Gpus::whole), numbers.1.map(Gpus::whole));
    let gpu = Quota { deserved, limit, over_quota_weight: 2.0 };
    PoolQuota { gpu, ..PoolQuota::unlimited() }
}

type Ask = (u8, u32, i64, i64, bool, u8);

fn submission((kind, devices, percent, cores, preemptible, pools): Ask) -> Submission {
    let gpu = match kind {
        0 => serde_json::json!({}),
        1 => serde_json::json!({"gpuDevicesRequest": devices}),
        2 => serde_json::json!({"gpuDevicesRequest": devices.min(2), "gpuRequestType": "portion",
            "gpuPortionRequest": percent as f64 / 100.0}),
        _ => serde_json::json!({"gpuDevicesRequest": devices.min(2), "gpuRequestType": "memory",
            "gpuMemoryRequest": format!("{percent}G")}),
    };
    let mut all = serde_json::json!({"image": "a", "compute": gpu,
        "preemptibility": if preemptible { "preemptible" } else { "non-preemptible" }});
    all["compute"]["cpuCoreRequest"] = cores.into();
    all["compute"]["cpuMemoryRequest"] = format!("{}G", cores * 2).into();
    match pools {
        0 => {}
        1 => all["nodePools"] = serde_json::json!(["a100"]),
        _ => all["nodePools"] = serde_json::json!(["a100", "default"]),
    }
    serde_json::from_value(all).unwrap()
}

fn job(number: usize, (project, second, ask): (i32, i64, Ask)) -> Job {
    let spec = Spec::try_from(submission(ask)).unwrap();
    job_of(WorkloadId(uuid::Uuid::from_u128(number as u128)), ProjectId(project), at(second), &spec)
}

fn job_of(id: WorkloadId, project: ProjectId, submitted_at: Timestamp, spec: &Spec) -> Job {
    Job {
        id,
        name: id.to_string(),
        project,
        submitted_at,
        priority: spec.priority,
        preemptible: spec.is_preemptible(),
        node_pools: spec.node_pools.clone(),
        pod: spec.pod.clone(),
        placement: None,
        releasing: false,
    }
}

fn ask() -> impl Strategy<Value = Ask> {
    (0..4_u8, 1..6_u32, 1..=60_i64, 1..6_i64, any::<bool>(), 0..3_u8)
}

prop_compose! {
    fn quotas()(d in prop::option::of(0..8_i64), over in prop::option::of(0..6_i64)) -> PoolQuota {
        quota((d, d.and_then(|d| over.map(|over| d + over))))
    }
}

prop_compose! {
    fn snapshots()(
        nodes in prop::collection::vec(
            (0..5_usize, 2..12_i64, 8..24_i64, any::<bool>(), prop::bool::weighted(0.85)), 1..5),
        departments in prop::collection::vec((quotas(), quotas()), 1..3),
        projects in prop::collection::vec((0..2_usize, quotas(), quotas()), 1..4),
        jobs in prop::collection::vec((1..4_i32, 0..50_i64, ask()), 0..14),
        spread in any::<bool>(),
    ) -> Snapshot {
        let placing = if spread { Placing::Spread } else { Placing::Binpack };
        let pools = POOLS.iter().enumerate().map(|(i, name)| NodePool {
            id: NodePoolId(i as i32 + 1),
            cluster: cluster(),
            name: name.parse().unwrap(),
            label: (i > 0).then(|| ("pool".to_owned(), (*name).to_owned())),
            gpu_placement: placing,
            cpu_placement: placing,
            created_at: at(0),
        });
        let by_pool = |a: &PoolQuota, b: &PoolQuota| {
            BTreeMap::from([(NodePoolId(1), *a), (NodePoolId(2), *b)])
        };
        let count = departments.len();
        Snapshot {
            serial: 1,
            now: at(100),
            cluster_name: "lab".into(),
            unreachable_since: None,
            pools: pools.collect(),
            nodes: nodes.into_iter().enumerate().map(|(i, n)| node(i, n)).collect(),
            departments: departments.iter().enumerate().map(|(i, (a, b))| Department {
                id: DepartmentId(i as i32 + 1),
                cluster: cluster(),
                name: format!("d{i}").parse().unwrap(),
                description: String::new(),
                quotas: by_pool(a, b),
                default_node_pools: vec![],
                created_at: at(0),
                updated_at: at(0),
                created_by: String::new(),
            }).collect(),
            projects: projects.iter().enumerate().map(|(i, (d, a, b))| Project {
                id: ProjectId(i as i32 + 1),
                cluster: cluster(),
                department: DepartmentId((d % count) as i32 + 1),
                name: format!("p{i}").parse().unwrap(),
                description: String::new(),
                requested_namespace: None,
                quotas: by_pool(a, b),
                default_node_pools: vec![],
                created_at: at(0),
                updated_at: at(0),
                created_by: String::new(),
            }).collect(),
            jobs: jobs.into_iter().enumerate().map(|(i, j)| job(i, j)).collect(),
        }
    }
}

/// The snapshot after its decisions have been carried out.
fn carried_out(snapshot: &Snapshot) -> Snapshot {
    let mut after = snapshot.clone();
    for decision in schedule(snapshot) {
        let Decision::Place { workload, placement } = decision else { continue };
        let job = after.jobs.iter_mut().find(|job| job.id == workload).unwrap();
        job.placement = Some(placement);
    }
    after
}

fn nothing_is_over_committed(after: &Snapshot) {
    for node in &after.nodes {
        let here = || {
            let on = |job: &&Job| job.placement.as_ref().is_some_and(|p| p.node == node.name);
            after.jobs.iter().filter(on)
        };
        assert!(here().map(|job| job.pod.cpu).sum::<Cores>() <= node.cpu);
        assert!(here().map(|job| job.pod.memory).sum::<MemoryBytes>() <= node.memory);
        for index in 0..node.gpus.len() as u32 {
            let gpus = here().flat_map(|job| &job.placement.as_ref().unwrap().gpus);
            let used: Gpus = gpus.filter(|gpu| gpu.index == index).map(|gpu| gpu.portion).sum();
            assert!(used <= Gpus::whole(1), "device {index} of {}", node.name);
        }
    }
}

fn no_quota_is_passed(after: &Snapshot) {
    let department = |id: ProjectId| {
        after.projects.iter().find(|p| p.id == id).map(|project| project.department)
    };
    for pool in &after.pools {
        let held = |belongs: &dyn Fn(&Job) -> bool, firm: bool| -> Gpus {
            let in_pool = |job: &&Job| job.placement.as_ref().is_some_and(|p| p.pool == pool.name);
            let jobs = after.jobs.iter().filter(in_pool).filter(|job| belongs(job));
            let jobs = jobs.filter(|job| !firm || !job.preemptible);
            jobs.map(|job| job.placement.as_ref().unwrap().gpu_total()).sum()
        };
        let check = |quota: PoolQuota, belongs: &dyn Fn(&Job) -> bool| {
            assert!(quota.gpu.limit.is_none_or(|limit| held(belongs, false) <= limit));
            assert!(quota.gpu.deserved.is_none_or(|of| held(belongs, true) <= of));
        };
        for project in &after.projects {
            check(project.quota(pool.id), &|job| job.project == project.id);
        }
        for of in &after.departments {
            check(of.quota(pool.id), &|job| department(job.project) == Some(of.id));
        }
    }
}

fn sorted(mut decisions: Vec<Decision>) -> Vec<Decision> {
    decisions.sort_by_key(Decision::workload);
    decisions
}

fn kind(snapshot: &Snapshot, project: ProjectId, spec: &Spec) -> Outcome {
    verdict(snapshot, &Probe { project, spec: spec.clone() }).outcome
}

/// W1: what starts now, created and with the next cycle run alone, starts there.
fn it_comes_true(snapshot: &Snapshot, project: ProjectId, spec: &Spec, outcome: &Outcome) {
    let mut with = snapshot.clone();
    let id = WorkloadId(uuid::Uuid::max());
    with.jobs.push(job_of(id, project, snapshot.now, spec));
    let own = schedule(&with).into_iter().find(|decision| decision.workload() == id);
    match (outcome, own) {
        (Outcome::StartsNow { placement: said }, Some(Decision::Place { placement, .. })) => {
            assert_eq!(said, &placement);
        }
        (Outcome::Waits { reason, .. }, Some(Decision::Wait { reasons, .. })) => {
            assert_eq!(Some(reason), reasons.first());
        }
        (Outcome::Never { .. }, Some(Decision::Wait { .. })) => {}
        (said, got) => panic!("said {said:?}, got {got:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_cycle_keeps_the_rules(snapshot in snapshots()) {
        let decisions = schedule(&snapshot);
        prop_assert_eq!(decisions.len(), snapshot.jobs.len());
        for decision in &decisions {
            if let Decision::Wait { reasons, .. } = decision {
                prop_assert!(!reasons.is_empty());
            }
        }
        let after = carried_out(&snapshot);
        nothing_is_over_committed(&after);
        no_quota_is_passed(&after);
    }

    #[test]
    fn the_order_of_the_lists_means_nothing(snapshot in snapshots()) {
        let mut turned = snapshot.clone();
        turned.nodes.reverse();
        turned.jobs.reverse();
        turned.pools.reverse();
        turned.projects.reverse();
        turned.departments.reverse();
        prop_assert_eq!(sorted(schedule(&snapshot)), sorted(schedule(&turned)));
    }

    #[test]
    fn verdicts_come_true(snapshot in snapshots(), ask in ask(), busy in any::<bool>()) {
        let snapshot = if busy { carried_out(&snapshot) } else { snapshot };
        let (project, spec) = (ProjectId(1), Spec::try_from(submission(ask)).unwrap());
        let outcome = kind(&snapshot, project, &spec);
        it_comes_true(&snapshot, project, &spec, &outcome);
        if let Outcome::Never { .. } = outcome {
            let mut empty = snapshot.clone();
            empty.jobs.clear();
            empty.nodes.iter_mut().for_each(|node| node.ready = Readiness::Ready);
            let on_empty = kind(&empty, project, &spec).kind();
            prop_assert_eq!(on_empty, VerdictKind::Never);
        }
    }

    #[test]
    fn fixes_come_true(snapshot in snapshots(), ask in ask()) {
        let snapshot = carried_out(&snapshot);
        let (project, spec) = (ProjectId(1), Spec::try_from(submission(ask)).unwrap());
        let outcome = kind(&snapshot, project, &spec);
        let (Outcome::Never { fixes, .. } | Outcome::Waits { fixes, .. }) = outcome else {
            return Ok(());
        };
        prop_assert!(fixes.len() <= 4);
        for fix in fixes {
            let patched = apply_patch(&spec.submission, &fix.patch).unwrap();
            let then = kind(&snapshot, project, &Spec::try_from(patched).unwrap());
            prop_assert_eq!(then.kind(), fix.then, "{:?}", fix);
        }
    }
}
