//! The real program while its database is in trouble: who asks through the REST interface gets 503
//! with words that say why, reading goes on where it can, and afterwards everything works again.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use sqlx::{AnyConnection, Connection, Executor};
use testkit::postgres;

const CLIENT: (&str, &str) = ("trouble", "a secret of this test alone");

/// A running program with somebody who has a token.
struct Berth {
    child: Child,
    url: String,
    token: String,
    project: Value,
    cluster: Value,
}

fn client() -> Client {
    testkit::tls::provide();
    Client::new()
}

impl Berth {
    async fn start(data: &Path, database_url: Option<&str>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_berth"));
        command
            .args(["serve", "--cluster", "simulated", "--listen", "127.0.0.1:0", "--data"])
            .arg(data);
        command.args(database_url.iter().flat_map(|url| ["--database-url", url]));
        command.env("BERTH_BOOTSTRAP_CLIENT_ID", CLIENT.0);
        command.env("BERTH_BOOTSTRAP_CLIENT_SECRET", CLIENT.1);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        let nothing = Value::Null;
        let (project, cluster) = (nothing.clone(), nothing);
        let mut berth = Self { child, url, token: String::new(), project, cluster };
        let asked = json!({
            "grantType": "client_credentials", "clientID": CLIENT.0, "clientSecret": CLIENT.1,
        });
        let token = client().post(format!("{}/api/v1/token", berth.url)).json(&asked);
        let token: Value = token.send().await.unwrap().json().await.unwrap();
        berth.token = token["accessToken"].as_str().unwrap().to_owned();
        berth.project = berth.get("/api/v1/org-unit/projects").await.1["projects"][0]["id"].clone();
        berth.cluster = berth.get("/api/v1/clusters").await.1[0]["uuid"].clone();
        berth
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        let request = client().get(format!("{}{path}", self.url)).bearer_auth(&self.token);
        let answer = request.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or_default())
    }

    async fn create(&self, name: &str) -> (StatusCode, Value) {
        let body = json!({
            "name": name, "projectId": self.project, "clusterId": self.cluster,
            "spec": {"image": "jupyter/base-notebook"},
        });
        let request = client().post(format!("{}/api/v1/workloads/workspaces", self.url));
        let answer = request.bearer_auth(&self.token).json(&body).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or_default())
    }

    async fn names(&self) -> Vec<String> {
        let (status, list) = self.get("/api/v1/workloads?sortBy=name").await;
        assert_eq!(status, StatusCode::OK, "{list}");
        let rows = list["workloads"].as_array().unwrap();
        rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    }
}

impl Drop for Berth {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn unavailable((status, body): (StatusCode, Value)) -> String {
    assert_eq!((status, &body["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!(503)), "{body}");
    body["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_locked_database_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let berth = Berth::start(dir.path(), None).await;
    assert_eq!(berth.create("before").await.0, StatusCode::ACCEPTED);
    sqlx::any::install_default_drivers();
    let file = format!("sqlite:{}", dir.path().join("berth.db").display());
    let mut other = AnyConnection::connect(&file).await.unwrap();
    other.execute("BEGIN EXCLUSIVE").await.unwrap();

    let told = unavailable(berth.create("during").await);
    assert!(told.contains("the database is locked by another program"), "{told}");
    assert_eq!(berth.names().await, ["before"]);

    other.execute("ROLLBACK").await.unwrap();
    assert_eq!(berth.create("during").await.0, StatusCode::ACCEPTED);
    assert_eq!(berth.names().await, ["before", "during"]);
}

#[tokio::test]
async fn a_database_that_is_away_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let server = postgres::Server::start();
    let berth = Berth::start(dir.path(), Some(&server.database())).await;
    assert_eq!(berth.create("before").await.0, StatusCode::ACCEPTED);

    server.crash();
    let told = unavailable(berth.create("during").await);
    assert!(told.contains("could not open the database postgres://…@localhost"), "{told}");
    assert!(!told.contains("secret"), "{told}");
    assert_eq!(berth.names().await, ["before"]);
    assert_eq!(berth.get("/health/ready").await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(berth.get("/health/live").await.0, StatusCode::OK);

    server.start_again();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(berth.create("during").await.0, StatusCode::ACCEPTED);
    assert_eq!(berth.names().await, ["before", "during"]);
    assert_eq!(berth.get("/health/ready").await.0, StatusCode::OK);
}
