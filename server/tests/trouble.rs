//! The real program while its database is in trouble: who asks through the REST interface gets 503
//! with words that say why, reading goes on where it can, and afterwards everything works again.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

mod program;

use std::time::Duration;

use program::Berth;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::{AnyConnection, Connection, Executor};
use testkit::postgres;

async fn create(berth: &Berth, name: &str) -> (StatusCode, Value) {
    berth.create(name, json!({"image": "jupyter/base-notebook"})).await
}

async fn health(berth: &Berth, of: &str) -> StatusCode {
    berth.call(Method::GET, &format!("/health/{of}"), None).await.0
}

fn unavailable((status, body): (StatusCode, Value)) -> String {
    assert_eq!((status, &body["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!(503)), "{body}");
    body["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_locked_database_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let berth = Berth::simulated(dir.path(), None).await;
    assert_eq!(create(&berth, "before").await.0, StatusCode::ACCEPTED);
    sqlx::any::install_default_drivers();
    let file = format!("sqlite:{}", dir.path().join("berth.db").display());
    let mut other = AnyConnection::connect(&file).await.unwrap();
    other.execute("BEGIN EXCLUSIVE").await.unwrap();

    let told = unavailable(create(&berth, "during").await);
    assert!(told.contains("the database is locked by another program"), "{told}");
    assert_eq!(berth.names().await, ["before"]);

    other.execute("ROLLBACK").await.unwrap();
    assert_eq!(create(&berth, "during").await.0, StatusCode::ACCEPTED);
    assert_eq!(berth.names().await, ["before", "during"]);
}

#[tokio::test]
async fn a_database_that_is_away_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let server = postgres::Server::start();
    let berth = Berth::simulated(dir.path(), Some(&server.database())).await;
    assert_eq!(create(&berth, "before").await.0, StatusCode::ACCEPTED);

    server.crash();
    let told = unavailable(create(&berth, "during").await);
    assert!(told.contains("could not open the database postgres://…@localhost"), "{told}");
    assert!(!told.contains("secret"), "{told}");
    assert_eq!(berth.names().await, ["before"]);
    assert_eq!(health(&berth, "ready").await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(health(&berth, "live").await, StatusCode::OK);

    server.start_again();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(create(&berth, "during").await.0, StatusCode::ACCEPTED);
    assert_eq!(berth.names().await, ["before", "during"]);
    assert_eq!(health(&berth, "ready").await, StatusCode::OK);
}
