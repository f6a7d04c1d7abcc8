//! The real program with a real engine: a workspace through the REST interface, a program that is
//! killed and finds its container again, what is refused beforehand, and what is said when the engine
//! is away. `cargo xtask test --containers` installs what is needed and runs these.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use testkit::engine::Engine;

const CLIENT: (&str, &str) = ("containers", "a secret of this test alone");
const WITHIN: Duration = Duration::from_secs(30);
/// From CREATE to a container that runs, with the image there; the engine's own time is in it.
const START_WITHIN: Duration = Duration::from_secs(5);

/// A running program with somebody who has a token.
struct Berth {
    child: Child,
    url: String,
    token: String,
    project: Value,
    cluster: Value,
}

impl Berth {
    async fn start(data: &Path, engine: &Engine) -> Self {
        testkit::tls::provide();
        let mut command = Command::new(env!("CARGO_BIN_EXE_berth"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data);
        command.arg("--engine").arg(format!("unix://{}", engine.socket().display()));
        command.env("BERTH_BOOTSTRAP_CLIENT_ID", CLIENT.0);
        command.env("BERTH_BOOTSTRAP_CLIENT_SECRET", CLIENT.1);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        let (project, cluster) = (Value::Null, Value::Null);
        let mut berth = Self { child, url, token: String::new(), project, cluster };
        let asked = json!({
            "grantType": "client_credentials", "clientID": CLIENT.0, "clientSecret": CLIENT.1,
        });
        let (_, token) = berth.call(Method::POST, "/api/v1/token", Some(asked)).await;
        berth.token = token["accessToken"].as_str().unwrap().to_owned();
        berth.project = berth.get("/api/v1/org-unit/projects").await["projects"][0]["id"].clone();
        berth.cluster = berth.get("/api/v1/clusters").await[0]["uuid"].clone();
        berth
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let request = Client::new().request(method, format!("{}{path}", self.url));
        let request = request.bearer_auth(&self.token);
        let request = match &body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call(Method::GET, path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    async fn create(&self, name: &str, spec: Value) -> (StatusCode, Value) {
        let body = json!({
            "name": name, "projectId": self.project, "clusterId": self.cluster, "spec": spec,
        });
        self.call(Method::POST, "/api/v1/workloads/workspaces", Some(body)).await
    }

    /// Creates one that is accepted; gives its id.
    async fn made(&self, name: &str, spec: Value) -> String {
        let (status, body) = self.create(name, spec).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{body}");
        body["workloadId"].as_str().unwrap().to_owned()
    }

    async fn action(&self, id: &str, action: &str) {
        let path = format!("/api/v1/workloads/workspaces/{id}/{action}");
        let (status, body) = self.call(Method::POST, &path, Some(json!({}))).await;
        assert!(status.is_success(), "{action}: {status} {body}");
    }

    /// Waits for a phase; gives the workload.
    async fn until(&self, id: &str, phase: &str) -> Value {
        let until = Instant::now() + WITHIN;
        loop {
            let seen = self.get(&format!("/api/v1/workloads/{id}")).await;
            if seen["phase"] == phase {
                return seen;
            }
            assert!(Instant::now() < until, "it is still {seen:#}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Berth {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn started() -> (Engine, tempfile::TempDir) {
    let engine = Engine::start();
    engine.image("localhost/busy:1", &[]);
    (engine, tempfile::tempdir().unwrap())
}

fn notebook() -> Value {
    json!({
        "image": "localhost/busy:1", "command": "sh -c",
        "args": "'echo hello from ${RUNAI_JOB_NAME}; date >> /files/starts; wc -l < /files/starts; exec httpd -f -p 8888'",
        "exposedUrls": [{"container": 8888}], "terminationGracePeriodSeconds": 1,
        "storage": {"pvc": [{"path": "/files", "existingPvc": false, "claimInfo": {"size": "1G"}}]}
    })
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn a_workspace_outlives_a_berth_that_is_killed() {
    let (engine, data) = started();
    let berth = Berth::start(data.path(), &engine).await;
    let begun = Instant::now();
    let id = berth.made("nb", notebook()).await;
    berth.until(&id, "Running").await;
    let took = begun.elapsed();
    println!("from CREATE to Running: {} ms", took.as_millis());
    assert!(took < START_WITHIN, "{took:?}");
    let container = engine.ask(&["ps", "--format", "{{.ID}}"]);
    assert!(!container.is_empty());
    let log = berth.get(&format!("/api/v1/workloads/{id}/logs")).await;
    assert!(log.as_str().unwrap().contains("hello from nb"), "{log}");

    berth.kill();
    assert_eq!(engine.ask(&["ps", "--format", "{{.ID}}"]), container);
    let berth = Berth::start(data.path(), &engine).await;
    berth.until(&id, "Running").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(engine.ask(&["ps", "--all", "--format", "{{.ID}}"]), container);

    // Killed while it ends, too.
    berth.action(&id, "suspend").await;
    berth.kill();
    let berth = Berth::start(data.path(), &engine).await;
    berth.until(&id, "Stopped").await;
    assert_eq!(engine.ask(&["ps", "--all", "--quiet"]), "");

    berth.action(&id, "resume").await;
    berth.until(&id, "Running").await;
    let until = Instant::now() + WITHIN;
    // The volume has what the first run wrote.
    while !berth.get(&format!("/api/v1/workloads/{id}/logs")).await.to_string().contains(" 2\\n") {
        assert!(Instant::now() < until, "the volume was lost");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    let path = format!("/api/v1/workloads/workspaces/{id}");
    assert!(berth.call(Method::DELETE, &path, None).await.0.is_success());
    let until = Instant::now() + WITHIN;
    while !engine.ask(&["ps", "--all", "--quiet"]).is_empty()
        || !engine.ask(&["volume", "ls", "--quiet"]).is_empty()
    {
        assert!(Instant::now() < until, "something of it stayed");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
#[ignore = "needs Podman: cargo xtask test --containers"]
async fn what_the_engine_has_not_is_refused_before_and_what_goes_wrong_is_said_after() {
    let (mut engine, data) = started();
    let berth = Berth::start(data.path(), &engine).await;
    let id = berth.made("first", notebook()).await;
    berth.until(&id, "Running").await;

    let git = json!({"image": "localhost/busy:1",
        "storage": {"git": [{"repository": "https://example.org/x", "path": "/code"}]}});
    let (status, body) = berth.create("git", git.clone()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
    let said = body.to_string();
    assert!(said.contains("spec.storage.git[0]") && said.contains("clones nothing"), "{said}");
    let ask =
        json!({"name": "git", "projectId": berth.project, "clusterId": berth.cluster, "spec": git});
    let (_, verdict) =
        berth.call(Method::POST, "/api/v1/workloads/workspaces/verdict", Some(ask)).await;
    assert_eq!(verdict["verdict"], "refused", "{verdict}");
    assert_eq!(verdict["violations"][0]["key"], "NotHere", "{verdict}");

    let mut greedy = notebook();
    greedy["args"] = json!("'tail /dev/zero'");
    greedy["backoffLimit"] = json!(0);
    greedy["compute"] = json!({"cpuMemoryRequest": "32Mi", "cpuMemoryLimit": "32Mi"});
    let id = berth.made("greedy", greedy).await;
    let failed = berth.until(&id, "Failed").await;
    assert!(failed.to_string().contains("all it may; the system ended it"), "{failed:#}");

    engine.halt();
    let until = Instant::now() + WITHIN;
    while berth.get("/api/v1/clusters").await[0]["status"]["state"] == "Connected" {
        assert!(Instant::now() < until, "{}", berth.get("/api/v1/clusters").await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    engine.resume();
    let until = Instant::now() + WITHIN;
    while berth.get("/api/v1/clusters").await[0]["status"]["state"] != "Connected" {
        assert!(Instant::now() < until, "{}", berth.get("/api/v1/clusters").await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
