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
    other.execute("BEGIN EXCLUSIVE").await.unwrap();

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

#[tokio::test]
async fn a_full_disk_is_told_and_nothing_is_lost() {
    let test = "trouble::a_full_disk_is_told_and_nothing_is_lost";
    let Some(dir) = testkit::full::small_folder(test, 640) else { return };
    let url = store::DatabaseUrl::Sqlite(dir.join("small.db"));
    let store = store::Store::open(&url).await.unwrap();
    let ballast = dir.join("ballast");
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
    assert_eq!(refused.trouble(), Trouble::Full, "{refused:?}");
    assert!(refused.to_string().contains("the disk is full"), "{refused}");
    std::fs::remove_file(ballast).unwrap();
    let next = workload(taken, "again");
    store.commit(&[Change::Workload(Box::new(next))]).await.unwrap();
    drop(store);
    let store = store::Store::open(&url).await.unwrap();
    assert_eq!(store.load(at(0)).await.unwrap().workloads.len() as u128, taken + 1);
}

#[tokio::test]
async fn of_a_lost_answer_it_is_found_out_that_the_change_is_stored() {
    let place = Place::postgres();
    let wire = testkit::wire::Wire::to(&place.url.connection());
    let store = store::Store::open(&wire.url().parse().unwrap()).await.unwrap();
    wire.lose_an_answer();
    store.commit(&change()).await.unwrap();
    assert_eq!(store.load(at(0)).await.unwrap().workloads.len(), 1);
    // And the next goes on from there.
    let next = workload(2, "b");
    store.commit(&[Change::Workload(Box::new(next))]).await.unwrap();
}

#[tokio::test]
async fn a_commit_that_the_server_gives_up_is_not_stored() {
    let place = Place::postgres();
    let store = place.open().await;
    place
        .run(
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
             CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON workloads
             DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()",
        )
        .await;
    let refused = store.commit(&change()).await.unwrap_err();
    assert!(matches!(refused, store::Error::Write { .. }), "{refused:?}");
    assert_eq!(refused.trouble(), Trouble::Unreachable, "{refused:?}");
    assert!(store.load(at(0)).await.unwrap().workloads.is_empty());
    place.run("DROP TRIGGER dies ON workloads").await;
    store.commit(&change()).await.unwrap();
}

#[tokio::test]
async fn without_an_answer_nobody_is_sure() {
    let place = Place::postgres();
    let wire = testkit::wire::Wire::to(&place.url.connection());
    let store = store::Store::open(&wire.url().parse().unwrap()).await.unwrap();
    wire.break_at_commit();
    let refused = store.commit(&change()).await.unwrap_err();
    assert!(matches!(refused, store::Error::Unsure(_)), "{refused:?}");
    assert!(refused.asks_for_loading());

    wire.mend();
    // What was loaded before is older than the database: nothing is written on the strength of it.
    let next = [Change::Workload(Box::new(workload(2, "b")))];
    let refused = store.commit(&next).await.unwrap_err();
    assert!(matches!(refused, store::Error::Behind), "{refused:?}");
    assert_eq!(store.load(at(0)).await.unwrap().workloads.len(), 1);
    store.commit(&next).await.unwrap();
}
