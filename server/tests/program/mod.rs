//! The real program, and somebody who may do everything.
#![allow(clippy::unwrap_used, dead_code, reason = "shared by tests, each of which uses a part")]

pub mod browser;

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use browser::plain;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use testkit::engine::Engine;

const CLIENT: (&str, &str) = ("story", "a secret of this test alone");
/// Who may sign in where Berth drives Kubernetes.
pub const ADMIN: (&str, &str) = ("ada@example.org", "a long enough passphrase");
/// A key for secrets that several know.
const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
/// An address with a port that nobody has.
pub const FREE: &str = "127.0.0.1:0";
/// What a Berth says that is ready and leads.
pub const LEADS: &str = "ok\n";
/// Long enough for a loaded machine; what takes longer is stuck.
pub const WITHIN: Duration = Duration::from_secs(120);

/// The first and the last of some ports that nobody has.
pub fn free_ports() -> (u16, u16) {
    let is_free = |port: u16| std::net::TcpListener::bind(("127.0.0.1", port)).is_ok();
    let first = (19_000..30_000).step_by(4).find(|first| (*first..first + 4).all(is_free)).unwrap();
    (first, first + 3)
}

/// Asks without encryption.
pub fn client() -> Client {
    plain().build().unwrap()
}

/// A running program with somebody who has a token.
pub struct Berth {
    child: Child,
    client: Client,
    pub url: String,
    pub token: String,
    pub project: Value,
    pub cluster: Value,
    /// What it was started with besides.
    more: Vec<String>,
}

impl Berth {
    /// On a container engine.
    pub async fn start(data: &Path, engine: &Engine) -> Self {
        Self::start_on(FREE, data, engine, vec![]).await
    }

    /// On a container engine, with ports for tools.
    pub async fn with_ports(data: &Path, engine: &Engine, ports: &str) -> Self {
        Self::start_on(FREE, data, engine, vec!["--tools-ports".into(), ports.into()]).await
    }

    /// With a simulated cluster, on a database.
    pub async fn simulated(data: &Path, database_url: Option<&str>) -> Self {
        let simulated = ["--cluster", "simulated"].into_iter();
        let database = database_url.iter().flat_map(|url| ["--database-url", url]);
        Self::start_at(FREE, data, &simulated.chain(database).collect::<Vec<_>>()).await
    }

    /// On a cluster of Kubernetes.
    pub async fn on_kubernetes(data: &Path, kubeconfig: &Path) -> Self {
        Self::on_kubernetes_with(data, kubeconfig, &[]).await
    }

    /// On a cluster of Kubernetes, with more to say of it.
    pub async fn on_kubernetes_with(data: &Path, kubeconfig: &Path, more: &[&str]) -> Self {
        let kubeconfig = kubeconfig.display().to_string();
        let args = ["--cluster", "kubernetes", "--kubeconfig", &kubeconfig];
        Self::start_as(FREE, data, &[&args, more].concat(), |command| {
            command.env("BERTH_BOOTSTRAP_ADMIN_EMAIL", ADMIN.0);
            command.env("BERTH_BOOTSTRAP_ADMIN_PASSWORD", ADMIN.1);
        })
        .await
    }

    /// The same, with everything that it has to say in the file `log` of its data folder.
    pub async fn on_kubernetes_loudly(data: &Path, kubeconfig: &Path) -> Self {
        Self::on_kubernetes_heard(data, kubeconfig, Some("trace")).await
    }

    /// The same, with what it says at a level, or by itself.
    pub async fn on_kubernetes_heard(data: &Path, kubeconfig: &Path, level: Option<&str>) -> Self {
        let kubeconfig = kubeconfig.display().to_string();
        let args = ["--cluster", "kubernetes", "--kubeconfig", &kubeconfig];
        let log = std::fs::OpenOptions::new().create(true).append(true).open(data.join("log"));
        Self::start_as(FREE, data, &args, |command| {
            command.env_remove("RUST_LOG").envs(level.map(|level| ("RUST_LOG", level)));
            command.stderr(log.unwrap());
        })
        .await
    }

    async fn start_on(listen: &str, data: &Path, engine: &Engine, more: Vec<String>) -> Self {
        let socket = format!("unix://{}", engine.socket().display());
        let args: Vec<&str> =
            ["--engine", &socket].into_iter().chain(more.iter().map(String::as_str)).collect();
        let mut berth = Self::start_at(listen, data, &args).await;
        berth.more = more;
        berth
    }

    async fn start_at(listen: &str, data: &Path, args: &[&str]) -> Self {
        Self::start_as(listen, data, args, |_| {}).await
    }

    /// One of several on a database, at an address, or at [`FREE`]; with a simulated cluster if none is named.
    pub async fn replica(listen: &str, data: &Path, cluster: &[&str], database_url: &str) -> Self {
        let cluster = if cluster.is_empty() { &["--cluster", "simulated"] } else { cluster };
        let args = [&["--replica", "--database-url", database_url], cluster].concat();
        Self::start_as(listen, data, &args, |command| {
            command.env("BERTH_SECRET_KEY", KEY);
        })
        .await
    }

    async fn start_as(
        listen: &str,
        data: &Path,
        args: &[&str],
        more: impl FnOnce(&mut Command),
    ) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_berth"));
        command.args(["serve", "--listen", listen, "--data"]).arg(data);
        command.args(args);
        command.env("BERTH_BOOTSTRAP_CLIENT_ID", CLIENT.0);
        command.env("BERTH_BOOTSTRAP_CLIENT_SECRET", CLIENT.1);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        more(&mut command);
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        let (project, cluster) = (Value::Null, Value::Null);
        let (token, more) = (String::new(), vec![]);
        // Each request has a connection of its own: one that is kept may end with the program at its other end.
        let client = plain().pool_max_idle_per_host(0).build().unwrap();
        let mut berth = Self { child, client, url, token, project, cluster, more };
        berth.until_ready().await;
        let asked = json!({
            "grantType": "client_credentials", "clientID": CLIENT.0, "clientSecret": CLIENT.1,
        });
        let (_, token) = berth.call(Method::POST, "/api/v1/token", Some(asked)).await;
        berth.token = token["accessToken"].as_str().unwrap().to_owned();
        berth.project = berth.get("/api/v1/org-unit/projects").await["projects"][0]["id"].clone();
        berth.cluster = berth.get("/api/v1/clusters").await[0]["uuid"].clone();
        berth
    }

    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let request = self.client.request(method, format!("{}{path}", self.url));
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

    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call(Method::GET, path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    /// Names of all workloads, in order.
    pub async fn names(&self) -> Vec<String> {
        let list = self.get("/api/v1/workloads?sortBy=name").await;
        let rows = list["workloads"].as_array().unwrap();
        rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    }

    pub async fn create(&self, name: &str, spec: Value) -> (StatusCode, Value) {
        let body = json!({
            "name": name, "projectId": self.project, "clusterId": self.cluster, "spec": spec,
        });
        self.call(Method::POST, "/api/v1/workloads/workspaces", Some(body)).await
    }

    /// Creates one that is accepted; gives its id.
    pub async fn made(&self, name: &str, spec: Value) -> String {
        let (status, body) = self.create(name, spec).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{body}");
        body["workloadId"].as_str().unwrap().to_owned()
    }

    /// What would become of one.
    pub async fn verdict(&self, name: &str, spec: Value) -> Value {
        let body = json!({
            "name": name, "projectId": self.project, "clusterId": self.cluster, "spec": spec,
        });
        let path = "/api/v1/workloads/workspaces/verdict";
        let (status, said) = self.call(Method::POST, path, Some(body)).await;
        assert!(status.is_success(), "{said}");
        said
    }

    pub async fn action(&self, id: &str, action: &str) {
        let path = format!("/api/v1/workloads/workspaces/{id}/{action}");
        let (status, body) = self.call(Method::POST, &path, Some(json!({}))).await;
        assert!(status.is_success(), "{action}: {status} {body}");
    }

    /// Waits for a phase; gives the workload.
    pub async fn until(&self, id: &str, phase: &str) -> Value {
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

    /// What `/health/ready` says; nothing where it does not answer.
    pub async fn readiness(&self) -> Option<String> {
        let asked = self.client.get(format!("{}/health/ready", self.url)).send().await;
        asked.ok()?.text().await.ok()
    }

    /// Waits until it answers, or has somebody to pass on to.
    async fn until_ready(&self) {
        let until = Instant::now() + WITHIN;
        let is_ready = async || {
            let asked = self.client.get(format!("{}/health/ready", self.url)).send().await;
            // Seen once: a connection to a replica that takes a killed one's port ended without an answer. Why is not known.
            asked.is_ok_and(|answer| answer.status() == StatusCode::OK)
        };
        while !is_ready().await {
            assert!(Instant::now() < until, "{} is not ready", self.url);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Kills it and starts it again on the same port.
    pub async fn restart(self, data: &Path, engine: &Engine) -> Self {
        let (at, more) = (self.url.trim_start_matches("http://").to_owned(), self.more.clone());
        self.kill();
        Self::start_on(&at, data, engine, more).await
    }

    /// The same without ports for tools, once it is started again.
    pub fn with_names(mut self) -> Self {
        self.more.clear();
        self
    }

    /// Starts another one that takes its place.
    pub async fn taken_over(&self, data: &Path, engine: &Engine) -> Self {
        let more: Vec<String> = [&["--take-over".to_owned()], self.more.as_slice()].concat();
        let mut berth = Self::start_on(FREE, data, engine, more).await;
        berth.more = self.more.clone();
        berth
    }

    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// What it has in memory.
    pub fn memory_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// What it has taken of the processor until now.
    pub fn processor(&self) -> Duration {
        testkit::kube::processor(self.child.id())
    }

    /// Asks it to end, as a system does.
    pub fn ask_to_stop(&mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").arg(pid).status().unwrap().success());
    }

    pub fn kill(mut self) {
        self.kill_now();
    }

    /// Kills it without giving it up.
    pub fn kill_now(&mut self) {
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

/// An engine with the image `localhost/busy:1`, and a data folder.
pub fn started() -> (Engine, tempfile::TempDir) {
    let engine = Engine::start();
    engine.image("localhost/busy:1", &[]);
    (engine, tempfile::tempdir().unwrap())
}
