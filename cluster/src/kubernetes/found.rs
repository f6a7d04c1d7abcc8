//! Our pods as the cluster shows them, and what others use of its nodes.

use std::{collections::BTreeMap, sync::Arc};

use domain::{ClusterId, Cores, MemoryBytes, NodeName, Timestamp};
use k8s_openapi::{
    api::core::v1::{Container, Pod},
    apimachinery::pkg::api::resource::Quantity,
};

use super::{amount, labels, manifest::GATE};
use crate::{PodDetail, order::PodKey};

/// Whole GPUs, as the device plugin counts them.
pub const GPU: &str = "nvidia.com/gpu";

/// A pod of ours.
#[derive(Clone, Debug)]
pub struct Found {
    pub key: PodKey,
    pub namespace: String,
    pub name: String,
    pub uid: String,
    /// Where it is bound to.
    pub node: Option<NodeName>,
    /// Not everything is there that it needs, so that another scheduler leaves it alone.
    pub is_gated: bool,
    /// Devices that the scheduler meant.
    pub gpus: Vec<u32>,
    /// When it was asked to end.
    pub deleted_at: Option<Timestamp>,
    /// For people.
    pub detail: Arc<PodDetail>,
    pub pod: Arc<Pod>,
}

/// Reads a pod; `None` where it is not ours.
pub fn found(pod: &Arc<Pod>, cluster: ClusterId) -> Option<Found> {
    let meta = &pod.metadata;
    let key = labels::run_of(meta.labels.as_ref()?, cluster)?;
    let gpus = meta.annotations.as_ref().and_then(|all| all.get(labels::GPUS));
    Some(Found {
        key,
        namespace: meta.namespace.clone()?,
        name: meta.name.clone()?,
        uid: meta.uid.clone()?,
        node: node_of(pod),
        is_gated: is_gated(pod),
        gpus: gpus.into_iter().flat_map(|text| text.split(',')).flat_map(str::parse).collect(),
        deleted_at: meta.deletion_timestamp.as_ref().map(|time| time.0),
        detail: Arc::new(detail(pod, key)),
        pod: pod.clone(),
    })
}

/// What the Pods tab shows of a pod.
fn detail(pod: &Pod, key: PodKey) -> PodDetail {
    let status = pod.status.as_ref();
    let ip = status.and_then(|status| status.pod_ip.clone()).filter(|ip| !ip.is_empty());
    let container = pod.spec.as_ref().and_then(|spec| spec.containers.first());
    let ports = container.into_iter().flat_map(|container| container.ports.iter().flatten());
    let address = ip.as_ref().and_then(|ip| ip.parse::<std::net::IpAddr>().ok());
    let reached = ports.filter_map(|port| {
        let number = u16::try_from(port.container_port).ok()?;
        Some((number, (address?, number).into()))
    });
    let own = status.and_then(|status| status.container_statuses.as_ref()?.first());
    let started = own.and_then(|own| own.state.as_ref()?.running.as_ref()?.started_at.as_ref());
    PodDetail {
        workload: key.workload,
        generation: key.generation,
        pod_name: pod.metadata.name.clone().unwrap_or_default(),
        node: node_of(pod).unwrap_or_else(|| "".into()),
        addresses: reached.collect(),
        ip,
        started_at: started.map(|at| at.0),
        created_at: pod.metadata.creation_timestamp.as_ref().map(|at| at.0).unwrap_or_default(),
        image: container.and_then(|container| container.image.clone()).unwrap_or_default(),
    }
}

/// Where a pod is bound to.
pub fn node_of(pod: &Pod) -> Option<NodeName> {
    let name = pod.spec.as_ref()?.node_name.as_deref().filter(|name| !name.is_empty())?;
    Some(name.into())
}

/// Whether Berth keeps another scheduler from it.
pub fn is_gated(pod: &Pod) -> bool {
    let gates = pod.spec.iter().flat_map(|spec| spec.scheduling_gates.iter().flatten());
    gates.into_iter().any(|gate| gate.name == GATE)
}

/// What pods ask for on one node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    pub cpu: Cores,
    pub memory: MemoryBytes,
    pub pods: i64,
    /// By qualified name, GPUs among them.
    pub counted: BTreeMap<String, i64>,
}

impl Asked {
    /// Adds a pod that holds its node.
    pub fn add(&mut self, pod: &Pod) {
        if has_ended(pod) {
            return;
        }
        self.pods += 1;
        for (name, quantity) in requests(pod) {
            match name.as_str() {
                "cpu" => self.cpu.0 += (quantity * 1e3).ceil() as i64,
                "memory" => self.memory.0 += quantity.ceil() as i64,
                name if name.contains('/') => {
                    *self.counted.entry(name.to_owned()).or_default() += quantity.round() as i64;
                }
                _ => {}
            }
        }
    }
}

fn has_ended(pod: &Pod) -> bool {
    let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
    matches!(phase, Some("Succeeded" | "Failed"))
}

/// What a pod asks for: its containers together, or the largest that runs before them, whichever is more; and what its
/// runtime needs.
fn requests(pod: &Pod) -> BTreeMap<String, f64> {
    let Some(spec) = &pod.spec else { return BTreeMap::new() };
    let mut sum: BTreeMap<String, f64> = BTreeMap::new();
    for (name, quantity) in spec.containers.iter().flat_map(of_container) {
        *sum.entry(name.clone()).or_default() += amount::amount(quantity);
    }
    for (name, quantity) in spec.init_containers.iter().flatten().flat_map(of_container) {
        let most = sum.entry(name.clone()).or_default();
        *most = most.max(amount::amount(quantity));
    }
    for (name, quantity) in spec.overhead.iter().flatten() {
        *sum.entry(name.clone()).or_default() += amount::amount(quantity);
    }
    sum
}

fn of_container(container: &Container) -> impl Iterator<Item = (&String, &Quantity)> {
    container.resources.iter().filter_map(|resources| resources.requests.as_ref()).flatten()
}
