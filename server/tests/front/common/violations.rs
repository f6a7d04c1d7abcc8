//! Every violation that there is, once: a policy, and a submission that breaks it.

use serde_json::{Value, json};

/// The message's id, a policy of the cluster, and a submission that breaks it in this one way. `NFS`
/// stands for the id of an asset.
pub fn every_violation() -> [(&'static str, Value, Value); 13] {
    let variables = json!([{"name": "URL", "value": "a"}]);
    let locked = json!({"defaults": {"environmentVariables": {"instances": variables}},
        "rules": {"environmentVariables": {"instances": {"locked": ["URL"]}}}});
    let gpus = |rule: Value| json!({"rules": {"compute": {"cpuCoreRequest": rule}}});
    let cores = |count: u8| json!({"image": "a", "compute": {"cpuCoreRequest": count}});
    let variable = |item: Value| json!({"image": "a", "environmentVariables": [item]});
    [
        (
            "policy.required",
            json!({"rules": {"workingDir": {"required": true}}}),
            json!({"image": "a"}),
        ),
        (
            "policy.canEdit",
            json!({"defaults": {"workingDir": "/home"}, "rules": {"workingDir": {"canEdit": false}}}),
            json!({"image": "a", "workingDir": "/tmp"}),
        ),
        (
            "policy.canEdit.noDefault",
            json!({"rules": {"workingDir": {"canEdit": false}}}),
            json!({"image": "a", "workingDir": "/tmp"}),
        ),
        (
            "policy.blocked",
            json!({"rules": {"workingDir": {"blocked": true}}}),
            json!({"image": "a", "workingDir": "/tmp"}),
        ),
        (
            "policy.options",
            json!({"rules": {"imagePullPolicy": {"options": [{"value": "Always"}, {"value": "Never"}]}}}),
            json!({"image": "a", "imagePullPolicy": "IfNotPresent"}),
        ),
        ("policy.min", gpus(json!({"min": 2})), cores(1)),
        ("policy.max", gpus(json!({"max": 2})), cores(4)),
        ("policy.step", gpus(json!({"min": 1, "max": 7, "step": 2})), cores(4)),
        (
            "policy.canAdd",
            json!({"rules": {"environmentVariables": {"instances": {"canAdd": false}}}}),
            variable(json!({"name": "OWN", "value": "b"})),
        ),
        ("policy.locked.changed", locked.clone(), variable(json!({"name": "URL", "value": "b"}))),
        ("policy.locked.excluded", locked, variable(json!({"name": "URL", "exclude": true}))),
        (
            "policy.imposed.collision",
            json!({"imposedAssets": ["NFS"]}),
            json!({"image": "a", "storage": {"emptyDirVolume": [{"path": "/data"}]}}),
        ),
        (
            "policy.item.duplicate",
            json!({}),
            json!({"image": "a", "environmentVariables": [{"name": "TWO", "value": "a"}, {"name": "TWO", "value": "b"}]}),
        ),
    ]
}

/// The spec of the asset that `NFS` stands for.
pub fn nfs() -> Value {
    json!({"server": "nfs.example", "path": "/export", "mountPath": "/data"})
}
