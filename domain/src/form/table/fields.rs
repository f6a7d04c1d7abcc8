//! The fields outside lists. What each opens with is the default of `form-and-assets.md` §4.

use super::words::{
    CPU_UNITS, CREDENTIAL_SOURCES, GPU_FORMATS, ID_SOURCES, MEMORY_UNITS, NGC_ACCESS,
    PREEMPTIBILITY, PRIORITIES, PULL, TIME_UNITS,
};
use crate::{
    form::{
        Field, HAS_GPUS, HAS_NGC_KEY,
        Input::{Names, Offered, OneOf, Quantity, Switch, Whole},
        Offer, Search, When, field, hidden, when,
    },
    submission::check::CAPABILITIES,
};

const HAS_GPU: When = when(HAS_GPUS, &["on"]);
const FRACTION: &[When] = &[HAS_GPU, when("fractioning", &["on"])];
const CHOSEN: &[When] = &[when("image_source", &["catalog", "registry"])];
const CUSTOM_USER: &[When] = &[when("uid_source", &["custom"])];

/// Every field outside lists.
pub const FIELDS: &[Field] = &[
    field("image_source", "Image source", "")
        .input(Offered(Offer::ImageSources))
        .default("custom")
        .when(&[when("has_ngc", &["on"])]),
    field("image", "Image URL", "spec.image")
        .code()
        .required()
        .placeholder("registry/path:tag")
        .when(&[when("image_source", &["custom"])]),
    field("ngc_access", "Access to the NGC catalog", "")
        .input(OneOf(NGC_ACCESS))
        .default("guest")
        .when(&[when("image_source", &["catalog"])]),
    field("ngc_registry", "Registry", "")
        .input(Offered(Offer::Registries))
        .required()
        .when(&[when("image_source", &["registry"])]),
    field("ngc_source", "Source", "")
        .input(OneOf(CREDENTIAL_SOURCES))
        .default("shared")
        .when(&[when(HAS_NGC_KEY, &["on"])]),
    field("ngc_shared", "Credential name", "")
        .input(Offered(Offer::NgcKeys))
        .required()
        .help("Type: NGC API key.")
        .when(&[when(HAS_NGC_KEY, &["on"]), when("ngc_source", &["shared"])]),
    field("ngc_mine", "Credential name", "")
        .input(Offered(Offer::MyNgcKeys))
        .required()
        .help("Type: NGC API key.")
        .when(&[when(HAS_NGC_KEY, &["on"]), when("ngc_source", &["mine"])]),
    field("ngc_image", "Image name", "spec.image").searched(Search::Images).required().when(CHOSEN),
    field("ngc_tag", "Image tag", "").searched(Search::Tags).required().when(CHOSEN),
    field("pull", "Condition for pulling the image", "spec.imagePullPolicy")
        .input(OneOf(PULL))
        .default("IfNotPresent"),
    field("command", "Command", "spec.command").code().optional(),
    field("args", "Arguments", "spec.args").code().optional().placeholder("--arg1=val1 --arg2=val2"),
    field("working_dir", "Container's working directory", "spec.workingDir")
        .code()
        .optional()
        .placeholder("/home/jovyan/work"),
    field("uid_source", "UID, GID and supplementary groups", "spec.security.uidGidSource")
        .input(OneOf(ID_SOURCES))
        .default("fromTheImage"),
    field("uid", "User ID (UID)", "spec.security.runAsUid").when(CUSTOM_USER).required(),
    field("gid", "Group ID (GID)", "spec.security.runAsGid").when(CUSTOM_USER).required(),
    field("groups", "Supplementary groups", "spec.security.supplementalGroups")
        .when(CUSTOM_USER)
        .optional()
        .placeholder("100,200"),
    field("uid_open", "Allow the values to be modified within the workload", "")
        .input(Switch)
        .default("on")
        .help("Off: who starts a workspace from this environment cannot change them.")
        .when(CUSTOM_USER),
    field("capabilities", "Linux capabilities", "spec.security.capabilities")
        .input(Names(&CAPABILITIES))
        .optional()
        .help("Rights beyond those of the runtime, without those of root."),
    field("gpu_devices", "GPU devices", "spec.compute.gpuDevicesRequest")
        .input(Whole { unit: "per pod", min: 0.0, max: 10_000.0 })
        .default("0"),
    field("fractioning", "GPU fractioning", "")
        .input(Switch)
        .default("off")
        .help("A part of each device's memory, shared with others.")
        .when(&[HAS_GPU]),
    field("gpu_request", "Request", "spec.compute.gpuPortionRequest")
        .input(Quantity { unit: "gpu_format", units: GPU_FORMATS })
        .help("Memory of each device that is yours.")
        .when(FRACTION),
    hidden("gpu_format").default("%"),
    field("gpu_limit", "Limit", "spec.compute.gpuPortionLimit")
        .optional()
        .placeholder("As the request")
        .help("In the unit of the request. Memory above the request is lent: who uses it may be ended when its owner comes.")
        .when(&[HAS_GPU, when("fractioning", &["on"]), when("gpu_limits", &["on"])]),
    field("cpu", "CPU compute request", "spec.compute.cpuCoreRequest")
        .input(Quantity { unit: "cpu_unit", units: CPU_UNITS })
        .default("0.1"),
    hidden("cpu_unit").default("cores"),
    field("cpu_limit", "CPU compute limit", "spec.compute.cpuCoreLimit")
        .optional()
        .placeholder("Auto")
        .help("In the unit of the request."),
    field("memory", "CPU memory request", "spec.compute.cpuMemoryRequest")
        .input(Quantity { unit: "memory_unit", units: MEMORY_UNITS })
        .default("100"),
    hidden("memory_unit").default("MB"),
    field("memory_limit", "CPU memory limit", "spec.compute.cpuMemoryLimit")
        .optional()
        .placeholder("Auto")
        .help("In the unit of the request. Above it the system may end the pod."),
    field("large_shm", "Increase shared memory size", "spec.compute.largeShmRequest")
        .input(Switch)
        .default("off")
        .help("From 64 MB up to the memory limit, or the node's memory."),
    field("node_type", "Node affinity", "spec.nodeType")
        .input(Offered(Offer::NodeTypes))
        .optional()
        .placeholder("Any node type"),
    field("preemptibility", "Preemptibility", "spec.preemptibility")
        .input(OneOf(PREEMPTIBILITY))
        .default("non-preemptible"),
    field("priority", "Workload priority", "spec.priorityClass")
        .input(OneOf(PRIORITIES))
        .default("high")
        .help("Orders the workloads of your project."),
    field("grace", "Grace period", "spec.terminationGracePeriodSeconds")
        .input(Whole { unit: "sec", min: 0.0, max: f64::MAX })
        .default("30")
        .help("Between the notice and the end."),
    field("backoff", "Backoff limit", "spec.backoffLimit")
        .input(Whole { unit: "retries", min: 0.0, max: 100.0 })
        .default("6")
        .help("Restarts before it has failed, 0 to 100."),
    field("auto_deletion", "Timeframe for auto-deletion", "spec.autoDeletionTimeAfterCompletionSeconds")
        .input(Quantity { unit: "auto_deletion_unit", units: TIME_UNITS })
        .default("30")
        .help("After it completed or failed; 0 deletes at once."),
    hidden("auto_deletion_unit").default("days"),
    // How the form is looked at.
    hidden("style").default("flexible"),
    // Assets that sections were filled in from: their ids.
    hidden("environment"),
    hidden("compute"),
    // Whether images are offered from elsewhere, and where those of the NGC catalog are.
    hidden("has_ngc").default("off"),
    hidden("ngc_host"),
    // Whether limits of GPUs are offered.
    hidden("gpu_limits").default("off"),
];
