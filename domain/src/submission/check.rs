//! Everything that can be wrong with a submission, said at once, each at its field
//! (`rest-api.md` §6.4, wording `form-and-assets.md` §4.7). The form calls this while people type.

use std::{collections::BTreeSet, ops::RangeInclusive};

use super::{
    Compute, EnvironmentVariable, NameValue, Submission, Toleration, check_storage, security,
};
use crate::{MemoryBytes, Problem, name::check_name};

use super::spec::{Preemptibility, Priority};

/// Container ports.
pub const PORT_RANGE: RangeInclusive<i64> = 1..=65_535;
/// Ports of a node.
pub const NODE_PORT_RANGE: RangeInclusive<i64> = 30_000..=32_767;
/// Seconds between the notice and the kill.
pub const GRACE_RANGE: RangeInclusive<i64> = 0..=300;
/// Restarts before failure.
pub const BACKOFF_RANGE: RangeInclusive<i64> = 0..=100;
/// Seconds to deletion after the end; the upper bound is ten years.
pub const AUTO_DELETION_RANGE: RangeInclusive<i64> = 0..=315_360_000;
/// GPU devices of one pod; far above any node.
pub const DEVICES_RANGE: RangeInclusive<i64> = 0..=10_000;
/// Cores of one pod.
pub const CORES_MAX: f64 = 1_000_000.0;
/// Items of any list in a submission.
pub const ITEMS_MAX: usize = 200;
/// Characters of any text in a submission.
pub const TEXT_MAX: usize = 4_096;
/// Variables that Berth injects itself (`form-and-assets.md` §15.2).
pub const BUILT_IN_VARIABLES: [&str; 9] = [
    "RUNAI_PROJECT",
    "RUNAI_JOB_NAME",
    "RUNAI_JOB_UUID",
    "RUNAI_NUM_OF_GPUS",
    "RUNAI_MPI_NUM_WORKERS",
    "RUNAI_GPU_MEMORY_LIMIT",
    "NODE_NAME",
    "JOB_NAME",
    "JOB_UUID",
];
/// When an image is pulled.
pub const PULL_POLICIES: [&str; 3] = ["IfNotPresent", "Always", "Never"];
/// How a port is reached from outside.
pub const SERVICE_TYPES: [&str; 3] = ["LoadBalancer", "NodePort", "ClusterIP"];
/// Who may open a tool.
pub const AUTHORIZATION_TYPES: [&str; 3] =
    ["authenticatedUsers", "authorizedUsers", "authorizedGroups"];
const TOLERATION_EFFECTS: [&str; 4] = ["NoSchedule", "NoExecute", "PreferNoSchedule", "Any"];
const RESTART_POLICIES: [&str; 3] = ["Always", "Never", "OnFailure"];
const AFFINITY_OPERATORS: [&str; 6] = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];

/// Every problem of `submission`, in the order of the form. Paths begin with `spec.`.
pub fn check(submission: &Submission) -> Vec<Problem> {
    let mut found = Problems(Vec::new());
    environment(submission, &mut found);
    tools(submission, &mut found);
    variables(submission.environment_variables.as_deref().unwrap_or_default(), &mut found);
    compute(submission.compute.as_ref().unwrap_or(&Compute::default()), &mut found);
    placement(submission, &mut found);
    if let Some(storage) = &submission.storage {
        check_storage::check(storage, &mut found);
    }
    if let Some(security) = &submission.security {
        security::check(security, &mut found);
    }
    general(submission, &mut found);
    found.0
}

/// Every problem of a part of a submission: it may lack the image, which another part gives.
pub fn check_partial(submission: &Submission) -> Vec<Problem> {
    let mut problems = check(submission);
    problems.retain(|problem| problem.key != "image.required" || submission.image.is_some());
    problems
}

pub(super) struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn add(&mut self, field: &str, key: &str, message: impl Into<String>) {
        self.0.push(Problem::new(format!("spec.{field}"), key, message));
    }

    pub(super) fn range(
        &mut self,
        field: &str,
        key: &str,
        value: Option<i64>,
        in_: RangeInclusive<i64>,
    ) {
        if value.is_some_and(|value| !in_.contains(&value)) {
            let message = format!("Must be between {} and {}", in_.start(), in_.end());
            self.add(field, key, message);
        }
    }

    pub(super) fn one_of(&mut self, field: &str, value: Option<&str>, allowed: &[&str]) {
        if value.is_some_and(|value| !allowed.contains(&value)) {
            self.add(field, "enum", format!("Must be one of {}", allowed.join(", ")));
        }
    }

    pub(super) fn text(&mut self, field: &str, value: Option<&str>) {
        match value {
            Some("") => self.add(field, "empty", "Must not be empty"),
            Some(text) if text.chars().count() > TEXT_MAX => {
                self.add(field, "long", format!("At most {TEXT_MAX} characters"));
            }
            Some(text) if text.contains('\0') => {
                self.add(field, "nul", "Must not contain the character NUL");
            }
            _ => {}
        }
    }

    pub(super) fn items(&mut self, field: &str, count: usize) {
        if count > ITEMS_MAX {
            self.add(field, "many", format!("At most {ITEMS_MAX} items; these are {count}"));
        }
    }
}

fn environment(submission: &Submission, found: &mut Problems) {
    match submission.image.as_deref().map(str::trim) {
        None | Some("") => found.add("image", "image.required", "Enter an image"),
        Some(image) => {
            if let Err(wrong) = image_reference(image) {
                found.add("image", "image.format", wrong);
            }
        }
    }
    found.one_of("imagePullPolicy", submission.image_pull_policy.as_deref(), &PULL_POLICIES);
    found.text("command", submission.command.as_deref());
    found.text("args", submission.args.as_deref());
    found.text("workingDir", submission.working_dir.as_deref());
    if submission.working_dir.as_deref().is_some_and(|path| !path.starts_with('/')) {
        found.add("workingDir", "path.absolute", "Must start with \"/\"");
    }
}

/// An image reference as registries read it: `[host[:port]/]path[:tag][@digest]`.
pub fn image_reference(image: &str) -> Result<(), String> {
    if image.len() > 512 {
        return Err("At most 512 characters".into());
    }
    let (name, digest) = image.split_once('@').map_or((image, None), |(n, d)| (n, Some(d)));
    if digest.is_some_and(|d| !is_digest(d)) {
        return Err("After \"@\" comes a digest such as sha256:… with 64 hex digits".into());
    }
    let slash = name.rfind('/').map_or(0, |at| at + 1);
    let (path, tag) = match name[slash..].rfind(':') {
        Some(colon) => (&name[..slash + colon], Some(&name[slash + colon + 1..])),
        None => (name, None),
    };
    let tag_char = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    if tag.is_some_and(|t| t.is_empty() || t.len() > 128 || !t.bytes().all(tag_char)) {
        return Err("The tag after \":\" has letters, digits, \"_\", \".\" and \"-\"".into());
    }
    let mut parts = path.split('/').peekable();
    let first = parts.peek().copied().unwrap_or_default();
    if path.contains('/') && is_host(first) {
        parts.next();
    }
    match parts.all(is_path_part) {
        true => Ok(()),
        false => Err("This is not an image reference; one looks like registry/path:tag".into()),
    }
}

fn is_digest(digest: &str) -> bool {
    let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    digest.strip_prefix("sha256:").is_some_and(|d| d.len() == 64 && d.bytes().all(hex))
}

/// A registry's address has a dot, a port, or is `localhost`.
fn is_host(part: &str) -> bool {
    let (host, port) = part.split_once(':').map_or((part, None), |(h, p)| (h, Some(p)));
    let looks = part.contains(['.', ':']) || host == "localhost";
    let host_char = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    looks
        && !host.is_empty()
        && host.bytes().all(host_char)
        && port.is_none_or(|p| p.parse::<u16>().is_ok())
}

fn is_path_part(part: &str) -> bool {
    let inner = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-');
    let edge = |b: Option<u8>| b.is_some_and(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9'));
    edge(part.bytes().next()) && edge(part.bytes().last()) && part.bytes().all(inner)
}

fn tools(submission: &Submission, found: &mut Problems) {
    let urls = submission.exposed_urls.as_deref().unwrap_or_default();
    let ports = submission.ports.as_deref().unwrap_or_default();
    found.items("exposedUrls", urls.len());
    found.items("ports", ports.len());
    related_urls(submission.related_urls.as_deref().unwrap_or_default(), found);
    let mut taken = BTreeSet::new();
    for (i, url) in urls.iter().enumerate().filter(|(_, u)| u.exclude != Some(true)) {
        container_port(&format!("exposedUrls[{i}].container"), url.container, &mut taken, found);
        exposed_url(i, url, found);
    }
    for (i, port) in ports.iter().enumerate().filter(|(_, p)| p.exclude != Some(true)) {
        container_port(&format!("ports[{i}].container"), port.container, &mut taken, found);
        let service = port.service_type.as_deref();
        found.one_of(
            &format!("ports[{i}].serviceType"),
            Some(service.unwrap_or("")),
            &SERVICE_TYPES,
        );
        let external = format!("ports[{i}].external");
        match service {
            Some("NodePort") => {
                found.range(&external, "nodeport.range", port.external, NODE_PORT_RANGE);
            }
            _ => found.range(&external, "port.range", port.external, PORT_RANGE),
        }
    }
}

fn related_urls(urls: &[super::RelatedUrl], found: &mut Problems) {
    found.items("relatedUrls", urls.len());
    for (i, url) in urls.iter().enumerate().filter(|(_, u)| u.exclude != Some(true)) {
        if !url.url.as_deref().is_some_and(is_http_url) {
            let message = "Enter a full http(s) URL";
            found.add(&format!("relatedUrls[{i}].url"), "url.format", message);
        }
    }
}

fn container_port(field: &str, port: Option<i64>, taken: &mut BTreeSet<i64>, to: &mut Problems) {
    match port {
        None => to.add(field, "port.required", "Enter the container port"),
        Some(port) if !taken.insert(port) => {
            to.add(field, "port.duplicate", "This container port is already used by another tool");
        }
        Some(_) => to.range(field, "port.range", port, PORT_RANGE),
    }
}

fn exposed_url(i: usize, url: &super::ExposedUrl, found: &mut Problems) {
    let field = |name: &str| format!("exposedUrls[{i}].{name}");
    if url.url.as_deref().is_some_and(|u| !is_http_url(u)) {
        found.add(&field("url"), "url.format", "Enter a full http(s) URL");
    }
    let users = url.authorized_users.as_deref().unwrap_or_default();
    let groups = url.authorized_groups.as_deref().unwrap_or_default();
    if !users.is_empty() && !groups.is_empty() {
        let message = "Name users or groups, not both";
        found.add(&field("authorizedUsers"), "access.both", message);
    }
    let kind = url.authorization_type.as_deref();
    found.one_of(&field("authorizationType"), kind, &AUTHORIZATION_TYPES);
    match kind {
        Some("authorizedUsers") if users.is_empty() => {
            found.add(&field("authorizedUsers"), "access.empty", "Add at least one user");
        }
        Some("authorizedGroups") if groups.is_empty() => {
            found.add(&field("authorizedGroups"), "access.empty", "Add at least one group");
        }
        _ => {}
    }
}

pub(super) fn is_http_url(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    host.is_some_and(|host| !host.is_empty() && !url.contains(|c: char| c.is_whitespace()))
}

fn variables(variables: &[EnvironmentVariable], found: &mut Problems) {
    found.items("environmentVariables", variables.len());
    let mut names = BTreeSet::new();
    for (i, variable) in variables.iter().enumerate() {
        if variable.exclude == Some(true) {
            continue;
        }
        let field = format!("environmentVariables[{i}]");
        let name = variable.name.as_deref().unwrap_or_default();
        if let Err((key, message)) = variable_name(name) {
            found.add(&format!("{field}.name"), key, message);
        } else if !names.insert(name) {
            found.add(&format!("{field}.name"), "env.duplicate", "Name already used");
        }
        variable_source(&field, variable, found);
    }
}

/// Whether `name` may be the name of a variable that somebody sets.
pub fn variable_name(name: &str) -> Result<(), (&'static str, String)> {
    let start = |b: u8| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-' | b'.');
    let inner = |b: u8| start(b) || b.is_ascii_digit();
    match name {
        "" => Err(("env.name", "Enter a name".into())),
        _ if BUILT_IN_VARIABLES.contains(&name) => {
            Err(("env.reserved", format!("{name} is set by Berth itself")))
        }
        _ if name.len() > 256 => Err(("env.name", "At most 256 characters".into())),
        _ if !name.bytes().all(inner) || !name.bytes().next().is_some_and(start) => {
            let message = "Use letters, digits, \"_\", \"-\" and \".\", not starting with a digit";
            Err(("env.name", message.into()))
        }
        _ => Ok(()),
    }
}

fn variable_source(field: &str, variable: &EnvironmentVariable, found: &mut Problems) {
    let keyed = [
        ("secret", &variable.secret),
        ("configMap", &variable.config_map),
        ("userCredential", &variable.user_credential),
    ];
    let sources = keyed.iter().filter(|(_, key)| key.is_some()).count()
        + usize::from(variable.value.is_some())
        + usize::from(variable.pod_field_ref.is_some());
    if sources > 1 {
        let message = "Only one of value, secret, configMap, userCredential and podFieldRef";
        found.add(field, "env.source", message);
    }
    for (name, key) in keyed {
        let Some(of) = key else { continue };
        let complete =
            [&of.name, &of.key].iter().all(|t| t.as_deref().is_some_and(|t| !t.is_empty()));
        if !complete {
            found.add(&format!("{field}.{name}"), "env.key", "Choose a name and a key");
        }
    }
    if variable.value.as_ref().is_some_and(|value| value.len() > 128 << 10) {
        found.add(&format!("{field}.value"), "long", "At most 128 kB");
    }
}

fn compute(compute: &Compute, found: &mut Problems) {
    found.range("compute.gpuDevicesRequest", "gpu.int", compute.gpu_devices_request, DEVICES_RANGE);
    let kind = compute.gpu_request_type.as_deref();
    found.one_of("compute.gpuRequestType", kind, &["portion", "memory"]);
    portions(compute, kind == Some("portion"), found);
    let required = kind == Some("memory");
    let request = quantity(
        "compute.gpuMemoryRequest",
        compute.gpu_memory_request.as_deref(),
        required,
        true,
        found,
    );
    let limit =
        quantity("compute.gpuMemoryLimit", compute.gpu_memory_limit.as_deref(), false, true, found);
    at_least("compute.gpuMemoryLimit", "gpu.limit", limit, request, found);
    cores(compute, found);
    let request = quantity(
        "compute.cpuMemoryRequest",
        compute.cpu_memory_request.as_deref(),
        false,
        true,
        found,
    );
    let limit =
        quantity("compute.cpuMemoryLimit", compute.cpu_memory_limit.as_deref(), false, true, found);
    at_least("compute.cpuMemoryLimit", "cpu.limit", limit, request, found);
    extended_resources(compute, found);
}

fn at_least<T: PartialOrd>(
    field: &str,
    key: &str,
    limit: Option<T>,
    request: Option<T>,
    found: &mut Problems,
) {
    if let (Some(limit), Some(request)) = (limit, request)
        && limit < request
    {
        found.add(field, key, "Limit must be equal to or higher than the request");
    }
}

fn portions(compute: &Compute, is_portion: bool, found: &mut Problems) {
    let (request, limit) = (compute.gpu_portion_request, compute.gpu_portion_limit);
    if is_portion && request.is_none() {
        let message = "Enter the part of each device: above 0, at most 100 %";
        found.add("compute.gpuPortionRequest", "gpu.percent", message);
    }
    for (name, value) in [("gpuPortionRequest", request), ("gpuPortionLimit", limit)] {
        let right = |v: f64| (0.000_001..=1.0).contains(&v);
        if value.is_some_and(|v| !right(v)) {
            let message = "Must be above 0 and at most 100 % (0 to 1 in the API)";
            found.add(&format!("compute.{name}"), "gpu.percent", message);
        }
    }
    at_least("compute.gpuPortionLimit", "gpu.limit", limit, request, found);
}

fn cores(compute: &Compute, found: &mut Problems) {
    let (request, limit) = (compute.cpu_core_request, compute.cpu_core_limit);
    for (name, value) in [("cpuCoreRequest", request), ("cpuCoreLimit", limit)] {
        if value.is_some_and(|v| !(0.0..=CORES_MAX).contains(&v)) {
            let message = "Must be a number of cores, 0 or more";
            found.add(&format!("compute.{name}"), "cpu.cores", message);
        }
    }
    at_least("compute.cpuCoreLimit", "cpu.limit", limit, request, found);
}

pub(super) fn quantity(
    field: &str,
    text: Option<&str>,
    required: bool,
    above_zero: bool,
    found: &mut Problems,
) -> Option<MemoryBytes> {
    match text {
        None if required => found.add(field, "quantity", "Enter a number with a unit, such as 10G"),
        None => {}
        Some(text) => match text.parse::<MemoryBytes>() {
            Ok(MemoryBytes(0)) if above_zero => found.add(field, "quantity", "Must be above 0"),
            Ok(bytes) => return Some(bytes),
            Err(wrong) => found.add(field, "quantity", wrong.to_string()),
        },
    }
    None
}

fn extended_resources(compute: &Compute, found: &mut Problems) {
    let items = compute.extended_resources.as_deref().unwrap_or_default();
    found.items("compute.extendedResources", items.len());
    let mut names = BTreeSet::new();
    for (i, item) in items.iter().enumerate().filter(|(_, e)| e.exclude != Some(true)) {
        let field = format!("compute.extendedResources[{i}]");
        let name = item.resource.as_deref().unwrap_or_default();
        if !is_qualified_name(name) || !name.contains('/') {
            let message = "Enter a qualified name such as vendor.com/device";
            found.add(&format!("{field}.resource"), "resource.name", message);
        } else if !names.insert(name) {
            found.add(&format!("{field}.resource"), "resource.duplicate", "Resource already used");
        }
        let quantity_field = format!("{field}.quantity");
        quantity(&quantity_field, item.quantity.as_deref(), true, false, found);
    }
}

/// A Kubernetes qualified name: an optional DNS prefix, a slash, and a name of 1–63 characters.
pub fn is_qualified_name(text: &str) -> bool {
    let (prefix, name) = text.split_once('/').map_or((None, text), |(p, n)| (Some(p), n));
    let dns = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
    let prefix_right = prefix.is_none_or(|p| {
        !p.is_empty() && p.len() <= 253 && p.bytes().all(dns) && !p.starts_with(['-', '.'])
    });
    prefix_right && !name.is_empty() && is_label_value(name)
}

/// A Kubernetes label value: at most 63 letters, digits, `-`, `_`, `.`, alphanumeric at both ends.
pub fn is_label_value(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let edge = |b: Option<u8>| b.is_none_or(|b| b.is_ascii_alphanumeric());
    text.len() <= 63
        && text.bytes().all(inner)
        && edge(text.bytes().next())
        && edge(text.bytes().last())
}

fn placement(submission: &Submission, found: &mut Problems) {
    let pools = submission.node_pools.as_deref().unwrap_or_default();
    found.items("nodePools", pools.len());
    let mut seen = BTreeSet::new();
    for (i, pool) in pools.iter().enumerate() {
        let field = format!("nodePools[{i}]");
        match check_name(pool) {
            Err(wrong) => found.add(&field, "pool.name", wrong.to_string()),
            Ok(()) if !seen.insert(pool) => {
                found.add(&field, "pool.duplicate", "This node pool is already in the list");
            }
            Ok(()) => {}
        }
    }
    found.text("nodeType", submission.node_type.as_deref());
    let tolerations = submission.tolerations.as_deref().unwrap_or_default();
    found.items("tolerations", tolerations.len());
    for (i, item) in tolerations.iter().enumerate().filter(|(_, t)| t.exclude != Some(true)) {
        toleration(&format!("tolerations[{i}]"), item, found);
    }
    affinity(submission, found);
}

fn toleration(field: &str, item: &Toleration, found: &mut Problems) {
    let operator = item.operator.as_deref().unwrap_or("Equal");
    found.one_of(&format!("{field}.operator"), Some(operator), &["Equal", "Exists"]);
    found.one_of(&format!("{field}.effect"), item.effect.as_deref(), &TOLERATION_EFFECTS);
    if !is_qualified_name(item.key.as_deref().unwrap_or_default()) {
        found.add(&format!("{field}.key"), "toleration.key", "Enter the key of the taint");
    }
    let value = item.value.as_deref().is_some_and(|v| !v.is_empty());
    let value_field = format!("{field}.value");
    match operator {
        "Exists" if value => {
            found.add(&value_field, "toleration.value", "Exists takes no value; use Equal");
        }
        "Equal" if !value => {
            found.add(&value_field, "toleration.value", "Enter the value, or choose Exists");
        }
        _ => {}
    }
    if item.seconds.is_some() && item.effect.as_deref() != Some("NoExecute") {
        let message = "Seconds go with the effect NoExecute only";
        found.add(&format!("{field}.seconds"), "toleration.seconds", message);
    }
    if item.seconds.is_some_and(|seconds| seconds < 1) {
        found.add(&format!("{field}.seconds"), "toleration.seconds", "Must be 1 or more");
    }
}

fn affinity(submission: &Submission, found: &mut Problems) {
    let terms = submission.node_affinity_required.iter().flat_map(|a| &a.node_selector_terms);
    for (i, term) in terms.enumerate() {
        for (j, item) in term.match_expressions.iter().enumerate() {
            let field =
                format!("nodeAffinityRequired.nodeSelectorTerms[{i}].matchExpressions[{j}]");
            let operator = item.operator.as_deref().unwrap_or_default();
            found.one_of(&format!("{field}.operator"), Some(operator), &AFFINITY_OPERATORS);
            if !is_qualified_name(item.key.as_deref().unwrap_or_default()) {
                found.add(&format!("{field}.key"), "affinity.key", "Enter the key of a label");
            }
            let count = item.values.as_ref().map_or(0, Vec::len);
            let (right, wanted) = match operator {
                "In" | "NotIn" => (count > 0, "at least one value"),
                "Gt" | "Lt" => (count == 1, "one whole number"),
                _ => (count == 0, "no value"),
            };
            if !right {
                let message = format!("{operator} takes {wanted}");
                found.add(&format!("{field}.values"), "affinity.values", message);
            }
        }
    }
}

fn general(submission: &Submission, found: &mut Problems) {
    let priority = submission.priority_class.as_deref();
    found.one_of("priorityClass", priority, &Priority::ALL.map(Priority::name));
    let modes = [Preemptibility::Preemptible, Preemptibility::NonPreemptible];
    found.one_of(
        "preemptibility",
        submission.preemptibility.as_deref(),
        &modes.map(Preemptibility::name),
    );
    found.one_of("restartPolicy", submission.restart_policy.as_deref(), &RESTART_POLICIES);
    let grace = submission.termination_grace_period_seconds;
    found.range("terminationGracePeriodSeconds", "grace.range", grace, GRACE_RANGE);
    found.range("backoffLimit", "backoff.range", submission.backoff_limit, BACKOFF_RANGE);
    found.range(
        "autoDeletionTimeAfterCompletionSeconds",
        "autodelete.range",
        submission.auto_deletion_time_after_completion_seconds,
        AUTO_DELETION_RANGE,
    );
    pairs("annotations", submission.annotations.as_deref().unwrap_or_default(), false, found);
    pairs("labels", submission.labels.as_deref().unwrap_or_default(), true, found);
}

fn pairs(list: &str, items: &[NameValue], is_label: bool, found: &mut Problems) {
    found.items(list, items.len());
    let mut names = BTreeSet::new();
    for (i, item) in items.iter().enumerate().filter(|(_, p)| p.exclude != Some(true)) {
        let name = item.name.as_deref().unwrap_or_default();
        let field = format!("{list}[{i}].name");
        if !is_qualified_name(name) || name.len() > 63 {
            let message = "1–63 letters, digits, \"-\", \"_\" and \".\", with an optional prefix/";
            found.add(&field, "pair.name", message);
        } else if !names.insert(name) {
            found.add(&field, "pair.duplicate", "Name already used");
        } else if name.starts_with("berth.dev/") || name.starts_with("run.ai/") {
            found.add(&field, "pair.reserved", "This prefix belongs to the platform");
        }
        let value = item.value.as_deref().unwrap_or_default();
        if is_label && !is_label_value(value) {
            let message = "At most 63 letters, digits, \"-\", \"_\" and \".\"";
            found.add(&format!("{list}[{i}].value"), "pair.value", message);
        }
    }
}

#[cfg(test)]
mod tests {
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
        for image in ["A", "a b", "a:", "a:b c", "/a", "a/", "a@sha256:1", "a//b", "ä", "http://a"]
        {
            assert!(image_reference(image).is_err(), "{image}");
        }
    }

    #[test]
    fn everything_is_said_at_once() {
        insta::assert_snapshot!(problems(r#"{
            "image": "a", "workingDir": "home", "backoffLimit": 101,
            "terminationGracePeriodSeconds": 301, "preemptibility": "maybe",
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
        spec.environmentVariables[4].secret: Choose a name and a key
        spec.compute.gpuDevicesRequest: Must be between 0 and 10000
        spec.compute.gpuPortionRequest: Must be above 0 and at most 100 % (0 to 1 in the API)
        spec.compute.gpuPortionLimit: Limit must be equal to or higher than the request
        spec.compute.cpuCoreLimit: Limit must be equal to or higher than the request
        spec.compute.cpuMemoryRequest: Enter a number with a unit, such as 500M, 4G or 2Gi
        spec.tolerations[0].value: Exists takes no value; use Equal
        spec.tolerations[0].seconds: Seconds go with the effect NoExecute only
        spec.tolerations[0].seconds: Must be 1 or more
        spec.preemptibility: Must be one of preemptible, non-preemptible
        spec.terminationGracePeriodSeconds: Must be between 0 and 300
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
}
