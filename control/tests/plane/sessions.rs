//! How long nobody may use a session before it ends: as administrators chose, at once and for all.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

use std::sync::Arc;

use control::{ControlPlane, Error, SessionToken, clock::SystemChance};
use domain::{access::Actor, settings::Setting};
use serde_json::json;
use store::{DatabaseUrl, Store};

use crate::clock::HandClock;

const MINUTE: i64 = 60;
const PASSWORD: &str = "a long enough passphrase";

async fn is_signed_in(control: &ControlPlane, token: &SessionToken) -> bool {
    match control.session(token).await {
        Ok(_) => true,
        Err(Error::SignedOut) => false,
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn sessions_end_after_the_time_that_was_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&DatabaseUrl::Sqlite(folder.path().join("berth.db"))).await.unwrap();
    let clock = Arc::new(HandClock::default());
    let control = ControlPlane::open(store, clock.clone(), Arc::new(SystemChance)).await.unwrap();
    let berth = Actor::berth();
    control.create_user(&berth, "ada@example.com", PASSWORD).await.unwrap();
    let sign_in = async || control.sign_in("ada@example.com", PASSWORD, "here").await.unwrap();
    let choose = async |minutes: serde_json::Value| {
        control.change_setting(&berth, Setting::InactivityMinutes, minutes).await.unwrap();
    };
    let token = sign_in().await;
    clock.wind(23 * 60 * MINUTE);
    assert!(is_signed_in(&control, &token).await);

    // Shorter from now on, also for the session that there is.
    choose(json!(10)).await;
    clock.wind(9 * MINUTE);
    assert!(is_signed_in(&control, &token).await, "it was used nine minutes ago");
    clock.wind(10 * MINUTE);
    assert!(!is_signed_in(&control, &token).await);

    // Use keeps it alive, however short the time is.
    choose(json!(1)).await;
    let token = sign_in().await;
    for _ in 0..20 {
        clock.wind(40);
        assert!(is_signed_in(&control, &token).await);
    }
    choose(json!("")).await;
    clock.wind(60 * MINUTE);
    assert!(!is_signed_in(&control, &token).await, "its minute was over before");
    let token = sign_in().await;
    clock.wind(60 * MINUTE);
    assert!(is_signed_in(&control, &token).await);
}
