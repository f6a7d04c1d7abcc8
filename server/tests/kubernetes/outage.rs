//! A cluster that is away for long, while things happen in it and more is asked of Berth: what is said meanwhile, and
//! what comes of it all afterwards.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};
use testkit::kube::Kube;

use crate::{
    NAMESPACE,
    program::{Berth, WITHIN},
};

/// How long it is away; `BERTH_KUBE_OUTAGE=600` takes another time.
fn away_for() -> Duration {
    let asked = std::env::var("BERTH_KUBE_OUTAGE").ok();
    Duration::from_secs(asked.map_or(25, |secs| secs.parse().unwrap()))
}

fn with(gpus: u32) -> Value {
    json!({"image": "busy:1", "terminationGracePeriodSeconds": 1, "compute": {"gpuDevicesRequest": gpus}})
}

/// How the cluster is, and since when.
async fn status(berth: &Berth) -> (String, Value) {
    let seen = berth.get("/api/v1/clusters").await[0].clone();
    (seen["status"]["state"].as_str().unwrap().to_owned(), seen["lastLiveness"].clone())
}

async fn until_status(berth: &Berth, state: &str) -> (String, Value) {
    let until = Instant::now() + WITHIN;
    loop {
        let status = status(berth).await;
        if status.0 == state {
            return status;
        }
        assert!(Instant::now() < until, "it is still {status:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Each workspace with its phase.
async fn phases(berth: &Berth) -> String {
    let seen = berth.get("/api/v1/workloads?sortBy=name").await;
    let line = |row: &Value| {
        format!("{} {}", row["name"].as_str().unwrap(), row["phase"].as_str().unwrap())
    };
    seen["workloads"].as_array().unwrap().iter().map(line).collect::<Vec<_>>().join("\n")
}

async fn until_phases(berth: &Berth, wanted: &str) {
    let until = Instant::now() + WITHIN;
    loop {
        let seen = phases(berth).await;
        if seen == wanted {
            return;
        }
        assert!(Instant::now() < until, "it is still\n{seen}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What Berth did to pods, as the API server wrote it down: `create new-1/binding`.
fn deeds(kube: &Kube) -> Vec<String> {
    let audit = fs::read_to_string(kube.folder().join("audit.jsonl")).unwrap();
    let read = audit.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let of_pods = read.filter(|one| {
        let verb = one["verb"].as_str().unwrap_or_default();
        one["objectRef"]["resource"] == "pods" && ["create", "patch", "delete"].contains(&verb)
    });
    let done = of_pods.filter(|one| one["responseStatus"]["code"].as_u64() < Some(300));
    let deed = |one: Value| {
        let of = &one["objectRef"];
        let part = of["subresource"].as_str().map(|part| format!("/{part}")).unwrap_or_default();
        format!("{} {}{part}", one["verb"].as_str().unwrap(), of["name"].as_str().unwrap())
    };
    done.map(deed).collect()
}

fn was_done_once(kube: &Kube, deed: &str) {
    let deeds = deeds(kube);
    assert_eq!(deeds.iter().filter(|one| *one == deed).count(), 1, "{deed}: {deeds:#?}");
}

/// What goes on in a cluster, Berth or no Berth.
fn happens_meanwhile(kube: &Kube) {
    kube.kubectl(&["-n", NAMESPACE, "annotate", "pod", "ends-1", "testbed.berth/exit-code=0"]);
    let ended = "--for=jsonpath={.status.phase}=Succeeded";
    kube.kubectl(&["-n", NAMESPACE, "wait", "pod/ends-1", ended]);
    kube.kubectl(&["-n", NAMESPACE, "delete", "pod", "loses-its-pod-1"]);
    kube.kubectl(&["cordon", "gpu-2"]);
    kube.kubectl(&["delete", "node", "gpu-3"]);
}

/// Lines that it wrote.
fn lines(data: &Path) -> Vec<String> {
    let log = fs::read_to_string(data.join("log")).unwrap_or_default();
    log.lines().map(str::to_owned).collect()
}

fn pods(kube: &Kube) -> String {
    let said = kube.kubectl(&["-n", NAMESPACE, "get", "pods", "-o", "name"]);
    said.lines().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
#[ignore = "needs a real API server: cargo xtask test --kubernetes"]
async fn a_cluster_that_is_away_for_long_is_said_and_all_is_true_afterwards() {
    let (kube, data) = (Kube::start(40), tempfile::tempdir().unwrap());
    kube.nodes(3, 8, "gpu");
    let (way, config) = kube.over_a_way();
    let berth = Berth::on_kubernetes_heard(data.path(), &config, None).await;
    let mut ids = vec![];
    for name in ["ends", "goes", "loses-its-pod", "stays", "stops"] {
        ids.push(berth.made(name, with(1)).await);
        berth.until(ids.last().unwrap(), "Running").await;
    }
    let uid = ["-n", NAMESPACE, "get", "pod", "stays-1", "-o", "jsonpath={.metadata.uid}"];
    let before = kube.kubectl(&uid);
    let (spoken, memory, processor) =
        (lines(data.path()).len(), berth.memory_kib(), berth.processor());

    way.close();
    let begun = Instant::now();
    let lost = until_status(&berth, "Disconnected").await;
    println!("said after {:?}: {lost:?}", begun.elapsed());
    happens_meanwhile(&kube);
    // What is asked of Berth.
    let new = berth.made("new", with(4)).await;
    berth.action(&ids[4], "suspend").await;
    let goes = format!("/api/v1/workloads/workspaces/{}", ids[1]);
    assert!(berth.call(Method::DELETE, &goes, None).await.0.is_success());
    let waits = berth.until(&new, "Pending").await.to_string();
    assert!(waits.contains("ClusterUnreachable"), "{waits}");
    let meanwhile = "ends Unknown\ngoes Deleting\nloses-its-pod Unknown\nnew Pending\nstays Unknown\n\
        stops Stopping";
    until_phases(&berth, meanwhile).await;
    // An API server that was started anew tells nobody what came before.
    kube.fault(&["kill", "kube-apiserver"]);
    kube.fault(&["start", "kube-apiserver"]);
    while begun.elapsed() < away_for() {
        assert_eq!(phases(&berth).await, meanwhile);
        assert_eq!(status(&berth).await, lost);
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let secs = begun.elapsed().as_secs_f64();
    println!(
        "away for {secs:.0} s: asked {:.2} times a second, {:.2} % of a processor, {} KiB before and {} KiB after, log:\n{}",
        way.turned_away() as f64 / secs,
        (berth.processor() - processor).as_secs_f64() / secs * 100.0,
        memory,
        berth.memory_kib(),
        lines(data.path())[spoken..].join("\n")
    );

    way.open();
    let begun = Instant::now();
    until_status(&berth, "Connected").await;
    println!("connected after {:?}", begun.elapsed());
    let afterwards =
        "ends Completed\nloses-its-pod Running\nnew Running\nstays Running\nstops Stopped";
    until_phases(&berth, afterwards).await;
    println!("all is true after {:?}, {} KiB", begun.elapsed(), berth.memory_kib());
    assert_eq!(pods(&kube), "pod/loses-its-pod-2 pod/new-1 pod/stays-1");
    assert_eq!(kube.kubectl(&uid), before);
    for once in ["create new-1", "create new-1/binding", "delete stops-1", "delete goes-1"] {
        was_done_once(&kube, once);
    }
    let nodes = berth.get("/api/v1/nodes").await;
    assert_eq!(nodes["nodes"].as_array().map(Vec::len), Some(2), "{nodes:#}");
    for id in [&new, &ids[2]] {
        let seen = berth.get(&format!("/api/v1/workloads/{id}")).await.to_string();
        assert!(!seen.contains("gpu-2"), "on a node that was closed: {seen}");
    }
}
