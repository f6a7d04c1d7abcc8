//! A database in trouble: what people are told, and that the store goes on by itself afterwards. Each
//! database has its own kinds of trouble.

use sqlx::{AnyConnection, Connection, Executor};
use store::{Change, Trouble};

use crate::{Place, samples::*};

fn change() -> [Change; 1] {
    [Change::Workload(Box::new(workload(1, "a")))]
}

#[tokio::test]
async fn a_locked_file_is_told_and_waited_for() {
    let place = Place::sqlite();
    let store = place.open().await;
    let mut other = AnyConnection::connect(&place.url.connection()).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();

    let refused = store.commit(&change()).await.unwrap_err();
    assert_eq!(refused.trouble(), Trouble::Locked, "{refused:?}");
    assert!(refused.to_string().contains("locked"), "{refused}");
    // Reading goes on meanwhile.
    assert!(store.load(at(0)).await.unwrap().workloads.is_empty());

    let waiting = tokio::spawn({
        let store = store.clone();
        async move { store.commit(&change()).await }
    });
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    other.execute("ROLLBACK").await.unwrap();
    waiting.await.unwrap().unwrap();
    assert_eq!(store.load(at(0)).await.unwrap().workloads.len(), 1);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let place = Place::sqlite();
    let path = place.url.to_string();
    std::fs::write(&path, "just a text, long enough to be no header of SQLite".repeat(99)).unwrap();
    let refused = store::Store::open(&place.url).await.unwrap_err();
    assert!(refused.to_string().contains(&path), "{refused}");
    let cause = std::error::Error::source(&refused).unwrap().to_string();
    assert!(cause.contains("not a database"), "{cause}");

    let nowhere = store::DatabaseUrl::Sqlite("/nowhere/berth.db".into());
    let refused = store::Store::open(&nowhere).await.unwrap_err();
    assert_eq!(refused.trouble(), Trouble::Unreachable, "{refused:?}");
}

#[tokio::test]
async fn connections_that_break_are_made_anew() {
    let place = Place::postgres();
    let store = place.open().await;
    store.commit(&change()).await.unwrap();
    for number in 2..5 {
        place
            .run(
                "SELECT pg_terminate_backend(pid)::TEXT FROM pg_stat_activity
                  WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            .await;
        let next = workload(number, &format!("w{number}"));
        store.commit(&[Change::Workload(Box::new(next))]).await.unwrap();
    }
    assert_eq!(store.load(at(0)).await.unwrap().workloads.len(), 4);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told() {
    let url = "postgres://postgres:secret@localhost/berth?host=/nowhere".parse().unwrap();
    let refused = store::Store::open(&url).await.unwrap_err();
    assert_eq!(refused.trouble(), Trouble::Unreachable, "{refused:?}");
    assert!(!refused.to_string().contains("secret"), "{refused}");
}

/// Needs a small file system: `STORE_SMALL_DIR=/mnt/small cargo test -p store -- --ignored`.
#[tokio::test]
#[ignore = "needs a folder on a file system of some hundred kilobytes"]
async fn a_full_disk_is_told_and_nothing_is_lost() {
    let dir = std::env::var("STORE_SMALL_DIR").unwrap();
    let dir = tempfile::tempdir_in(dir).unwrap();
    let url = store::DatabaseUrl::Sqlite(dir.path().join("small.db"));
    let store = store::Store::open(&url).await.unwrap();
    let ballast = dir.path().join("ballast");
    let mut taken = 0;
    let refused = loop {
        let next = workload(taken, &format!("w{taken}"));
        match store.commit(&[Change::Workload(Box::new(next))]).await {
            Ok(()) => taken += 1,
            Err(refused) => break refused,
        }
        if taken == 1 {
            std::fs::write(&ballast, vec![0; 60_000]).unwrap();
        }
    };
    println!("after {taken}: {refused}: {refused:?}");
    assert_eq!(refused.trouble(), Trouble::Full, "{refused:?}");
    std::fs::remove_file(ballast).unwrap();
    let next = workload(taken, "again");
    store.commit(&[Change::Workload(Box::new(next))]).await.unwrap();
    drop(store);
    let store = store::Store::open(&url).await.unwrap();
    assert_eq!(store.load(at(0)).await.unwrap().workloads.len() as u128, taken + 1);
}
