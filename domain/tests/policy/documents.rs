//! Documents as people write them, and what reading and saving them says.

use domain::{
    ScopeLevel,
    policy::{WorkloadType, patched, read_text, read_value},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::given::{layer, reading, report, saved, value};

fn read(text: &str) -> String {
    report(&saved(text, &[]))
}

#[test]
fn an_empty_document_says_nothing() {
    for text in ["", "null", "{}", "defaults:\nrules:\nimposedAssets:", "rules: {image: {}}"] {
        let reading = reading(text);
        assert_eq!(
            (reading.errors.as_slice(), reading.document.is_empty()),
            (&[][..], true),
            "{text}"
        );
    }
    assert!(reading("rules: {image: {required: null}}").document.is_empty());
    let nulls = reading(
        "{defaults: {nodePools: [null, a], labels: {instances: [null]}}, rules: {image: {options: [null]}}}",
    );
    assert_eq!(nulls.errors, []);
    assert_snapshot!(nulls.document.to_value(), @r#"{"defaults":{"nodePools":["a"]},"imposedAssets":[],"rules":{"image":{"options":[]}}}"#);
}

#[test]
fn a_document_has_the_shape_of_an_object() {
    assert_snapshot!(read("- a"), @"error  (line 1, column 1): A policy must be an object with defaults, rules and imposedAssets. [save.document]");
    assert_snapshot!(read("defaults: 5"), @"error defaults (line 1, column 11): “defaults” must be an object. [save.document]");
    assert_snapshot!(read("rules: {image: 5, compute: [], ports: {instances: 3, attributes: {container: 1}}}"), @r#"
error image (line 1, column 16): “image” must be an object. [save.document]
error compute (line 1, column 28): “compute” must be an object. [save.document]
error ports.instances (line 1, column 51): “ports.instances” must be an object. [save.document]
error ports.attributes.container (line 1, column 78): “ports.attributes.container” must be an object. [save.document]
"#);
    assert_snapshot!(read("defaults: {ports: {instances: {}}, labels: [{name: a}]}"), @r#"
error ports.instances (line 1, column 31): “ports.instances” must be a list of items. [save.document]
error labels (line 1, column 44): “labels” must be an object. [save.document]
"#);
    assert_snapshot!(read("imposedAssets: {a: b}"), @"error imposedAssets (line 1, column 16): “imposedAssets” must be a list of asset ids. [save.document]");
    assert_snapshot!(read("imposedAssets: [5]"), @"error imposedAssets (line 1, column 17): “imposedAssets” must be a list of asset ids. [save.document]");
}

#[test]
fn unknown_keys_are_refused_wherever_they_stand() {
    let text = "
default: {image: a}
defaults:
  Image: a
  completions: 2
  compute.cpuCoreLimit: 2
  compute: {cpuCores: 2}
  ports: {instance: [], instances: [{container: 1, excluded: true, customExternalPort: true}], attributes: {name: x}}
  environmentVariables: {attributes: {value: x}}
rules:
  image: {maximum: 5, options: [{value: a, label: b}]}
  storage:
    git: {attributes: {secretRef: {name: {required: true}}, passwordSecret: {required: true}}}
    pvc: {attributes: {claimInfo: {volumeMode: {required: true}}}}
  annotations: {attributes: {value: {required: true}}}
  compute: {cpuCoreRequest: {defaultFrom: {field: cpuCoreLimit, times: 2}}}
";
    assert_snapshot!(read(text), @r#"
error default (line 2, column 1): Add a valid policy YAML;json: unknown field "default" [save.unknownField]
error Image (line 4, column 3): Add a valid policy YAML;json: unknown field "Image" [save.unknownField]
error completions (line 5, column 3): Add a valid policy YAML;json: unknown field "completions" [save.unknownField]
error compute.cpuCoreLimit (line 6, column 3): Add a valid policy YAML;json: unknown field "compute.cpuCoreLimit" [save.unknownField]
error compute.cpuCores (line 7, column 13): Add a valid policy YAML;json: unknown field "cpuCores" [save.unknownField]
error ports.instance (line 8, column 11): Add a valid policy YAML;json: unknown field "instance" [save.unknownField]
error ports[1].excluded (line 8, column 52): Add a valid policy YAML;json: unknown field "excluded" [save.unknownField]
error ports[1].customExternalPort (line 8, column 68): Add a valid policy YAML;json: unknown field "customExternalPort" [save.unknownField]
error ports.attributes.name (line 8, column 109): Add a valid policy YAML;json: unknown field "name" [save.unknownField]
error environmentVariables.attributes (line 9, column 26): Add a valid policy YAML;json: unknown field "attributes" [save.unknownField]
error image.maximum (line 11, column 11): Add a valid policy YAML;json: unknown field "maximum" [save.unknownField]
error image.options.label (line 11, column 44): Add a valid policy YAML;json: unknown field "label" [save.unknownField]
error storage.git.attributes.secretRef.name (line 13, column 36): Add a valid policy YAML;json: unknown field "name" [save.unknownField]
error storage.git.attributes.passwordSecret (line 13, column 61): Add a valid policy YAML;json: unknown field "passwordSecret" [save.unknownField]
error storage.pvc.attributes.claimInfo.volumeMode (line 14, column 36): Add a valid policy YAML;json: unknown field "volumeMode" [save.unknownField]
error annotations.attributes (line 15, column 17): Add a valid policy YAML;json: unknown field "attributes" [save.unknownField]
error compute.cpuCoreRequest.defaultFrom.times (line 16, column 65): Add a valid policy YAML;json: unknown field "times" [save.unknownField]
"#);
}

#[test]
fn older_spellings_are_stored_under_the_name_of_today() {
    let text = "
defaults:
  exposeUrls: {Instances: [{container: 80}]}
  terminateAfterPreemtpion: true
  PodAffinitySchedulingRule: Required
  podAffinityTopology: rack
  imagePullSecrets: {instances: [{name: a, userCredentials: true}]}
  security: {runasGid: 5, uidGidSource: idpToken}
  storage:
    configMapVolumes: {attributes: [{mountPath: /cfg}]}
    nfs: {instances: [{name: n, nfsServer: s, path: /x, mountPath: /y}]}
    git: {attributes: {Repository: r}}
rules:
  compute: {gpuDeviceRequest: {max: 4, Step: 2}}
  security: {uidGidSource: {options: [{value: idpToken}]}}
";
    assert_snapshot!(read(text), @r#"
warning exposedUrls (line 3, column 3): “exposeUrls” is stored as “exposedUrls”; write “exposedUrls”. [save.alias]
warning terminateAfterPreemption (line 4, column 3): “terminateAfterPreemtpion” is stored as “terminateAfterPreemption”; write “terminateAfterPreemption”. [save.alias]
warning podAffinity.type (line 5, column 3): “PodAffinitySchedulingRule” is stored as “podAffinity.type”; write “podAffinity.type”. [save.alias]
warning podAffinity.key (line 6, column 3): “podAffinityTopology” is stored as “podAffinity.key”; write “podAffinity.key”. [save.alias]
warning exposedUrls.instances (line 3, column 16): “Instances” is stored as “instances”; write “instances”. [save.alias]
warning imagePullSecrets[a].userCredential (line 7, column 44): “userCredentials” is stored as “userCredential”; write “userCredential”. [save.alias]
warning security.runAsGid (line 8, column 14): “runasGid” is stored as “runAsGid”; write “runAsGid”. [save.alias]
warning security.uidGidSource (line 8, column 41): “idpToken” is stored as “fromIdpToken”; write “fromIdpToken”. [save.alias]
warning storage.configMapVolume (line 10, column 5): “configMapVolumes” is stored as “configMapVolume”; write “configMapVolume”. [save.alias]
warning storage.configMapVolume.attributes (line 10, column 36): “attributes: [{…}]” is stored as “attributes: {…}”; write “attributes: {…}”. [save.alias]
warning storage.nfs[n].server (line 11, column 33): “nfsServer” is stored as “server”; write “server”. [save.alias]
warning storage.git.attributes.repository (line 12, column 24): “Repository” is stored as “repository”; write “repository”. [save.alias]
warning compute.gpuDevicesRequest (line 14, column 13): “gpuDeviceRequest” is stored as “gpuDevicesRequest”; write “gpuDevicesRequest”. [save.alias]
warning compute.gpuDevicesRequest.step (line 14, column 40): “Step” is stored as “step”; write “step”. [save.alias]
warning security.uidGidSource (line 15, column 39): “idpToken” is stored as “fromIdpToken”; write “fromIdpToken”. [save.alias]
"#);
    assert_snapshot!(reading(text).document.to_value(), @r#"{"defaults":{"exposedUrls":{"instances":[{"container":80}]},"imagePullSecrets":{"instances":[{"name":"a","userCredential":true}]},"podAffinity":{"key":"rack","type":"Required"},"security":{"runAsGid":5,"uidGidSource":"fromIdpToken"},"storage":{"configMapVolume":{"attributes":{"mountPath":"/cfg"}},"git":{"attributes":{"repository":"r"}},"nfs":{"instances":[{"mountPath":"/y","name":"n","path":"/x","server":"s"}]}},"terminateAfterPreemption":true},"imposedAssets":[],"rules":{"compute":{"gpuDevicesRequest":{"max":4,"step":2}},"security":{"uidGidSource":{"options":[{"value":"fromIdpToken"}]}}}}"#);
}

#[test]
fn a_spelling_beside_its_canonical_name_is_an_error() {
    assert_snapshot!(read("rules: {compute: {gpuDeviceRequest: {max: 4}, gpuDevicesRequest: {max: 2}}}"), @r#"
error compute.gpuDevicesRequest (line 1, column 47): “compute.gpuDevicesRequest” is written twice, under two names; write it once. [save.document]
warning compute.gpuDevicesRequest (line 1, column 19): “gpuDeviceRequest” is stored as “gpuDevicesRequest”; write “gpuDevicesRequest”. [save.alias]
"#);
    assert_snapshot!(read("defaults: {podAffinityTopology: a, podAffinity: {key: b}}"), @r#"
error podAffinity.key (line 1, column 55): “podAffinity.key” is written twice, under two names; write it once. [save.document]
warning podAffinity.key (line 1, column 12): “podAffinityTopology” is stored as “podAffinity.key”; write “podAffinity.key”. [save.alias]
"#);
}

#[test]
fn arguments_are_looked_at() {
    let text = "
rules:
  image: {required: yes, options: {a: b}}
  command: {options: [a, {displayed: x}, {value: 5}]}
  imagePullPolicy: {options: [{value: Sometimes}]}
  backoffLimit: {min: 1.5, max: '3', step: 0}
  security: {runAsUid: {required: true}, capabilities: {options: [{value: FLY}]}}
  compute:
    cpuCoreRequest: {step: -1, defaultFrom: {field: gpuMemoryLimit}}
    cpuCoreLimit: {defaultFrom: {field: backoffLimit}}
    cpuMemoryRequest: {min: -1G, max: 100m, defaultFrom: {field: cpuMemoryLimit, factor: 0}}
    cpuMemoryLimit: {step: 1, min: 2G, max: 1G, defaultFrom: cpuMemoryRequest}
  ports: {instances: {canAdd: 1, locked: web, min: 3}}
  nodeAffinityRequired: {options: []}
";
    assert_snapshot!(read(text), @r#"
error image (line 3, column 21): The rule “required” of “image” must be true or false. [save.argument]
error image (line 3, column 35): The rule “options” of “image” must be a list of {value, displayed}. [save.argument]
error command (line 4, column 23): The rule “options” of “command” must be a list of {value, displayed}. [save.argument]
error command (line 4, column 26): The rule “options” of “command” must be a list of {value, displayed}. [save.argument]
error command (line 4, column 50): The rule “options” of “command” must be made of texts. [save.argument]
error imagePullPolicy (line 5, column 31): The rule “options” of “imagePullPolicy” must be made of values among IfNotPresent, Always, Never. [save.argument]
error backoffLimit (line 6, column 23): The rule “min” of “backoffLimit” must be a whole number. [save.argument]
error backoffLimit (line 6, column 33): The rule “max” of “backoffLimit” must be a whole number. [save.argument]
error backoffLimit (line 6, column 44): The rule “step” of “backoffLimit” must be above 0. [save.argument]
error security.runAsUid (line 7, column 25): “security.runAsUid” can’t have the rule “required”. [save.ruleKind]
error security.capabilities (line 7, column 67): The rule “options” of “security.capabilities” must be made of values among AUDIT_CONTROL, AUDIT_READ, AUDIT_WRITE, BLOCK_SUSPEND, CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER, FSETID, IPC_LOCK, IPC_OWNER, KILL, LEASE, LINUX_IMMUTABLE, MAC_ADMIN, MAC_OVERRIDE, MKNOD, NET_ADMIN, NET_BIND_SERVICE, NET_BROADCAST, NET_RAW, SETGID, SETFCAP, SETPCAP, SETUID, SYS_ADMIN, SYS_BOOT, SYS_CHROOT, SYS_MODULE, SYS_NICE, SYS_PACCT, SYS_PTRACE, SYS_RAWIO, SYS_RESOURCE, SYS_TIME, SYS_TTY_CONFIG, SYSLOG, WAKE_ALARM. [save.argument]
error compute.cpuCoreRequest (line 9, column 28): The rule “step” of “compute.cpuCoreRequest” must be above 0. [save.argument]
error compute.cpuCoreRequest (line 9, column 45): The rule “defaultFrom” of “compute.cpuCoreRequest” must be a field of the same section, numbers after numbers and quantities after quantities. [save.argument]
error compute.cpuCoreLimit (line 10, column 33): The rule “defaultFrom” of “compute.cpuCoreLimit” must be a field of the same section, numbers after numbers and quantities after quantities. [save.argument]
error compute.cpuMemoryRequest (line 11, column 29): The rule “min” of “compute.cpuMemoryRequest” must be a quantity such as 500M, 4G or 2Gi. [save.argument]
error compute.cpuMemoryRequest (line 11, column 39): The rule “max” of “compute.cpuMemoryRequest” must be a quantity such as 500M, 4G or 2Gi. [save.argument]
error compute.cpuMemoryRequest (line 11, column 90): The rule “defaultFrom” of “compute.cpuMemoryRequest” must be given a factor above 0. [save.argument]
error compute.cpuMemoryLimit (line 12, column 22): “compute.cpuMemoryLimit” can’t have the rule “step”. [save.ruleKind]
error compute.cpuMemoryLimit (line 12, column 62): The rule “defaultFrom” of “compute.cpuMemoryLimit” must be an object with a field and, perhaps, a factor. [save.argument]
error compute.cpuMemoryLimit (line 12, column 36): The rule “min” of “compute.cpuMemoryLimit” must be at most 1G, the max. [save.argument]
error ports.instances (line 13, column 31): The rule “canAdd” of “ports.instances” must be true or false. [save.argument]
error ports.instances (line 13, column 42): The rule “locked” of “ports.instances” must be a list of keys. [save.argument]
error ports.instances (line 13, column 47): “ports.instances” can’t have the rule “min”. [save.ruleKind]
error nodeAffinityRequired (line 14, column 26): “nodeAffinityRequired” can’t have the rule “options”. [save.ruleKind]
"#);
}

#[test]
fn defaults_do_not_follow_each_other_in_a_circle() {
    let circle = "
rules:
  compute:
    cpuCoreRequest: {defaultFrom: {field: cpuCoreLimit}}
    cpuCoreLimit: {defaultFrom: {field: compute.cpuCoreRequest}}
  backoffLimit: {defaultFrom: {field: backoffLimit}}
";
    assert_snapshot!(read(circle), @r#"
error compute.cpuCoreRequest: The rule “defaultFrom” of “compute.cpuCoreRequest” must be a field whose own default does not follow this one. [save.argument]
error compute.cpuCoreLimit: The rule “defaultFrom” of “compute.cpuCoreLimit” must be a field whose own default does not follow this one. [save.argument]
error backoffLimit: The rule “defaultFrom” of “backoffLimit” must be a field whose own default does not follow this one. [save.argument]
"#);
    let above = "rules: {compute: {cpuCoreRequest: {defaultFrom: {field: cpuCoreLimit}}}}";
    let here = "rules: {compute: {cpuCoreLimit: {defaultFrom: {field: cpuCoreRequest}}}}";
    let others = [layer(ScopeLevel::Account, above)];
    assert_snapshot!(report(&saved(here, &others)), @"error compute.cpuCoreLimit: The rule “defaultFrom” of “compute.cpuCoreLimit” must be a field whose own default does not follow this one. [save.argument]");
}

#[test]
fn defaults_have_the_right_type_and_range() {
    let text = "
defaults:
  image: ''
  imagePullPolicy: Sometimes
  priorityClass: urgent
  createHomeDir: 'yes'
  backoffLimit: 1.5
  workingDir: here
  nodePools: [a, 5]
  nodeAffinityRequired: []
  terminationGracePeriodSeconds: -1
  probes: {readiness: {periodSeconds: 0, handler: {httpGet: {port: 70000}}}}
  compute: {gpuPortionRequest: 2, cpuMemoryRequest: -1G, cpuMemoryLimit: 100m, cpuCoreRequest: 4, cpuCoreLimit: 2}
  security: {supplementalGroups: 'a,b', capabilities: [FLY]}
  labels: {instances: [{name: ''}]}
  environmentVariables: {instances: [{name: A, value: 5}, {name: B, value: x, secret: {name: s, key: k}}]}
  ports: {instances: [{name: web, container: 0}, {name: np, container: 80, serviceType: NodePort, external: 80}]}
  exposedUrls: {instances: [{container: 1, authorizedUsers: [a], authorizedGroups: [b]}]}
  storage:
    hostPath: {instances: [{name: a, path: /x, mountPath: /}, {name: a, path: /y, mountPath: /y}, {name: c, exclude: true}]}
    secretVolume: {attributes: {defaultMode: 0644}}
    emptyDirVolume: {attributes: {sizeLimit: 1Kb, medium: Tape}}
";
    assert_snapshot!(read(text), @r#"
error image (line 3, column 10): The default of “image” must be a text that is not empty. [save.default]
error imagePullPolicy (line 4, column 20): The default of “imagePullPolicy” must be one of IfNotPresent, Always, Never. [save.default]
error priorityClass (line 5, column 18): The default of “priorityClass” must be one of very-low, low, medium-low, medium, medium-high, high, very-high. [save.default]
error createHomeDir (line 6, column 18): The default of “createHomeDir” must be true or false. [save.default]
error backoffLimit (line 7, column 17): The default of “backoffLimit” must be a whole number. [save.default]
error workingDir (line 8, column 15): The default of “workingDir” must be a path that starts with “/”. [save.default]
error nodePools (line 9, column 14): The default of “nodePools” must be a list of texts. [save.default]
error nodeAffinityRequired (line 10, column 25): The default of “nodeAffinityRequired” must be an object. [save.default]
error terminationGracePeriodSeconds (line 11, column 34): The default of “terminationGracePeriodSeconds” must be at least 0. [save.default]
error probes.readiness.periodSeconds (line 12, column 39): The default of “probes.readiness.periodSeconds” must be at least 1. [save.default]
error probes.readiness.handler.httpGet.port (line 12, column 68): The default of “probes.readiness.handler.httpGet.port” must be between 1 and 65535. [save.default]
error compute.gpuPortionRequest (line 13, column 32): The default of “compute.gpuPortionRequest” must be above 0 and at most 1. [save.default]
error compute.cpuMemoryRequest (line 13, column 53): The default of “compute.cpuMemoryRequest” must be a quantity such as 500M, 4G or 2Gi. [save.default]
error compute.cpuMemoryLimit (line 13, column 74): The default of “compute.cpuMemoryLimit” must be a quantity such as 500M, 4G or 2Gi. [save.default]
error security.supplementalGroups (line 14, column 34): The default of “security.supplementalGroups” must be whole numbers with commas between them, as text. [save.default]
error security.capabilities (line 14, column 55): The default of “security.capabilities” must be a list of AUDIT_CONTROL, AUDIT_READ, AUDIT_WRITE, BLOCK_SUSPEND, CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER, FSETID, IPC_LOCK, IPC_OWNER, KILL, LEASE, LINUX_IMMUTABLE, MAC_ADMIN, MAC_OVERRIDE, MKNOD, NET_ADMIN, NET_BIND_SERVICE, NET_BROADCAST, NET_RAW, SETGID, SETFCAP, SETPCAP, SETUID, SYS_ADMIN, SYS_BOOT, SYS_CHROOT, SYS_MODULE, SYS_NICE, SYS_PACCT, SYS_PTRACE, SYS_RAWIO, SYS_RESOURCE, SYS_TIME, SYS_TTY_CONFIG, SYSLOG, WAKE_ALARM. [save.default]
error labels[#0].name (line 15, column 31): The default of “labels[#0].name” must be a text of 1 to 63 characters. [save.default]
error environmentVariables[A].value (line 16, column 55): The default of “environmentVariables[A].value” must be a text. [save.default]
error environmentVariables[B] (line 16, column 59): The default of “environmentVariables[B]” must be given one source only, such as value or secret. [save.default]
error ports[web].container (line 17, column 46): The default of “ports[web].container” must be between 1 and 65535. [save.default]
error ports[np].external (line 17, column 50): The default of “ports[np].external” must be between 30000 and 32767 for a node port. [save.default]
error exposedUrls[1] (line 18, column 29): The default of “exposedUrls[1]” must be given authorizedUsers or authorizedGroups, not both. [save.default]
error storage.hostPath[a].mountPath (line 20, column 59): The default of “storage.hostPath[a].mountPath” must be a path that starts with “/” and is not “/”. [save.default]
error storage.hostPath[a] (line 20, column 63): The default of “storage.hostPath[a]” must be the only item with this key. [save.default]
error storage.hostPath[c] (line 20, column 109): The default of “storage.hostPath[c]” must be left out; only a submission can exclude. [save.default]
error storage.secretVolume.attributes.defaultMode (line 21, column 46): The default of “storage.secretVolume.attributes.defaultMode” must be a text. [save.default]
error storage.emptyDirVolume.attributes.sizeLimit (line 22, column 46): The default of “storage.emptyDirVolume.attributes.sizeLimit” must be a quantity such as 500M, 4G or 2Gi. [save.default]
error storage.emptyDirVolume.attributes.medium (line 22, column 59): The default of “storage.emptyDirVolume.attributes.medium” must be one of “”, Memory. [save.default]
error compute.cpuCoreLimit: The default of “compute.cpuCoreLimit” must be at least “compute.cpuCoreRequest”. [save.default]
"#);
}

#[test]
fn clients_may_send_back_what_they_got() {
    let sent = json!({
        "defaults": {"annotations": {"instances": [{"name": "a", "value": "b", "exclude": false}]}},
        "rules": {"compute": {"gpuDevicesRequest": {"max": 2, "sourceOfRule": {"scope": "cluster"}}}},
    });
    let reading = read_value(&sent, WorkloadType::Workspace);
    assert_eq!(reading.errors, []);
    assert_snapshot!(reading.document.to_value(), @r#"{"defaults":{"annotations":{"instances":[{"name":"a","value":"b"}]}},"imposedAssets":[],"rules":{"compute":{"gpuDevicesRequest":{"max":2}}}}"#);
}

#[test]
fn the_full_policy_is_right_and_comes_back_as_it_was() {
    let text = include_str!("full.yaml");
    assert_eq!(report(&saved(&text.replace("imposedAssets", "# "), &[])), "");
    assert_eq!(reading(text).document.to_value(), value(text));
}

#[test]
fn own_defaults_obey_the_rules_in_force() {
    let text = "
defaults:
  nodePools: []
  image: b
  backoffLimit: 4
  storage:
    nfs: {instances: [{name: n, path: /x}], attributes: {server: s2}}
  exposedUrls: {instances: [{name: u, container: 80}]}
rules:
  nodePools: {required: true}
  image: {options: [{value: a}]}
  backoffLimit: {min: 1, max: 9, step: 2}
  storage: {nfs: {attributes: {mountPath: {required: true}, server: {options: [{value: s1}]}}}}
  exposedUrls: {attributes: {customUrl: {required: true}}}
";
    assert_snapshot!(read(text), @r#"
error image: Default of image (b) must be one of: a [save.compliance]
error nodePools: Default of nodePools must have a value [save.compliance]
error backoffLimit: Default of backoffLimit (4) must be one of 1, 3, 5, 7, 9 [save.compliance]
error storage.nfs.attributes.server: Default of storage.nfs.attributes.server (s2) must be one of: s1 [save.compliance]
error exposedUrls[u].url: Default of exposedUrls[u].url must have a value [save.compliance]
error storage.nfs[n].mountPath: Default of storage.nfs[n].mountPath must have a value [save.compliance]
"#);
}

#[test]
fn distributed_policies_have_two_pods() {
    let text =
        "{rules: {worker: {compute: {gpuDeviceRequest: {max: 2}}}, image: {required: true}}}";
    let reading = read_text(text, WorkloadType::Distributed);
    assert_snapshot!(reading.document.to_value()["rules"], @r#"{"worker":{"compute":{"gpuDevicesRequest":{"max":2}}}}"#);
    let fields: Vec<_> = reading.errors.iter().map(|issue| issue.field.as_str()).collect();
    assert_eq!(fields, ["image"]);
}

#[test]
fn a_part_of_a_document_can_be_changed() {
    let stored = reading(
        "{defaults: {image: a, labels: {instances: [{name: a, value: b}]}}, rules: {image: {required: true}, compute: {gpuDevicesRequest: {min: 1, max: 2}}, ports: {attributes: {container: {min: 80}}}}, imposedAssets: [x]}",
    );
    let change = |changes: &str, reset: &[&str]| {
        let reset: Vec<_> = reset.iter().map(|path| (*path).to_owned()).collect();
        let changed = patched(&stored.document, &value(changes), &reset, WorkloadType::Workspace);
        let codes: Vec<_> = changed.errors.iter().map(|issue| issue.details()).collect();
        format!("{} {codes:?}", changed.document.to_value())
    };
    assert_snapshot!(change("rules: {compute: {gpuDeviceRequest: {max: 4}}}", &[]), @r#"{"defaults":{"image":"a","labels":{"instances":[{"name":"a","value":"b"}]}},"imposedAssets":["x"],"rules":{"compute":{"gpuDevicesRequest":{"max":4,"min":1}},"image":{"required":true},"ports":{"attributes":{"container":{"min":80}}}}} []"#);
    assert_snapshot!(change("{defaults: {labels: {instances: [{name: c}]}}, imposedAssets: []}", &["image", "compute"]), @r#"{"defaults":{"labels":{"instances":[{"name":"c"}]}},"imposedAssets":[],"rules":{"ports":{"attributes":{"container":{"min":80}}}}} []"#);
    assert_snapshot!(change("{}", &["labels.instances", "ports", "imposedAssets"]), @r#"{"defaults":{"image":"a"},"imposedAssets":[],"rules":{"compute":{"gpuDevicesRequest":{"max":2,"min":1}},"image":{"required":true}}} []"#);
    assert_snapshot!(change("rules: {compute: {gpuDevicesRequest: {max: 0}}, imag: {}}", &["colour"]), @r#"{"defaults":{"image":"a","labels":{"instances":[{"name":"a","value":"b"}]}},"imposedAssets":["x"],"rules":{"compute":{"gpuDevicesRequest":{"max":0,"min":1}},"image":{"required":true},"ports":{"attributes":{"container":{"min":80}}}}} ["Add a valid policy YAML;json: unknown field \"colour\"", "Add a valid policy YAML;json: unknown field \"imag\"", "The rule “min” of “compute.gpuDevicesRequest” must be at most 0, the max."]"#);
}
