//! What is wrong with assets, printed at the field that is at fault.

use super::*;

/// Checks an asset written as JSON and prints one line a problem.
fn problems(kind: &str, spec: &str) -> String {
    let json = format!(r#"{{"kind": "{kind}", "spec": {spec}}}"#);
    let spec: AssetSpec = serde_json::from_str(&json).unwrap();
    let lines = check_spec(&spec, None).into_iter().map(|p| format!("{}: {}", p.field, p.message));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn an_environment_names_its_own_fields() {
    insta::assert_snapshot!(problems("environment", r#"{
        "imagePullPolicy": "Sometimes", "workingDir": "home", "runAsUid": 5,
        "capabilities": ["NET_ADMIN", "FLY"],
        "environmentVariables": [{"name": "A", "value": "", "credential":
            {"assetId": "00000000-0000-0000-0000-000000000001", "key": ""}}],
        "connections": [
            {"name": "tb", "internalToolInfo": {"toolType": "tensorboard",
                "connectionType": "NodePort", "containerPort": 70000}},
            {"name": "tb", "internalToolInfo": {"toolType": "abacus",
                "connectionType": "ServingPort", "containerPort": 80}},
            {"name": "", "isExternal": true, "externalToolInfo": {"toolType": "wandb"}},
            {"name": "x", "isExternal": true},
            {"name": "y", "internalToolInfo": {"toolType": "custom",
                "connectionType": "ExternalUrl", "externalUrlInfo":
                {"isCustomUrl": true, "externalUrl": "ftp://a"}}}
        ]}"#), @r#"
    spec.imagePullPolicy: Must be one of IfNotPresent, Always, Never
    spec.workingDir: Must start with "/"
    spec.connections[4].internalToolInfo.containerPort: Enter the container port
    spec.connections[4].internalToolInfo.externalUrlInfo.externalUrl: Enter a full http(s) URL
    spec.connections[0].internalToolInfo.containerPort: Must be between 1 and 65535
    spec.connections[2].externalToolInfo.externalUrl: Enter a full http(s) URL
    spec.connections[2].externalToolInfo.externalUrl: Must not be empty
    spec.connections[3].externalToolInfo.externalUrl: Enter a full http(s) URL
    spec.environmentVariables[0]: Only one of value, secret, configMap, userCredential and podFieldRef
    spec.environmentVariables[0].credential.key: Choose a key
    spec.runAsUid: Goes with uidGidSource custom only
    spec.capabilities[1]: Must be one of AUDIT_CONTROL, AUDIT_READ, AUDIT_WRITE, BLOCK_SUSPEND, CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER, FSETID, IPC_LOCK, IPC_OWNER, KILL, LEASE, LINUX_IMMUTABLE, MAC_ADMIN, MAC_OVERRIDE, MKNOD, NET_ADMIN, NET_BIND_SERVICE, NET_BROADCAST, NET_RAW, SETGID, SETFCAP, SETPCAP, SETUID, SYS_ADMIN, SYS_BOOT, SYS_CHROOT, SYS_MODULE, SYS_NICE, SYS_PACCT, SYS_PTRACE, SYS_RAWIO, SYS_RESOURCE, SYS_TIME, SYS_TTY_CONFIG, SYSLOG, WAKE_ALARM
    spec.image: Enter an image
    spec.connections[1].name: Another tool of this environment has this name
    spec.connections[1].internalToolInfo.toolType: Must be one of jupyter-notebook, pycharm, visual-studio-code, tensorboard, rstudio, mlflow, custom, matlab, chatbot-ui
    spec.connections[1].internalToolInfo.connectionType: Must be one of ExternalUrl, NodePort, LoadBalancer
    spec.connections[2].name: Enter a name
    spec.connections[3].externalToolInfo: Must be given where isExternal is true
    "#);
}

#[test]
fn a_compute_resource_names_its_own_fields() {
    insta::assert_snapshot!(problems("compute", r#"{"gpuDevicesRequest": -1,
        "gpuRequestType": "portion", "gpuPortionRequest": 2, "cpuMemoryRequest": "much",
        "extendedResources": [{"resource": "nic", "quantity": "1"}]}"#), @r"
    spec.gpuDevicesRequest: Must be between 0 and 10000
    spec.gpuPortionRequest: Must be above 0 and at most 100 % (0 to 1 in the API)
    spec.cpuMemoryRequest: Enter a number with a unit, such as 500M, 4G or 2Gi
    spec.extendedResources[0].resource: Enter a qualified name such as vendor.com/device
    ");
    assert_eq!(problems("compute", r#"{"gpuDevicesRequest": 1}"#), "");
}

#[test]
fn data_sources_name_their_own_fields() {
    let kinds = ["pvc", "nfs", "s3", "git", "hostPath", "config-map", "secret-volume"];
    let all = kinds.map(|kind| format!("{kind}\n{}", problems(kind, "{}")));
    insta::assert_snapshot!(all.join("\n\n"), @r"
    pvc
    spec.path: Enter a container path
    spec.claimInfo.size: Enter a size with a unit, such as 10G

    nfs
    spec.server: Enter the server
    spec.path: Enter the path on the server
    spec.mountPath: Enter a container path

    s3
    spec.bucket: Enter the bucket
    spec.path: Enter a container path

    git
    spec.repository: Enter the repository
    spec.path: Enter a container path

    hostPath
    spec.path: Enter the path on the node
    spec.mountPath: Enter a container path

    config-map
    spec.configMap: Enter the name of a config map: lowercase letters, digits and hyphens
    spec.mountPath: Enter a container path

    secret-volume
    spec.credentialAssetId: Enter the name of a secret
    spec.mountPath: Enter a container path
    ");
    insta::assert_snapshot!(problems("pvc", r#"{"path": "data", "claimName": "A_b",
        "claimInfo": {"size": "10G", "volumeMode": "Round",
        "accessModes": {"readWriteOnce": false}}}"#), @r#"
    spec.path: Must start with "/"
    spec.claimName: Enter the name of the claim: lowercase letters, digits and hyphens
    spec.claimInfo.volumeMode: Must be one of Filesystem, Block
    spec.claimInfo.accessModes: Choose at least one access mode
    "#);
    insta::assert_snapshot!(problems("config-map",
        r#"{"configMap": "-a", "mountPath": "/", "defaultMode": "999"}"#), @r"
    spec.configMap: Enter the name of a config map: lowercase letters, digits and hyphens
    spec.mountPath: Must not be the root
    spec.defaultMode: Four octal digits, the first 0, such as 0644
    ");
}
