//! A database in trouble while Berth works: whoever asks is told, nothing that was accepted is lost,
//! and everything goes on by itself when the trouble is over.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

use std::{path::Path, sync::Arc, time::Duration};

use cluster::simulated::{Conditions, SimulatedDriver, one_machine};
use control::{
    ControlPlane, Error, FirstAccounts, NewWorkspace,
    clock::{SystemChance, SystemClock},
};
use domain::{
    ClusterId, ProjectId,
    access::Actor,
    submission::Submission,
    workload::{PhaseName, Source, Workload},
};
use sqlx::{AnyConnection, Connection, Executor};
use store::{DatabaseUrl, Store, Trouble};
use testkit::{full, postgres, wire::Wire};
use tokio::{task::JoinSet, time::Instant};

/// How long anything may take to come right, on a slow machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A Berth whose loops run.
struct Berth {
    control: ControlPlane,
    store: Store,
    cluster: ClusterId,
    _loops: JoinSet<()>,
}

impl Berth {
    async fn start(dir: &Path, database: &DatabaseUrl) -> Self {
        let store = Store::open(database).await.unwrap();
        let control =
            ControlPlane::open(store.clone(), Arc::new(SystemClock), Arc::new(SystemChance));
        let control = control.await.unwrap();
        let first = control.bootstrap(true, &[], FirstAccounts::default()).await.unwrap();
        let driver =
            SimulatedDriver::open(&dir.join("simulated.json"), None, one_machine()).unwrap();
        driver.set_conditions(Conditions::fast(1_000.0), control.now());
        control.drive(first.cluster, Arc::new(driver));
        let loops = control.start();
        Self { control, store, cluster: first.cluster, _loops: loops }
    }

    async fn create(&self, name: &str) -> Result<(), Error> {
        let submission = Submission { image: Some("image".into()), ..Submission::default() };
        let new = NewWorkspace {
            start: Default::default(),
            name: name.into(),
            name_is_prefix: false,
            project: ProjectId(1),
            cluster: self.cluster,
            submission,
            source: Source::Cli,
        };
        self.control.create_workspace(&Actor::berth(), new).await.map(drop)
    }

    fn find(&self, name: &str) -> Option<Arc<Workload>> {
        self.control.world().live().find(|w| w.name.as_str() == name).cloned()
    }

    /// Waits until the workspace runs.
    async fn until_running(&self, name: &str) {
        let runs = || self.find(name).is_some_and(|w| w.phase.name() == PhaseName::Running);
        until(&format!("{name} runs"), runs).await;
    }

    /// Memory holds what the database holds.
    async fn memory_and_database_agree(&self) {
        let until = Instant::now() + PATIENCE;
        loop {
            // Something may be written between the one look and the other.
            let stored = self.store.load(domain::Timestamp::MIN).await.unwrap().workloads;
            let world = self.control.world();
            let known: Vec<_> = world.workloads.values().map(|w| (**w).clone()).collect();
            if stored == known {
                return;
            }
            assert!(Instant::now() < until, "stored: {stored:#?}\nin memory: {known:#?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

async fn until(what: &str, is_so: impl Fn() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < until, "it never happened: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The trouble that the caller was told about.
fn trouble(told: &Error) -> Trouble {
    match told {
        Error::Store(told) => told.trouble(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_database_is_told_and_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(dir.path().join("berth.db"));
    let berth = Berth::start(dir.path(), &url).await;
    berth.create("before").await.unwrap();
    berth.until_running("before").await;

    let mut other = AnyConnection::connect(&url.connection()).await.unwrap();
    other.execute("BEGIN EXCLUSIVE").await.unwrap();
    let told = berth.create("during").await.unwrap_err();
    assert_eq!(trouble(&told), Trouble::Locked, "{told:?}");
    assert!(told.to_string().contains("locked by another program"), "{told}");
    let told = berth.control.stop_workload(&Actor::berth(), berth.find("before").unwrap().id).await;
    assert_eq!(trouble(&told.unwrap_err()), Trouble::Locked);
    // What was refused has left no trace; what there was is still served.
    assert!(berth.find("during").is_none());
    assert_eq!(berth.find("before").unwrap().phase.name(), PhaseName::Running);
    other.execute("ROLLBACK").await.unwrap();

    berth.create("during").await.unwrap();
    berth.until_running("during").await;
    berth.memory_and_database_agree().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_and_room_is_enough() {
    let Some(dir) = full::small_folder("a_full_disk_is_told_and_room_is_enough", 1_000) else {
        return;
    };
    let berth = Berth::start(&dir, &DatabaseUrl::Sqlite(dir.join("berth.db"))).await;
    berth.create("before").await.unwrap();
    berth.until_running("before").await;

    // Leave a little room, so that it ends in the middle of the work.
    let ballast = dir.join("ballast");
    let mut size = 1_000_000;
    while std::fs::write(&ballast, vec![0; size]).is_err() {
        size -= 4_096;
    }
    let mut accepted = vec!["before".to_owned()];
    let told = loop {
        let name = format!("w{}", accepted.len());
        match berth.create(&name).await {
            Ok(()) => accepted.push(name),
            Err(told) => break told,
        }
        assert!(accepted.len() < 500, "the disk is never full");
    };
    assert_eq!(trouble(&told), Trouble::Full, "{told:?}");
    assert!(told.to_string().contains("the disk is full"), "{told}");
    std::fs::remove_file(ballast).unwrap();

    let last = accepted.len();
    berth.create(&format!("w{last}")).await.unwrap();
    for name in &accepted {
        berth.until_running(name).await;
    }
    berth.memory_and_database_agree().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_crashes_under_load_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let server = postgres::Server::start();
    let berth = Arc::new(Berth::start(dir.path(), &server.database().parse().unwrap()).await);
    let load = {
        let berth = berth.clone();
        tokio::spawn(async move {
            let mut answers = vec![];
            for number in 0.. {
                let name = format!("w{number}");
                answers.push((name.clone(), berth.create(&name).await));
                // Some accepted after the trouble, and the load may end.
                let after = answers.iter().rev().take_while(|(_, answer)| answer.is_ok()).count();
                if after >= 10 && after < answers.len() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            answers
        })
    };
    let crash = tokio::task::spawn_blocking(move || {
        for _ in 0..2 {
            std::thread::sleep(Duration::from_millis(700));
            server.crash();
            // Longer than anybody waits for an answer.
            std::thread::sleep(Duration::from_secs(7));
            server.start_again();
        }
        server
    });
    let server = crash.await.unwrap();
    let answers = tokio::time::timeout(PATIENCE * 2, load).await.unwrap().unwrap();

    let refused: Vec<_> = answers.iter().filter_map(|(_, answer)| answer.as_ref().err()).collect();
    assert!(!refused.is_empty(), "nobody noticed");
    assert!(refused.iter().all(|told| trouble(told) == Trouble::Unreachable), "{refused:?}");
    berth.memory_and_database_agree().await;
    for (name, answer) in &answers {
        match answer {
            Ok(()) => berth.until_running(name).await,
            Err(Error::Store(store::Error::Unsure(_))) => {}
            Err(_) => assert!(berth.find(name).is_none(), "{name} was refused, and is there"),
        }
    }
    drop(server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_was_sure_of_shows_by_itself() {
    let dir = tempfile::tempdir().unwrap();
    let wire = Wire::to(&postgres::database());
    let berth = Berth::start(dir.path(), &wire.url().parse().unwrap()).await;
    berth.create("before").await.unwrap();
    berth.until_running("before").await;

    // It is stored, and nobody here can know.
    wire.break_at_commit();
    let told = berth.create("during").await.unwrap_err();
    assert!(matches!(told, Error::Store(store::Error::Unsure(_))), "{told:?}");
    assert!(told.to_string().contains("may or may not be stored"), "{told}");
    assert!(berth.find("during").is_none());
    assert!(berth.control.ready().await.is_err());

    wire.mend();
    berth.until_running("during").await;
    berth.control.ready().await.unwrap();
    berth.memory_and_database_agree().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_berth_has_written_is_taken_over() {
    let (dir, other_dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let url = postgres::database();
    let wire = Wire::to(&url);
    let berth = Berth::start(dir.path(), &wire.url().parse().unwrap()).await;
    berth.create("mine").await.unwrap();
    berth.until_running("mine").await;

    // Cut off, it is still alive; another takes its place.
    wire.cut();
    let other = Berth::start(other_dir.path(), &url.parse().unwrap()).await;
    other.control.delete_workload(&Actor::berth(), other.find("mine").unwrap().id).await.unwrap();
    until("the other deletes it", || other.find("mine").is_none()).await;
    other.create("theirs").await.unwrap();
    wire.mend();
    let told = berth.create("late").await.unwrap_err();
    assert!(told.to_string().contains("another Berth uses the database"), "{told}");
    assert!(berth.control.ready().await.is_err());
    drop(other);

    until("it knows what the other did", || berth.find("theirs").is_some()).await;
    assert!(berth.find("mine").is_none());
    berth.create("late").await.unwrap();
    berth.until_running("theirs").await;
    berth.memory_and_database_agree().await;
}
