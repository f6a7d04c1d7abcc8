//! The life of workspaces: run, stop, run again, adopted after a kill, ended with everything that was made.

use cluster::{Driver, TerminalSize};
use domain::workload::PodState;
use futures::StreamExt;
use tokio::io::AsyncWriteExt;

use crate::bed::{Bed, id};

const WITH_ALL: &str = r#"{"compute": {"gpuDevicesRequest": 2},
    "exposedUrls": [{"container": 8888}],
    "ports": [{"container": 22, "serviceType": "NodePort"}],
    "storage": {"pvc": [{"path": "/kept", "existingPvc": false, "claimInfo": {"size": "1G"}}]}}"#;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn it_runs_stops_runs_again_and_leaves_nothing() {
    let mut bed = Bed::new();
    bed.run(1, WITH_ALL);
    let pod = bed.until_runs(1).await;
    let detail = pod.detail.unwrap();
    assert_eq!(detail.node.to_string(), format!("{}-1", bed.nodes));
    assert!(detail.addresses.contains_key(&8888), "{detail:?}");
    let kinds = "pods,services,networkpolicies,pvc";
    let made = "pod/nb1-1 service/nb1 service/nb1-nodeport networkpolicy.networking.k8s.io/nb1 persistentvolumeclaim/nb1-volume-0";
    assert_eq!(bed.names(kinds), made);

    bed.stop(1, 0);
    bed.until_gone(1).await;
    bed.until_names(kinds, "persistentvolumeclaim/nb1-volume-0").await;

    bed.run(1, WITH_ALL);
    let pod = bed.until_runs(1).await;
    assert_eq!(pod.generation, 2);

    bed.desired.clear();
    bed.until_names(kinds, "").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn after_a_kill_it_finds_its_own_and_doubles_nothing() {
    let mut bed = Bed::new();
    for number in 1..=5 {
        bed.run(number, "{}");
    }
    // Killed while pods are being made, and again when some are there.
    for _ in 0..5 {
        bed.turn().await;
        bed.restart_berth();
    }
    for number in 1..=5 {
        bed.until_runs(number).await;
    }
    let uids = bed.kubectl(&["get", "pods", "-o", "jsonpath={.items[*].metadata.uid}"]);
    bed.restart_berth();
    for number in 1..=5 {
        bed.until_runs(number).await;
    }
    assert_eq!(bed.kubectl(&["get", "pods", "-o", "jsonpath={.items[*].metadata.uid}"]), uids);
    // Another Berth on the same cluster leaves them alone.
    let other = Bed::on(bed.kube.clone(), 0);
    other.turn().await;
    assert_eq!(other.turn().await.pods, vec![]);
    assert_eq!(bed.kubectl(&["get", "pods", "-o", "jsonpath={.items[*].metadata.uid}"]), uids);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn a_newer_run_waits_for_the_older_one() {
    let mut bed = Bed::new();
    bed.run(1, "{}");
    bed.until_runs(1).await;
    // It does not go by itself.
    bed.kubectl(&[
        "patch",
        "pod",
        "nb1-1",
        "-p",
        r#"{"metadata": {"finalizers": ["testbed.berth/held"]}}"#,
    ]);
    bed.run(1, "{}");
    bed.until(1, |pod| matches!(pod.state, Some(PodState::Ending))).await;
    for _ in 0..10 {
        bed.turn().await;
    }
    assert_eq!(bed.names("pods"), "pod/nb1-1");
    bed.kubectl(&["patch", "pod", "nb1-1", "-p", r#"{"metadata": {"finalizers": null}}"#]);
    bed.until(1, |pod| pod.generation == 2 && matches!(pod.state, Some(PodState::Running))).await;
    assert_eq!(bed.names("pods"), "pod/nb1-2");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn its_log_and_a_terminal_come_through_the_api_server() {
    let mut bed = Bed::new();
    bed.run(1, "{}");
    bed.until_runs(1).await;
    let log = bed.kube.folder().join(format!("{}.log", bed.nodes));
    std::fs::write(
        &log,
        "2026-01-01T00:00:00.0Z stdout F one\n2026-01-01T00:00:01.0Z stderr F two\n",
    )
    .unwrap();
    let (namespace, file) = (&bed.namespace, log.display());
    bed.kube.create(&format!(
        "apiVersion: kwok.x-k8s.io/v1alpha1\nkind: Logs\nmetadata: {{name: nb1-1, namespace: {namespace}}}\n\
         spec: {{logs: [{{containers: [workspace], logsFile: {file}}}]}}\n---\n\
         apiVersion: kwok.x-k8s.io/v1alpha1\nkind: Exec\nmetadata: {{name: nb1-1, namespace: {namespace}}}\n\
         spec: {{execs: [{{containers: [workspace], local: {{}}}}]}}\n"
    ));
    let lines = bed.driver.logs(id(1), 10).await.unwrap();
    let lines: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(lines, ["one", "two"]);
    let one: Vec<_> = bed.driver.logs(id(1), 1).await.unwrap();
    assert_eq!(one.len(), 1);

    let size = TerminalSize::of(100, 30);
    let mut terminal = bed.driver.terminal(id(1), size).await.unwrap();
    terminal.input.write_all(b"echo $((40 + 2)) here\n").await.unwrap();
    let mut said = String::new();
    while !said.contains("42 here") {
        said += &String::from_utf8_lossy(&terminal.output.next().await.unwrap());
    }
    terminal.input.write_all(b"exit 0\n").await.unwrap();
    while terminal.output.next().await.is_some() {}
    assert_eq!(terminal.shell.exit_code().await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn many_at_once_are_bound_as_fast_as_the_api_server_takes_them() {
    const PODS: u128 = 300;
    let mut bed = Bed::on(std::sync::Arc::new(testkit::kube::Kube::start(120)), 40);
    bed.turn().await;
    for number in 1..=PODS {
        let node = u32::try_from(number % 40).unwrap() + 1;
        bed.run_on(number, node, "busy:1", r#"{"compute": {"gpuDevicesRequest": 1}}"#);
    }
    let begun = std::time::Instant::now();
    loop {
        let seen = bed.turn().await;
        let running = seen.pods.iter().filter(|pod| pod.state == PodState::Running).count();
        if running == bed.desired.len() {
            break;
        }
        assert!(begun.elapsed() < crate::bed::WITHIN, "only {running} run");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let secs = begun.elapsed().as_secs_f64();
    println!(
        "{PODS} pods made, bound and running in {secs:.1} s ({:.0} a second)",
        PODS as f64 / secs
    );
    assert_eq!(bed.names("pods").split(' ').count(), bed.desired.len());
}
