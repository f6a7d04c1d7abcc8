//! The pod of a workspace, with its one container.

use std::collections::BTreeMap;

use domain::{
    node::NODE_TYPE_LABEL,
    submission::{
        AffinityTerm, Compute, GpuRequest, PodAffinity as Beside, Probe as Asked, Security,
        Submission, Toleration as Tolerated, words, words::OpenQuote,
    },
};
use k8s_openapi::{
    api::core::v1::{
        Affinity, Capabilities, Container, ContainerPort, HTTPGetAction, LocalObjectReference,
        NodeAffinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, Pod, PodAffinity,
        PodAffinityTerm, PodSchedulingGate, PodSecurityContext, PodSpec, Probe,
        ResourceRequirements, SeccompProfile, SecurityContext, Toleration, WeightedPodAffinityTerm,
    },
    apimachinery::pkg::{
        api::resource::Quantity, apis::meta::v1::LabelSelector, util::intstr::IntOrString,
    },
};

use super::{GATE, Images, SCHEDULER, Workspace, environment, kept, mounts, names};
use crate::LabelIs;

/// Whole GPUs, as the device plugin counts them.
const GPU: &str = "nvidia.com/gpu";
const CONTAINER: &str = "workspace";
/// The group of volumes where the image says who the user is, and the user of what copies into them: `nobody`, whom
/// images know.
pub const NOBODY: i64 = 65_534;

/// The pod of this run.
pub fn pod(workspace: &Workspace<'_>, images: &Images) -> Result<Pod, OpenQuote> {
    let submission = workspace.submission;
    let security = submission.security.clone().unwrap_or_default();
    let mounts = mounts::mounts(workspace, images);
    let mut meta = workspace.meta(workspace.pod.to_owned());
    meta.annotations = annotations(workspace);
    let container = container(workspace, &security, &mounts)?;
    Ok(Pod {
        metadata: meta,
        spec: Some(PodSpec {
            scheduler_name: Some(scheduler(workspace).to_owned()),
            scheduling_gates: workspace
                .left_to
                .map(|_| vec![PodSchedulingGate { name: GATE.to_owned() }]),
            containers: vec![container],
            init_containers: some(mounts.before),
            volumes: some(mounts.volumes),
            restart_policy: Some(restart_policy(submission)),
            termination_grace_period_seconds: submission.termination_grace_period_seconds,
            automount_service_account_token: Some(false),
            enable_service_links: Some(false),
            host_ipc: security.host_ipc.filter(|on| *on),
            host_network: security.host_network.filter(|on| *on),
            image_pull_secrets: some(pull_secrets(submission)),
            node_selector: node_type(workspace),
            affinity: affinity(workspace),
            tolerations: some(workspace.request.tolerations.iter().map(toleration).collect()),
            security_context: Some(of_pod(&security)),
            ..PodSpec::default()
        }),
        status: None,
    })
}

fn scheduler<'a>(workspace: &Workspace<'a>) -> &'a str {
    workspace.left_to.map_or(SCHEDULER, |left| &left.scheduler)
}

/// A quantity as Kubernetes writes it: it knows no plus sign, and a thousand is `k`.
pub fn quantity(text: &str) -> String {
    let text = text.trim_start_matches('+');
    text.strip_suffix('K').map_or_else(|| text.to_owned(), |number| format!("{number}k"))
}

/// A list that says nothing is left out.
fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}

/// Berth counts the restarts and ends it at the backoff limit; without any, nothing starts again.
fn restart_policy(submission: &Submission) -> String {
    let never = submission.backoff_limit == Some(0);
    let usual = if never { "Never" } else { "OnFailure" };
    submission.restart_policy.clone().unwrap_or_else(|| usual.to_owned())
}

/// What was typed, and which part of a GPU is meant (`scheduling-and-organisation.md` §6.1).
fn annotations(workspace: &Workspace<'_>) -> Option<BTreeMap<String, String>> {
    let typed = kept(&workspace.submission.annotations, |pair| pair.exclude);
    let typed = typed
        .filter_map(|(_, pair)| Some((pair.name.clone()?, pair.value.clone().unwrap_or_default())));
    let part = match workspace.request.gpu {
        GpuRequest::Portion { portion, .. } => Some(("gpu-fraction", portion.as_f64().to_string())),
        // Of memory, what is not a whole MiB counts as one more.
        GpuRequest::Memory { memory, .. } => Some((
            "gpu-memory",
            memory.0.saturating_add((1 << 20) - 1).div_euclid(1 << 20).to_string(),
        )),
        GpuRequest::None | GpuRequest::Whole { .. } => None,
    };
    let devices = workspace.request.gpu.devices();
    let several = part.is_some() && devices > 1;
    let several = several.then(|| ("gpu-fraction-num-devices", devices.to_string()));
    let ours = part.into_iter().chain(several).map(|(name, value)| (name.to_owned(), value));
    let all: BTreeMap<_, _> = typed.chain(ours).collect();
    (!all.is_empty()).then_some(all)
}

fn container(
    workspace: &Workspace<'_>,
    security: &Security,
    mounts: &mounts::Mounts,
) -> Result<Container, OpenQuote> {
    let submission = workspace.submission;
    let env = environment::variables(workspace);
    let process = words::process(submission, &environment::known(&env))?;
    let words = |words: Option<Vec<String>>| {
        Some(words?.iter().map(|word| environment::word(word, &env)).collect())
    };
    let (command, args) = (words(process.command), words(process.args));
    Ok(Container {
        name: CONTAINER.to_owned(),
        image: submission.image.clone(),
        image_pull_policy: submission.image_pull_policy.clone(),
        command,
        args,
        env: Some(environment::literal(env)),
        working_dir: submission.working_dir.clone(),
        tty: submission.tty.filter(|on| *on),
        stdin: submission.stdin.filter(|on| *on),
        ports: some(ports(submission)),
        readiness_probe: readiness(submission),
        resources: Some(resources(workspace)),
        security_context: Some(of_container(submission, security)),
        volume_mounts: some(mounts.mounts.clone()),
        volume_devices: some(mounts.devices.clone()),
        ..Container::default()
    })
}

fn ports(submission: &Submission) -> Vec<ContainerPort> {
    let urls = kept(&submission.exposed_urls, |url| url.exclude).map(|(_, url)| url.container);
    let ports = kept(&submission.ports, |port| port.exclude).map(|(_, port)| port.container);
    let numbers = urls.chain(ports).flatten().filter_map(|port| i32::try_from(port).ok());
    numbers.map(|port| ContainerPort { container_port: port, ..ContainerPort::default() }).collect()
}

fn resources(workspace: &Workspace<'_>) -> ResourceRequirements {
    let none = Compute::default();
    let compute = workspace.submission.compute.as_ref().unwrap_or(&none);
    let request = workspace.request;
    let extended = request.extended.iter().map(|(name, count)| (name.clone(), count.to_string()));
    let gpus = match request.gpu {
        GpuRequest::Whole { devices } => Some((GPU.to_owned(), devices.to_string())),
        GpuRequest::None | GpuRequest::Portion { .. } | GpuRequest::Memory { .. } => None,
    };
    // What is counted by piece cannot be lent: request and limit are the same.
    let counted: Vec<_> = gpus.into_iter().chain(extended).collect();
    let requests =
        [("cpu", format!("{}m", request.cpu.0)), ("memory", request.memory.0.to_string())];
    let limits = [
        ("cpu", compute.cpu_core_limit.map(|cores| cores.to_string())),
        ("memory", compute.cpu_memory_limit.as_deref().map(quantity)),
    ];
    let limits = limits.into_iter().filter_map(|(name, limit)| Some((name.to_owned(), limit?)));
    let requests = requests.map(|(name, amount)| (name.to_owned(), amount)).into_iter();
    let quantities = |pairs: Vec<(String, String)>| {
        let pairs = pairs.into_iter().map(|(name, amount)| (name, Quantity(amount)));
        Some(pairs.collect::<BTreeMap<_, _>>()).filter(|all| !all.is_empty())
    };
    ResourceRequirements {
        requests: quantities(requests.chain(counted.clone()).collect()),
        limits: quantities(limits.chain(counted).collect()),
        claims: None,
    }
}

fn readiness(submission: &Submission) -> Option<Probe> {
    let asked: &Asked = submission.probes.as_ref()?.readiness.as_ref()?;
    let get = asked.handler.as_ref()?.http_get.as_ref()?;
    let number = |value: Option<i64>| value.and_then(|value| i32::try_from(value).ok());
    Some(Probe {
        http_get: Some(HTTPGetAction {
            path: get.path.clone(),
            port: IntOrString::Int(number(get.port).unwrap_or_default()),
            host: get.host.clone(),
            scheme: get.scheme.clone(),
            ..HTTPGetAction::default()
        }),
        initial_delay_seconds: number(asked.initial_delay_seconds),
        period_seconds: number(asked.period_seconds),
        timeout_seconds: number(asked.timeout_seconds),
        success_threshold: number(asked.success_threshold),
        failure_threshold: number(asked.failure_threshold),
        ..Probe::default()
    })
}

fn pull_secrets(submission: &Submission) -> Vec<LocalObjectReference> {
    let secrets = kept(&submission.image_pull_secrets, |secret| secret.exclude);
    let named = secrets.filter_map(|(_, secret)| {
        let name = secret.name.clone()?;
        let is_own = secret.user_credential == Some(true);
        Some(if is_own { names::own_secret(&name) } else { name })
    });
    named.map(|name| LocalObjectReference { name }).collect()
}

fn node_type(workspace: &Workspace<'_>) -> Option<BTreeMap<String, String>> {
    let node_type = workspace.request.node_type.clone()?;
    Some(BTreeMap::from([(NODE_TYPE_LABEL.to_owned(), node_type)]))
}

fn affinity(workspace: &Workspace<'_>) -> Option<Affinity> {
    let terms = node_terms(workspace);
    let nodes = (!terms.is_empty()).then(|| NodeAffinity {
        required_during_scheduling_ignored_during_execution: Some(NodeSelector {
            node_selector_terms: terms,
        }),
        ..NodeAffinity::default()
    });
    let pods = workspace.submission.pod_affinity.as_ref().and_then(|of| beside(workspace, of));
    let is_any = nodes.is_some() || pods.is_some();
    is_any.then_some(Affinity { node_affinity: nodes, pod_affinity: pods, pod_anti_affinity: None })
}

/// Nodes that fit one of the terms: what was typed; and where another scheduler chooses, one of the pools as well.
fn node_terms(workspace: &Workspace<'_>) -> Vec<NodeSelectorTerm> {
    let typed: Vec<_> = workspace.request.affinity.0.iter().map(of_affinity).collect();
    let pools = workspace.left_to.map(|left| left.pools.as_slice()).unwrap_or_default();
    let pools: Vec<_> = pools.iter().map(|pool| pool.iter().map(of_label).collect()).collect();
    let whole = |all: Vec<_>| NodeSelectorTerm { match_expressions: Some(all), match_fields: None };
    let both = |a: &Vec<_>, b: &Vec<_>| whole(a.iter().chain(b).cloned().collect());
    match (typed.as_slice(), pools.as_slice()) {
        (typed, []) => typed.iter().cloned().map(whole).collect(),
        ([], pools) => pools.iter().cloned().map(whole).collect(),
        (typed, pools) => {
            typed.iter().flat_map(|a| pools.iter().map(move |b| both(a, b))).collect()
        }
    }
}

fn of_label(label: &LabelIs) -> NodeSelectorRequirement {
    NodeSelectorRequirement {
        key: label.key.clone(),
        operator: if label.is { "In" } else { "NotIn" }.to_owned(),
        values: Some(vec![label.value.clone()]),
    }
}

fn of_affinity(term: &AffinityTerm) -> Vec<NodeSelectorRequirement> {
    let requirements = term.0.iter().map(|expression| NodeSelectorRequirement {
        key: expression.key.clone().unwrap_or_default(),
        operator: expression.operator.clone().unwrap_or_default(),
        values: expression.values.clone().filter(|values| !values.is_empty()),
    });
    requirements.collect()
}

/// Beside the pods of the same workspace, on nodes that are neighbours by a label.
fn beside(workspace: &Workspace<'_>, of: &Beside) -> Option<PodAffinity> {
    let term = PodAffinityTerm {
        topology_key: of.key.clone()?,
        label_selector: Some(LabelSelector {
            match_labels: Some(workspace.selector()),
            ..LabelSelector::default()
        }),
        ..PodAffinityTerm::default()
    };
    Some(match of.kind.as_deref() {
        Some("Preferred") => PodAffinity {
            preferred_during_scheduling_ignored_during_execution: Some(vec![
                WeightedPodAffinityTerm { pod_affinity_term: term, weight: 100 },
            ]),
            ..PodAffinity::default()
        },
        _ => PodAffinity {
            required_during_scheduling_ignored_during_execution: Some(vec![term]),
            ..PodAffinity::default()
        },
    })
}

fn toleration(of: &Tolerated) -> Toleration {
    Toleration {
        key: of.key.clone(),
        operator: of.operator.clone(),
        value: of.value.clone(),
        effect: of.effect.clone().filter(|effect| effect != "Any"),
        toleration_seconds: of.seconds,
    }
}

/// Root only where the submission says so, in words or by number.
fn of_pod(security: &Security) -> PodSecurityContext {
    let groups = security.supplemental_groups.as_deref().unwrap_or_default();
    let groups = groups.split(',').filter_map(|group| group.trim().parse().ok()).collect();
    let is_root = security.run_as_uid == Some(0);
    PodSecurityContext {
        run_as_user: security.run_as_uid,
        run_as_group: security.run_as_gid,
        run_as_non_root: Some(security.run_as_non_root.unwrap_or(!is_root)),
        supplemental_groups: some(groups),
        // Volumes can be written to by whoever the container runs as.
        fs_group: Some(security.run_as_gid.unwrap_or(NOBODY)),
        fs_group_change_policy: Some("OnRootMismatch".to_owned()),
        seccomp_profile: Some(SeccompProfile {
            type_: security
                .seccomp_profile_type
                .clone()
                .unwrap_or_else(|| "RuntimeDefault".to_owned()),
            localhost_profile: None,
        }),
        ..PodSecurityContext::default()
    }
}

fn of_container(submission: &Submission, security: &Security) -> SecurityContext {
    let added = security.capabilities.clone().unwrap_or_default();
    let privileged = submission.privileged == Some(true);
    // Kubernetes refuses to forbid what these two imply.
    let escalates = privileged || added.iter().any(|name| name == "SYS_ADMIN");
    SecurityContext {
        privileged: privileged.then_some(true),
        allow_privilege_escalation: Some(
            security.allow_privilege_escalation.unwrap_or(escalates) || escalates,
        ),
        read_only_root_filesystem: security.read_only_root_filesystem,
        capabilities: Some(Capabilities {
            add: some(added),
            drop: (!privileged).then(|| vec!["ALL".to_owned()]),
        }),
        ..SecurityContext::default()
    }
}

/// The container, which may nothing: as the user that it names, or else as the workspace's, where that is known.
pub fn confined(workspace: &Workspace<'_>, container: Container) -> Container {
    let own = container.security_context.and_then(|context| context.run_as_user);
    let security = workspace.submission.security.as_ref();
    let user = own.or_else(|| security?.run_as_uid).unwrap_or(NOBODY);
    let nothing = of_container(&Submission::default(), &Security::default());
    let context = SecurityContext { run_as_user: Some(user), ..nothing };
    Container { security_context: Some(context), ..container }
}
