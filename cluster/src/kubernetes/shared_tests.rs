//! Which volumes can be shown to another namespace, and what shows them there.

use domain::AssetId;
use serde_json::{Value, json};

use super::*;

/// The copy of a volume of a kind with access modes, or why there is none.
fn copied(kind: &str, source: Value, modes: &[&str]) -> String {
    let mut spec = json!({
        "capacity": {"storage": "10Gi"}, "accessModes": modes, "storageClassName": "fast",
        "persistentVolumeReclaimPolicy": "Delete", "mountOptions": ["noatime"],
        "claimRef": {"namespace": "berth-vision", "name": "data", "uid": "1"},
    });
    spec[kind] = source;
    let origin = json!({"metadata": {"name": "pv-1"}, "spec": spec});
    let origin: PersistentVolume = serde_json::from_value(origin).unwrap();
    let of = SharedClaim {
        volume: AssetId(uuid::Uuid::from_u128(7)),
        namespace: "berth-vision".into(),
        claim: "data".into(),
    };
    match copy(&origin, ClusterId(uuid::Uuid::from_u128(1)), "berth-speech", &of) {
        Ok(made) => serde_json::to_string_pretty(&json!([made.0, made.1])).unwrap(),
        Err(why) => why,
    }
}

#[test]
fn what_several_nodes_may_read_is_shown_read_only() {
    let csi = json!({"driver": "files.example.com", "volumeHandle": "h", "volumeAttributes": {"share": "a"}});
    insta::assert_snapshot!(copied("csi", csi, &["ReadWriteOnce", "ReadWriteMany"]));
}

#[test]
fn what_cannot_be_shown_says_why() {
    let nfs = json!({"server": "nas", "path": "/a"});
    let told = [
        copied("nfs", nfs.clone(), &["ReadWriteOnce"]),
        copied("hostPath", json!({"path": "/a"}), &["ReadWriteMany"]),
        copied("local", json!({"path": "/a"}), &["ReadOnlyMany"]),
    ];
    insta::assert_snapshot!(told.join("\n"), @r"
    volume pv-1 can be had by one node at a time only
    volume pv-1 is of a kind that cannot be given read-only
    volume pv-1 is of a kind that cannot be given read-only
    ");
    assert!(copied("nfs", nfs, &["ReadOnlyMany"]).contains(r#""readOnly": true"#));
}
