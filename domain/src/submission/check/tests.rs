//! Submissions written as JSON, and every line that is said about them.

use super::*;
use crate::submission::{GpuRequest, Spec};

/// Checks a spec written as JSON and prints one line a problem.
fn problems(json: &str) -> String {
    let submission: Submission = serde_json::from_str(json).unwrap();
    let lines = check(&submission).into_iter().map(|p| format!("{}: {}", p.field, p.message));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn an_image_is_all_that_is_needed() {
    assert_eq!(problems(r#"{"image": "jupyter/scipy-notebook"}"#), "");
    assert_eq!(problems("{}"), "spec.image: Enter an image");
}

#[test]
fn image_references() {
    let digest = format!("a@sha256:{}", "0".repeat(64));
    let right = ["a", "a/b:1.0", "localhost/a", "reg.example.org:5000/a/b_c:x", &digest];
    for image in right {
        assert_eq!(image_reference(image), Ok(()), "{image}");
    }
    for image in ["A", "a b", "a:", "a:b c", "/a", "a/", "a@sha256:1", "a//b", "ä", "http://a"] {
        assert!(image_reference(image).is_err(), "{image}");
    }
}

#[test]
fn everything_is_said_at_once() {
    insta::assert_snapshot!(problems(r#"{
        "image": "a", "workingDir": "home", "backoffLimit": 101,
        "terminationGracePeriodSeconds": -1, "preemptibility": "maybe",
        "exposedUrls": [{"container": 8888}, {"container": 8888, "url": "ftp://x"}],
        "ports": [{"container": 70000, "serviceType": "NodePort", "external": 80}],
        "environmentVariables": [{"name": "A"}, {"name": "A"}, {"name": "1"},
            {"name": "NODE_NAME"}, {"name": "B", "value": "", "secret": {"name": "s"}}],
        "compute": {"gpuDevicesRequest": -1, "gpuRequestType": "portion",
            "gpuPortionRequest": 1.5, "gpuPortionLimit": 0.5, "cpuCoreRequest": 2,
            "cpuCoreLimit": 1, "cpuMemoryRequest": "1GB"},
        "tolerations": [{"key": "a", "operator": "Exists", "value": "b", "seconds": 0}],
        "labels": [{"name": "run.ai/x", "value": "a b"}]
    }"#), @r#"
    spec.workingDir: Must start with "/"
    spec.exposedUrls[1].container: This container port is already used by another tool
    spec.exposedUrls[1].url: Enter a full http(s) URL
    spec.ports[0].container: Must be between 1 and 65535
    spec.ports[0].external: Must be between 30000 and 32767
    spec.environmentVariables[1].name: Name already used
    spec.environmentVariables[2].name: Use letters, digits, "_", "-" and ".", not starting with a digit
    spec.environmentVariables[3].name: NODE_NAME is set by Berth itself
    spec.environmentVariables[4]: Only one of value, secret, configMap, userCredential and podFieldRef
    spec.environmentVariables[4].secret.key: Choose a key
    spec.compute.gpuDevicesRequest: Must be between 0 and 10000
    spec.compute.gpuPortionRequest: Must be above 0 and at most 100 % (0 to 1 in the API)
    spec.compute.gpuPortionLimit: Limit must be equal to or higher than the request
    spec.compute.cpuCoreLimit: Limit must be equal to or higher than the request
    spec.compute.cpuMemoryRequest: Enter a number with a unit, such as 500M, 4G or 2Gi
    spec.tolerations[0].value: Exists takes no value; use Equal
    spec.tolerations[0].seconds: Seconds go with the effect NoExecute only
    spec.tolerations[0].seconds: Must be 1 or more
    spec.preemptibility: Must be one of preemptible, non-preemptible
    spec.terminationGracePeriodSeconds: Must be between 0 and 315360000
    spec.backoffLimit: Must be between 0 and 100
    spec.labels[0].name: This prefix belongs to the platform
    spec.labels[0].value: At most 63 letters, digits, "-", "_" and "."
    "#);
}

#[test]
fn a_fraction_without_a_count_is_of_one_device() {
    let json =
        r#"{"image": "a", "compute": {"gpuRequestType": "portion", "gpuPortionRequest": 0.5}}"#;
    let spec = Spec::try_from(serde_json::from_str::<Submission>(json).unwrap()).unwrap();
    assert_eq!(spec.pod.gpu.devices(), 1);
    assert!(matches!(spec.pod.gpu, GpuRequest::Portion { .. }));
    assert!(!spec.is_preemptible());
}

#[test]
fn priority_implies_preemptibility_unless_it_is_said() {
    let spec = |json: &str| Spec::try_from(serde_json::from_str::<Submission>(json).unwrap());
    assert!(spec(r#"{"image": "a", "priorityClass": "low"}"#).unwrap().is_preemptible());
    let said = r#"{"image": "a", "priorityClass": "low", "preemptibility": "non-preemptible"}"#;
    assert!(!spec(said).unwrap().is_preemptible());
}

/// Every field that `rest-api.md` §6.3 names.
const EVERY_FIELD: &str = include_str!("../every-field.json");

#[test]
fn every_field_of_the_interface_is_taken_and_comes_back() {
    assert_eq!(problems(EVERY_FIELD), "");
    let said: serde_json::Value = serde_json::from_str(EVERY_FIELD).unwrap();
    let spec = Spec::try_from(serde_json::from_str::<Submission>(EVERY_FIELD).unwrap()).unwrap();
    assert_eq!(serde_json::to_value(&spec.submission).unwrap(), said);
}

/// What is left once excluded items are gone and nothing speaks of excluding.
fn kept(value: &serde_json::Value) -> serde_json::Value {
    use serde_json::Value::{Array, Bool, Object};
    match value {
        Object(fields) => {
            let fields = fields.iter().filter(|(name, _)| *name != "exclude");
            Object(fields.map(|(name, value)| (name.clone(), kept(value))).collect())
        }
        Array(items) => {
            let items = items.iter().filter(|item| item.get("exclude") != Some(&Bool(true)));
            Array(items.map(kept).collect())
        }
        value => value.clone(),
    }
}

#[test]
fn every_field_goes_through_a_policy_unharmed() {
    use crate::policy::{Effective, WorkloadType, resolve, system};
    let said: serde_json::Value = serde_json::from_str(EVERY_FIELD).unwrap();
    let effective = Effective::of(WorkloadType::Workspace, [&system(WorkloadType::Workspace)]);
    let mut resolved = kept(&resolve(&effective, &said, &|_| None).spec());
    let privileged = resolved["privileged"].clone();
    let mut said = kept(&said);
    for spec in [&mut said, &mut resolved] {
        spec.as_object_mut().map(|fields| fields.remove("privileged"));
    }
    assert_eq!(privileged, serde_json::json!(false));
    // As submissions: 4 is 4.0.
    let read = |spec| Submission::from_spec(spec).unwrap();
    assert_eq!(read(resolved), read(said));
}

/// Puts null in the place of one value after the other.
fn nulled(value: &mut serde_json::Value, count: &mut usize) {
    use serde_json::Value::{Array, Null, Object};
    let children: Vec<&mut serde_json::Value> = match value {
        Object(fields) => fields.values_mut().collect(),
        Array(items) => items.iter_mut().collect(),
        _ => return,
    };
    for child in children {
        *count = count.wrapping_sub(1);
        match *count {
            0 => *child = Null,
            _ => nulled(child, count),
        }
    }
}

#[test]
fn null_means_that_nothing_was_said() {
    let fields = ["storage", "security", "probes", "podAffinity", "compute", "imagePullSecrets"];
    for field in fields {
        let said: serde_json::Value = serde_json::from_str(EVERY_FIELD).unwrap();
        for place in 1..200 {
            let mut part = serde_json::json!({ field: said[field] });
            nulled(&mut part, &mut place.clone());
            // An item of a list is not a field.
            if part.to_string().contains("[null") || part.to_string().contains(",null") {
                continue;
            }
            let read: Result<Submission, _> = serde_json::from_value(part.clone());
            assert!(read.is_ok(), "{part}: {read:?}");
        }
    }
}

#[test]
fn what_is_mounted_has_one_place_each() {
    insta::assert_snapshot!(problems(
        r#"{
        "image": "a", "storage": {
            "pvc": [{"path": "/a"}, {"path": "/a/", "existingPvc": true}, {"path": "b",
                "claimInfo": {"size": "much", "storageClass": "No", "volumeMode": "Tape",
                    "accessModes": {"readWriteOnce": false}}}],
            "nfs": [{"mountPath": "/"}, {"server": "a,suid", "path": "/x", "mountPath": "/n"}],
            "git": [{"path": "/x/../y", "repository": "",
                "secretRef": {"authenticationMethod": "guess"}}],
            "hostPath": [{"path": "mnt", "mountPath": "/h"},
                {"path": "/m", "mountPath": "/i", "mountPropagation": "HostToContainer"}],
            "s3": [{"path": "/s", "url": "s3://b"}],
            "configMapVolume": [{"configMap": "A", "mountPath": "/c", "defaultMode": "644"}],
            "secretVolume": [{"mountPath": "/a"}],
            "dataVolume": [{"id": "1", "mountPath": "/d"}],
            "emptyDirVolume": [{"path": "/e", "medium": "Tape", "sizeLimit": "0"},
                {"exclude": true}]
        }}"#), @r#"
    spec.storage.pvc[0].claimInfo.size: Enter a size with a unit, such as 10G
    spec.storage.pvc[1].path: Another item already uses this path
    spec.storage.pvc[1].claimName: Enter the name of the claim
    spec.storage.pvc[2].path: Must start with "/"
    spec.storage.pvc[2].claimInfo.size: Enter a number with a unit, such as 500M, 4G or 2Gi
    spec.storage.pvc[2].claimInfo.storageClass: Enter the name of a class: lowercase letters, digits and hyphens
    spec.storage.pvc[2].claimInfo.volumeMode: Must be one of Filesystem, Block
    spec.storage.pvc[2].claimInfo.accessModes: Choose at least one access mode
    spec.storage.nfs[0].server: Enter the server
    spec.storage.nfs[0].path: Enter the path on the server
    spec.storage.nfs[0].mountPath: Must not be the root
    spec.storage.nfs[1].server: Enter a name or an address, such as files.example.org
    spec.storage.git[0].repository: Enter the repository
    spec.storage.git[0].path: Must not contain ".." or ":"
    spec.storage.git[0].secretRef.name: Enter the name of a secret: lowercase letters, digits and hyphens
    spec.storage.git[0].secretRef.authenticationMethod: Must be one of password, ssh-key
    spec.storage.s3[0].bucket: Enter the bucket
    spec.storage.s3[0].url: Enter a full http(s) URL
    spec.storage.hostPath[0].path: Must start with "/"
    spec.storage.configMapVolume[0].configMap: Enter the name of a config map: lowercase letters, digits and hyphens
    spec.storage.configMapVolume[0].defaultMode: Four octal digits, the first 0, such as 0644
    spec.storage.secretVolume[0].secret: Enter the name of a secret
    spec.storage.secretVolume[0].mountPath: Another item already uses this path
    spec.storage.dataVolume[0].id: Enter the id of a data volume, a UUID
    spec.storage.emptyDirVolume[0].medium: Must be one of Memory
    spec.storage.emptyDirVolume[0].sizeLimit: Must be above 0
    spec.storage.hostPath[1].mountPropagation: Must be the same for all host paths
    "#);
}

#[test]
fn rights_probes_and_links() {
    insta::assert_snapshot!(problems(
        r#"{
        "image": "a", "tty": true, "category": "a\u0000b",
        "imagePullSecrets": [{"name": "Registry"}, {"name": "a"}, {"name": "a"}],
        "security": {"uidGidSource": "guess", "runAsUid": -1, "supplementalGroups": "1,,2",
            "capabilities": ["CHOWN", "CHOWN", "FLY"], "seccompProfileType": "Some"},
        "probes": {"readiness": {"periodSeconds": 0, "handler": {"httpGet":
            {"path": "a b", "scheme": "FTP"}}}},
        "relatedUrls": [{"name": "x"}, {"url": "javascript:alert(1)"}],
        "podAffinity": {"type": "Perhaps"},
        "nodeAffinityRequired": {"nodeSelectorTerms": [{"matchExpressions": [
            {"key": "a", "operator": "Gt", "values": ["three"]},
            {"key": "a", "operator": "In", "values": ["a\u202eb"]}]}]}
        }"#), @r#"
    spec.imagePullSecrets[0].name: Enter the name of a secret: lowercase letters, digits and hyphens
    spec.imagePullSecrets[2].name: Name already used
    spec.tty: A terminal needs stdin: true as well
    spec.probes.readiness.periodSeconds: Must be between 1 and 86400
    spec.probes.readiness.handler.httpGet.port: Enter the container port
    spec.probes.readiness.handler.httpGet.path: Starts with "/"; letters, digits, "-", "_", "." and "/" follow
    spec.probes.readiness.handler.httpGet.scheme: Must be one of HTTP, HTTPS
    spec.relatedUrls[0].url: Enter a full http(s) URL
    spec.relatedUrls[1].url: Enter a full http(s) URL
    spec.security.uidGidSource: Must be one of fromTheImage, fromIdpToken, custom
    spec.security.runAsUid: Must be between 0 and 2147483647
    spec.security.runAsUid: Goes with uidGidSource custom only
    spec.security.supplementalGroups: Comma-separated numbers, such as 100,2000
    spec.security.capabilities[1]: This is in the list already
    spec.security.capabilities[2]: Must be one of AUDIT_CONTROL, AUDIT_READ, AUDIT_WRITE, BLOCK_SUSPEND, CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER, FSETID, IPC_LOCK, IPC_OWNER, KILL, LEASE, LINUX_IMMUTABLE, MAC_ADMIN, MAC_OVERRIDE, MKNOD, NET_ADMIN, NET_BIND_SERVICE, NET_BROADCAST, NET_RAW, SETGID, SETFCAP, SETPCAP, SETUID, SYS_ADMIN, SYS_BOOT, SYS_CHROOT, SYS_MODULE, SYS_NICE, SYS_PACCT, SYS_PTRACE, SYS_RAWIO, SYS_RESOURCE, SYS_TIME, SYS_TTY_CONFIG, SYSLOG, WAKE_ALARM
    spec.security.seccompProfileType: Must be one of RuntimeDefault, Unconfined, Localhost
    spec.nodeAffinityRequired.nodeSelectorTerms[0].matchExpressions[0].values: Gt takes one whole number
    spec.nodeAffinityRequired.nodeSelectorTerms[0].matchExpressions[1].values[0]: No label has the value "a\u{202e}b"
    spec.podAffinity.type: Must be one of Required, Preferred
    spec.podAffinity.key: Enter the key of a label
    spec.category: Must not contain control characters
    "#);
}
