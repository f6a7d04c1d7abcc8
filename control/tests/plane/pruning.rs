//! What was deleted is forgotten after 14 days, whether Berth was on when they ended or not.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

use std::sync::{Arc, atomic::Ordering};

use cluster::simulated::{SimulatedDriver, one_machine};
use control::{ControlPlane, FirstAccounts, NewWorkspace, clock::SystemChance};
use domain::{ProjectId, Timestamp, access::Actor, submission::Submission, workload::Source};
use store::{DatabaseUrl, EventKind, Store};

use crate::clock::HandClock;

const DAY: i64 = 24 * 3600;

async fn begin(url: &DatabaseUrl, clock: &Arc<HandClock>) -> (ControlPlane, Store) {
    let store = Store::open(url).await.unwrap();
    let control = ControlPlane::open(store.clone(), clock.clone(), Arc::new(SystemChance));
    let control = control.await.unwrap();
    let first = control.bootstrap(true, &[], FirstAccounts::default()).await.unwrap();
    control.drive(first.cluster, Arc::new(SimulatedDriver::in_memory(one_machine())));
    (control, store)
}

async fn create(control: &ControlPlane, name: &str) -> domain::WorkloadId {
    let new = NewWorkspace {
        start: Default::default(),
        name: name.into(),
        name_is_prefix: false,
        project: ProjectId(1),
        cluster: *control.world().clusters.keys().next().unwrap(),
        submission: Submission { image: Some("image".into()), ..Submission::default() },
        source: Source::Cli,
    };
    control.create_workspace(&Actor::berth(), new).await.unwrap().id
}

/// The names of all that is stored and deleted.
async fn deleted(store: &Store) -> Vec<String> {
    let all = store.load(Timestamp::MIN).await.unwrap().workloads;
    all.iter().filter(|w| w.is_deleted()).map(|w| w.name.to_string()).collect()
}

async fn delete(control: &ControlPlane, clock: &HandClock, id: domain::WorkloadId) {
    control.delete_workload(&Actor::berth(), id).await.unwrap();
    for _ in 0..2 {
        control.turn().await.unwrap();
        // Long enough for a pod to end.
        clock.wind(60);
    }
}

async fn forgets(url: DatabaseUrl) {
    let clock = Arc::new(HandClock::default());
    let (control, store) = begin(&url, &clock).await;
    let (old, late) = (create(&control, "old").await, create(&control, "late").await);
    create(&control, "kept").await;
    delete(&control, &clock, old).await;
    clock.0.store(10 * DAY, Ordering::SeqCst);
    delete(&control, &clock, late).await;
    assert_eq!(deleted(&store).await.len(), 2);
    drop((control, store));

    // The days of the one end while Berth is off, those of the other while it is on.
    clock.0.store(15 * DAY, Ordering::SeqCst);
    let (control, store) = begin(&url, &clock).await;
    control.turn().await.unwrap();
    assert_eq!(deleted(&store).await, ["late"]);
    let history = store.events(old, EventKind::All, 0, 9, false).await.unwrap();
    assert!(history.items.is_empty(), "{history:?}");

    clock.0.store(25 * DAY, Ordering::SeqCst);
    control.turn().await.unwrap();
    assert!(deleted(&store).await.is_empty());
    assert_eq!(control.world().workloads.len(), 1);
}

#[tokio::test]
async fn old_deleted_workloads_are_forgotten_in_sqlite() {
    let dir = tempfile::tempdir().unwrap();
    forgets(DatabaseUrl::Sqlite(dir.path().join("berth.db"))).await;
}

#[tokio::test]
async fn old_deleted_workloads_are_forgotten_in_postgres() {
    forgets(testkit::postgres::database().parse().unwrap()).await;
}
