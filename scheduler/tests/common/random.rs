//! Random clusters, as the text that a failing test then shows. Jobs named `r…` run already, placed
//! at a time when there were no quotas and every node was ready, so that quotas may be passed.

use domain::{node::Readiness, org::PoolQuota};
use proptest::{collection::vec, option, prelude::*};
use scheduler::{Action, Decision, Job, PodState, Snapshot, schedule};

use super::{Cluster, read};

/// A cluster with running and waiting jobs and a probe.
pub fn cluster() -> impl Strategy<Value = String> {
    prop_oneof![6 => mixed(), 2 => crowded(), 1 => scattered()]
}

/// A small cluster in which everybody asks for the same few GPUs, so that what stands in the way is who has them.
fn crowded() -> impl Strategy<Value = String> {
    let node = (2..5_u32).prop_map(|gpus| format!(" gpus={gpus} cpu=64 memory=256"));
    let quota = || (word(0.7, "gpus", 0..4_u32), word(0.2, "used", one_of(&["0.2", "0.8"])));
    let project = (0..2_usize, quota()).prop_map(|(of, (a, b))| (of, a + &b));
    let small = || {
        let words = (
            (1..3_u32).prop_map(|gpus| format!(" gpus={gpus}")),
            word(0.6, "priority", one_of(&["low", "medium", "very-high"])),
            word(0.6, "preemptible", Just("yes")),
            gang(),
        );
        (0..3_usize, words).prop_map(|(project, (a, b, c, d))| (project, a + &b + &c + &d))
    };
    let running = (small(), started_ago()).prop_map(|((of, words), ago)| (of, words + &ago));
    let jobs = (vec(running, 3..9), vec(small(), 1..5), small());
    (guarantee(), vec(node, 1..4), vec(project, 1..4), jobs).prop_map(
        |(protects, nodes, projects, (running, waiting, probe))| {
            let mut text = format!("pool default{protects}\ndepartment d0\ndepartment d1\n");
            let mut add = |line: String| text += &(line + "\n");
            nodes.iter().enumerate().for_each(|(i, words)| add(format!("node n{i}{words}")));
            projects.iter().enumerate().for_each(|(i, (d, quota))| {
                add(format!("project p{i} department=d{d}{quota}"));
            });
            let of = |(project, words): &(usize, String)| {
                format!("project=p{}{words}", project % projects.len())
            };
            running.iter().enumerate().for_each(|(i, ask)| add(format!("job r{i} {}", of(ask))));
            waiting.iter().enumerate().for_each(|(i, ask)| add(format!("job w{i} {}", of(ask))));
            add(format!("probe {}", of(&probe)));
            text
        },
    )
}

/// Nodes that are alike, with preemptible work scattered over them, so that moving it makes room.
fn scattered() -> impl Strategy<Value = String> {
    let there = (0..3_usize, 1..3_u32, 0..4_u32).prop_map(|(project, gpus, node)| {
        let words =
            format!(" gpus={gpus} preemptible=yes rather-on=kubernetes.io/hostname:In:n{node}");
        (project, words)
    });
    let wanted = (0..3_usize, 2..5_u32, word(0.8, "preemptible", Just("yes")))
        .prop_map(|(project, gpus, kind)| (project, format!(" gpus={gpus}{kind}")));
    let probe = (1..5_u32, word(0.5, "preemptible", Just("yes")));
    (2..5_usize, vec(there, 2..8), vec(wanted, 1..4), probe).prop_map(
        |(nodes, running, waiting, (gpus, kind))| {
            let mut text = String::from("pool default\ndepartment d0\n");
            let mut add = |line: String| text += &(line + "\n");
            (0..nodes).for_each(|i| add(format!("node n{i} gpus=4 cpu=64 memory=256")));
            (0..3).for_each(|i| add(format!("project p{i} department=d0")));
            let jobs = |kind: char, jobs: &[(usize, String)]| -> Vec<String> {
                let jobs = jobs.iter().enumerate();
                jobs.map(|(i, (p, words))| format!("job {kind}{i} project=p{p}{words}")).collect()
            };
            jobs('r', &running).into_iter().chain(jobs('w', &waiting)).for_each(&mut add);
            add(format!("probe project=p0 gpus={gpus}{kind}"));
            text
        },
    )
}

/// What is known of volumes that claims name.
const VOLUMES: &[&str] = &[
    "w one-node shared",
    "w one-node department=d0 shared",
    "w one-node project=p0",
    "w project=p0",
    "v nodes=n0",
    "v one-node nodes=n0,n1",
];

/// A cluster in which anything may be the case.
fn mixed() -> impl Strategy<Value = String> {
    let scopes = (vec(quota(), 1..3), vec((0..2_usize, quota()), 1..4));
    let jobs = || {
        let words = (ask(), gang(), near());
        vec(words.prop_map(|((of, words), gang, near)| (of, words + &gang + &near)), 0..8)
    };
    let running = (jobs(), vec(started_ago(), 8)).prop_map(|(jobs, ago)| {
        jobs.into_iter().zip(ago).map(|((of, words), ago)| (of, words + &ago)).collect::<Vec<_>>()
    });
    let whole = word(0.1, "whole", Just("only"));
    let pools = (any::<[bool; 4]>(), [guarantee(), guarantee()], whole);
    let volumes = vec(one_of(VOLUMES), 0..3);
    (pools, vec(node(), 1..5), (scopes, volumes), running, jobs(), ask()).prop_map(
        |((spread, protects, whole), nodes, (scopes, volumes), running, waiting, probe)| {
            let (departments, projects) = scopes;
            let way = |spread| if spread { "spread" } else { "binpack" };
            let [gpu, cpu, other_gpu, other_cpu] = spread.map(way);
            let mut text = format!(
                "pool default gpu={gpu} cpu={cpu}{}\npool a100 gpu={other_gpu} cpu={other_cpu}{}{whole}\n",
                protects[0], protects[1]
            );
            let mut add = |line: String| text += &(line + "\n");
            nodes.iter().enumerate().for_each(|(i, words)| add(format!("node n{i}{words}")));
            let count = departments.len();
            departments.iter().enumerate().for_each(|(i, q)| add(format!("department d{i}{q}")));
            projects.iter().enumerate().for_each(|(i, (d, quota))| {
                add(format!("project p{i} department=d{}{quota}", d % count));
            });
            volumes.iter().for_each(|volume| add(format!("volume {volume}")));
            let of = |(project, words): &(usize, String)| {
                format!("project=p{}{words}", project % projects.len())
            };
            running.iter().enumerate().for_each(|(i, ask)| add(format!("job r{i} {}", of(ask))));
            waiting.iter().enumerate().for_each(|(i, ask)| add(format!("job w{i} {}", of(ask))));
            add(format!("probe {}", of(&probe)));
            text
        },
    )
}

/// Reads it and lets those run that do.
pub fn started(text: &str) -> Cluster {
    let mut cluster = read(text);
    let runs = |job: &Job| job.name.starts_with('r');
    let mut before = cluster.snapshot.clone();
    before.jobs.retain(runs);
    before.nodes.iter_mut().for_each(|node| node.ready = Readiness::Ready);
    let free = |quota: &mut PoolQuota| *quota = PoolQuota::unlimited();
    before.projects.iter_mut().flat_map(|p| p.quotas.values_mut()).for_each(free);
    before.departments.iter_mut().flat_map(|d| d.quotas.values_mut()).for_each(free);
    let placed = carried_out(&before).jobs;
    for job in &mut cluster.snapshot.jobs {
        let own = placed.iter().find(|placed| placed.id == job.id);
        if let Some(own) = own {
            job.pods.clone_from(&own.pods);
        }
    }
    let has_enough = |job: &Job| job.placements().count() >= job.min_pods as usize;
    cluster.snapshot.jobs.retain(|job| !runs(job) || has_enough(job));
    cluster
}

/// The snapshot after its decisions have been carried out: what was bound runs, what was evicted
/// is gone and waits, reservations are forgotten.
pub fn carried_out(snapshot: &Snapshot) -> Snapshot {
    let mut after = snapshot.clone();
    for decision in schedule(snapshot) {
        let id = decision.workload();
        let job = after.jobs.iter_mut().find(|job| job.id == id).expect("a job");
        match decision {
            Decision::Bind { pod, placement, .. } => {
                job.pods[pod].state = PodState::Running(placement);
                job.started.get_or_insert(snapshot.now);
            }
            Decision::Evict { pod, .. } => {
                job.pods[pod].state = PodState::Pending;
                let runs = job.placements().next().is_some();
                job.started = job.started.filter(|_| runs);
            }
            Decision::Pipeline { .. } | Decision::Wait { .. } => {}
        }
    }
    after
}

/// The snapshot with every decision but the evictions carried out.
pub fn only_placed(snapshot: &Snapshot) -> Snapshot {
    let mut before = snapshot.clone();
    before.settings.actions = Some([Action::Allocate].into());
    Snapshot { settings: snapshot.settings.clone(), ..carried_out(&before) }
}

/// Sometimes ` key=value`.
fn word(
    chance: f64,
    key: &'static str,
    value: impl Strategy<Value = impl ToString>,
) -> impl Strategy<Value = String> {
    option::weighted(chance, value).prop_map(move |value| match value {
        Some(value) => format!(" {key}={}", value.to_string()),
        None => String::new(),
    })
}

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(words)
}

fn node() -> impl Strategy<Value = String> {
    let size = (0..5_u32, one_of(&["40", "80"]), 1..12_u32, 2..24_u32);
    let marks = (
        word(0.5, "pool", Just("a100")),
        word(0.15, "taint", one_of(&["team", "team:NoExecute", "old:PreferNoSchedule"])),
        word(0.7, "type", one_of(&["big", "small"])),
        word(0.7, "label.zone", one_of(&["north", "south"])),
        word(0.5, "has.rdma/hca", 1..3_u32),
        word(0.15, "ready", Just("no")),
    );
    (size, marks).prop_map(|((gpus, each, cpu, memory), (a, b, c, d, e, f))| {
        format!(" gpus={gpus}x{each} cpu={cpu} memory={memory}{a}{b}{c}{d}{e}{f}")
    })
}

fn quota() -> impl Strategy<Value = String> {
    let words = (
        word(0.5, "gpus", 0..8_u32),
        word(0.3, "limit", 0..10_u32),
        word(0.2, "cores", 0..16_u32),
        word(0.2, "cores-limit", 0..20_u32),
        word(0.2, "memory", 0..24_u32),
        word(0.2, "memory-limit", 0..32_u32),
        word(0.1, "weight", Just(0)),
        word(0.3, "rank", 1..8_u32),
        word(0.3, "used", one_of(&["0.1", "0.5", "0.9"])),
        word(0.1, "protects", one_of(&["5", "60"])),
    );
    words.prop_map(|(a, b, c, d, e, f, g, h, i, j)| format!("{a}{b}{c}{d}{e}{f}{g}{h}{i}{j}"))
}

/// Sometimes a minimum runtime that some of those who run have behind them.
fn guarantee() -> impl Strategy<Value = String> {
    word(0.4, "protects", one_of(&["5", "60"]))
}

/// Minutes that somebody has run already; one in three of them has always run.
fn started_ago() -> impl Strategy<Value = String> {
    word(0.66, "started", 0..90_u32)
}

/// Sometimes something to be near to, or far from.
fn near() -> impl Strategy<Value = String> {
    let places = |key| word(0.08, key, one_of(&["zone:a", "zone:b", "kubernetes.io/hostname:a"]));
    let wishes = (places("rather-near"), places("rather-apart"), {
        word(0.08, "rather-on", one_of(&["zone:In:north@2", "type:NotIn:big"]))
    });
    let claim = word(0.5, "claim", one_of(&["x", "y", "z@n0+n1", "w@", "v@"]));
    (word(0.3, "tag", one_of(&["a", "b"])), places("near"), places("apart"), wishes, claim)
        .prop_map(|(a, b, c, (d, e, f), g)| format!("{a}{b}{c}{d}{e}{f}{g}"))
}

/// Sometimes several pods, all of which or some of which are needed.
fn gang() -> impl Strategy<Value = String> {
    let elastic = word(0.5, "min", 1..4_u32);
    option::weighted(0.25, (2..5_u32, elastic)).prop_map(|gang| match gang {
        Some((pods, min)) => format!(" pods={pods}{min}"),
        None => String::new(),
    })
}

/// A project's number, and what is asked.
fn ask() -> impl Strategy<Value = (usize, String)> {
    let gpu = prop_oneof![
        Just(String::new()),
        (1..6_u32).prop_map(|gpus| format!(" gpus={gpus}")),
        (1..3_u32, 1..=100_u32)
            .prop_map(|(gpus, part)| format!(" gpus={gpus} part={}", f64::from(part) / 100.0)),
        (1..3_u32, 1..90_u32).prop_map(|(gpus, gb)| format!(" gpus={gpus} gpu-memory={gb}")),
    ];
    let words = (
        word(0.8, "cpu", 0..6_u32),
        word(0.8, "memory", 1..12_u32),
        word(0.3, "priority", one_of(&["very-low", "medium", "very-high"])),
        word(0.4, "preemptible", Just("yes")),
        word(0.5, "pools", one_of(&["a100", "default", "a100,default", "b200,default"])),
        word(0.1, "type", one_of(&["big", "small"])),
        word(0.3, "tolerate", one_of(&["team", "old"])),
        word(0.1, "affinity", one_of(&["zone:In:north", "zone:NotIn:south", "zone:Exists"])),
        word(0.15, "needs.rdma/hca", 1..3_u32),
        word(0.05, "beside", one_of(&["zone", "rack"])),
    );
    (0..3_usize, gpu, words).prop_map(|(project, gpu, (a, b, c, d, e, f, g, h, i, j))| {
        (project, format!("{gpu}{a}{b}{c}{d}{e}{f}{g}{h}{i}{j}"))
    })
}
