//! Submissions that together have every field, as the objects that they become: each as a text to be judged, and each
//! taken or refused by a real API server in a namespace that takes nothing but what is *restricted*.

use cluster::kubernetes::manifest::{Images, Objects, Workspace, objects};
use domain::submission::{Spec, Submission};
use serde_json::Value;
use testkit::kube::Kube;

const NAMESPACE: &str = "restricted";
const EVERY_FIELD: &str = include_str!("../../../domain/src/submission/every-field.json");

/// Name, submission without its image, and whether it is within *restricted*.
const SUBMISSIONS: [(&str, &str, bool); 31] = [
    ("least", "{}", true),
    ("command", r#""command": "python -m http.server", "args": "'8000' --bind $NODE_NAME""#, true),
    (
        "variables",
        r#""environmentVariables": [{"name": "A", "value": "it's $(B)"}, {"name": "B", "value": "2"},
        {"name": "C", "podFieldRef": {"path": "metadata.name"}}, {"name": "D", "value": "x", "exclude": true}]"#,
        true,
    ),
    (
        "secret-variables",
        r#""environmentVariables": [{"name": "A", "secret": {"name": "s", "key": "k"}},
        {"name": "B", "configMap": {"name": "m", "key": "k"}}, {"name": "C", "userCredential": {"name": "u", "key": "k"}}]"#,
        true,
    ),
    (
        "pull-secrets",
        r#""imagePullPolicy": "Always", "imagePullSecrets": [{"name": "reg"}, {"name": "mine", "userCredential": true}]"#,
        true,
    ),
    (
        "working-dir",
        r#""workingDir": "/work", "createHomeDir": true, "tty": true, "stdin": true"#,
        true,
    ),
    ("whole-gpus", r#""compute": {"gpuDevicesRequest": 4}"#, true),
    (
        "gpu-portion",
        r#""compute": {"gpuDevicesRequest": 2, "gpuRequestType": "portion", "gpuPortionRequest": 0.25, "gpuPortionLimit": 0.5}"#,
        true,
    ),
    (
        "gpu-memory",
        r#""compute": {"gpuDevicesRequest": 1, "gpuRequestType": "memory", "gpuMemoryRequest": "10G", "gpuMemoryLimit": "20G"}"#,
        true,
    ),
    (
        "cpu-and-memory",
        r#""compute": {"cpuCoreRequest": 0.5, "cpuCoreLimit": 2, "cpuMemoryRequest": "500M", "cpuMemoryLimit": "1Gi"}"#,
        true,
    ),
    ("shared-memory", r#""compute": {"largeShmRequest": true, "cpuMemoryLimit": "2G"}"#, true),
    (
        "extended-resources",
        r#""compute": {"extendedResources": [{"resource": "example.com/nic", "quantity": "2"}]}"#,
        true,
    ),
    (
        "user-and-groups",
        r#""security": {"uidGidSource": "custom", "runAsUid": 1000, "runAsGid": 100, "supplementalGroups": "5,6"}"#,
        true,
    ),
    ("root", r#""security": {"uidGidSource": "custom", "runAsUid": 0, "runAsGid": 0}"#, false),
    (
        "read-only-root",
        r#""security": {"readOnlyRootFilesystem": true, "runAsNonRoot": true}"#,
        true,
    ),
    ("added-capability", r#""security": {"capabilities": ["SYS_ADMIN"]}"#, false),
    ("one-capability", r#""security": {"capabilities": ["NET_BIND_SERVICE"]}"#, true),
    (
        "unconfined",
        r#""security": {"seccompProfileType": "Unconfined", "allowPrivilegeEscalation": true}"#,
        false,
    ),
    ("privileged", r#""privileged": true"#, false),
    ("host-network", r#""security": {"hostNetwork": true, "hostIpc": true}"#, false),
    (
        "claims",
        r#""storage": {"pvc": [
        {"path": "/kept", "existingPvc": false, "claimInfo": {"size": "10G", "storageClass": "kwok-volume", "accessModes": {"readWriteMany": true}}},
        {"path": "/passing", "existingPvc": false, "ephemeral": true, "claimInfo": {"size": "1Gi"}},
        {"path": "/there", "existingPvc": true, "claimName": "shared", "readOnly": true}]}"#,
        true,
    ),
    (
        "block",
        r#""storage": {"pvc": [{"path": "/dev/raw", "existingPvc": false, "claimInfo": {"size": "1G", "volumeMode": "Block"}}]}"#,
        true,
    ),
    (
        "nfs",
        r#""storage": {"nfs": [{"server": "files", "path": "/export", "mountPath": "/nfs", "readOnly": false}]}"#,
        false,
    ),
    (
        "host-path",
        r#""storage": {"hostPath": [{"path": "/srv", "mountPath": "/srv", "readOnly": true}]}"#,
        false,
    ),
    (
        "files",
        r#""storage": {"configMapVolume": [{"configMap": "settings", "mountPath": "/etc/app.conf", "subPath": "app.conf", "defaultMode": "0640"}],
        "secretVolume": [{"secret": "key", "mountPath": "/secret", "defaultMode": "0400"}]}"#,
        true,
    ),
    (
        "empty-folders",
        r#""storage": {"emptyDirVolume": [{"path": "/scratch", "sizeLimit": "1G"}, {"path": "/fast", "medium": "Memory"}]}"#,
        true,
    ),
    (
        "git-and-s3",
        r#""storage": {"git": [{"repository": "https://git.example.org/a.git", "path": "/a", "revision": "v1"}],
        "s3": [{"bucket": "open", "path": "/open"}]}"#,
        true,
    ),
    (
        "data-volume",
        r#""storage": {"dataVolume": [{"id": "6f1b7a7e-3f0e-4d53-9f7e-0d7a3a6b0f11", "mountPath": "/data"}]}"#,
        true,
    ),
    (
        "connections",
        r#""exposedUrls": [{"container": 8888}], "ports": [{"container": 22, "serviceType": "NodePort", "external": 30022},
        {"container": 80, "serviceType": "LoadBalancer"}, {"container": 9000, "serviceType": "ClusterIP"}],
        "probes": {"readiness": {"handler": {"httpGet": {"path": "/", "port": 8888}}, "periodSeconds": 5}}"#,
        true,
    ),
    (
        "placed",
        r#""nodeType": "a100", "tolerations": [{"name": "t", "key": "k", "operator": "Exists", "effect": "NoExecute", "seconds": 30}],
        "podAffinity": {"type": "Preferred", "key": "topology.kubernetes.io/zone"},
        "nodeAffinityRequired": {"nodeSelectorTerms": [{"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a", "b"]}]}]}"#,
        true,
    ),
    (
        "labels-and-life",
        r#""labels": [{"name": "team", "value": "vision"}], "annotations": [{"name": "note", "value": "kept"}],
        "restartPolicy": "Never", "backoffLimit": 0, "terminationGracePeriodSeconds": 45"#,
        true,
    ),
];

fn made(name: &str, submission: &str) -> Objects {
    let submission: Submission =
        serde_json::from_str(submission).unwrap_or_else(|wrong| panic!("{name}: {wrong}"));
    let spec = Spec::try_from(submission).unwrap_or_else(|wrong| panic!("{name}: {wrong:?}"));
    let env = [("RUNAI_PROJECT".to_owned(), "vision".to_owned())];
    let workspace = Workspace {
        left_to: None,
        namespace: NAMESPACE,
        name,
        pod: &format!("{name}-1"),
        submission: &spec.submission,
        request: &spec.pod,
        env: &env,
        tags: &[("berth.dev/generation".to_owned(), "1".to_owned())],
    };
    objects(&workspace, &Images::default()).unwrap()
}

fn whole(fields: &str) -> String {
    let fields = if fields == "{}" { String::new() } else { format!(", {fields}") };
    format!(r#"{{"image": "busy:1"{fields}}}"#)
}

/// What the API server says to each document; nothing where it takes all.
fn refusal(kube: &Kube, name: &str, documents: &[Value]) -> String {
    let path = kube.folder().join(format!("{name}.json"));
    let all = serde_json::json!({ "apiVersion": "v1", "kind": "List", "items": documents });
    std::fs::write(&path, all.to_string()).unwrap();
    let file = path.display().to_string();
    let said = kube.try_kubectl(&["create", "--dry-run=server", "-f", &file]);
    String::from_utf8_lossy(&said.stderr).into_owned()
}

#[test]
#[ignore = "needs a real API server"]
fn every_manifest_is_taken_where_only_restricted_ones_are() {
    let kube = Kube::shared();
    let _ = kube.try_kubectl(&["create", "namespace", NAMESPACE]);
    let label = "pod-security.kubernetes.io/enforce=restricted";
    kube.kubectl(&["label", "--overwrite", "namespace", NAMESPACE, label]);
    let mut wrong = Vec::new();
    for (name, fields, is_restricted) in SUBMISSIONS {
        let documents = made(name, &whole(fields)).documents();
        let text = documents.iter().map(|one| serde_saphyr::to_string(one).unwrap());
        insta::assert_snapshot!(name, text.collect::<Vec<_>>().join("---\n"));
        let said = refusal(&kube, name, &documents);
        let is_right = match is_restricted {
            true => said.is_empty(),
            false => said.contains("violates PodSecurity") && !said.contains("is invalid"),
        };
        if !is_right {
            wrong.push(format!("{name}: {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // All fields at once, where everything is allowed.
    let every = made("every", EVERY_FIELD).documents();
    let every = every.into_iter().map(|mut one| {
        one["metadata"]["namespace"] = "default".into();
        one
    });
    let said = refusal(&kube, "every", &every.collect::<Vec<_>>());
    assert!(said.is_empty(), "{said}");
}
