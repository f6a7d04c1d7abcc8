//! Volumes that lie on one node: a workspace that uses one is put there, and one that finds no room there says so, before
//! it is submitted and after.

use std::time::Instant;

use reqwest::Method;
use serde_json::{Value, json};
use testkit::kube::Kube;

use crate::{
    NAMESPACE,
    program::{Berth, WITHIN},
};

const DISK: &str = "\
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteMany]
  storageClassName: ''
  local: {path: /disk}
  claimRef: {namespace: berth-default, name: disk}
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [
    {key: kubernetes.io/hostname, operator: In, values: [gpu-2]}]}]}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: disk, namespace: berth-default}
spec:
  volumeName: disk
  storageClassName: ''
  accessModes: [ReadWriteMany]
  resources: {requests: {storage: 1Gi}}
";

/// With one GPU, and a volume.
fn with(pvc: Value) -> Value {
    json!({"image": "busy:1", "compute": {"gpuDevicesRequest": 1}, "storage": {"pvc": [pvc]}})
}

fn with_disk() -> Value {
    with(json!({"path": "/disk", "existingPvc": true, "claimName": "disk"}))
}

/// What would become of it.
async fn verdict(berth: &Berth, spec: Value) -> String {
    let body = json!({"name": "asked", "projectId": berth.project, "clusterId": berth.cluster, "spec": spec});
    let path = "/api/v1/workloads/workspaces/verdict";
    berth.call(Method::POST, path, Some(body)).await.1.to_string()
}

async fn until_verdict(berth: &Berth, says: &str) {
    let until = Instant::now() + WITHIN;
    loop {
        let said = verdict(berth, with_disk()).await;
        if said.contains(says) {
            return;
        }
        assert!(Instant::now() < until, "{said}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

fn node_of(kube: &Kube, pod: &str) -> String {
    kube.kubectl(&["-n", NAMESPACE, "get", "pod", pod, "-o", "jsonpath={.spec.nodeName}"])
}

#[tokio::test]
#[ignore = "needs a real API server: cargo xtask test --kubernetes"]
async fn a_workspace_goes_where_its_volume_is() {
    let (kube, data) = (Kube::start(40), tempfile::tempdir().unwrap());
    kube.nodes(2, 8, "gpu");
    let berth = Berth::on_kubernetes(data.path(), &kube.config()).await;
    // It makes the namespace, and the node on which others would rather be.
    let kept = json!({"path": "/kept", "existingPvc": false, "claimInfo": {"size": "1G"}});
    let first = berth.made("first", with(kept)).await;
    berth.until(&first, "Running").await;
    assert_eq!(node_of(&kube, "first-1"), "gpu-1");
    kube.create(DISK);
    until_verdict(&berth, "gpu-2").await;
    let uses = berth.made("uses", with_disk()).await;
    berth.until(&uses, "Running").await;
    assert_eq!(node_of(&kube, "uses-1"), "gpu-2");

    // Its own volume turns out to lie there too: the next run goes there.
    berth.action(&first, "suspend").await;
    berth.until(&first, "Stopped").await;
    let path = "jsonpath={.spec.volumeName}";
    let volume = kube.kubectl(&["-n", NAMESPACE, "get", "pvc", "first-volume-0", "-o", path]);
    let affinity = json!({"spec": {"nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions":
        [{"key": "kubernetes.io/hostname", "operator": "In", "values": ["gpu-2"]}]}]}}}});
    kube.kubectl(&["patch", "pv", &volume, "-p", &affinity.to_string()]);
    // A scheduler that has not heard of it yet chooses again.
    berth.action(&first, "resume").await;
    berth.until(&first, "Running").await;
    let pods = ["-n", NAMESPACE, "get", "pods", "-l", "app.kubernetes.io/instance=first", "-o"];
    let nodes = "jsonpath={.items[*].spec.nodeName}";
    assert_eq!(kube.kubectl(&[&pods[..], &[nodes]].concat()), "gpu-2");

    let other = r#"{"spec": {"nodeName": "gpu-2", "containers":
        [{"name": "other", "image": "a", "resources": {"limits": {"nvidia.com/gpu": "6"}}}]}}"#;
    kube.kubectl(&["run", "other", "--image=a", "--overrides", other]);
    until_verdict(&berth, r#""claim":"disk","code":"VolumeElsewhere","nodes":["gpu-2"]"#).await;
    let why = "volume disk can be used on gpu-2 only, where there is no room";
    let waits = berth.made("waits", with_disk()).await;
    let seen = berth.until(&waits, "Pending").await;
    assert!(seen.to_string().contains(why), "{seen:#}");
    kube.kubectl(&["delete", "pod", "other"]);
    berth.until(&waits, "Running").await;
    assert_eq!(node_of(&kube, "waits-1"), "gpu-2");
}

/// What two projects mount, and who made it: the files of an origin that many may read.
const CORPUS: &str = "\
apiVersion: v1
kind: PersistentVolume
metadata: {name: corpus}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteMany]
  storageClassName: ''
  nfs: {server: nas, path: /corpus}
  claimRef: {namespace: berth-default, name: corpus}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: corpus, namespace: berth-default}
spec:
  volumeName: corpus
  storageClassName: ''
  accessModes: [ReadWriteMany]
  resources: {requests: {storage: 1Gi}}
";

/// What a cluster grants for data volumes.
const GRANTED: &str = include_str!("../../../deploy/kubernetes/data-volumes.yaml");

#[tokio::test]
#[ignore = "needs a real API server: cargo xtask test --kubernetes"]
async fn a_data_volume_is_mounted_in_the_project_that_it_is_shared_with() {
    let (kube, data) = (Kube::start(40), tempfile::tempdir().unwrap());
    kube.nodes(1, 8, "gpu");
    kube.create(GRANTED);
    let berth = Berth::on_kubernetes(data.path(), &kube.config()).await;
    let made = async |path: &str, body: Value| {
        let (status, said) = berth.call(Method::POST, path, Some(body)).await;
        assert!(status.is_success(), "{path}: {status} {said}");
        said
    };
    let unit = json!({"name": "elsewhere", "clusterId": berth.cluster, "resources": []});
    let elsewhere = made("/api/v1/org-unit/projects", unit).await["id"].clone();

    // The owner has the claim, and goes on writing to it.
    let owner = berth.made("owner", json!({"image": "busy:1"})).await;
    berth.until(&owner, "Running").await;
    kube.create(CORPUS);
    let source = json!({
        "meta": {"name": "corpus", "scope": "project", "projectId": berth.project.as_str().unwrap().parse::<u32>().unwrap()},
        "spec": {"path": "/corpus", "claimName": "corpus", "existingPvc": true},
    });
    made("/api/v1/asset/datasource/pvc", source).await;
    let shared = json!([{"scopeType": "project", "scopeId": elsewhere}]);
    let volume = json!({"name": "corpus", "originPvcName": "corpus", "projectId": berth.project,
        "sharedScopes": shared});
    let volume = made("/api/v1/datavolumes", volume).await["id"].clone();

    let reader = json!({
        "name": "reader", "projectId": elsewhere, "clusterId": berth.cluster,
        "spec": {"image": "busy:1", "storage": {"dataVolume": [{"id": volume, "mountPath": "/corpus"}]}},
    });
    let reader = made("/api/v1/workloads/workspaces", reader).await["workloadId"].clone();
    berth.until(reader.as_str().unwrap(), "Running").await;
    let path = "jsonpath={.items[*].spec.nfs}";
    let volumes = kube.kubectl(&["get", "pv", "-l", "berth.dev/data-volume", "-o", path]);
    assert_eq!(volumes, r#"{"path":"/corpus","readOnly":true,"server":"nas"}"#);
    let path = "jsonpath={.spec.containers[0].volumeMounts}";
    let mounts = kube.kubectl(&["-n", "berth-elsewhere", "get", "pod", "reader-1", "-o", path]);
    assert_eq!(mounts, r#"[{"mountPath":"/corpus","name":"data-0","readOnly":true}]"#);
}
