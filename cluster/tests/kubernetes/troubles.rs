//! What goes wrong with one pod, and what is said of it. Nothing here harms the control plane.

use domain::workload::PodState;

use crate::bed::Bed;

/// A workspace whose pod has an annotation by which its played node knows what to do.
fn with(annotations: &[(&str, &str)], more: &str) -> String {
    let pairs = annotations
        .iter()
        .map(|(name, value)| format!(r#"{{"name": "testbed.berth/{name}", "value": "{value}"}}"#));
    format!(r#"{{"annotations": [{}]{more}}}"#, pairs.collect::<Vec<_>>().join(", "))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn every_end_has_its_reason() {
    let mut bed = Bed::new();
    bed.run(1, &with(&[("exit-code", "0")], ""));
    bed.run(2, &with(&[("exit-code", "3")], r#", "backoffLimit": 0"#));
    let memory =
        r#", "backoffLimit": 0, "compute": {"cpuMemoryRequest": "1G", "cpuMemoryLimit": "2G"}"#;
    bed.run(3, &with(&[("exit-code", "137"), ("exit-reason", "OOMKilled")], memory));
    bed.run_on(4, 1, "example.com/no-such-image:1", "{}");
    bed.run(5, &with(&[("waiting", "CreateContainerConfigError")], ""));
    bed.run(6, &with(&[("waiting", "ContainerCreating")], ""));
    let mut told = Vec::new();
    bed.until(1, |pod| matches!(pod.state, Some(PodState::Succeeded))).await;
    for number in 2..=5 {
        told.push(bed.until_unwell(number).await);
    }
    let is = |pod: &crate::bed::Pod| pod.text().starts_with("starting: Starting on");
    told.push(bed.until(6, is).await.text().replace(&bed.nodes, "N"));
    // How long it ran is the cluster's business.
    let told = told.join("\n");
    let (before, rest) = told.split_once(" after ").unwrap();
    let (secs, rest) = rest.split_once(" s.").unwrap();
    assert!(secs.parse::<u32>().is_ok(), "{told}");
    insta::assert_snapshot!(format!("{before} after N s.{rest}"));
    // The cluster's own events stand in its history.
    bed.kubectl(&["create", "-f", &event(&bed, "nb6-1")]);
    bed.until(6, |pod| pod.events.iter().any(|event| event.reason == "Pulling")).await;
}

/// A file with an event about a pod, as a kubelet writes one.
fn event(bed: &Bed, pod: &str) -> String {
    let path = bed.kube.folder().join(format!("{}-event.json", bed.nodes));
    let event = serde_json::json!({
        "apiVersion": "v1", "kind": "Event", "metadata": {"name": "e1", "namespace": bed.namespace},
        "involvedObject": {"kind": "Pod", "namespace": bed.namespace, "name": pod},
        "reason": "Pulling", "message": "Pulling image busy:1", "type": "Normal",
        "lastTimestamp": "2026-11-24T10:00:00Z",
    });
    std::fs::write(&path, event.to_string()).unwrap();
    path.display().to_string()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn a_pod_that_somebody_deletes_or_evicts_looks_for_another_place() {
    let mut bed = Bed::new();
    bed.run(1, "{}");
    bed.run(2, "{}");
    bed.run(3, "{}");
    for number in 1..=3 {
        bed.until_runs(number).await;
    }
    let hold = r#"{"metadata": {"finalizers": ["testbed.berth/held"]}}"#;
    for pod in ["nb1-1", "nb2-1"] {
        bed.kubectl(&["patch", "pod", pod, "-p", hold]);
    }
    bed.kubectl(&["delete", "pod", "nb1-1", "--wait=false"]);
    let (namespace, config) = (&bed.namespace, bed.kube.folder().join("evict.json"));
    let eviction = format!(
        r#"{{"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {{"name": "nb2-1", "namespace": "{namespace}"}}}}"#
    );
    std::fs::write(&config, eviction).unwrap();
    let path = format!("/api/v1/namespaces/{namespace}/pods/nb2-1/eviction");
    bed.kube.kubectl(&["create", "--raw", &path, "-f", &config.display().to_string()]);
    let evicted = r#"{"status": {"phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory."}}"#;
    bed.kubectl(&["patch", "pod", "nb3-1", "--subresource=status", "-p", evicted]);
    let mut told = Vec::new();
    for number in 1..=3 {
        told.push(bed.until_unwell(number).await);
    }
    insta::assert_snapshot!(told.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn a_node_that_is_cordoned_before_the_binding_gets_no_pod() {
    let mut bed = Bed::new();
    let node = format!("{}-1", bed.nodes);
    bed.turn().await;
    bed.kube.kubectl(&["cordon", &node]);
    let is_cordoned = |seen: &cluster::Observed| {
        seen.nodes.iter().any(|one| one.name.as_str() == node && !one.taints.is_empty())
    };
    while !is_cordoned(&bed.turn().await) {}
    bed.run(1, "{}");
    bed.run_on(2, 9, "busy:1", "{}");
    insta::assert_snapshot!([bed.until_unwell(1).await, bed.until_unwell(2).await].join("\n"));
    assert_eq!(bed.kube.try_kubectl(&["get", "ns", &bed.namespace]).status.code(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn what_the_cluster_refuses_is_said_in_its_words() {
    let mut bed = Bed::new();
    // One that is not Berth's.
    bed.kube.kubectl(&["create", "namespace", &bed.namespace]);
    bed.run(1, "{}");
    let mut told = vec![bed.until_unwell(1).await];
    let allow = ["label", "namespace", &bed.namespace, "berth.dev/allowed=true"];
    bed.kube.kubectl(&allow);
    bed.until_runs(1).await;
    // A quota of the cluster itself.
    bed.kubectl(&["create", "quota", "few", "--hard=pods=1"]);
    bed.kubectl(&["wait", "quota/few", "--for=jsonpath={.status.used.pods}=1"]);
    bed.run(2, "{}");
    told.push(bed.until_unwell(2).await);
    bed.kubectl(&["delete", "quota", "few"]);
    bed.until_runs(2).await;
    // Admission: the namespace takes nothing but what is restricted.
    let restricted = "pod-security.kubernetes.io/enforce=restricted";
    bed.kube.kubectl(&["label", "namespace", &bed.namespace, restricted]);
    bed.run(3, r#"{"storage": {"hostPath": [{"path": "/srv", "mountPath": "/srv"}]}}"#);
    told.push(bed.until_unwell(3).await);
    bed.run(4, "{}");
    bed.until_runs(4).await;
    // A pod of the name that is somebody else's.
    let image = "--image=other:1";
    bed.kubectl(&["run", "nb5-1", image, "--overrides", r#"{"spec": {"securityContext": {"runAsNonRoot": true,
        "seccompProfile": {"type": "RuntimeDefault"}}, "containers": [{"name": "nb5-1", "image": "other:1",
        "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}}]}}"#]);
    bed.run(5, "{}");
    told.push(bed.until_unwell(5).await);
    insta::assert_snapshot!(told.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn a_namespace_that_is_being_deleted_takes_nothing_until_it_is_there_again() {
    let mut bed = Bed::new();
    bed.run(1, "{}");
    bed.until_runs(1).await;
    bed.kubectl(&["create", "configmap", "held"]);
    bed.kubectl(&[
        "patch",
        "configmap",
        "held",
        "-p",
        r#"{"metadata": {"finalizers": ["testbed.berth/held"]}}"#,
    ]);
    bed.kube.kubectl(&["delete", "namespace", &bed.namespace, "--wait=false"]);
    let mut told = vec![bed.until_unwell(1).await];
    // Berth's rights may go before its namespace does, and are not what is told.
    bed.kubectl(&["delete", "rolebinding", "berth", "--ignore-not-found"]);
    bed.run(2, "{}");
    told.push(bed.until_unwell(2).await);
    insta::assert_snapshot!(told.join("\n"));
    bed.kubectl(&["patch", "configmap", "held", "-p", r#"{"metadata": {"finalizers": null}}"#]);
    bed.until_runs(2).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn what_somebody_edits_is_set_right() {
    let mut bed = Bed::new();
    bed.run(1, "{}");
    bed.until_runs(1).await;
    bed.kubectl(&["set", "image", "pod/nb1-1", "workspace=evil:1"]);
    let image = ["get", "pod", "nb1-1", "-o", "jsonpath={.spec.containers[0].image}"];
    while bed.kubectl(&image) != "busy:1" {
        bed.turn().await;
    }
    // Without its labels it is still ours.
    bed.kubectl(&["label", "pod", "nb1-1", "berth.dev/cluster-", "berth.dev/workload-"]);
    let labels = ["get", "pod", "nb1-1", "-o", "jsonpath={.metadata.labels}"];
    while !bed.kubectl(&labels).contains("berth.dev/workload") {
        bed.turn().await;
    }
    bed.until_runs(1).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real API server"]
async fn what_others_use_of_a_node_is_told() {
    let mut bed = Bed::new();
    bed.run(1, r#"{"compute": {"gpuDevicesRequest": 2, "cpuCoreRequest": 1}}"#);
    bed.until_runs(1).await;
    let node = format!("{}-1", bed.nodes);
    bed.kubectl(&["run", "other", "--image=a", "--overrides", &format!(
        r#"{{"spec": {{"nodeName": "{node}", "containers": [{{"name": "other", "image": "a", "resources":
        {{"limits": {{"nvidia.com/gpu": "3", "cpu": "500m", "memory": "1Gi"}}}}}}]}}}}"#
    )]);
    let of = |seen: &cluster::Observed| {
        seen.nodes.iter().find(|one| one.name.as_str() == node).unwrap().clone()
    };
    let mut seen = of(&bed.turn().await);
    while seen.taken.is_nothing() {
        seen = of(&bed.turn().await);
    }
    insta::assert_snapshot!(format!(
        "{} GPUs {}, taken {:?}",
        seen.gpus.len(),
        seen.gpus[0].kind,
        seen.taken
    ));
}
