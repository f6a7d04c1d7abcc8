//! Credentials as people make them over REST, in the namespace of a project while a workspace uses them; and in no log.

use std::{fs, path::Path};

use base64::prelude::{BASE64_STANDARD, Engine};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::kube::Kube;

use crate::{
    NAMESPACE,
    program::{Berth, WITHIN},
};

const CREDENTIALS: &str = "/api/v1/asset/credentials";
/// What is searched for, as it was typed and as clusters write it.
const PLANTED: [&str; 2] = ["planted", "cGxhbnRlZC"];

/// Makes a credential; gives its address.
async fn made(berth: &Berth, kind: &str, meta: Value, spec: Value) -> String {
    let path = format!("{CREDENTIALS}/{kind}");
    let body = Some(json!({"meta": meta, "spec": spec}));
    let (status, said) = berth.call(Method::POST, &path, body).await;
    assert!(status.is_success(), "{said}");
    format!("{path}/{}", said["meta"]["id"].as_str().unwrap())
}

/// The secrets there, without the digests of their names.
fn told(kube: &Kube) -> String {
    let said = kube.kubectl(&["-n", NAMESPACE, "get", "secrets", "-o", "json"]);
    let said: Value = serde_json::from_str(&said).unwrap();
    let line = |secret: &Value| {
        let name = secret["metadata"]["name"].as_str().unwrap();
        let mut line = format!("{}:", name.rsplit_once('-').unwrap().0);
        for (key, value) in secret["data"].as_object().unwrap() {
            let value = BASE64_STANDARD.decode(value.as_str().unwrap()).unwrap();
            line.push_str(&format!(" {key}={}", String::from_utf8_lossy(&value)));
        }
        line
    };
    let mut lines: Vec<_> = said["items"].as_array().unwrap().iter().map(line).collect();
    lines.sort();
    lines.join("\n")
}

/// Files of a folder that hold what was planted.
fn found_in(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if !path.is_file() || !wanted(&path) {
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let holds = |word: &&str| bytes.windows(word.len()).any(|part| part == word.as_bytes());
        if PLANTED.iter().any(holds) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[tokio::test]
#[ignore = "needs a real API server: cargo xtask test --kubernetes"]
async fn credentials_are_there_while_a_workspace_uses_them_and_in_no_log() {
    let (kube, data) = (Kube::start(40), tempfile::tempdir().unwrap());
    kube.nodes(1, 8, "gpu");
    let berth = Berth::on_kubernetes_loudly(data.path(), &kube.config()).await;
    let shared = |name: &str| json!({"name": name, "scope": "tenant"});
    let token = json!({"keyValuePairs": [{"key": "token", "value": "planted-1"}]});
    made(&berth, "generic-secret", shared("hub"), token).await;
    let bucket = json!({"accessKeyId": "id", "secretAccessKey": "planted-2"});
    made(&berth, "access-key", shared("bucket"), bucket).await;
    let git = json!({"user": "ada", "password": "planted-3"});
    made(&berth, "password", shared("git"), git).await;
    let registry = json!({"url": "https://r.example.com", "user": "ada", "password": "planted-4"});
    made(&berth, "docker-registry", shared("lab"), registry).await;
    let ngc = json!({"ngc_api_key": "planted-5"});
    made(&berth, "ngc-api-key", shared("catalog"), ngc).await;
    // Nobody uses this one.
    let other = json!({"keyValuePairs": [{"key": "token", "value": "planted-6"}]});
    made(&berth, "generic-secret", shared("other"), other).await;
    let own = json!({"name": "mine", "scope": "tenant", "private": true});
    let mine = json!({"keyValuePairs": [{"key": "a", "value": "planted-7"}]});
    let mine_at = made(&berth, "generic-secret", own.clone(), mine).await;

    let spec = json!({"image": "nvcr.io/a:1",
        "environmentVariables": [
            {"name": "TOKEN", "secret": {"name": "genericsecret-hub", "key": "token"}},
            {"name": "OWN", "userCredential": {"name": "mine", "key": "a"}},
            {"name": "NGC", "secret": {"name": "ngcapikey-catalog", "key": "NGC_API_KEY"}}],
        "imagePullSecrets": [{"name": "ngcapikey-catalog"}],
        "storage": {"git": [{"path": "/code", "repository": "https://git.example.com/a",
                "passwordSecret": "password-git"}],
            "s3": [{"path": "/bucket", "bucket": "b", "accessKeySecret": "accesskey-bucket"}]}});
    let id = berth.made("nb", spec).await;
    berth.until(&id, "Running").await;
    insta::assert_snapshot!(told(&kube), @r#"
    nb-1-accesskey-bucket: AccessKeyId=id SecretKey=planted-2
    nb-1-dockerreg-lab: .dockerconfigjson={"auths":{"https://r.example.com":{"auth":"YWRhOnBsYW50ZWQtNA==","password":"planted-4","username":"ada"}}}
    nb-1-genericsecret-hub: token=planted-1
    nb-1-mine: a=planted-7
    nb-1-ngcapikey-catalog: .dockerconfigjson={"auths":{"nvcr.io":{"auth":"JG9hdXRodG9rZW46cGxhbnRlZC01","password":"planted-5","username":"$oauthtoken"}}}
    nb-1-ngcapikey-catalog: NGC_API_KEY=planted-5
    nb-1-password-git: Password=planted-3 User=ada
    "#);

    // Values never change, but somebody's own credential may be made anew: the next run takes it, after a kill as before.
    assert!(berth.call(Method::DELETE, &mine_at, None).await.0.is_success());
    let newer = json!({"keyValuePairs": [{"key": "a", "value": "planted-8"}]});
    made(&berth, "generic-secret", own, newer).await;
    berth.action(&id, "suspend").await;
    berth.until(&id, "Stopped").await;
    berth.kill();
    let berth = Berth::on_kubernetes_loudly(data.path(), &kube.config()).await;
    berth.action(&id, "resume").await;
    berth.until(&id, "Running").await;
    let again = told(&kube);
    assert!(again.contains("nb-2-mine: a=planted-8"), "{again}");

    let path = format!("/api/v1/workloads/workspaces/{id}");
    assert!(berth.call(Method::DELETE, &path, None).await.0.is_success());
    let until = std::time::Instant::now() + WITHIN;
    while !told(&kube).is_empty() {
        assert!(std::time::Instant::now() < until, "{}", told(&kube));
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    berth.kill();
    assert_eq!(found_in(data.path(), |_| true), Vec::<String>::new());
    let is_log = |path: &Path| path.extension().is_some_and(|end| end == "log" || end == "jsonl");
    assert_eq!(found_in(&kube.folder(), is_log), Vec::<String>::new());
    // What was searched is really there.
    let log = fs::read_to_string(data.path().join("log")).unwrap();
    assert!(log.contains("connected to Kubernetes") && log.len() > 100_000, "{}", log.len());
    let audit = fs::read_to_string(kube.folder().join("audit.jsonl")).unwrap();
    assert!(audit.contains("\"secrets\""));
}
