//! Submissions as text, and the objects that they become, as they would be applied.

use std::collections::BTreeSet;

use domain::submission::Spec;

use super::*;
use crate::LabelIs;

const EVERY_FIELD: &str = include_str!("../../../../domain/src/submission/every-field.json");

fn made(name: &str, submission: &str) -> Objects {
    let submission: Submission = serde_json::from_str(submission).unwrap();
    let spec = Spec::try_from(submission).unwrap_or_else(|wrong| panic!("{wrong:?}"));
    let env = [("RUNAI_PROJECT", "vision"), ("RUNAI_JOB_NAME", name)];
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let workspace = Workspace {
        namespace: "berth-vision",
        name,
        pod: &format!("{name}-3"),
        submission: &spec.submission,
        request: &spec.pod,
        env: &env,
        left_to: None,
        tags: &[("berth.dev/generation".to_owned(), "3".to_owned())],
    };
    let objects = objects(&workspace, &Images::default()).unwrap();
    stands(&objects);
    objects
}

/// What the interface would refuse whatever else is meant: mounts without volumes, names twice.
fn stands(objects: &Objects) {
    let spec = objects.pod.spec.as_ref().unwrap();
    let volumes: Vec<_> = spec.volumes.iter().flatten().map(|volume| &volume.name).collect();
    let names: BTreeSet<_> = volumes.iter().collect();
    assert_eq!(names.len(), volumes.len(), "a volume twice");
    for container in spec.containers.iter().chain(spec.init_containers.iter().flatten()) {
        for mount in container.volume_mounts.iter().flatten() {
            assert!(volumes.contains(&&mount.name), "{} mounts {}", container.name, mount.name);
        }
        let env: Vec<_> = container.env.iter().flatten().map(|variable| &variable.name).collect();
        assert_eq!(env.iter().collect::<BTreeSet<_>>().len(), env.len(), "a variable twice");
    }
    let own = objects.documents();
    for label in own.iter().flat_map(|one| one["metadata"]["labels"].as_object().into_iter()) {
        assert!(label.values().all(|value| value.as_str().is_some_and(|text| text.len() <= 63)));
    }
}

fn text(objects: &Objects) -> String {
    let documents = objects.documents();
    let documents = documents.iter().map(|one| serde_saphyr::to_string(one).unwrap());
    documents.collect::<Vec<_>>().join("---\n")
}

/// One part of the pod's specification.
fn part(submission: &str, pointer: &str) -> String {
    let pod = made("nb", submission).documents().pop().unwrap();
    let found = pod.pointer(pointer).cloned().unwrap_or_default();
    serde_saphyr::to_string(&found).unwrap()
}

#[test]
fn the_least_that_can_be_asked() {
    insta::assert_snapshot!(text(&made("nb", r#"{"image": "busybox:1"}"#)));
}

#[test]
fn every_field_of_a_submission() {
    insta::assert_snapshot!(text(&made("nb", EVERY_FIELD)));
}

#[test]
fn every_kind_of_storage() {
    let submission = r#"{"image": "a", "storage": {
        "pvc": [
            {"path": "/kept", "existingPvc": false, "claimInfo": {"size": "10G", "storageClass": "runai-none",
                "accessModes": {"readWriteMany": true},
                "addedAttrValues": [{"key": "example.com/tier", "value": "hot"}]}},
            {"path": "/passing", "existingPvc": false, "ephemeral": true, "claimInfo": {"size": "1Gi"}},
            {"path": "/dev/raw", "existingPvc": false, "claimInfo": {"size": "1G", "volumeMode": "Block"}},
            {"path": "/there", "existingPvc": true, "claimName": "shared", "readOnly": true},
            {"path": "/not", "existingPvc": true, "claimName": "not", "exclude": true}
        ],
        "nfs": [{"server": "files", "path": "/export", "mountPath": "/nfs", "readOnly": false},
            {"server": "files", "path": "/all", "mountPath": "/all"}],
        "hostPath": [{"path": "/srv/data", "mountPath": "/host", "mountPropagation": "HostToContainer"}],
        "configMapVolume": [{"configMap": "settings", "mountPath": "/etc/app.conf", "subPath": "app.conf",
            "defaultMode": "0640"}],
        "secretVolume": [{"secret": "key", "mountPath": "/secret", "defaultMode": "0400"}],
        "dataVolume": [{"id": "6f1b7a7e-3f0e-4d53-9f7e-0d7a3a6b0f11", "mountPath": "/data"}],
        "emptyDirVolume": [{"path": "/scratch", "sizeLimit": "1G"}, {"path": "/fast", "medium": "Memory"}]
    }}"#;
    insta::assert_snapshot!(text(&made("nb", submission)));
}

#[test]
fn what_is_copied_before_it_starts() {
    let submission = r#"{"image": "a", "storage": {
        "git": [
            {"repository": "https://git.example.org/a.git", "path": "/a", "revision": "v1"},
            {"repository": "https://git.example.org/b.git", "path": "/b",
                "secretRef": {"name": "forge", "authenticationMethod": "password"}},
            {"repository": "git@git.example.org:c.git", "path": "/c",
                "secretRef": {"name": "forge-key", "authenticationMethod": "ssh-key"}}
        ],
        "s3": [
            {"bucket": "open", "path": "/open"},
            {"bucket": "closed", "path": "/closed", "url": "https://s3.example.org", "accessKeySecret": "keys"}
        ]
    }}"#;
    insta::assert_snapshot!(part(submission, "/spec"));
}

#[test]
fn kubernetes_fills_in_only_what_it_alone_knows() {
    let submission = r#"{"image": "a", "command": "sh -c",
        "args": "'echo ${RUNAI_PROJECT} $(MODE) $(NODE_NAME) $(OTHER) $$(MODE) ${HOME}'",
        "environmentVariables": [{"name": "MODE", "value": "$(NODE_NAME) it's"}]}"#;
    let of = |pointer| part(submission, pointer);
    insta::assert_snapshot!(of("/spec/containers/0/args") + &of("/spec/containers/0/env/3"), @r"
    - echo vision $(NODE_NAME) it's $(NODE_NAME) $$(OTHER) $$(MODE) ${HOME}
    name: MODE
    value: $$(NODE_NAME) it's
    ");
}

#[test]
fn parts_of_gpus_are_annotations_and_whole_ones_are_counted() {
    let asked = |compute: &str| {
        let submission = format!(r#"{{"image": "a", "compute": {compute}}}"#);
        let of = |pointer| part(&submission, pointer);
        let annotations = of("/metadata/annotations");
        format!("{compute}\n{annotations}{}", of("/spec/containers/0/resources/limits"))
    };
    let all = [
        asked(r#"{"gpuDevicesRequest": 2}"#),
        asked(
            r#"{"gpuDevicesRequest": 1, "gpuRequestType": "portion", "gpuPortionRequest": 0.25}"#,
        ),
        asked(r#"{"gpuDevicesRequest": 2, "gpuRequestType": "memory", "gpuMemoryRequest": "10G"}"#),
        asked(r#"{"gpuDevicesRequest": 1, "gpuRequestType": "portion", "gpuPortionRequest": 1}"#),
    ];
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn it_may_what_is_said_and_no_more() {
    let asked = |security: &str| {
        let submission = format!(r#"{{"image": "a", {security}}}"#);
        let of = |pointer| part(&submission, pointer);
        let container = of("/spec/containers/0/securityContext");
        format!("{security}\n{}container:\n{container}", of("/spec/securityContext"))
    };
    let all = [
        asked(r#""security": {"uidGidSource": "custom", "runAsUid": 0, "runAsGid": 0}"#),
        asked(r#""security": {"capabilities": ["SYS_ADMIN"], "runAsNonRoot": false}"#),
        asked(
            r#""security": {"seccompProfileType": "Unconfined", "allowPrivilegeEscalation": true}"#,
        ),
        asked(r#""privileged": true"#),
    ];
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn only_what_is_opened_on_purpose_is_reached() {
    let submission = r#"{"image": "a", "exposedUrls": [{"container": 8888}], "ports": [
        {"container": 22, "serviceType": "NodePort", "external": 30022},
        {"container": 80, "serviceType": "LoadBalancer"}, {"container": 9000, "serviceType": "ClusterIP"}]}"#;
    let name = "a-name-of-sixty-three-characters-which-is-as-long-as-names-may-be";
    let objects = made(&name[..63], submission);
    let documents = objects.documents();
    let documents = documents.iter().filter(|one| one["kind"] != "Pod");
    let documents = documents.map(|one| serde_saphyr::to_string(one).unwrap());
    insta::assert_snapshot!(documents.collect::<Vec<_>>().join("---\n"));
}

/// Another scheduler reads its name and the labels of the node pools, and leaves the pod alone until all is there.
#[test]
fn a_pod_that_another_scheduler_binds() {
    let label = |key: &str, is| LabelIs { key: key.to_owned(), value: "yes".to_owned(), is };
    let pools = vec![vec![label("a100", true)], vec![label("a100", false), label("h100", false)]];
    let left_to = LeftTo { scheduler: "kai-scheduler".to_owned(), pools, node: None };
    let submission = r#"{"image": "a", "nodeAffinityRequired": {"nodeSelectorTerms": [
        {"matchExpressions": [{"key": "rack", "operator": "Exists"}]}]}}"#;
    let spec = Spec::try_from(serde_json::from_str::<Submission>(submission).unwrap()).unwrap();
    let workspace = Workspace {
        namespace: "berth-vision",
        name: "nb",
        pod: "nb-1",
        submission: &spec.submission,
        request: &spec.pod,
        env: &[],
        left_to: Some(&left_to),
        tags: &[],
    };
    let pod = objects(&workspace, &Images::default()).unwrap().documents().pop().unwrap();
    let spec = &pod["spec"];
    let of_scheduler = json!({
        "schedulerName": spec["schedulerName"], "schedulingGates": spec["schedulingGates"],
        "terms": spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"],
    });
    insta::assert_snapshot!(serde_saphyr::to_string(&of_scheduler).unwrap(), @r#"
    schedulerName: kai-scheduler
    schedulingGates:
    - name: berth.dev/complete
    terms:
      nodeSelectorTerms:
      - matchExpressions:
        - key: rack
          operator: Exists
        - key: a100
          operator: In
          values:
          - "yes"
      - matchExpressions:
        - key: rack
          operator: Exists
        - key: a100
          operator: NotIn
          values:
          - "yes"
        - key: h100
          operator: NotIn
          values:
          - "yes"
    "#);
}
