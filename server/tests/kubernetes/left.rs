//! A cluster whose pods another scheduler binds: Kubernetes' own, for real.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use testkit::kube::Kube;

use crate::{
    NAMESPACE,
    program::{Berth, WITHIN},
};

const OTHER: [&str; 2] = ["--kube-scheduler", "default-scheduler"];

/// A field of every pod that is there, by name.
fn told(kube: &Kube, path: &str) -> String {
    let each = format!("{{range .items[*]}}{{.metadata.name}}={{{path}}} {{end}}");
    let said = kube.kubectl(&["-n", NAMESPACE, "get", "pods", "-o", &format!("jsonpath={each}")]);
    said.trim().to_owned()
}

async fn message(berth: &Berth, id: &str, holds: &str) -> Value {
    let until = Instant::now() + WITHIN;
    loop {
        let seen = berth.get(&format!("/api/v1/workloads/{id}")).await;
        if seen.to_string().contains(holds) {
            return seen;
        }
        assert!(Instant::now() < until, "nothing says {holds:?}: {seen:#}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn notebook() -> Value {
    json!({
        "image": "jupyter:1", "nodePools": ["default"], "exposedUrls": [{"container": 8888}], "terminationGracePeriodSeconds": 1,
        "compute": {"gpuDevicesRequest": 1, "cpuCoreRequest": 1, "cpuMemoryRequest": "1G"}
    })
}

#[tokio::test]
#[ignore = "needs a real API server: cargo xtask test --kubernetes"]
async fn another_scheduler_binds_and_berth_says_what_it_can_know() {
    let (kube, data) = (Kube::start(40), tempfile::tempdir().unwrap());
    kube.nodes(1, 2, "gpu");
    let berth = Berth::on_kubernetes_with(data.path(), &kube.config(), &OTHER).await;

    // Nobody binds anything yet: what is there is complete, and waits for its scheduler.
    let first = berth.made("first", notebook()).await;
    message(&berth, &first, "default-scheduler has not chosen a node yet").await;
    let all = "pod/first-1 service/first networkpolicy.networking.k8s.io/first";
    crate::until_names(&kube, all).await;
    assert_eq!(told(&kube, ".spec.schedulerName"), "first-1=default-scheduler");
    let seen = berth.get("/api/v1/clusters").await;
    let why = seen[0]["status"]["conditions"][0]["message"].as_str().unwrap();
    assert!(why.contains(" are bound by default-scheduler: quotas"), "{seen:#}");

    kube.fault(&["start", "kube-scheduler"]);
    let running = berth.until(&first, "Running").await;
    assert_eq!(running["runningPods"], 1, "{running:#}");
    let second = berth.made("second", notebook()).await;
    berth.until(&second, "Running").await;
    assert_eq!(told(&kube, ".spec.nodeName"), "first-1=gpu-1 second-1=gpu-1");

    // The node is full, and its scheduler says so; so does Berth, before and after.
    let third = berth.made("third", notebook()).await;
    message(&berth, &third, "default-scheduler finds no node: 0/1 nodes are available").await;
    let verdict = berth.verdict("fourth", notebook()).await;
    assert_eq!(verdict["verdict"], "leftTo", "{verdict:#}");
    assert_eq!(verdict["scheduler"], "default-scheduler", "{verdict:#}");
    assert!(verdict["reason"].is_object() && verdict["estimate"].is_null(), "{verdict:#}");

    // Room is taken by whom that scheduler gives it to.
    berth.action(&first, "suspend").await;
    berth.until(&first, "Stopped").await;
    berth.until(&third, "Running").await;
    berth.action(&first, "resume").await;
    message(&berth, &first, "default-scheduler finds no node").await;

    // A Berth that is killed finds all of it again; one that binds for itself takes back what waits.
    berth.kill();
    let berth = Berth::on_kubernetes_with(data.path(), &kube.config(), &OTHER).await;
    message(&berth, &first, "default-scheduler finds no node").await;
    berth.until(&third, "Running").await;
    berth.kill();
    let berth = Berth::on_kubernetes(data.path(), &kube.config()).await;
    message(&berth, &first, "Waiting for 1 GPU on one node in default; none is free").await;
    let path = format!("/api/v1/workloads/workspaces/{second}");
    assert!(berth.call(Method::DELETE, &path, None).await.0.is_success());
    berth.until(&first, "Running").await;
    let said = told(&kube, ".spec.schedulerName");
    assert_eq!(said, "first-3=berth-scheduler third-1=default-scheduler");
}

/// The label of a node pool becomes what the other scheduler reads.
#[tokio::test]
#[ignore = "needs a real API server: cargo xtask test --kubernetes"]
async fn another_scheduler_keeps_to_the_node_pools() {
    let (kube, data) = (Kube::start(40), tempfile::tempdir().unwrap());
    kube.nodes(1, 8, "big");
    kube.nodes(1, 8, "small");
    kube.fault(&["start", "kube-scheduler"]);
    kube.kubectl(&["label", "node", "small-1", "pool=small"]);
    let berth = Berth::on_kubernetes_with(data.path(), &kube.config(), &OTHER).await;
    let cluster = berth.get("/api/v1/clusters").await[0]["uuid"].clone();
    let pool =
        json!({"name": "small", "clusterId": cluster, "labelKey": "pool", "labelValue": "small"});
    let (status, said) = berth.call(Method::POST, "/api/v1/node-pools", Some(pool)).await;
    assert!(status.is_success(), "{said}");
    for (name, pool) in [("a", "small"), ("b", "default"), ("c", "small"), ("d", "default")] {
        let mut spec = notebook();
        spec["nodePools"] = json!([pool]);
        let id = berth.made(name, spec).await;
        berth.until(&id, "Running").await;
    }
    assert_eq!(told(&kube, ".spec.nodeName"), "a-1=small-1 b-1=big-1 c-1=small-1 d-1=big-1");
}
