//! Every field that a policy can govern (`policies.md` §3), once: path, type, what its value must
//! look like (`rest-api.md` §6.4), and its word in the form (`form-and-assets.md` §4). Nothing else
//! in Berth may know a list of these fields.

use super::{Field, ItemKey, List, Replica, Right, Types, field};
use crate::policy::value::{
    Amount,
    Kind::{Array, Boolean, Choice, Integer, Number, Opaque, Quantity, Text},
};
use crate::submission::check::{
    AUTHORIZATION_TYPES, AUTO_DELETION_RANGE, BACKOFF_RANGE, PORT_RANGE, PULL_POLICIES,
    SERVICE_TYPES,
};

const BYTES: super::Kind = Quantity { of: Amount::Bytes };
const UNITS: super::Kind = Quantity { of: Amount::Units };
const PORT: Right = Right::within(PORT_RANGE);

/// Capabilities of Linux that a container may be given.
pub const CAPABILITIES: [&str; 38] = [
    "AUDIT_CONTROL",
    "AUDIT_READ",
    "AUDIT_WRITE",
    "BLOCK_SUSPEND",
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "IPC_LOCK",
    "IPC_OWNER",
    "KILL",
    "LEASE",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "MKNOD",
    "NET_ADMIN",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_RAW",
    "SETGID",
    "SETFCAP",
    "SETPCAP",
    "SETUID",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_CHROOT",
    "SYS_MODULE",
    "SYS_NICE",
    "SYS_PACCT",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "SYSLOG",
    "WAKE_ALARM",
];

/// Fields outside lists, in the order in which violations are told.
#[rustfmt::skip]
pub const FIELDS: &[Field] = &[
    field("image", Text, "Image").right(Right::NonEmpty),
    field("imagePullPolicy", Choice(&PULL_POLICIES), "Pull condition"),
    field("command", Text, "Command").right(Right::NonEmpty),
    field("args", Text, "Arguments").right(Right::NonEmpty),
    field("workingDir", Text, "Container working directory").right(Right::Absolute),
    field("createHomeDir", Boolean, "createHomeDir"),
    field("stdin", Boolean, "stdin"),
    field("tty", Boolean, "tty"),
    field("privileged", Boolean, "privileged"),
    field("probes.readiness.initialDelaySeconds", Integer, "initialDelaySeconds").right(Right::From(0)),
    field("probes.readiness.periodSeconds", Integer, "periodSeconds").right(Right::From(1)),
    field("probes.readiness.timeoutSeconds", Integer, "timeoutSeconds").right(Right::From(1)),
    field("probes.readiness.successThreshold", Integer, "successThreshold").right(Right::From(1)),
    field("probes.readiness.failureThreshold", Integer, "failureThreshold").right(Right::From(1)),
    field("probes.readiness.handler.httpGet.path", Text, "path").right(Right::Absolute),
    field("probes.readiness.handler.httpGet.port", Integer, "port").right(PORT),
    field("probes.readiness.handler.httpGet.host", Text, "host").right(Right::NonEmpty),
    field("probes.readiness.handler.httpGet.scheme", Choice(&["HTTP", "HTTPS"]), "scheme"),
    field("security.uidGidSource", Choice(&["fromTheImage", "fromIdpToken", "custom"]), "UID/GID/groups source"),
    field("security.runAsUid", Integer, "User ID").right(Right::From(0)).never_required(),
    field("security.runAsGid", Integer, "Group ID").right(Right::From(0)).never_required(),
    field("security.supplementalGroups", Text, "Supplementary groups").right(Right::Groups),
    field("security.capabilities", Array(Some(&CAPABILITIES)), "Linux capabilities"),
    field("security.seccompProfileType", Choice(&["RuntimeDefault", "Unconfined", "Localhost"]), "seccompProfileType"),
    field("security.runAsNonRoot", Boolean, "runAsNonRoot"),
    field("security.readOnlyRootFilesystem", Boolean, "readOnlyRootFilesystem"),
    field("security.allowPrivilegeEscalation", Boolean, "allowPrivilegeEscalation"),
    field("security.hostIpc", Boolean, "hostIpc"),
    field("security.hostNetwork", Boolean, "hostNetwork"),
    field("compute.gpuDevicesRequest", Integer, "GPU devices per pod").right(Right::From(0)),
    field("compute.gpuRequestType", Choice(&["portion", "memory"]), "Memory format"),
    field("compute.gpuPortionRequest", Number, "Request").right(Right::Portion),
    field("compute.gpuPortionLimit", Number, "Limit").right(Right::Portion).limits("compute.gpuPortionRequest"),
    field("compute.gpuMemoryRequest", BYTES, "Request"),
    field("compute.gpuMemoryLimit", BYTES, "Limit").limits("compute.gpuMemoryRequest"),
    field("compute.cpuCoreRequest", Number, "CPU compute request").right(Right::From(0)),
    field("compute.cpuCoreLimit", Number, "CPU compute limit").right(Right::From(0)).limits("compute.cpuCoreRequest"),
    field("compute.cpuMemoryRequest", BYTES, "CPU memory request"),
    field("compute.cpuMemoryLimit", BYTES, "CPU memory limit").limits("compute.cpuMemoryRequest"),
    field("compute.largeShmRequest", Boolean, "Increase shared memory size"),
    field("nodePools", Array(None), "Node pools").of_workload(),
    field("nodeType", Text, "Node affinity").right(Right::NonEmpty),
    field("nodeAffinityRequired", Opaque, "nodeAffinityRequired").right(Right::Object),
    field("podAffinity.type", Choice(&["Required", "Preferred"]), "podAffinity.type"),
    field("podAffinity.key", Text, "podAffinity.key").right(Right::NonEmpty),
    field("preemptibility", Choice(&["preemptible", "non-preemptible"]), "Preemptibility").of_workload(),
    field("priorityClass", Text, "Priority").right(Right::Priority).of_workload(),
    field("terminationGracePeriodSeconds", Integer, "Grace period for preemption").right(Right::From(0)),
    field("backoffLimit", Integer, "Backoff limit").right(Right::within(BACKOFF_RANGE)).of_workload(),
    field("autoDeletionTimeAfterCompletionSeconds", Integer, "Auto-deletion")
        .right(Right::within(AUTO_DELETION_RANGE)).of_workload(),
    field("category", Text, "category").right(Right::NonEmpty).of_workload(),
    field("restartPolicy", Choice(&["Always", "Never", "OnFailure"]), "restartPolicy"),
    field("terminateAfterPreemption", Boolean, "terminateAfterPreemption").of_workload(),
    field("completions", Integer, "completions").right(Right::From(1)).only(Types::Training),
    field("parallelism", Integer, "parallelism").right(Right::From(1)).only(Types::Training),
    field("cleanPodPolicy", Text, "cleanPodPolicy").only(Types::Distributed),
    field("numWorkers", Integer, "numWorkers").right(Right::From(0)).only(Types::Distributed),
    field("minReplicas", Integer, "minReplicas").right(Right::From(0)).only(Types::Distributed),
    field("maxReplicas", Integer, "maxReplicas").right(Right::From(0)).only(Types::Distributed),
    field("distributedFramework", Text, "distributedFramework").only(Types::Distributed),
    field("slotsPerWorker", Integer, "slotsPerWorker").right(Right::From(1)).only(Types::Distributed),
    field("sshAuthMountPath", Text, "sshAuthMountPath").right(Right::Absolute).only(Types::Distributed),
    field("mpiLauncherCreationPolicy", Text, "mpiLauncherCreationPolicy").only(Types::Distributed),
    field("servingPort", Opaque, "servingPort").only(Types::Inference),
    field("autoscaling", Opaque, "autoscaling").only(Types::Inference),
    field("servingConfiguration", Opaque, "servingConfiguration").only(Types::Inference),
    field("replicas", Integer, "replicas").right(Right::From(0)).only(Types::Inference),
    field("workers", Integer, "workers").right(Right::From(0)).only(Types::Inference),
    field("startupPolicy", Text, "startupPolicy").only(Types::Inference),
    field("multiNode", Opaque, "multiNode").only(Types::Inference),
    field("ngcAuthSecret", Text, "ngcAuthSecret").only(Types::Inference),
];

/// Lists of items.
#[rustfmt::skip]
pub const LISTS: &[List] = &[
    List { path: "imagePullSecrets", section: "Docker registry credential", attributes: &[
        field("name", Text, "Credential name").right(Right::NonEmpty),
        field("userCredential", Boolean, "Credential source"),
    ], ..LIST },
    List { path: "exposedUrls", section: "Tool(s)", key: ItemKey::Or("name", &["container"]), attributes: &[
        name(),
        field("container", Integer, "Container port").right(PORT),
        field("url", Text, "URL mode").right(Right::NonEmpty),
        field("customUrl", Boolean, "URL mode").rules_over("url"),
        field("authorizationType", Choice(&AUTHORIZATION_TYPES), "Access"),
        field("authorizedUsers", Array(None), "Access").excludes("authorizedGroups"),
        field("authorizedGroups", Array(None), "Access"),
        field("toolType", Text, "Tool"),
        field("toolName", Text, "Tool"),
    ], ..LIST },
    List { path: "ports", section: "Tool(s)", key: ItemKey::Or("name", &["container"]), attributes: &[
        name(),
        field("container", Integer, "Container port").right(PORT),
        field("serviceType", Choice(&SERVICE_TYPES), "Connection type"),
        field("external", Integer, "Port mode").right(PORT),
        field("customExternalPort", Boolean, "Port mode").rules_over("external"),
        field("toolType", Text, "Tool"),
        field("toolName", Text, "Tool"),
    ], ..LIST },
    List { path: "relatedUrls", section: "Tool(s)", attributes: &[
        field("name", Text, "Name").right(Right::NonEmpty),
        field("url", Text, "URL").right(Right::NonEmpty),
        field("type", Text, "Tool"),
    ], ..LIST },
    List { path: "environmentVariables", section: "Environment variables", bare: true, attributes: &[
        name(),
        field("value", Text, "Value").source(),
        field("secret.name", Text, "Credential name").source().item_only(),
        field("secret.key", Text, "Secret key").source().item_only(),
        field("userCredential.name", Text, "Credential name").source().item_only(),
        field("userCredential.key", Text, "Key").source().item_only(),
        field("configMap.name", Text, "ConfigMap name").source().item_only(),
        field("configMap.key", Text, "Key").source().item_only(),
        field("podFieldRef.path", Text, "Pod field").source().item_only(),
        field("description", Text, "Instructions").item_only(),
    ], ..LIST },
    List { path: "compute.extendedResources", section: "Extended resources", key: ItemKey::Only("resource"), attributes: &[
        field("resource", Text, "Resource").right(Right::NonEmpty).item_only(),
        field("quantity", UNITS, "Quantity"),
    ], ..LIST },
    List { path: "tolerations", section: "Tolerations",
        key: ItemKey::Or("name", &["operator", "key", "value", "effect"]), attributes: &[
        name(),
        field("key", Text, "Key"),
        field("operator", Choice(&["Equal", "Exists"]), "Operator"),
        field("value", Text, "Value"),
        field("effect", Choice(&["NoSchedule", "NoExecute", "PreferNoSchedule", "Any"]), "Effect"),
        field("seconds", Integer, "Seconds").right(Right::From(1)),
    ], ..LIST },
    List { path: "storage.dataVolume", section: "Data volume", key: ItemKey::Only("id"), target: Some("mountPath"), attributes: &[
        field("id", Text, "Data volume").right(Right::NonEmpty),
        container_path("mountPath"),
    ], ..LIST },
    List { path: "storage.hostPath", section: "Host path", target: Some("mountPath"), attributes: &[
        name(),
        field("path", Text, "Path").right(Right::Absolute),
        read_only(),
        container_path("mountPath"),
        field("mountPropagation", Choice(&["None", "HostToContainer"]), "Mount propagation"),
    ], ..LIST },
    List { path: "storage.git", section: "Git", target: Some("path"), attributes: &[
        name(),
        field("repository", Text, "Repository").right(Right::NonEmpty),
        field("branch", Text, "Branch").right(Right::NonEmpty),
        field("revision", Text, "Revision").right(Right::NonEmpty),
        container_path("path"),
        field("secretRef.name", Text, "Credential name").right(Right::NonEmpty).item_only(),
        field("secretRef.authenticationMethod", Choice(&["password", "ssh-key"]), "Credential type").item_only(),
        field("secretRef.secretKeyOfUser", Text, "Key of the user").right(Right::NonEmpty).item_only(),
        field("secretRef.secretKeyOfPassword", Text, "Key of the password").right(Right::NonEmpty).item_only(),
        field("passwordSecret", Text, "Credential name").right(Right::NonEmpty).item_only().deprecated(),
        field("secretKeyOfUser", Text, "Key of the user").right(Right::NonEmpty).item_only().deprecated(),
        field("secretKeyOfPassword", Text, "Key of the password").right(Right::NonEmpty).item_only().deprecated(),
    ], ..LIST },
    List { path: "storage.pvc", section: "PVC", key: ItemKey::Or("name", &["claimName"]), target: Some("path"), attributes: &[
        name(),
        container_path("path"),
        field("existingPvc", Boolean, "PVC").item_only(),
        field("claimName", Text, "Claim name").right(Right::UpTo63),
        read_only(),
        field("ephemeral", Boolean, "Volume persistency").item_only(),
        field("dataSharing", Boolean, "Sharing").item_only(),
        field("claimInfo.size", BYTES, "Claim size"),
        field("claimInfo.storageClass", Text, "Storage class").right(Right::NonEmpty),
        field("claimInfo.accessModes.readWriteOnce", Boolean, "Access mode(s)"),
        field("claimInfo.accessModes.readOnlyMany", Boolean, "Access mode(s)"),
        field("claimInfo.accessModes.readWriteMany", Boolean, "Access mode(s)"),
        field("claimInfo.volumeMode", Choice(&["Filesystem", "Block"]), "Volume mode").item_only(),
        field("claimInfo.addedAttrValues", Opaque, "Extra class attributes").item_only(),
    ], ..LIST },
    List { path: "storage.nfs", section: "NFS", target: Some("mountPath"), attributes: &[
        name(),
        field("path", Text, "Path").right(Right::NonEmpty),
        field("server", Text, "Server").right(Right::NonEmpty),
        read_only(),
        container_path("mountPath"),
    ], ..LIST },
    List { path: "storage.s3", section: "S3 bucket", target: Some("path"), attributes: &[
        name(),
        field("bucket", Text, "Bucket").right(Right::NonEmpty),
        container_path("path"),
        field("url", Text, "URL").right(Right::NonEmpty),
        field("accessKeySecret", Text, "Credential name").right(Right::NonEmpty).item_only(),
        field("secretKeyOfAccessKeyId", Text, "Key of the access key id").right(Right::NonEmpty).item_only(),
        field("secretKeyOfSecretKey", Text, "Key of the secret key").right(Right::NonEmpty).item_only(),
    ], ..LIST },
    List { path: "storage.configMapVolume", section: "ConfigMap", target: Some("mountPath"), attributes: &[
        name(),
        field("configMap", Text, "ConfigMap").right(Right::NonEmpty),
        container_path("mountPath"),
        field("subPath", Text, "Sub-path").right(Right::NonEmpty),
        field("defaultMode", Text, "Default mode").right(Right::OctalMode),
    ], ..LIST },
    List { path: "storage.secretVolume", section: "Secret", target: Some("mountPath"), attributes: &[
        name(),
        field("secret", Text, "Secret").right(Right::NonEmpty),
        container_path("mountPath"),
        field("defaultMode", Text, "Default mode").right(Right::OctalMode),
    ], ..LIST },
    List { path: "storage.emptyDirVolume", section: "EmptyDir", target: Some("path"), attributes: &[
        name(),
        container_path("path"),
        field("medium", Text, "Storage medium").right(Right::OneOf(&["", "Memory"])),
        field("sizeLimit", BYTES, "Size"),
    ], ..LIST },
    List { path: "annotations", section: "Annotations", bare: true, attributes: &NAME_VALUE, ..LIST },
    List { path: "labels", section: "Labels", bare: true, attributes: &NAME_VALUE, ..LIST },
];

/// Fields that are read, warned of and dropped.
pub const IGNORED: [&str; 1] = ["compute.migProfile"];

/// Sections of one pod of several, by workload type (`policies.md` S4).
pub const REPLICAS: [(Types, [Replica; 2]); 2] =
    [(Types::Distributed, ["worker", "master"]), (Types::Leader, ["leader", "worker"])];

const LIST: List = List {
    path: "",
    section: "",
    key: ItemKey::Only("name"),
    target: None,
    bare: false,
    attributes: &[],
};

const NAME_VALUE: [Field; 2] =
    [field("name", Text, "Name").right(Right::UpTo63).item_only(), field("value", Text, "Value")];

const fn name() -> Field {
    field("name", Text, "Name").right(Right::NonEmpty).item_only()
}

const fn read_only() -> Field {
    field("readOnly", Boolean, "Prevent data modification")
}

const fn container_path(path: &'static str) -> Field {
    field(path, Text, "Container path").right(Right::ContainerPath)
}
