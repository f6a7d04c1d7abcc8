//! What is said comes true, on random clusters: verdicts and fixes (`why.md` §7, W1–W3), and reasons:
//! without the obstacle that is named the work is placed, or another obstacle shows (§2).

mod common;

use std::collections::BTreeMap;

use common::{
    new_job,
    random::{cluster, only_placed, started},
};
use domain::{
    Cores, Gpus, MemoryBytes, Other, Reason, Resources,
    node::{GpuDevice, Node, Readiness, TaintEffect},
    reason::{Amount, Constraint, ScopeKind, ScopeRef},
    submission::{GpuRequest, PodRequest, Spec},
    verdict::{Fix, FixAction, FixCode, Outcome, Verdict, VerdictKind, apply_patch},
    workload::Placement,
};
use proptest::{
    prelude::*,
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use scheduler::{Decision, Help, Job, Pod, Probe, Scheduler, Snapshot, schedule, verdict};

/// Behind every number that a random cluster gives.
const LATE: usize = 1_000;

/// The job that the probe becomes when it is created now.
fn created(snapshot: &Snapshot, probe: &Probe) -> Job {
    let job = new_job(LATE, "probe", probe.project, &probe.spec);
    Job { submitted_at: snapshot.now, ..job }
}

/// What becomes of the probe.
#[derive(Debug)]
enum Next {
    /// It starts, at once or when those have gone who go for it.
    Placed(Placement),
    Waits(Vec<Reason>),
}

/// What the next cycle says about the probe, created.
fn next_cycle(snapshot: &Snapshot, probe: &Probe) -> Next {
    next_of(snapshot, &created(snapshot, probe))
}

/// What the next cycle says about one job more.
fn next_of(snapshot: &Snapshot, job: &Job) -> Next {
    let mut with = snapshot.clone();
    let id = job.id;
    with.jobs.push(job.clone());
    let decisions = schedule(&with);
    let makes_room = decisions.iter().any(
        |decision| matches!(decision, Decision::Evict { gains: Some(gains), .. } if *gains == id),
    );
    let is_lost = decisions
        .iter()
        .any(|decision| matches!(decision, Decision::Evict { workload, .. } if *workload == id));
    let mut reasons = vec![];
    for decision in decisions.into_iter().filter(|decision| decision.workload() == id) {
        match decision {
            Decision::Bind { placement, .. } if !is_lost => return Next::Placed(placement),
            Decision::Pipeline { placement, .. } if makes_room && !is_lost => {
                return Next::Placed(placement);
            }
            Decision::Wait { reasons: told, .. } => reasons = told,
            _ => {}
        }
    }
    if reasons.is_empty() {
        reasons.push(Reason::QueuedForCycle);
    }
    Next::Waits(reasons)
}

/// Nothing runs, nothing waits, every node is ready.
fn emptied(snapshot: &Snapshot) -> Snapshot {
    let mut empty = snapshot.clone();
    empty.jobs.clear();
    empty.nodes.iter_mut().for_each(|node| node.ready = Readiness::Ready);
    empty
}

proptest! {
    #[test]
    fn w1_the_next_cycle_does_what_the_verdict_says(text in cluster()) {
        let cluster = started(&text);
        let probe = cluster.probe.unwrap();
        let said = verdict(&cluster.snapshot, &probe).outcome;
        match (next_cycle(&cluster.snapshot, &probe), said) {
            (Next::Placed(placement), Outcome::StartsNow { placement: said }) => {
                prop_assert_eq!(placement, said);
            }
            (Next::Waits(mut reasons), Outcome::Waits { reason, others, .. }) => {
                prop_assert_eq!(reasons.remove(0), reason);
                prop_assert_eq!(reasons, others);
            }
            (Next::Waits(_), Outcome::Never { .. }) => {}
            (done, said) => prop_assert!(false, "{done:?}, but the verdict was {said:?}"),
        }
    }

    #[test]
    fn w2_only_what_the_emptied_cluster_refuses_is_never(text in cluster()) {
        let cluster = started(&text);
        let probe = cluster.probe.unwrap();
        let kind = verdict(&cluster.snapshot, &probe).outcome.kind();
        let on_empty = next_cycle(&emptied(&cluster.snapshot), &probe);
        let is_placed = matches!(on_empty, Next::Placed(_));
        prop_assert_eq!(kind != VerdictKind::Never, is_placed, "{:?}, {:?}", kind, on_empty);
    }

    #[test]
    fn w3_every_fix_keeps_its_promise(text in cluster()) {
        let cluster = started(&text);
        let probe = cluster.probe.unwrap();
        let outcome = verdict_for_its_owner(&cluster.snapshot, &probe).outcome;
        let was = outcome.kind();
        let (Outcome::Never { fixes, .. } | Outcome::Waits { fixes, .. }) = outcome else {
            return Ok(());
        };
        prop_assert!(fixes.len() <= 4);
        for fix in fixes {
            let patched = apply_patch(&probe.spec.submission, &fix.patch).unwrap();
            let spec = Spec::try_from(patched).unwrap();
            prop_assert!(was < fix.then, "{:?} does not help, it was {:?}", fix, was);
            prop_assert!(is_what_it_says(fix.code, &probe.spec, &spec), "{:?}", fix);
            let after = fix.action.as_ref().map_or(cluster.snapshot.clone(), |action| {
                done(action, &cluster.snapshot)
            });
            let then = verdict(&after, &Probe { spec, ..probe.clone() }).outcome;
            prop_assert_eq!(then.kind(), fix.then);
            let at = match then {
                Outcome::StartsNow { placement } => Some(placement),
                _ => None,
            };
            prop_assert_eq!(at, fix.placement);
        }
    }

    #[test]
    fn a_part_cores_and_memory_are_the_most_that_start(text in cluster()) {
        let cluster = started(&text);
        let probe = cluster.probe.unwrap();
        let outcome = verdict(&cluster.snapshot, &probe).outcome;
        let (Outcome::Never { fixes, .. } | Outcome::Waits { fixes, .. }) = outcome else {
            return Ok(());
        };
        for fix in fixes.iter().filter(|fix| fix.then == VerdictKind::StartsNow) {
            let Some(more) = one_step_more(&probe, fix) else { continue };
            let next = next_cycle(&cluster.snapshot, &more);
            prop_assert!(matches!(next, Next::Waits(_)), "{:?}, but {:?}", fix, next);
        }
    }

    #[test]
    fn fewer_gpus_are_the_most_that_start(text in cluster()) {
        let cluster = started(&text);
        let probe = cluster.probe.unwrap();
        let starts = |devices: u32| {
            let asked = with_gpus(&probe, devices);
            matches!(next_cycle(&cluster.snapshot, &asked), Next::Placed(_))
        };
        let most = (1..probe.spec.pod.gpu.devices()).rev().find(|devices| starts(*devices));
        let outcome = verdict(&cluster.snapshot, &probe).outcome;
        let (Outcome::Never { fixes, .. } | Outcome::Waits { fixes, .. }) = outcome else {
            return Ok(());
        };
        let fewer = fixes.iter().filter(|fix| fix.code == FixCode::FewerGpus);
        let said = fewer.filter(|fix| fix.then == VerdictKind::StartsNow).map(|fix| {
            fix.patch["compute"]["gpuDevicesRequest"].as_u64().unwrap() as u32
        });
        prop_assert_eq!(said.max(), most);
    }

    #[test]
    fn without_its_obstacle_the_work_is_placed_or_meets_another(text in cluster(), which in 0..6_usize) {
        let cluster = started(&text);
        // Those that are placed before it or beside it stay; those that wait are of no matter.
        let mut snapshot = only_placed(&cluster.snapshot);
        let whole = |job: &&Job| job.is_pending() && job.placements().next().is_none();
        let mut subjects: Vec<_> = snapshot.jobs.iter().filter(whole).cloned().collect();
        subjects.insert(0, created(&snapshot, &cluster.probe.unwrap()));
        let job = subjects.swap_remove(which % subjects.len());
        snapshot.jobs.retain(|job| !job.is_pending());
        let Next::Waits(reasons) = next_of(&snapshot, &job) else { return Ok(()) };
        let main = reasons[0].clone();
        let Some((freed, job)) = without(&main, &snapshot, &job) else { return Ok(()) };
        let then = next_of(&freed, &job);
        match &then {
            Next::Placed(_) => {}
            Next::Waits(reasons) => {
                prop_assert_ne!(obstacle(&reasons[0]), obstacle(&main), "{:?}", main);
                // A gang wants more than one place, and other pods may be in its way.
                let is_busy = matches!(main, Reason::Busy { .. }) && job.pods.len() == 1;
                let is_picky = job.pods[0].near != Default::default()
                    || !job.pods[0].request.claims.is_empty();
                prop_assert!(!is_busy || is_picky, "room would have done, {:?}, but {:?}", main, then);
                // Only other pods were in the way, and no label of a node.
                let is_by_others = matches!(&main, Reason::NoNodeMatches {
                    constraint: Constraint::PodAffinity { .. }, ..
                }) && job.pods[0].request.near_by.is_none();
                prop_assert!(!is_by_others, "nobody is in the way, {:?}, but {:?}", main, then);
            }
        }
    }
}

/// Random clusters are worth nothing where nobody meets an obstacle.
#[test]
fn random_clusters_meet_every_obstacle_that_a_cluster_can_have() {
    let mut runner = TestRunner::deterministic();
    let mut met = BTreeMap::<_, u32>::new();
    for _ in 0..1_500 {
        let text = cluster().new_tree(&mut runner).expect("a cluster").current();
        for decision in schedule(&started(&text).snapshot) {
            let said = match &decision {
                Decision::Wait { reasons, .. } => reasons[0].code(),
                Decision::Evict { by, .. } => by.name(),
                Decision::Bind { .. } | Decision::Pipeline { .. } => continue,
            };
            *met.entry(said).or_default() += 1;
        }
    }
    let named = [
        "Busy",
        "Gang",
        "LargerThanAnyNode",
        "MakingRoom",
        "NoNodeMatches",
        "NoSuchPool",
        "NodesNotReady",
        "NonPreemptibleOverQuota",
        "OverFairShare",
        "OverLimit",
        "PoolEmpty",
        "SharingOff",
        "VictimsProtected",
        "VolumeBusy",
        "VolumeElsewhere",
        "consolidation",
        "preempt",
        "reclaim",
    ];
    let rare: Vec<_> =
        named.iter().filter(|name| met.get(**name).copied().unwrap_or_default() < 3).collect();
    assert!(rare.is_empty(), "{rare:?} of {met:?}");
}

/// The probe with so many devices.
fn with_gpus(probe: &Probe, devices: u32) -> Probe {
    let patch = serde_json::json!({ "compute": { "gpuDevicesRequest": devices } });
    let patched = apply_patch(&probe.spec.submission, &patch).expect("a right submission");
    Probe { project: probe.project, spec: Spec::try_from(patched).expect("a right submission") }
}

/// The verdict for somebody whose are all workloads of the probe's project.
fn verdict_for_its_owner(snapshot: &Snapshot, probe: &Probe) -> Verdict {
    let own = snapshot.jobs.iter().filter(|job| job.project == probe.project && !job.is_pending());
    let own: Vec<_> = own.map(|job| job.id).collect();
    let submitted = |patch: &serde_json::Value| {
        Spec::try_from(apply_patch(&probe.spec.submission, patch)?).ok()
    };
    let help = Help { submitted: &submitted, own: &own };
    Scheduler::new(snapshot.clone()).verdict_for(probe, &help)
}

/// The snapshot after an action.
fn done(action: &FixAction, snapshot: &Snapshot) -> Snapshot {
    let mut after = snapshot.clone();
    match action {
        FixAction::Stop { workload: Other::Named(gone) } => {
            after.jobs.retain(|job| job.id != gone.id);
        }
        FixAction::Ask { scope, pool, to, limit, .. } => {
            raise(&mut after, scope, pool, *to, Resources::default(), !limit).expect("a number");
        }
        FixAction::Stop { .. } | FixAction::Retry => {}
    }
    after
}

/// The probe with one step more than what a fix asks for, where that is still less than before.
fn one_step_more(probe: &Probe, fix: &Fix) -> Option<Probe> {
    let compute = &fix.patch["compute"];
    let was = &probe.spec.pod;
    let more = match fix.code {
        FixCode::FewerCores => {
            let step = if was.cpu > Cores::from_f64(1.0)? { 1.0 } else { 0.1 };
            serde_json::json!({ "cpuCoreRequest": compute["cpuCoreRequest"].as_f64()? + step })
        }
        FixCode::LessMemory => {
            let is: MemoryBytes = compute["cpuMemoryRequest"].as_str()?.parse().ok()?;
            let step = if was.memory > MemoryBytes::gb(1) { 1_000 } else { 100 };
            serde_json::json!({ "cpuMemoryRequest": format!("{}M", is.0 / 1_000_000 + step) })
        }
        FixCode::Fraction => {
            let percent = (compute["gpuPortionRequest"].as_f64()? * 100.0).round() + 1.0;
            let portion = percent / 100.0;
            serde_json::json!({ "gpuDevicesRequest": 1, "gpuRequestType": "portion",
                "gpuPortionRequest": portion, "gpuPortionLimit": null })
        }
        _ => return None,
    };
    let patch = serde_json::json!({ "compute": more });
    let spec = Spec::try_from(apply_patch(&probe.spec.submission, &patch)?).ok()?;
    let is = &spec.pod;
    let part = |pod: &PodRequest| pod.gpu.per_device(MemoryBytes::gb(80));
    let is_less = is.cpu < was.cpu || is.memory < was.memory || part(is) < part(was);
    is_less.then(|| Probe { spec, ..probe.clone() })
}

/// A fix takes away what its name says and leaves the rest.
fn is_what_it_says(code: FixCode, was: &Spec, is: &Spec) -> bool {
    let same_gpu = was.pod.gpu == is.pod.gpu;
    let (was_pod, is_pod) = (&was.pod, &is.pod);
    match code {
        FixCode::FewerCores => same_gpu && is_pod.cpu < was_pod.cpu,
        FixCode::LessMemory => same_gpu && is_pod.memory < was_pod.memory,
        FixCode::DropConstraint => {
            same_gpu
                && (is_pod.node_type.as_ref(), is_pod.affinity.0.len(), is_pod.extended.len())
                    <= (
                        was_pod.node_type.as_ref(),
                        was_pod.affinity.0.len(),
                        was_pod.extended.len(),
                    )
        }
        FixCode::StopMine | FixCode::AskOwner => was == is,
        FixCode::MoreMemory | FixCode::OtherTag | FixCode::Retry => false,
        FixCode::FewerGpus => (1..was.pod.gpu.devices()).contains(&is.pod.gpu.devices()),
        FixCode::Fraction => match (was.pod.gpu, is.pod.gpu) {
            (
                GpuRequest::Memory { devices, memory },
                GpuRequest::Memory { devices: of, memory: less },
            ) => devices == of && less < memory,
            (_, is) => matches!(is, GpuRequest::Portion { devices: 1, .. }),
        },
        FixCode::OtherPool => same_gpu && is.node_pools.ends_with(&was.node_pools),
        FixCode::Preemptible => same_gpu && !was.is_preemptible() && is.is_preemptible(),
    }
}

/// What a reason is about, without its numbers.
fn obstacle(reason: &Reason) -> String {
    let resource = |amount: &Amount| std::mem::discriminant(amount);
    let what = match reason {
        Reason::NonPreemptibleOverQuota { scope, pool, asked, .. }
        | Reason::OverLimit { scope, pool, asked, .. } => {
            format!("{scope} {pool} {:?}", resource(asked))
        }
        Reason::LargerThanAnyNode { pool, asked, .. } => format!("{pool} {:?}", resource(asked)),
        Reason::NoNodeMatches { pool, constraint, .. } => format!("{pool} {constraint:?}"),
        Reason::PoolClosed { pool, .. } | Reason::NodesNotReady { pool, .. } => pool.clone(),
        Reason::OverFairShare { pool, .. }
        | Reason::VictimsProtected { pool, .. }
        | Reason::Gang { pool, .. }
        | Reason::PoolEmpty { pool } => pool.clone(),
        other => format!("{other:?}"),
    };
    format!("{} {what}", reason.code())
}

/// The snapshot with just this obstacle removed; `None` where nobody could.
fn without(reason: &Reason, snapshot: &Snapshot, subject: &Job) -> Option<(Snapshot, Job)> {
    let (mut freed, mut job) = (snapshot.clone(), subject.clone());
    match reason {
        Reason::NonPreemptibleOverQuota { scope, pool, asked, .. } => {
            let used = used(snapshot, scope, pool, true);
            raise(&mut freed, scope, pool, *asked, used, true)?;
        }
        Reason::OverLimit { scope, pool, asked, .. } => {
            let used = used(snapshot, scope, pool, false);
            raise(&mut freed, scope, pool, *asked, used, false)?;
        }
        Reason::PoolClosed { pool, project } => {
            let pool = freed.pools.iter().find(|own| own.name.as_str() == pool)?.id;
            let of = freed.projects.iter_mut().find(|own| own.name.as_str() == project)?;
            let quota = of.quotas.get_mut(&pool)?;
            (quota.gpu.over_quota_weight, quota.gpu.limit) = (1.0, None);
        }
        Reason::Busy { node, .. } => {
            let node = node.as_ref()?;
            let there = |job: &Job| job.placements().any(|(_, placement)| placement.node == *node);
            freed.jobs.retain(|job| !there(job));
        }
        Reason::LargerThanAnyNode { node, asked, .. } => {
            let node = node.as_ref()?;
            grow(freed.nodes.iter_mut().find(|own| own.name == *node)?, *asked, subject);
        }
        // Nobody is protected any more.
        Reason::VictimsProtected { .. } => {
            freed.settings.pools.clear();
            freed.settings.scopes.values_mut().for_each(|of| of.min_runtime = Default::default());
        }
        // Everything is free, so that nobody's share is in the way.
        Reason::OverFairShare { pool, .. } => {
            let here = |job: &Job| job.placements().any(|(_, at)| at.pool.as_str() == pool);
            freed.jobs.retain(|job| !here(job));
        }
        // Room for each pod: a node like each of the pool.
        Reason::Gang { pool, needed, .. } => {
            let of_pool = |node: &&Node| {
                node.pool(&snapshot.pools).is_some_and(|own| own.name.as_str() == pool)
            };
            let here: Vec<_> = snapshot.nodes.iter().filter(of_pool).cloned().collect();
            for (node, at) in here.iter().flat_map(|node| (0..*needed).map(move |at| (node, at))) {
                let name = format!("{}-{at}", node.name).as_str().into();
                freed.nodes.push(Node { name, ready: Readiness::Ready, ..node.clone() });
            }
        }
        Reason::SharingOff { pool } => {
            freed.pools.iter_mut().find(|own| own.name.as_str() == pool)?.gpu_fractions = true;
        }
        Reason::PoolEmpty { pool } => {
            let label = freed.pools.iter().find(|own| own.name.as_str() == pool)?.label.clone();
            let mut node = freed.nodes.first()?.clone();
            (node.name, node.ready) = ("one-more".into(), Readiness::Ready);
            node.labels.remove("pool");
            node.labels.extend(label);
            freed.nodes.push(node);
        }
        Reason::NodesNotReady { nodes, .. } => {
            let named = freed.nodes.iter_mut().filter(|node| nodes.contains(&node.name));
            named.for_each(|node| node.ready = Readiness::Ready);
        }
        Reason::NoNodeMatches { constraint: Constraint::ExtendedFree { .. }, .. } => {
            freed.jobs.clear();
        }
        Reason::NoNodeMatches { constraint: Constraint::PodAffinity { key }, .. } => {
            // Every node is somewhere, and nobody minds where others are.
            for (at, node) in freed.nodes.iter_mut().enumerate() {
                node.labels.entry(key.clone()).or_insert_with(|| at.to_string());
            }
            let pods = freed.jobs.iter_mut().flat_map(|job| &mut job.pods).chain(&mut job.pods);
            pods.for_each(|pod| {
                pod.near = Default::default();
                pod.request.claims.clear();
            });
        }
        Reason::VolumeBusy { .. } | Reason::VolumeElsewhere { .. } => {
            let pods = freed.jobs.iter_mut().flat_map(|job| &mut job.pods).chain(&mut job.pods);
            pods.for_each(|pod| pod.request.claims.clear());
        }
        Reason::NoNodeMatches { constraint, .. } => {
            freed.nodes.iter_mut().for_each(|node| meet(node, constraint));
        }
        _ => return None,
    }
    Some((freed, job))
}

/// What a pod is charged: a part by memory is rounded up to a hundredth of the device.
fn charged(pod: &Pod, placement: &Placement) -> Gpus {
    let each = placement.gpus.iter().map(|gpu| match pod.request.gpu {
        GpuRequest::Memory { .. } => Gpus((gpu.portion.0 + 9_999) / 10_000 * 10_000),
        _ => gpu.portion,
    });
    each.sum()
}

/// What a scope holds in a pool.
fn used(snapshot: &Snapshot, scope: &ScopeRef, pool: &str, firm: bool) -> Resources {
    let belongs = |job: &Job| {
        let project = snapshot.projects.iter().find(|project| project.id == job.project)?;
        let of = snapshot.departments.iter().find(|d| d.id == project.department)?;
        Some(match scope.kind {
            ScopeKind::Project => project.name.as_str() == scope.name,
            ScopeKind::Department => of.name.as_str() == scope.name,
        })
    };
    let mut all = Resources::default();
    for job in snapshot.jobs.iter().filter(|job| belongs(job) == Some(true)) {
        let in_pool = |(_, placement): &(&Pod, &Placement)| placement.pool.as_str() == pool;
        for (pod, placement) in job.placements().filter(in_pool) {
            if !firm || !job.preemptible {
                let gpu = charged(pod, placement);
                all += Resources { gpu, cpu: pod.request.cpu, memory: pod.request.memory };
            }
        }
    }
    all
}

/// Raises quota or limit of one resource so that what is asked fits beside what is used.
fn raise(
    snapshot: &mut Snapshot,
    scope: &ScopeRef,
    pool: &str,
    asked: Amount,
    used: Resources,
    quota: bool,
) -> Option<()> {
    let pool = snapshot.pools.iter().find(|own| own.name.as_str() == pool)?.id;
    let (projects, departments) = (&mut snapshot.projects, &mut snapshot.departments);
    let quotas = match scope.kind {
        ScopeKind::Project => {
            &mut projects.iter_mut().find(|own| own.name.as_str() == scope.name)?.quotas
        }
        ScopeKind::Department => {
            &mut departments.iter_mut().find(|own| own.name.as_str() == scope.name)?.quotas
        }
    };
    let of = quotas.get_mut(&pool)?;
    fn set<T: PartialOrd>(of: &mut domain::org::Quota<T>, quota: bool, to: T) {
        let of = if quota { &mut of.deserved } else { &mut of.limit };
        *of = of.take().map(|own| if own < to { to } else { own });
    }
    match asked {
        Amount::Gpu(gpus) => set(&mut of.gpu, quota, used.gpu + gpus),
        Amount::Cpu(cores) => set(&mut of.cpu, quota, used.cpu + cores),
        Amount::Memory(bytes) => set(&mut of.memory, quota, used.memory + bytes),
        Amount::GpuMemory(_) => return None,
    }
    Some(())
}

/// Memory of a device that has so much: it counts in whole hundreds of MiB.
fn above(asked: MemoryBytes) -> MemoryBytes {
    asked + MemoryBytes(100 << 20)
}

/// Gives a node as much of a resource as is asked.
fn grow(node: &mut Node, asked: Amount, subject: &Job) {
    let gpu = subject.pods[0].request.gpu;
    match asked {
        Amount::Cpu(cores) => node.cpu = cores,
        Amount::Memory(bytes) => node.memory = bytes,
        Amount::GpuMemory(bytes) => node.gpus.iter_mut().for_each(|gpu| gpu.memory = above(bytes)),
        Amount::Gpu(_) => {
            let memory = match gpu {
                GpuRequest::Memory { memory, .. } => above(memory),
                _ => MemoryBytes::gb(80),
            };
            let fits = |of: &GpuDevice| gpu.per_device(of.memory) <= Gpus::whole(1);
            while node.gpus.iter().filter(|of| fits(of)).count() < gpu.devices() as usize {
                node.gpus.push(GpuDevice { kind: "NVIDIA".to_owned(), memory });
            }
        }
    }
}

/// Makes a node meet a constraint.
fn meet(node: &mut Node, constraint: &Constraint) {
    match constraint {
        Constraint::NodeType { wanted } => {
            node.labels.insert(domain::node::NODE_TYPE_LABEL.to_owned(), wanted.clone());
        }
        Constraint::Affinity => {
            // Meets each of the three that random work asks for.
            node.labels.insert("zone".to_owned(), "north".to_owned());
        }
        Constraint::Toleration { taint } => {
            node.taints
                .retain(|own| own.effect == TaintEffect::PreferNoSchedule || own.key != *taint);
        }
        Constraint::ExtendedResource { name, asked } => {
            node.extended.insert(name.clone(), *asked);
        }
        Constraint::ExtendedFree { .. } | Constraint::PodAffinity { .. } => {}
    }
}
