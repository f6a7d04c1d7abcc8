//! Two of the real program on one PostgreSQL: one leads, the other passes on to it what comes, and takes its place.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

mod program;

use std::{
    process::Command,
    time::{Duration, Instant},
};

use program::{Berth, FREE, LEADS, WITHIN};
use reqwest::{Method, StatusCode};
use serde_json::json;
use testkit::{postgres, wire::Wire};

async fn create(berth: &Berth, name: &str) -> StatusCode {
    berth.create(name, json!({"image": "jupyter:1"})).await.0
}

async fn until_readiness(berth: &Berth, wanted: &str) {
    let until = Instant::now() + WITHIN;
    while berth.readiness().await.as_deref() != Some(wanted) {
        assert!(Instant::now() < until, "{} says {:?}", berth.url, berth.readiness().await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

const FOLLOWS: &str = "ok, another Berth leads\n";

#[tokio::test]
async fn whoever_follows_passes_on_and_takes_the_place_of_a_leader_that_died() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let database = postgres::database();
    let first = Berth::replica(FREE, one.path(), &[], &database).await;
    let second = Berth::replica(FREE, two.path(), &[], &database).await;
    until_readiness(&first, LEADS).await;
    until_readiness(&second, FOLLOWS).await;

    // Whichever is asked, it is the same Berth.
    assert_eq!(create(&second, "through-the-second").await, StatusCode::ACCEPTED);
    assert_eq!(first.names().await, ["through-the-second"]);
    let page = second.call(Method::GET, "/sign-in", None).await.1;
    assert!(page.as_str().unwrap().contains("<form"), "{page}");

    first.kill();
    until_readiness(&second, LEADS).await;
    assert_eq!(create(&second, "by-itself").await, StatusCode::ACCEPTED);
    assert_eq!(second.names().await, ["by-itself", "through-the-second"]);
}

#[tokio::test]
async fn whoever_loses_the_database_to_another_follows_it() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let database = postgres::database();
    let wire = Wire::to(&database);
    let first = Berth::replica(FREE, one.path(), &[], &wire.url()).await;
    let second = Berth::replica(FREE, two.path(), &[], &database).await;
    assert_eq!(create(&first, "before").await, StatusCode::ACCEPTED);

    wire.cut();
    until_readiness(&second, LEADS).await;
    // Nothing is stored by one that has lost the database, and who asks it is told.
    assert_eq!(create(&first, "nowhere").await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(create(&second, "during").await, StatusCode::ACCEPTED);

    wire.mend();
    until_readiness(&first, FOLLOWS).await;
    assert_eq!(create(&first, "after").await, StatusCode::ACCEPTED);
    assert_eq!(second.names().await, ["after", "before", "during"]);
}

#[tokio::test]
async fn a_leader_that_is_asked_to_stop_is_replaced_at_once() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let database = postgres::database();
    let mut first = Berth::replica(FREE, one.path(), &[], &database).await;
    let second = Berth::replica(FREE, two.path(), &[], &database).await;
    first.ask_to_stop();
    until_readiness(&second, LEADS).await;
    assert_eq!(create(&second, "on").await, StatusCode::ACCEPTED);
    let until = Instant::now() + WITHIN;
    while !first.has_ended() {
        assert!(Instant::now() < until, "it does not end");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What `berth serve` says of settings that do not go together.
fn refused(args: &[&str], key: Option<&str>) -> String {
    let data = tempfile::tempdir().unwrap();
    let mut berth = Command::new(env!("CARGO_BIN_EXE_berth"));
    berth.args(["serve", "--replica", "--data"]).arg(data.path()).args(args);
    let said = berth.envs(key.map(|key| ("BERTH_SECRET_KEY", key))).output().unwrap();
    assert!(!said.status.success());
    String::from_utf8_lossy(&said.stderr).into_owned()
}

#[test]
fn what_replicas_need_is_said() {
    let postgres = ["--database-url", "postgres://berth@nowhere/berth"];
    insta::assert_snapshot!(refused(&[], None), @"berth: --replica (BERTH_REPLICA) is wrong: replicas share a PostgreSQL; name it by --database-url (BERTH_DATABASE_URL)");
    insta::assert_snapshot!(refused(&postgres, None), @"berth: --replica (BERTH_REPLICA) is wrong: replicas open the same secrets; give each the same BERTH_SECRET_KEY, or its file or command");
    insta::assert_snapshot!(refused(&["--take-over"], None), @"berth: --replica (BERTH_REPLICA) is wrong: no replica takes over: stop the old one, and another one leads");
    let everywhere = [&postgres[..], &["--listen", "0.0.0.0:0"]].concat();
    insta::assert_snapshot!(refused(&everywhere, Some("00")), @"berth: --advertise (BERTH_ADVERTISE) is wrong: say at which address the other replicas reach this one, which listens on 0.0.0.0:0");
}
