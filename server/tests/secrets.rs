//! Acceptance: secrets are planted in the real program in every way that there is, a journey is made,
//! and nothing that the program wrote or said holds one. Then the key is changed.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
};

use reqwest::{Client, Method, redirect::Policy};
use serde_json::{Value, json};

const CLIENT: (&str, &str) = ("secrets", "the secret of this test's client");
const ADMIN: (&str, &str) = ("ada@example.com", "a long enough passphrase");
const CREDENTIALS: &str = "/api/v1/asset/credentials";
/// What is searched for; `planted` is a part of each.
const PLANTED: &str = "planted";

struct Berth {
    child: Child,
    url: String,
    http: Client,
    token: String,
    /// Everything that it answered.
    said: String,
}

fn command(data: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_berth"));
    command.args(args).arg("--data").arg(data).stdin(Stdio::null());
    command.env("RUST_LOG", "trace").stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Berth {
    async fn start(data: &Path) -> Self {
        testkit::tls::provide();
        let mut command =
            command(data, &["serve", "--cluster", "simulated", "--listen", "127.0.0.1:0"]);
        command.env("BERTH_BOOTSTRAP_CLIENT_ID", CLIENT.0);
        command.env("BERTH_BOOTSTRAP_CLIENT_SECRET", CLIENT.1);
        command.env("BERTH_BOOTSTRAP_ADMIN_EMAIL", ADMIN.0);
        command.env("BERTH_BOOTSTRAP_ADMIN_PASSWORD", ADMIN.1);
        command.stderr(
            fs::OpenOptions::new().create(true).append(true).open(data.join("log")).unwrap(),
        );
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line
            .trim()
            .strip_prefix("listening on ")
            .unwrap_or_else(|| panic!("{line}"))
            .to_owned();
        let http = Client::builder()
            .cookie_store(true)
            .redirect(Policy::none())
            .tls_certs_only([])
            .build()
            .unwrap();
        let asked = json!({"grantType": "client_credentials", "clientID": CLIENT.0, "clientSecret": CLIENT.1});
        let token = http.post(format!("{url}/api/v1/token")).json(&asked).send().await.unwrap();
        let token =
            token.json::<Value>().await.unwrap()["accessToken"].as_str().unwrap().to_owned();
        Self { child, url, http, token, said: String::new() }
    }

    async fn send(&mut self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let request =
            self.http.request(method, format!("{}{path}", self.url)).bearer_auth(&self.token);
        let request = body.iter().fold(request, |request, body| request.json(body));
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let headers = format!("{:?}", answer.headers());
        let text = answer.text().await.unwrap();
        self.said.push_str(&[headers.as_str(), &text, "\n"].concat());
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    /// A page, as the administrator's browser opens it.
    async fn page(&mut self, path: &str) -> u16 {
        let request = self.http.get(format!("{}{path}", self.url)).header("accept", "text/html");
        let answer = request.header("sec-fetch-site", "none").send().await.unwrap();
        let status = answer.status().as_u16();
        self.said.push_str(&answer.text().await.unwrap());
        status
    }

    async fn sign_in(&mut self) {
        let form =
            format!("email={}&password={}", ADMIN.0.replace('@', "%40"), ADMIN.1.replace(' ', "+"));
        let request = self.http.post(format!("{}/sign-in", self.url)).body(form);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.header("sec-fetch-site", "same-origin").send().await.unwrap();
        assert_eq!(answer.status(), 303);
    }

    async fn cluster(&mut self) -> Value {
        self.send(Method::GET, "/api/v1/clusters", None).await.1[0]["uuid"].clone()
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// The kinds, each right, wrong in a way that is refused, and of a wrong type.
fn bodies() -> Vec<(&'static str, Value, Value)> {
    vec![
        (
            "password",
            json!({"user": "a", "password": "planted-1"}),
            json!({"password": "planted-1"}),
        ),
        (
            "access-key",
            json!({"accessKeyId": "a", "secretAccessKey": "planted-2"}),
            json!({"accessKeyId": "", "secretAccessKey": "planted-2"}),
        ),
        (
            "docker-registry",
            json!({"url": "https://r.example.com", "user": "a", "password": "planted-3"}),
            json!({"url": "a b", "user": "a", "password": "planted-3"}),
        ),
        (
            "generic-secret",
            json!({"keyValuePairs": [{"key": "token", "value": "planted-4"}]}),
            json!({"keyValuePairs": [{"key": "a b", "value": "planted-4"}]}),
        ),
        ("ngc-api-key", json!({"ngc_api_key": "planted-5"}), json!({"ngc_api_key": "planted 5"})),
    ]
}

async fn journey(berth: &mut Berth) -> Vec<String> {
    let meta = |name: &str| json!({"name": name, "scope": "tenant"});
    let mut made = Vec::new();
    for (kind, right, wrong) in bodies() {
        let path = format!("{CREDENTIALS}/{kind}");
        let body = json!({"meta": meta(kind), "spec": right});
        let (status, answer) = berth.send(Method::POST, &path, Some(body.clone())).await;
        assert_eq!(status, 202, "{answer}");
        let one = format!("{path}/{}", answer["meta"]["id"].as_str().unwrap());
        let wrong = json!({"meta": meta("wrong"), "spec": wrong});
        assert_eq!(berth.send(Method::POST, &path, Some(wrong)).await.0, 400);
        assert_eq!(berth.send(Method::POST, &path, Some(body.clone())).await.0, 409);
        let update = json!({"meta": {"description": "d"}, "spec": body["spec"]});
        assert_eq!(berth.send(Method::PUT, &one, Some(update)).await.0, 202);
        assert_eq!(
            berth.send(Method::GET, &format!("{one}?usageInfo=true&statusInfo=true"), None).await.0,
            200
        );
        made.push(one);
    }
    let spec = json!({"url": "https://127.0.0.1:1", "user": "a", "password": "planted-6"});
    let body = json!({"meta": meta("lab"), "spec": spec});
    let (status, answer) = berth.send(Method::POST, "/api/v1/asset/registries", Some(body)).await;
    assert_eq!(status, 201, "{answer}");
    let registry = format!("/api/v1/asset/registries/{}", answer["meta"]["id"].as_str().unwrap());
    assert_eq!(berth.send(Method::GET, &format!("{registry}/repositories"), None).await.0, 400);
    let own = json!({"meta": {"name": "mine", "scope": "tenant", "private": true},
        "spec": {"keyValuePairs": [{"key": "a", "value": "planted-7"}]}});
    assert_eq!(
        berth.send(Method::POST, &format!("{CREDENTIALS}/generic-secret"), Some(own)).await.0,
        202
    );
    let workspace = used(berth).await;
    for path in [CREDENTIALS, "/api/v1/asset/registries", "/metrics", "/api/v1/workload-templates"]
    {
        assert_eq!(berth.send(Method::GET, path, None).await.0, 200, "{path}");
    }
    berth.sign_in().await;
    let opened = format!("/workloads?open={workspace}");
    let pages = [
        "/workloads",
        "/settings",
        "/assets/credentials",
        "/assets/my-credentials",
        "/assets/data-sources",
        "/environments/new",
        "/templates/new",
        "/workloads/new",
        "/workloads/new/workspace?project=1",
        &opened,
    ];
    for path in pages {
        assert_eq!(berth.page(path).await, 200, "{path}");
    }
    made
}

/// An environment, a template and a workspace that use the credentials in every way; the id of the workspace.
async fn used(berth: &mut Berth) -> String {
    let variables = json!([{"name": "TOKEN", "secret": {"name": "genericsecret-generic-secret", "key": "token"}},
        {"name": "OWN", "userCredential": {"name": "mine", "key": "a"}}]);
    let storage = json!({"git": [{"path": "/code", "repository": "https://git.example.com/a",
            "passwordSecret": "password-password"}],
        "s3": [{"path": "/bucket", "url": "https://s3.example.com", "bucket": "b",
            "accessKeySecret": "accesskey-access-key"}]});
    let pulls = json!([{"name": "dockerreg-docker-registry"}]);
    let spec = json!({"image": "a", "environmentVariables": variables, "storage": storage,
        "imagePullSecrets": pulls});
    let body =
        json!({"name": "nb", "projectId": "1", "clusterId": berth.cluster().await, "spec": spec});
    let path = "/api/v1/workloads/workspaces";
    let verdict = format!("{path}/verdict");
    let (status, answer) = berth.send(Method::POST, &verdict, Some(body.clone())).await;
    assert_eq!(status, 200, "{answer}");
    let (status, answer) = berth.send(Method::POST, path, Some(body)).await;
    assert_eq!(status, 202, "{answer}");
    let id = answer["workloadId"].as_str().unwrap().to_owned();
    for what in ["", "/pods", "/events", "/history", "/logs"] {
        let path = format!("/api/v1/workloads/{id}{what}");
        assert_eq!(berth.send(Method::GET, &path, None).await.0, 200, "{path}");
    }
    id
}

/// Everything below a folder that holds what was planted.
fn found_in(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found_in(&path, found);
            continue;
        }
        // A socket holds nothing.
        if !path.is_file() {
            continue;
        }
        let mut bytes = Vec::new();
        fs::File::open(&path).unwrap().read_to_end(&mut bytes).unwrap();
        if bytes.windows(PLANTED.len()).any(|part| part == PLANTED.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
}

fn rotate(data: &Path) -> String {
    let told = command(data, &["secrets", "rotate"]).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    String::from_utf8_lossy(&told.stdout).into_owned()
}

#[tokio::test]
async fn nothing_that_berth_writes_or_says_holds_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let mut berth = Berth::start(data).await;
    let made = journey(&mut berth).await;
    let before = berth.send(Method::GET, &made[0], None).await.1["spec"]["keyId"].clone();
    berth.kill();
    assert!(!berth.said.contains(PLANTED), "an answer holds a secret");
    let mut found = Vec::new();
    found_in(data, &mut found);
    assert_eq!(found, Vec::<String>::new(), "files that hold a secret");
    // What was searched is really there.
    let log = fs::read_to_string(data.join("log")).unwrap();
    assert!(log.len() > 10_000 && berth.said.len() > 10_000, "{} {}", log.len(), berth.said.len());

    let key = fs::read_to_string(data.join("secret.key")).unwrap();
    assert_eq!(rotate(data), "7 secrets are encrypted with the new key\n");
    assert_ne!(fs::read_to_string(data.join("secret.key")).unwrap(), key);
    let mut berth = Berth::start(data).await;
    let after = berth.send(Method::GET, &made[0], None).await.1["spec"]["keyId"].clone();
    assert_ne!(before, after);
    berth.kill();
    assert_eq!(rotate(data), "7 secrets are encrypted with the new key\n");

    // With the first key alone nothing opens, and it is said of each credential.
    fs::write(data.join("secret.key"), key).unwrap();
    let mut berth = Berth::start(data).await;
    let shown = berth.send(Method::GET, &format!("{}?statusInfo=true", made[0]), None).await.1;
    let status = &shown["status"];
    assert_eq!(status["status"], "Issues found");
    assert!(status["message"].as_str().unwrap().contains("was not given"), "{status}");
    berth.kill();
    let log = fs::read_to_string(data.join("log")).unwrap();
    assert!(log.contains("no key that was given opens the secrets of 7 credentials"));
}
