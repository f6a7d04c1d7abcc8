//! One program at a time: a second opening is refused as long as the first lives, and one that lost
//! the database to another neither writes nor forgets to look again.

use store::{Change, Error, Store};

use crate::{Place, samples::*};

const CUT_OFF: &str = "SELECT pg_terminate_backend(pid)::TEXT FROM pg_stat_activity
                       WHERE datname = current_database() AND pid <> pg_backend_pid()";

fn change(number: u128) -> [Change; 1] {
    [Change::Workload(Box::new(workload(number, &format!("w{number}"))))]
}

pub async fn a_second_opening_is_refused(place: Place) {
    let first = place.open().await;
    let refused = Store::open(&place.url).await.unwrap_err();
    assert!(matches!(refused, Error::InUse { .. }), "{refused:?}");
    let told = refused.to_string();
    assert!(told.contains(&place.url.to_string()) && told.contains("another Berth"), "{told}");
    first.commit(&change(1)).await.unwrap();

    // A copy of the store is the same opening; the last one that goes lets go of the database.
    let copy = first.clone();
    drop(first);
    assert!(Store::open(&place.url).await.is_err());
    drop(copy);
    assert_eq!(place.open().await.load(at(0)).await.unwrap().workloads.len(), 1);
}

#[tokio::test]
async fn who_lost_the_database_to_another_writes_nothing() {
    let place = Place::postgres();
    let first = place.open().await;
    first.commit(&change(1)).await.unwrap();
    place.run(CUT_OFF).await;
    let second = place.open().await;
    for refused in [first.commit(&change(2)).await, first.hold().await, first.ping().await] {
        let refused = refused.unwrap_err();
        assert!(matches!(refused, Error::InUse { .. }), "{refused:?}");
    }
    second.load(at(0)).await.unwrap();
    second.commit(&change(3)).await.unwrap();
    drop(second);

    // The other is gone, but it has written: what the first knows is old.
    for refused in [first.commit(&change(2)).await, first.hold().await] {
        let refused = refused.unwrap_err();
        assert!(matches!(refused, Error::Behind) && refused.asks_for_loading(), "{refused:?}");
    }
    assert_eq!(first.load(at(0)).await.unwrap().workloads.len(), 2);
    first.commit(&change(2)).await.unwrap();
    first.hold().await.unwrap();
}

#[tokio::test]
async fn who_lost_the_connection_and_nothing_else_goes_on() {
    let place = Place::postgres();
    let store = place.open().await;
    store.commit(&change(1)).await.unwrap();
    place.run(CUT_OFF).await;
    store.hold().await.unwrap();
    // It is held again, by the new connection.
    let refused = Store::open(&place.url).await.unwrap_err();
    assert!(matches!(refused, Error::InUse { .. }), "{refused:?}");
    store.commit(&change(2)).await.unwrap();
}
