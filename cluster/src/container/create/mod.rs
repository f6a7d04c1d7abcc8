//! From an order to a container: one pure function. Order, engine and GPUs in; what is asked of the
//! engine out. What an engine does not have is refused before anything is made
//! (`domain::abilities`).

mod mounts;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bollard::models::{ContainerCreateBody, DeviceRequest, HostConfig, PortBinding};
use domain::{
    ClusterId, Cores, MemoryBytes, Reason,
    abilities::Abilities,
    reason::StartTrouble,
    submission::{Compute, Security, Submission, words},
};
use serde::Serialize;

use super::{
    engine::{Engine, GpuWay},
    labels::{PREFIX, Tag},
    machine::Gpu,
};
use crate::DesiredPod;

pub use mounts::Volume;

/// Processes of one container; far above any workspace, far below what harms the machine.
const PIDS_MAX: i64 = 32_768;
/// Shared memory where nobody asks for more (`form-and-assets.md` §4.2.4).
const SHM_BYTES: i64 = 64 << 20;
/// The home of who has none in the image (`createHomeDir`).
const HOME: &str = "/home/workspace";
/// Only this machine reaches a port; people come through Berth.
const LOOPBACK: &str = "127.0.0.1";

/// What the translation has to know of where the container will be.
#[derive(Clone, Debug)]
pub struct Ground {
    pub cluster: ClusterId,
    pub engine: Engine,
    pub gpus: Vec<Gpu>,
    pub abilities: Abilities,
}

/// What is asked of the engine.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recipe {
    pub name: String,
    pub volumes: Vec<Volume>,
    pub body: ContainerCreateBody,
    /// Whether the image's user must not be root.
    pub refuses_root: bool,
    /// The group, where the image says who the user is.
    pub group: Option<i64>,
}

impl Recipe {
    /// The recipe once the image is there, and says as whom it runs.
    pub fn with_user_of_image(mut self, user: &str) -> Result<Self, Box<Reason>> {
        let (name, _) = user.split_once(':').unwrap_or((user, ""));
        let is_root = ["", "0", "root"].contains(&name);
        if self.refuses_root && is_root {
            let answer = "runAsNonRoot is set, and the image names no other user".to_owned();
            return Err(Box::new(Reason::NotStarted { kind: StartTrouble::RootUser, answer }));
        }
        if let Some(group) = self.group {
            let name = if is_root { "0" } else { name };
            self.body.user = Some(format!("{name}:{group}"));
        }
        Ok(self)
    }
}

/// What an order and the number of restarts before it make.
pub fn recipe(order: &DesiredPod, restart: u32, ground: &Ground) -> Result<Recipe, Box<Reason>> {
    let submission = &order.submission;
    if let Some(refusal) = ground.abilities.refusal(submission) {
        return Err(Box::new(refusal));
    }
    let tag = tag(order, restart, ground.cluster);
    let volumes = mounts::volumes(order, ground.cluster);
    let env = environment(order);
    let process = words::process(submission, &env).map_err(|wrong| Reason::NotHere {
        field: "spec.command".into(),
        why: wrong.to_string(),
    })?;
    let security = submission.security.clone().unwrap_or_default();
    // On the machine's own network a port is what the process makes of it.
    let on_host = security.host_network == Some(true);
    let ports = if on_host { BTreeMap::new() } else { ports(submission) };
    let body = ContainerCreateBody {
        image: submission.image.clone(),
        entrypoint: process.command,
        cmd: process.args,
        env: Some(env.iter().map(|(name, value)| format!("{name}={value}")).collect()),
        working_dir: submission.working_dir.clone(),
        user: user(&security),
        tty: submission.tty,
        open_stdin: submission.stdin,
        hostname: (!on_host).then(|| hostname(&order.name)),
        labels: Some(labels(submission, &tag)),
        exposed_ports: Some(ports.keys().cloned().collect()),
        host_config: Some(HostConfig {
            port_bindings: Some(
                ports.into_iter().map(|(port, to)| (port, Some(vec![to]))).collect(),
            ),
            mounts: Some(mounts::mounts(order, &volumes)),
            tmpfs: home(submission),
            device_requests: devices(order, ground)?,
            ..secured(&security, submission, limited(order, &ground.engine))
        }),
        ..ContainerCreateBody::default()
    };
    let refuses_root = security.run_as_non_root == Some(true) && security.run_as_uid.is_none();
    let group = security.run_as_gid.filter(|_| security.run_as_uid.is_none());
    Ok(Recipe { name: tag.name(), volumes, body, refuses_root, group })
}

fn tag(order: &DesiredPod, restart: u32, cluster: ClusterId) -> Tag {
    let policy = order.submission.restart_policy.as_deref();
    let backoff_limit = match policy {
        Some("Never") => 0,
        _ => u32::try_from(order.backoff_limit).unwrap_or(0),
    };
    Tag {
        cluster,
        workload: order.workload,
        generation: order.generation,
        restart,
        backoff_limit,
        again: policy == Some("Always"),
        pod: order.name.clone(),
        namespace: order.namespace.clone(),
    }
}

/// Built-in variables first, then what was typed.
fn environment(order: &DesiredPod) -> Vec<(String, String)> {
    let typed = order.submission.environment_variables.iter().flatten();
    let kept = typed.filter(|variable| variable.exclude != Some(true));
    let home = order.submission.create_home_dir == Some(true);
    let home = home.then(|| ("HOME".to_owned(), HOME.to_owned()));
    let typed = kept.filter_map(|variable| {
        Some((variable.name.clone()?, variable.value.clone().unwrap_or_default()))
    });
    // Once each: of two with one name, programs read whichever they like.
    let mut all: Vec<(String, String)> = Vec::new();
    for (name, value) in order.env.iter().cloned().chain(home).chain(typed) {
        match all.iter_mut().find(|(known, _)| *known == name) {
            Some(known) => known.1 = value,
            None => all.push((name, value)),
        }
    }
    all
}

/// The labels that were typed; ours win.
fn labels(submission: &Submission, tag: &Tag) -> HashMap<String, String> {
    let typed = submission.labels.iter().chain(&submission.annotations).flatten();
    let kept = typed.filter(|pair| pair.exclude != Some(true));
    let pairs = kept.filter_map(|pair| {
        let name = pair.name.clone().filter(|name| !name.starts_with(PREFIX))?;
        Some((name, pair.value.clone().unwrap_or_default()))
    });
    pairs.chain(tag.labels()).collect()
}

/// At most 63 characters, as a name of a host has.
fn hostname(pod: &str) -> String {
    pod.chars().take(63).collect::<String>().trim_end_matches('-').to_owned()
}

fn user(security: &Security) -> Option<String> {
    match (security.run_as_uid, security.run_as_gid) {
        (Some(user), Some(group)) => Some(format!("{user}:{group}")),
        (Some(user), None) => Some(user.to_string()),
        (None, _) => None,
    }
}

/// The ports of tools, each on loopback: on one that is found, or on the one that was asked for.
fn ports(submission: &Submission) -> BTreeMap<String, PortBinding> {
    let urls = submission.exposed_urls.iter().flatten().filter(|url| url.exclude != Some(true));
    let urls = urls.map(|url| (url.container, None));
    let ports = submission.ports.iter().flatten().filter(|port| port.exclude != Some(true));
    let ports = ports.map(|port| (port.container, port.external));
    let bound = urls.chain(ports).filter_map(|(container, external)| {
        let binding = PortBinding {
            host_ip: Some(LOOPBACK.into()),
            host_port: Some(external.map(|port| port.to_string()).unwrap_or_default()),
        };
        Some((format!("{}/tcp", container?), binding))
    });
    bound.collect()
}

fn limited(order: &DesiredPod, engine: &Engine) -> HostConfig {
    let none = Compute::default();
    let compute = order.submission.compute.as_ref().unwrap_or(&none);
    let limit =
        compute.cpu_memory_limit.as_deref().and_then(|text| text.parse::<MemoryBytes>().ok());
    let cores = compute.cpu_core_limit.and_then(Cores::from_f64);
    let soft = |said: Option<bool>, amount: i64| (said != Some(false)).then_some(amount);
    let whole = limit.map_or(engine.memory, |limit| limit.0);
    let security = order.submission.security.as_ref();
    let on_host = security.is_some_and(|security| security.host_ipc == Some(true));
    let large = compute.large_shm_request == Some(true);
    HostConfig {
        // What is asked for: who gets how much when all want more.
        cpu_shares: soft(engine.limits_cpu, (order.request.cpu.0 * 1024 / 1000).clamp(2, 262_144)),
        memory_reservation: soft(engine.limits_memory, order.request.memory.0),
        // What may not be passed; swap does not widen it.
        nano_cpus: cores.map(|cores| cores.0 * 1_000_000),
        memory: limit.map(|limit| limit.0),
        memory_swap: limit.map(|limit| limit.0),
        pids_limit: soft(engine.limits_pids, PIDS_MAX),
        shm_size: (!on_host).then_some(if large { whole } else { SHM_BYTES }),
        ..HostConfig::default()
    }
}

fn secured(security: &Security, submission: &Submission, config: HostConfig) -> HostConfig {
    let groups = security.supplemental_groups.as_deref().unwrap_or_default();
    let groups: Vec<_> = groups.split(',').filter(|group| !group.is_empty()).collect();
    let mut options = Vec::new();
    if security.allow_privilege_escalation == Some(false) {
        options.push("no-new-privileges".to_owned());
    }
    if security.seccomp_profile_type.as_deref() == Some("Unconfined") {
        options.push("seccomp=unconfined".to_owned());
    }
    let host = |asked: Option<bool>| (asked == Some(true)).then(|| "host".to_owned());
    HostConfig {
        group_add: Some(groups.into_iter().map(str::to_owned).collect()),
        cap_add: security.capabilities.clone(),
        security_opt: Some(options),
        readonly_rootfs: security.read_only_root_filesystem,
        privileged: submission.privileged,
        ipc_mode: host(security.host_ipc),
        network_mode: host(security.host_network),
        ..config
    }
}

fn home(submission: &Submission) -> Option<HashMap<String, String>> {
    let wanted = submission.create_home_dir == Some(true);
    wanted.then(|| HashMap::from([(HOME.to_owned(), "mode=1777".to_owned())]))
}

/// The GPUs of the placement, each once, however many parts of it are taken.
fn devices(order: &DesiredPod, ground: &Ground) -> Result<Option<Vec<DeviceRequest>>, Box<Reason>> {
    let indices: BTreeSet<u32> = order.gpus().iter().map(|gpu| gpu.index).collect();
    if indices.is_empty() {
        return Ok(None);
    }
    let (driver, ids): (_, Option<Vec<String>>) = match ground.engine.gpu_way {
        GpuWay::None => ("", None),
        GpuWay::Cdi => {
            ("cdi", Some(indices.iter().map(|i| format!("nvidia.com/gpu={i}")).collect()))
        }
        GpuWay::Nvidia => {
            let uuid = |index: &u32| Some(ground.gpus.get(*index as usize)?.uuid.clone());
            ("nvidia", indices.iter().map(uuid).collect())
        }
    };
    let ids = ids.ok_or_else(|| Reason::NotStarted {
        kind: StartTrouble::Gpu,
        answer: format!("{} has no GPU {indices:?}", ground.engine.name),
    })?;
    Ok(Some(vec![DeviceRequest {
        driver: Some(driver.to_owned()),
        device_ids: Some(ids),
        capabilities: Some(vec![vec!["gpu".to_owned()]]),
        ..DeviceRequest::default()
    }]))
}
