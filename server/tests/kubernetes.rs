//! The real program on a real API server of Kubernetes: what people do, through the REST interface, and a program that is
//! killed a hundred times while they do it. `cargo xtask test --kubernetes` builds what is needed and runs these.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

// Tests begin in the order of their names, and of these the one that takes longest waits most of its time.
#[path = "kubernetes/replicas.rs"]
mod all_replicas;
#[path = "kubernetes/deploy.rs"]
mod deploy;
#[path = "kubernetes/left.rs"]
mod left;
#[path = "kubernetes/outage.rs"]
mod outage;
mod program;
#[path = "kubernetes/secrets.rs"]
mod secrets;
#[path = "kubernetes/speed.rs"]
mod speed;
#[path = "kubernetes/volumes.rs"]
mod volumes;

use std::{
    collections::BTreeMap,
    process::Command,
    time::{Duration, Instant},
};

use program::{Berth, WITHIN};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{dice::Dice, kube::Kube};

const NAMESPACE: &str = "berth-default";

fn notebook() -> Value {
    json!({
        "image": "jupyter:1", "exposedUrls": [{"container": 8888}], "terminationGracePeriodSeconds": 1,
        "compute": {"gpuDevicesRequest": 1, "cpuCoreRequest": 1, "cpuMemoryRequest": "1G"},
        "storage": {"pvc": [{"path": "/files", "existingPvc": false, "claimInfo": {"size": "1G"}}]}
    })
}

/// What is there of Berth's, by name.
fn names(kube: &Kube) -> String {
    let kinds = "pods,services,networkpolicies,persistentvolumeclaims";
    let said = kube.kubectl(&["-n", NAMESPACE, "get", kinds, "-o", "name"]);
    said.lines().collect::<Vec<_>>().join(" ")
}

async fn until_names(kube: &Kube, wanted: &str) {
    let until = Instant::now() + WITHIN;
    while names(kube) != wanted {
        assert!(Instant::now() < until, "there is {}", names(kube));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
#[ignore = "needs a real API server: cargo xtask test --kubernetes"]
async fn a_workspace_lives_on_a_cluster_and_a_killed_berth_finds_it_again() {
    let (kube, data) = (Kube::start(40), tempfile::tempdir().unwrap());
    kube.nodes(2, 8, "gpu");
    let berth = Berth::on_kubernetes(data.path(), &kube.config()).await;
    let id = berth.made("nb", notebook()).await;
    berth.until(&id, "Running").await;
    let all =
        "pod/nb-1 service/nb networkpolicy.networking.k8s.io/nb persistentvolumeclaim/nb-volume-0";
    until_names(&kube, all).await;
    let clusters = berth.get("/api/v1/clusters").await;
    assert_eq!(clusters[0]["status"]["state"], "Connected", "{clusters:#}");
    assert_eq!(clusters[0]["status"]["platform"]["kubeVersion"], "v1.37.2", "{clusters:#}");
    let nodes = berth.get("/api/v1/nodes").await;
    assert_eq!(nodes["nodes"].as_array().map(Vec::len), Some(2), "{nodes:#}");

    let uid = ["-n", NAMESPACE, "get", "pod", "nb-1", "-o", "jsonpath={.metadata.uid}"];
    let before = kube.kubectl(&uid);
    berth.kill();
    let berth = Berth::on_kubernetes(data.path(), &kube.config()).await;
    berth.until(&id, "Running").await;
    assert_eq!(kube.kubectl(&uid), before);

    berth.action(&id, "suspend").await;
    berth.until(&id, "Stopped").await;
    until_names(&kube, "persistentvolumeclaim/nb-volume-0").await;
    berth.action(&id, "resume").await;
    berth.until(&id, "Running").await;
    let again =
        "pod/nb-2 service/nb networkpolicy.networking.k8s.io/nb persistentvolumeclaim/nb-volume-0";
    until_names(&kube, again).await;

    // Somebody deletes its pod: it finds another place by itself.
    kube.kubectl(&["-n", NAMESPACE, "delete", "pod", "nb-2"]);
    until_names(&kube, &again.replace("nb-2", "nb-3")).await;
    let running = berth.until(&id, "Running").await;
    let history = berth.get(&format!("/api/v1/workloads/{id}/events")).await.to_string();
    assert!(history.contains("somebody deleted the pod"), "{history} {running}");

    let path = format!("/api/v1/workloads/workspaces/{id}");
    assert!(berth.call(Method::DELETE, &path, None).await.0.is_success());
    until_names(&kube, "").await;
}

#[tokio::test]
#[ignore = "needs a real API server: cargo xtask test --kubernetes"]
async fn before_and_after_it_is_said_what_stands_in_the_way() {
    let (kube, data) = (Kube::start(40), tempfile::tempdir().unwrap());
    kube.nodes(1, 4, "gpu");
    // What others use is not free.
    kube.kubectl(&[
        "run",
        "other",
        "--image=a",
        "--overrides",
        r#"{"spec": {"nodeName": "gpu-1", "containers":
        [{"name": "other", "image": "a", "resources": {"limits": {"nvidia.com/gpu": "3"}}}]}}"#,
    ]);
    let berth = Berth::on_kubernetes(data.path(), &kube.config()).await;
    let mut spec = notebook();
    spec["compute"]["gpuDevicesRequest"] = json!(2);
    let id = berth.made("two", spec).await;
    let waits = berth.until(&id, "Pending").await;
    assert!(waits.to_string().contains("the most free on one node is 1 (gpu-1)"), "{waits:#}");
    kube.kubectl(&["delete", "pod", "other"]);
    berth.until(&id, "Running").await;
    // A right is missing: said with what mends it.
    kube.kubectl(&["delete", "clusterrolebinding", "berth"]);
    let until = Instant::now() + WITHIN;
    let state = loop {
        let clusters = berth.get("/api/v1/clusters").await;
        if clusters[0]["status"]["state"] != "Connected" {
            break clusters[0]["status"].clone();
        }
        assert!(Instant::now() < until, "{clusters:#}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    };
    println!("without its rights: {state}");
}

/// Waits until a cluster is there.
async fn until_cluster(berth: &Berth, name: &str) -> Value {
    let until = Instant::now() + WITHIN;
    loop {
        let clusters = berth.get("/api/v1/clusters").await;
        if let Some(found) = clusters.as_array().unwrap().iter().find(|one| one["name"] == name) {
            return found.clone();
        }
        assert!(Instant::now() < until, "{clusters:#}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test]
#[ignore = "needs a real API server: cargo xtask test --kubernetes"]
async fn one_more_cluster_is_added_by_its_kubeconfig() {
    let (kube, data) = (Kube::start(40), tempfile::tempdir().unwrap());
    kube.nodes(1, 4, "gpu");
    let ask = |words: &[&str]| {
        let said = Command::new(env!("CARGO_BIN_EXE_berth")).args(words).output().unwrap();
        let text = [said.stdout, said.stderr].concat();
        (said.status.success(), String::from_utf8_lossy(&text).into_owned())
    };
    let (config, folder) = (kube.config().display().to_string(), data.path().display().to_string());
    let (_, manifest) = ask(&["cluster", "kubernetes", "manifest"]);
    assert!(manifest.contains("kind: ClusterRole"), "{manifest}");
    let check = ["cluster", "kubernetes", "check", "--kubeconfig", &config];
    assert_eq!(
        ask(&check),
        (true, "Kubernetes v1.37.2 answers.\nBerth has every right that it needs.\n".into())
    );
    let berth = Berth::simulated(data.path(), None).await;
    let (added, said) =
        ask(&["cluster", "kubernetes", "add", "lab", "--kubeconfig", &config, "--data", &folder]);
    assert!(added, "{said}");
    let lab = until_cluster(&berth, "lab").await;
    let project = json!({"name": "far", "clusterId": lab["uuid"], "resources": []});
    let (status, project) =
        berth.call(Method::POST, "/api/v1/org-unit/projects", Some(project)).await;
    assert!(status.is_success(), "{project}");
    let asked = json!({"name": "nb", "projectId": project["id"], "clusterId": lab["uuid"], "spec": {"image": "a:1"}});
    let (status, made) =
        berth.call(Method::POST, "/api/v1/workloads/workspaces", Some(asked)).await;
    assert!(status.is_success(), "{made}");
    berth.until(made["workloadId"].as_str().unwrap(), "Running").await;
    assert!(kube.kubectl(&["get", "pods", "-n", "berth-far", "-o", "name"]).contains("pod/nb-1"));
    // Without a right, `check` names it and what grants it.
    kube.kubectl(&["delete", "clusterrolebinding", "berth"]);
    let (good, said) = ask(&check);
    assert!(!good && said.contains("list nodes") && said.contains("kubectl apply"), "{said}");
}

/// Times that the program is killed.
const KILLS: u32 = 100;

#[tokio::test]
#[ignore = "needs a real API server: cargo xtask test --kubernetes"]
async fn a_hundred_kills_lose_and_double_nothing() {
    let (kube, data) = (Kube::start(120), tempfile::tempdir().unwrap());
    kube.nodes(4, 8, "gpu");
    let dice = Dice::of(20_261_129);
    let mut alive: BTreeMap<String, String> = BTreeMap::new();
    let mut count = 0;
    for kill in 0..KILLS {
        let berth = Berth::on_kubernetes(data.path(), &kube.config()).await;
        for _ in 0..3 {
            let some: Vec<_> = alive.keys().cloned().collect();
            match (dice.below(4), some.get(dice.below(some.len().max(1) as u64) as usize)) {
                (0, Some(name)) => {
                    let id = alive[name].clone();
                    let path = format!("/api/v1/workloads/workspaces/{id}");
                    let (status, said) = berth.call(Method::DELETE, &path, None).await;
                    assert!(status.is_success(), "{said}");
                    alive.remove(name);
                }
                (1, Some(name)) => berth.action(&alive[name], "suspend").await,
                (2, Some(name)) => berth.action(&alive[name], "resume").await,
                _ if alive.len() < 24 => {
                    count += 1;
                    let name = format!("w{count}");
                    let id = berth.made(&name, notebook()).await;
                    alive.insert(name, id);
                }
                _ => {}
            }
        }
        tokio::time::sleep(Duration::from_millis(dice.below(700))).await;
        berth.kill();
        doubles_nothing(&kube, kill);
    }
    let berth = Berth::on_kubernetes(data.path(), &kube.config()).await;
    for id in alive.values() {
        berth.action(id, "resume").await;
    }
    for id in alive.values() {
        berth.until(id, "Running").await;
    }
    let pods = kube.kubectl(&["-n", NAMESPACE, "get", "pods", "-o", "name"]);
    assert_eq!(pods.lines().count(), alive.len(), "{pods}");
    for id in alive.values() {
        let path = format!("/api/v1/workloads/workspaces/{id}");
        assert!(berth.call(Method::DELETE, &path, None).await.0.is_success());
    }
    until_names(&kube, "").await;
    println!("{KILLS} kills, {count} workspaces, none lost, doubled or left");
}

/// No workload ever has two pods of which neither is ending.
fn doubles_nothing(kube: &Kube, kill: u32) {
    let path = "jsonpath={range .items[*]}{.metadata.labels.berth\\.dev/workload} {.metadata.deletionTimestamp}{\"\\n\"}{end}";
    let said = kube.try_kubectl(&["-n", NAMESPACE, "get", "pods", "-o", path]);
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let mut seen = std::collections::BTreeSet::new();
    for line in said.lines().filter(|line| line.ends_with(' ')) {
        assert!(seen.insert(line.to_owned()), "after kill {kill}: two pods of {line}");
    }
}

/// Seconds until so many pods of a namespace are on nodes.
async fn until_bound(kube: &Kube, namespace: &str, count: usize, begun: Instant) -> f64 {
    let ask = ["-n", namespace, "get", "pods", "-o", "jsonpath={.items[*].spec.nodeName}"];
    loop {
        let said = kube.try_kubectl(&ask);
        if String::from_utf8_lossy(&said.stdout).split_whitespace().count() >= count {
            return begun.elapsed().as_secs_f64();
        }
        assert!(begun.elapsed() < Duration::from_secs(600), "not all of {count} pods are on nodes");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
