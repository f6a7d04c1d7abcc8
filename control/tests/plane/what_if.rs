//! What would be if, and what was: suppositions change nothing, and past usage is added up and counts.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

use std::{collections::BTreeMap, sync::Arc};

use api::what_if::WouldBe;
use cluster::simulated::{SimulatedDriver, one_machine};
use control::{
    ControlPlane, FirstAccounts, NewWorkspace,
    clock::SystemChance,
    node_pools::{NodePoolEdit, PoolScheduling, TimeBasedShare},
    what_if::{NodeAt, Supposed},
};
use domain::{
    ClusterId, Gpus, NodeName, NodePoolId, ProjectId, access::Actor, org::PoolQuota,
    submission::Submission, workload::Source,
};
use store::{DatabaseUrl, Store};

use crate::clock::HandClock;

async fn begin(url: &DatabaseUrl, clock: &Arc<HandClock>) -> ControlPlane {
    let store = Store::open(url).await.unwrap();
    let control = ControlPlane::open(store, clock.clone(), Arc::new(SystemChance)).await.unwrap();
    let first = control.bootstrap(true, &[], FirstAccounts::default()).await.unwrap();
    control.drive(first.cluster, Arc::new(SimulatedDriver::in_memory(one_machine())));
    control.turn().await.unwrap();
    control
}

async fn create(control: &ControlPlane, name: &str, gpus: i64) {
    let mut submission = Submission { image: Some("image".into()), ..Submission::default() };
    submission.compute.get_or_insert_default().gpu_devices_request = Some(gpus);
    let new = NewWorkspace {
        start: Default::default(),
        name: name.into(),
        name_is_prefix: false,
        project: ProjectId(1),
        cluster: *control.world().clusters.keys().next().unwrap(),
        submission,
        source: Source::Cli,
    };
    control.create_workspace(&Actor::berth(), new).await.unwrap();
}

fn told(would: WouldBe) -> String {
    let mut lines = vec![];
    let mut add = |word: &str, all: Vec<api::what_if::Affected>| {
        lines.extend(all.into_iter().map(|of| {
            let place = |at: Option<String>| at.unwrap_or_else(|| "–".into());
            let (from, to) = (place(of.from), place(of.to));
            format!("{word}: {} of {}, {from} → {to} {}", of.name, of.project, of.why.join(" "))
        }));
    };
    add("starts", would.starts);
    add("moves", would.moves);
    add("goes", would.evicted);
    add("waits", would.waits);
    add("stays", would.stays);
    lines.push(format!("{} stay, {} wait in any case", would.staying, would.still_waiting));
    lines.join("\n")
}

#[tokio::test]
async fn suppositions_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(folder.path().join("berth.db"));
    let control = begin(&url, &Arc::new(HandClock::default())).await;
    create(&control, "runs", 2).await;
    control.turn().await.unwrap();
    create(&control, "waits", 1).await;
    control.turn().await.unwrap();
    let before = control.world();
    let ask = async |supposed| told(control.what_if(&Actor::berth(), supposed).await.unwrap());
    let local = NodeAt { name: NodeName::from("local"), cluster: None };
    insta::assert_snapshot!(ask(Supposed::Drain(local.clone())).await, @r"
    goes: runs of default, local → – Node pool default has no nodes.
    0 stay, 1 wait in any case
    ");
    insta::assert_snapshot!(ask(Supposed::AddNodes { like: local, count: 2 }).await, @r"
    starts: waits of default, – → local-new-1 
    stays: runs of default, local → local 
    1 stay, 0 wait in any case
    ");
    // A quota takes nothing from what is not preemptible and runs.
    let pool = NodePoolId(100_001);
    let none = BTreeMap::from([(pool, PoolQuota::gpus(Gpus::ZERO))]);
    insta::assert_snapshot!(ask(Supposed::ProjectQuota(ProjectId(1), none)).await, @r"
    stays: runs of default, local → local 
    1 stay, 1 wait in any case
    ");
    // A node of a cluster that is not there.
    let nowhere = NodeAt { name: "local".into(), cluster: Some(ClusterId(uuid::Uuid::nil())) };
    let refused = control.what_if(&Actor::berth(), Supposed::Drain(nowhere)).await.unwrap_err();
    assert!(format!("{refused:?}").contains("There is no node local"), "{refused:?}");
    let world = control.world();
    assert_eq!(world.serial, before.serial);
    assert_eq!(world.nodes, before.nodes);
}

#[tokio::test]
async fn what_was_used_is_added_up_and_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(folder.path().join("berth.db"));
    let clock = Arc::new(HandClock::default());
    let control = begin(&url, &clock).await;
    create(&control, "runs", 1).await;
    control.turn().await.unwrap();
    let pool = NodePoolId(100_001);
    let time_based = Some(TimeBasedShare { enabled: true, ..TimeBasedShare::default() });
    let scheduling = PoolScheduling { time_based, ..PoolScheduling::default() };
    let edit = NodePoolEdit { scheduling, ..NodePoolEdit::default() };
    control.edit_node_pool(&Actor::berth(), pool, edit, false).await.unwrap();
    for _ in 0..3 {
        clock.wind(60);
        control.turn().await.unwrap();
    }
    // A jump of the clock, forward or back, is no usage.
    clock.wind(86_400);
    control.turn().await.unwrap();
    clock.wind(-86_400);
    control.turn().await.unwrap();
    let part = |control: &ControlPlane| {
        let world = control.world();
        let cluster = world.clusters.values().next().unwrap();
        let settings = world.snapshot(cluster, control.now()).settings;
        let parts = settings.scopes.values().map(|scope| format!("{:.2}", scope.usage[0]));
        (parts.collect::<Vec<_>>(), settings.history_weights.get(&pool).copied())
    };
    // The department and its project had one GPU of two, all the time.
    let expected = (vec!["0.50".to_owned(), "0.50".to_owned()], Some(1.0));
    assert_eq!(part(&control), expected);
    drop(control);
    let control = begin(&url, &clock).await;
    assert_eq!(part(&control), expected);
}
