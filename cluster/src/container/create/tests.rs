//! Submissions as text, and what is asked of the engine for them, as text. A field that asks nothing
//! is left out.

use domain::{
    Gpus, WorkloadId,
    abilities::Ability,
    submission::Spec,
    workload::{PlacedGpu, Placement},
};
use serde_json::Value;

use super::*;
use crate::{Place, Wanted};

fn ground(gpu_way: GpuWay) -> Ground {
    let gpu =
        |n: u8| Gpu { uuid: format!("GPU-{n}"), kind: "NVIDIA A100".into(), memory: 80 << 30 };
    let engine = Engine {
        name: "Docker 27.3.1".into(),
        gpu_way,
        host: "box".into(),
        cpus: 16,
        memory: 64_000_000_000,
        ..Engine::default()
    };
    let abilities = engine.abilities(2, &["/srv/data".to_owned()]);
    Ground {
        cluster: ClusterId(uuid::Uuid::from_u128(1)),
        engine,
        gpus: vec![gpu(0), gpu(1)],
        abilities,
    }
}

fn order(submission: &str, gpus: &[(u32, f64)]) -> DesiredPod {
    let submission: Submission = serde_json::from_str(submission).unwrap();
    let spec = Spec::try_from(submission).unwrap_or_else(|wrong| panic!("{wrong:?}"));
    let portion = |(index, part): &(u32, f64)| PlacedGpu {
        index: *index,
        portion: Gpus::from_f64(*part).unwrap(),
    };
    DesiredPod {
        workload: WorkloadId(uuid::Uuid::from_u128(9)),
        generation: 3,
        namespace: "runai-vision".into(),
        name: "nb-3".into(),
        wanted: Wanted::Running,
        place: Place::Chosen(Placement {
            pool: "default".parse().unwrap(),
            node: "box".into(),
            gpus: gpus.iter().map(portion).collect(),
        }),
        request: spec.pod,
        backoff_limit: spec.backoff_limit,
        env: vec![("RUNAI_PROJECT".into(), "vision".into()), ("NODE_NAME".into(), "box".into())],
        submission: spec.submission,
        secrets: vec![],
        shared: vec![],
    }
}

/// The recipe as text, without what says nothing.
fn asked(submission: &str, gpus: &[(u32, f64)], ground: &Ground) -> String {
    match recipe(&order(submission, gpus), 0, ground) {
        Ok(recipe) => text(&recipe),
        Err(reason) => format!("{}: {reason}", reason.code()),
    }
}

fn text(recipe: &Recipe) -> String {
    let mut value = serde_json::to_value(recipe).unwrap();
    prune(&mut value);
    value.sort_all_objects();
    serde_json::to_string_pretty(&value).unwrap()
}

fn prune(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            // A port that is exposed says so by being there.
            fields
                .iter_mut()
                .filter(|(name, _)| *name != "ExposedPorts")
                .for_each(|(_, f)| prune(f));
            fields.retain(|_, field| !is_nothing(field));
        }
        Value::Array(items) => items.iter_mut().for_each(prune),
        _ => {}
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

#[test]
fn the_least_that_can_be_asked() {
    insta::assert_snapshot!(asked(r#"{"image": "busybox:1"}"#, &[], &ground(GpuWay::None)));
}

#[test]
fn a_notebook_with_everything_an_engine_has() {
    let submission = r#"{
        "image": "jupyter/scipy-notebook:1", "command": "start-notebook.sh",
        "args": "--ServerApp.base_url=/${RUNAI_PROJECT} --token=''", "workingDir": "/work",
        "environmentVariables": [{"name": "MODE", "value": "it's"}, {"name": "OFF", "value": "x", "exclude": true}],
        "exposedUrls": [{"container": 8888, "toolType": "jupyter-notebook"}, {"container": 1, "exclude": true}],
        "ports": [{"container": 6006, "serviceType": "NodePort", "external": 30006}],
        "tty": true, "stdin": true, "createHomeDir": true,
        "labels": [{"name": "team", "value": "a"}, {"name": "berth.cluster", "value": "not-mine"}],
        "annotations": [{"name": "note", "value": "b"}],
        "compute": {"cpuCoreRequest": 0.5, "cpuCoreLimit": 2, "cpuMemoryRequest": "1G",
            "cpuMemoryLimit": "2G", "largeShmRequest": true},
        "security": {"uidGidSource": "custom", "runAsUid": 1000, "runAsGid": 100, "supplementalGroups": "5,6",
            "capabilities": ["NET_ADMIN"], "seccompProfileType": "Unconfined",
            "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "runAsNonRoot": true},
        "restartPolicy": "Always", "backoffLimit": 2
    }"#;
    insta::assert_snapshot!(asked(submission, &[], &ground(GpuWay::None)));
}

#[test]
fn everything_that_can_be_mounted() {
    let submission = r#"{"image": "a", "storage": {
        "pvc": [
            {"path": "/home", "claimInfo": {"size": "10G"}},
            {"path": "/scratch", "ephemeral": true, "claimInfo": {"size": "1G"}},
            {"path": "/shared", "existingPvc": true, "claimName": "team-data", "readOnly": true},
            {"path": "/mine", "claimName": "nb-home", "claimInfo": {"size": "1G",
                "accessModes": {"readWriteOnce": false, "readOnlyMany": true}}},
            {"path": "/no", "claimInfo": {"size": "1G"}, "exclude": true}
        ],
        "nfs": [{"server": "files", "path": "/export", "mountPath": "/nfs", "readOnly": true}],
        "hostPath": [{"path": "/srv/data/sets", "mountPath": "/sets", "readOnly": true, "mountPropagation": "HostToContainer"}],
        "emptyDirVolume": [{"path": "/tmp/disk", "sizeLimit": "1G"}, {"path": "/tmp/fast", "medium": "Memory", "sizeLimit": "100M"}]
    }}"#;
    insta::assert_snapshot!(asked(submission, &[], &ground(GpuWay::None)));
}

#[test]
fn rights_of_the_machine_itself() {
    let submission =
        r#"{"image": "a", "privileged": true, "security": {"hostIpc": true, "hostNetwork": true}}"#;
    insta::assert_snapshot!(asked(submission, &[], &ground(GpuWay::None)));
}

#[test]
fn gpus_by_both_ways() {
    let whole = r#"{"image": "a", "compute": {"gpuDevicesRequest": 2}}"#;
    let part =
        r#"{"image": "a", "compute": {"gpuRequestType": "portion", "gpuPortionRequest": 0.5}}"#;
    let devices = |submission, gpus: &[(u32, f64)], way| match recipe(
        &order(submission, gpus),
        0,
        &ground(way),
    ) {
        Ok(recipe) => {
            let config = recipe.body.host_config.unwrap_or_default();
            serde_json::to_string(&config.device_requests).unwrap()
        }
        Err(reason) => reason.to_string(),
    };
    let lines = [
        devices(whole, &[(0, 1.0), (1, 1.0)], GpuWay::Nvidia),
        devices(part, &[(1, 0.5)], GpuWay::Cdi),
        devices(whole, &[(0, 1.0), (7, 1.0)], GpuWay::Nvidia),
        devices(whole, &[(0, 1.0)], GpuWay::None),
    ];
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn what_an_engine_has_not_is_refused_as_in_the_form() {
    let submission =
        r#"{"image": "a", "storage": {"git": [{"repository": "https://x/y", "path": "/c"}]}}"#;
    let ground = ground(GpuWay::None);
    insta::assert_snapshot!(asked(submission, &[], &ground), @"NotHere: Not possible here (spec.storage.git[0]): This cluster has no Git repositories as volumes: Docker 27.3.1 clones nothing. Clone it with the command of the workspace, into a volume.");
    let parsed: Submission = serde_json::from_str(submission).unwrap();
    assert_eq!(ground.abilities.missing(&parsed).len(), 1);
    assert!(ground.abilities.lacks.contains_key(&Ability::Git));
}

#[test]
fn a_restart_is_a_container_of_its_own_on_the_same_volumes() {
    let submission = r#"{"image": "a", "storage": {"emptyDirVolume": [{"path": "/d"}]}}"#;
    let ground = ground(GpuWay::None);
    let first = recipe(&order(submission, &[]), 0, &ground).unwrap();
    let second = recipe(&order(submission, &[]), 1, &ground).unwrap();
    assert_eq!(
        (first.name.as_str(), second.name.as_str()),
        ("runai-vision_nb-3", "runai-vision_nb-3_restart-1")
    );
    assert_eq!(first.volumes, second.volumes);
}

#[test]
fn the_image_says_who_the_user_is() {
    let run = |security: &str, user: &str| {
        let submission = format!(r#"{{"image": "a", "security": {security}}}"#);
        let recipe = recipe(&order(&submission, &[]), 0, &ground(GpuWay::None)).unwrap();
        match recipe.with_user_of_image(user) {
            Ok(recipe) => format!("{:?}", recipe.body.user),
            Err(reason) => reason.to_string(),
        }
    };
    let group = r#"{"uidGidSource": "custom", "runAsGid": 100}"#;
    let lines = [
        run("{}", "jovyan"),
        run(group, "jovyan:users"),
        run(group, ""),
        run(r#"{"runAsNonRoot": true}"#, ""),
        run(r#"{"runAsNonRoot": true}"#, "0:0"),
        run(r#"{"runAsNonRoot": true}"#, "1000"),
    ];
    insta::assert_snapshot!(lines.join("\n"));
}
