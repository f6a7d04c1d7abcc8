//! Nodes as the scheduler reads them: what they have, what keeps work away, and what others use of them.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Cores, MemoryBytes, NodeName, Timestamp,
    node::{GpuDevice, Node, Readiness, Taint, TaintEffect, Taken},
};
use k8s_openapi::api::core::v1::{Node as Seen, NodeStatus};

use super::{
    amount,
    found::{Asked, GPU},
};

/// The labels of NVIDIA's feature discovery.
const PRODUCT: &str = "nvidia.com/gpu.product";
/// MiB of one device.
const DEVICE_MEMORY: &str = "nvidia.com/gpu.memory";
const CLOSED: &str = "node.kubernetes.io/unschedulable";
/// What these say is said by the node's readiness.
const OF_READINESS: [&str; 2] = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];
/// What the names of resources that Berth counts otherwise begin with.
const NOT_COUNTED: [&str; 3] = ["hugepages-", "attachable-volumes-", "kubernetes.io/"];

/// A node with what pods that are not ours ask of it. `ours` are the devices that Berth has given away.
pub fn node(seen: &Seen, others: &Asked, ours: &BTreeSet<u32>) -> Option<Node> {
    let name: NodeName = seen.metadata.name.as_deref()?.into();
    let labels = seen.metadata.labels.clone().unwrap_or_default();
    let (status, nothing) = (seen.status.as_ref(), BTreeMap::new());
    let has = status.and_then(|status| status.allocatable.as_ref().or(status.capacity.as_ref()));
    let has = has.unwrap_or(&nothing);
    let gpu_count = has.get(GPU).map_or(0, amount::count).clamp(0, 1 << 10) as usize;
    let counted = |name: &&String| {
        *name == "pods"
            || name.contains('/')
                && *name != GPU
                && !NOT_COUNTED.iter().any(|of| name.starts_with(of))
    };
    let extended: BTreeMap<_, _> = has
        .iter()
        .filter(|(name, _)| counted(name))
        .map(|(name, of)| (name.clone(), amount::count(of)))
        .collect();
    Some(Node {
        name,
        taints: taints(seen),
        ready: readiness(status),
        gpus: vec![device(&labels); gpu_count],
        cpu: Cores(has.get("cpu").map_or(0, amount::thousandths)),
        memory: MemoryBytes(has.get("memory").map_or(0, amount::count)),
        taken: taken(others, gpu_count, ours),
        extended,
        labels,
        created_at: seen.metadata.creation_timestamp.as_ref().map(|at| at.0).unwrap_or_default(),
    })
}

/// All devices of a node are of one kind.
fn device(labels: &BTreeMap<String, String>) -> GpuDevice {
    let kind = labels.get(PRODUCT).map_or("GPU".to_owned(), |product| product.replace('-', " "));
    let mib = labels.get(DEVICE_MEMORY).and_then(|text| text.parse::<i64>().ok());
    GpuDevice { kind, memory: MemoryBytes(mib.unwrap_or_default().saturating_mul(1 << 20)) }
}

/// Which devices a pod got, the cluster does not say: those of others are the last ones that Berth has not given away.
fn taken(others: &Asked, devices: usize, ours: &BTreeSet<u32>) -> Taken {
    let count = others.counted.get(GPU).copied().unwrap_or_default();
    let free = (0..devices as u32).rev().filter(|device| !ours.contains(device));
    let counted = others.counted.iter().filter(|(name, _)| *name != GPU);
    Taken {
        gpus: free.take(usize::try_from(count).unwrap_or_default()).collect(),
        cpu: others.cpu,
        memory: others.memory,
        pods: others.pods,
        extended: counted.map(|(name, count)| (name.clone(), *count)).collect(),
    }
}

fn taints(seen: &Seen) -> Vec<Taint> {
    let spec = seen.spec.as_ref();
    let listed = spec.and_then(|spec| spec.taints.as_ref()).into_iter().flatten();
    let listed = listed.filter(|taint| !OF_READINESS.contains(&taint.key.as_str()));
    let listed = listed.filter_map(|taint| {
        let effect = match taint.effect.as_str() {
            "NoSchedule" => TaintEffect::NoSchedule,
            "PreferNoSchedule" => TaintEffect::PreferNoSchedule,
            "NoExecute" => TaintEffect::NoExecute,
            _ => return None,
        };
        let (key, value) = (taint.key.clone(), taint.value.clone().unwrap_or_default());
        Some(Taint { key, value, effect })
    });
    let mut all: Vec<_> = listed.collect();
    // The taint of a cordon comes a moment after the cordon.
    if is_cordoned(seen) && all.iter().all(|taint| taint.key != CLOSED) {
        let (key, value, effect) = (CLOSED.to_owned(), String::new(), TaintEffect::NoSchedule);
        all.push(Taint { key, value, effect });
    }
    all
}

fn is_cordoned(seen: &Seen) -> bool {
    seen.spec.as_ref().and_then(|spec| spec.unschedulable) == Some(true)
}

fn readiness(status: Option<&NodeStatus>) -> Readiness {
    let mut conditions = status.iter().flat_map(|status| status.conditions.iter().flatten());
    let Some(ready) = conditions.find(|condition| condition.type_ == "Ready") else {
        let why = "its kubelet has not said anything yet".to_owned();
        return Readiness::NotReady { since: Timestamp::default(), why };
    };
    if ready.status == "True" {
        return Readiness::Ready;
    }
    let since = ready.last_transition_time.as_ref().map(|at| at.0).unwrap_or_default();
    let said = ready.message.clone().filter(|message| !message.is_empty());
    let why = said.or_else(|| ready.reason.clone()).unwrap_or_else(|| "it is not ready".to_owned());
    Readiness::NotReady { since, why }
}

/// Whether a node is there and takes new work.
pub fn is_open(seen: Option<&Seen>) -> Result<(), String> {
    let Some(seen) = seen else { return Err("it is not in the cluster any more".into()) };
    if is_cordoned(seen) {
        return Err("it is cordoned".into());
    }
    match readiness(seen.status.as_ref()) {
        Readiness::Ready => Ok(()),
        Readiness::NotReady { why, .. } => Err(format!("it is not ready: {why}")),
    }
}
