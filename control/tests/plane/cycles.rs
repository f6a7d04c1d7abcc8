//! Cycles that decided something are kept, can be played again to the byte, and tell why somebody else
//! went first.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

use std::{collections::BTreeMap, sync::Arc};

use cluster::simulated::{SimulatedDriver, one_machine};
use control::{
    ControlPlane, FirstAccounts, NewWorkspace,
    clock::SystemChance,
    cycles::Cycle,
    projects::{NewProject, ProjectChange},
};
use domain::{
    Gpus, ProjectId, Scope, WorkloadId,
    access::{Actor, Principal, Role},
    org::PoolQuota,
    settings::Setting,
    submission::Submission,
    workload::Source,
};
use store::{Archive, DatabaseUrl, Store};

use crate::clock::HandClock;

async fn begin(url: &DatabaseUrl, clock: &Arc<HandClock>) -> ControlPlane {
    let store = Store::open(url).await.unwrap();
    let control = ControlPlane::open(store, clock.clone(), Arc::new(SystemChance)).await.unwrap();
    let first = control.bootstrap(true, &[], FirstAccounts::default()).await.unwrap();
    control.drive(first.cluster, Arc::new(SimulatedDriver::in_memory(one_machine())));
    control
}

async fn create(control: &ControlPlane, name: &str, gpus: i64, priority: &str) -> WorkloadId {
    create_in(control, ProjectId(1), name, gpus, priority).await
}

async fn create_in(
    control: &ControlPlane,
    project: ProjectId,
    name: &str,
    gpus: i64,
    priority: &str,
) -> WorkloadId {
    let mut submission = Submission { image: Some("image".into()), ..Submission::default() };
    submission.compute.get_or_insert_default().gpu_devices_request = Some(gpus);
    submission.priority_class = Some(priority.into());
    let new = NewWorkspace {
        start: Default::default(),
        name: name.into(),
        name_is_prefix: false,
        project,
        cluster: *control.world().clusters.keys().next().unwrap(),
        submission,
        source: Source::Cli,
    };
    control.create_workspace(&Actor::berth(), new).await.unwrap().id
}

async fn told(control: &ControlPlane, id: WorkloadId) -> String {
    let look = control.cycle_of(&Actor::berth(), id).await.unwrap();
    look.map_or("nothing".into(), |look| {
        format!("cycle {}: {}", look.number, look.decided.join(" "))
    })
}

#[tokio::test]
async fn a_cycle_is_kept_and_gives_the_same_again() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(folder.path().join("berth.db"));
    let clock = Arc::new(HandClock::default());
    let control = begin(&url, &clock).await;
    control.turn().await.unwrap();
    let world = control.world();
    let gpus = world.nodes.values().flat_map(|nodes| nodes.iter()).map(|node| node.gpus.len());
    let all = i64::try_from(gpus.sum::<usize>()).unwrap();
    // Two that both ask for everything: the one of the higher priority goes first.
    let mine = create(&control, "mine", all, "low").await;
    assert_eq!(told(&control, mine).await, "nothing");
    clock.wind(1);
    let theirs = create(&control, "theirs", all, "medium").await;
    control.turn().await.unwrap();
    insta::assert_snapshot!(told(&control, theirs).await, @"cycle 1: Started on local in node pool default.");
    insta::assert_snapshot!(told(&control, mine).await, @"cycle 1: Waiting for 2 GPUs on one node in default; none is free.");
    let before = control.started_before(&Actor::berth(), mine, theirs).await.unwrap().unwrap();
    insta::assert_snapshot!(before.sentences(mine).join("\n"), @r"
    theirs went first: its priority is 80, that of mine 40.
    Waiting for 2 GPUs on one node in default; none is free.
    ");
    // The next cycles are kept as differences.
    for name in ["a", "b", "c"] {
        clock.wind(60);
        create(&control, name, 1, "low").await;
        control.turn().await.unwrap();
    }
    let last = control.world().last_cycle;
    assert!(last >= 4, "{last} cycles");
    let archive = Archive::open(&url).await.unwrap();
    for number in 1..=last {
        let chain = archive.cycle(number).await.unwrap();
        assert_eq!(chain.len(), number as usize, "each but the first is a difference");
        let cycle = Cycle::read(number, &chain).unwrap();
        assert!(cycle.replay().is_same, "cycle {number}");
        assert!(!cycle.decisions.is_empty());
    }
    // Whoever meddles with what is kept is found out.
    let mut chain = archive.cycle(1).await.unwrap();
    chain[0].body = chain[0].body.replace("\"name\":\"mine\"", "\"name\":\"mine\",\"x\":1");
    assert!(Cycle::read(1, &chain).unwrap().replay().is_same, "an unknown word changes nothing");
    chain[0].body = chain[0].body.replace("\"priority\":80", "\"priority\":20");
    assert!(!Cycle::read(1, &chain).unwrap().replay().is_same);
    drop(control);
    // After a restart the numbers go on, and the first one kept is whole.
    let control = begin(&url, &clock).await;
    control.turn().await.unwrap();
    create(&control, "late", 1, "low").await;
    control.turn().await.unwrap();
    let now = control.world().last_cycle;
    assert!(now > last);
    let (cycle, replay) = control.replay(&Actor::berth(), now).await.unwrap();
    assert!(replay.is_same && cycle.number == now);
    // What is older than the setting says is forgotten, and says so.
    control.change_setting(&Actor::berth(), Setting::CycleLogDays, 1.into()).await.unwrap();
    clock.wind(2 * 86_400);
    create(&control, "later", 1, "low").await;
    control.turn().await.unwrap();
    // The whole one that the youngest needs stays.
    control.prune_once().await.unwrap();
    assert!(control.replay(&Actor::berth(), 1).await.is_err());
    assert!(control.replay(&Actor::berth(), control.world().last_cycle).await.is_ok());
}

/// One GPU for each of two projects.
async fn second_project(control: &ControlPlane) -> ProjectId {
    let berth = Actor::berth();
    let (cluster, pool) = {
        let world = control.world();
        (*world.clusters.keys().next().unwrap(), *world.node_pools.keys().next().unwrap())
    };
    let quotas = BTreeMap::from([(pool, PoolQuota::gpus(Gpus::whole(1)))]);
    let change = ProjectChange {
        description: None,
        default_node_pools: None,
        rules: None,
        quotas: quotas.clone(),
        replace_quotas: false,
    };
    control.update_project(&berth, ProjectId(1), change).await.unwrap();
    let new = NewProject {
        cluster,
        department: None,
        name: "starved".into(),
        description: String::new(),
        requested_namespace: None,
        quotas,
        default_node_pools: vec![],
        rules: Default::default(),
    };
    control.create_project(&berth, new).await.unwrap().id
}

/// What somebody is told of a workload's history.
async fn history(control: &ControlPlane, reader: &Actor, id: WorkloadId) -> String {
    let events = control.all_events();
    let page = control.workload_events(reader, id, events, (0, 50), false).await.unwrap();
    let told: Vec<_> = page.items.iter().map(|event| format!("{:?}", event.what)).collect();
    told.join("\n")
}

#[tokio::test]
async fn who_loses_a_place_to_another_project_is_told_why_and_not_by_whom() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(folder.path().join("berth.db"));
    let clock = Arc::new(HandClock::default());
    let control = begin(&url, &clock).await;
    control.turn().await.unwrap();
    let starved = second_project(&control).await;
    let hog = create(&control, "hog", 2, "low").await;
    for _ in 0..3 {
        control.turn().await.unwrap();
        clock.wind(10);
    }
    let mine = create_in(&control, starved, "secret-name", 1, "low").await;
    for _ in 0..8 {
        control.turn().await.unwrap();
        clock.wind(10);
    }
    let world = control.world();
    assert!(world.workloads[&mine].placement().is_some(), "{:?}", world.workloads[&mine].phase);
    assert!(world.workloads[&hog].placement().is_none(), "{:?}", world.workloads[&hog].phase);
    // Whoever sees both is told who, and whoever sees the one that nothing but that there is one.
    let place = Scope::Project(ProjectId(1));
    let rights = world.rights_of_role(Role::Practitioner, place).unwrap();
    let member = Actor::new(Principal::Berth, "member", rights);
    let hidden = "Stopped to give a workload of another project what its project is due";
    let readers =
        [(&Actor::berth(), "Stopped to give secret-name", true), (&member, hidden, false)];
    for (reader, sentence, is_named) in readers {
        let told = history(&control, reader, hog).await;
        assert_eq!(told.matches(sentence).count(), 3, "the event, and both phases: {told}");
        assert_eq!(told.contains("secret-name"), is_named, "{told}");
    }
    // Whoever sees the own project alone asks why the other went first, and learns no name either.
    let look = control.cycle_of(&member, hog).await.unwrap().unwrap();
    let names: Vec<_> = look.others.iter().map(|(_, other)| other.to_string()).collect();
    assert_eq!(names, ["a workload of another project"]);
    let before = control.started_before(&member, hog, mine).await.unwrap().unwrap();
    insta::assert_snapshot!(before.sentences(hog).join("\n"), @r"
    Another project went first: it would stay within its quota, and project default would go over its own.
    Waiting for 2 GPUs on one node in default; the most free on one node is 1 (local).
    ");
    let own = control.started_before(&Actor::berth(), hog, mine).await.unwrap().unwrap();
    insta::assert_snapshot!(own.sentences(hog).join("\n"), @r"
    Project starved went first: it would stay within its quota, and project default would go over its own.
    Waiting for 2 GPUs on one node in default; the most free on one node is 1 (local).
    ");
    assert!(control.cycle_of(&member, mine).await.is_err(), "what they may not see is not there");
    // What was decided about the other one later does not change when it started.
    let hogs = control.world().workloads[&hog].clone();
    assert!(hogs.decided_in > hogs.placed.map(|placed| placed.cycle), "{hogs:?}");
    let before = control.started_before(&Actor::berth(), mine, hog).await.unwrap().unwrap();
    assert_eq!(before.number, 1, "{before:?}");
    let look = control.cycle_of(&Actor::berth(), mine).await.unwrap().unwrap();
    assert_eq!(look.others, [], "the other one started before this one was there");
    // Each cycle since the beginning decides the same again.
    for number in 1..=control.world().last_cycle {
        let (_, replay) = control.replay(&Actor::berth(), number).await.unwrap();
        assert!(replay.is_same, "cycle {number}");
    }
    assert!(control.replay(&member, 1).await.is_err());
}
