//! What a cluster that can do nothing says to a submission that asks for everything.

use super::*;

const EVERYTHING: &str = r#"{
    "image": "a", "imagePullSecrets": [{"name": "key"}],
    "environmentVariables": [
        {"name": "A", "value": "plain"}, {"name": "B", "secret": {"name": "s", "key": "k"}},
        {"name": "C", "configMap": {"name": "s", "key": "k"}},
        {"name": "D", "podFieldRef": {"path": "metadata.name"}},
        {"name": "E", "userCredential": {"name": "s", "key": "k"}},
        {"name": "F", "secret": {"name": "s", "key": "k"}, "exclude": true}
    ],
    "ports": [{"container": 80, "serviceType": "NodePort"}, {"container": 81, "serviceType": "LoadBalancer"}],
    "probes": {"readiness": {"handler": {"httpGet": {"port": 80}}}},
    "security": {"uidGidSource": "fromIdpToken", "seccompProfileType": "Localhost"},
    "compute": {"gpuDevicesRequest": 1, "cpuCoreLimit": 2, "cpuMemoryLimit": "1G",
        "extendedResources": [{"resource": "a.b/c", "quantity": "1"}]},
    "podAffinity": {"type": "Required", "key": "zone"},
    "storage": {
        "pvc": [
            {"path": "/a", "claimInfo": {"size": "1G", "storageClass": "fast", "volumeMode": "Block"}},
            {"path": "/b", "claimInfo": {"size": "1G", "storageClass": "runai-none"}}
        ],
        "nfs": [{"server": "s", "path": "/x", "mountPath": "/c"}],
        "git": [{"repository": "r", "path": "/d"}], "s3": [{"bucket": "b", "path": "/e"}],
        "configMapVolume": [{"configMap": "m", "mountPath": "/f"}],
        "secretVolume": [{"secret": "s", "mountPath": "/g"}],
        "dataVolume": [{"id": "0c5b9f8e-3f0b-4f0e-9d5c-3a1f9a9b1c2d", "mountPath": "/h"}],
        "hostPath": [{"path": "/etc", "mountPath": "/i"}, {"path": "/srv/data/a", "mountPath": "/j"}],
        "emptyDirVolume": [{"path": "/k"}]
    }
}"#;

fn everything() -> Submission {
    serde_json::from_str(EVERYTHING).unwrap()
}

fn said(abilities: &Abilities) -> String {
    let problems = abilities.missing(&everything());
    let lines: Vec<_> = problems.iter().map(|p| format!("{}: {}", p.field, p.message)).collect();
    lines.join("\n")
}

#[test]
fn each_field_says_what_is_missing_and_what_to_do_instead() {
    let mut none =
        Abilities { host_folders: Some(vec!["/srv/data".into()]), ..Abilities::default() };
    for ability in Ability::ALL {
        none.lack(ability, "this is a test");
    }
    insta::assert_snapshot!(said(&none));
}

#[test]
fn a_cluster_that_lacks_nothing_refuses_nothing() {
    assert_eq!(said(&Abilities::default()), "");
    assert_eq!(Abilities::default().refusal(&everything()), None);
}

#[test]
fn a_host_path_may_not_leave_the_open_folders() {
    let open = vec!["/srv/data/".to_owned()];
    let tries = [
        ("/srv/data", true),
        ("/srv/data/a/b", true),
        ("//srv/./data/a", true),
        ("/srv/data/../secret", false),
        ("/srv/database", false),
        ("/", false),
        ("", false),
        ("srv", false),
    ];
    for (path, right) in tries {
        assert_eq!(is_below(path, &open), right, "{path}");
    }
    assert!(!is_below("/srv", &[]));
}

#[test]
fn a_reason_says_the_first_that_is_missing() {
    let mut none = Abilities::default();
    none.lack(Ability::Git, "Podman 4.3.1 clones nothing");
    let reason = none.refusal(&everything()).unwrap();
    insta::assert_snapshot!(format!("{}: {reason}", reason.code()));
}
