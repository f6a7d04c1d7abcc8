//! What no quota would help with: it comes before quota and limits.

use domain::{
    Gpus, MemoryBytes, NodeName, Reason,
    node::Node,
    reason::{Amount, Constraint},
    submission::GpuRequest,
};

use super::{Obstacle, View, by_kind, is_at_least};
use crate::{fit, world::Class};

/// No node is large enough, none matches, or there are none.
pub(super) fn obstacle(view: &View<'_>) -> Option<Obstacle> {
    let of = &view.world.pools[view.pool];
    let nodes: Vec<&Node> = of.nodes.iter().map(|at| &view.world.nodes[*at].of).collect();
    if nodes.is_empty() {
        return Some(Obstacle::never(Reason::PoolEmpty { pool: view.pool_name() }));
    }
    if !of.gpu_fractions && view.class.request.gpu.is_fraction() {
        return Some(Obstacle::never(Reason::SharingOff { pool: view.pool_name() }));
    }
    let mut constraint = None;
    let mut matching = Vec::new();
    for node in &nodes {
        match fit::obstacle(&view.class.request, node) {
            None => matching.push(*node),
            Some(found) => constraint = Some(constraint.unwrap_or(found)),
        }
    }
    let pool = view.pool_name();
    if matching.is_empty() {
        let tried = nodes.len() as u32;
        let constraint = constraint.unwrap_or(Constraint::Affinity);
        return Some(Obstacle::never(Reason::NoNodeMatches { pool, constraint, tried }));
    }
    if let Some(reason) = larger_than_any_device(view.class, &matching, pool.clone()) {
        return Some(Obstacle::never(reason));
    }
    let Larger { asked, beside, largest, node } = larger_than_any(view.class, &matching)?;
    let node = Some(node);
    Some(Obstacle::never(Reason::LargerThanAnyNode { pool, asked, beside, largest, node }))
}

/// A request by memory that no single device has; it is a matter of devices, not of their number.
fn larger_than_any_device(class: &Class, nodes: &[&Node], pool: String) -> Option<Reason> {
    let GpuRequest::Memory { memory, .. } = class.request.gpu else { return None };
    let of = |node: &&&Node| node.gpus.iter().map(|gpu| gpu.memory).max().unwrap_or_default();
    let largest = nodes.iter().rev().max_by_key(of)?;
    let (asked, most) = (Amount::GpuMemory(memory), of(&largest));
    let node = Some(largest.name.clone());
    let largest = Amount::GpuMemory(most);
    let reason = Reason::LargerThanAnyNode { pool, asked, beside: vec![], largest, node };
    let fits = class.request.gpu.per_device(most) <= Gpus::whole(1);
    (!fits && !most.is_zero()).then_some(reason)
}

/// The resource of which no node has enough.
pub(super) struct Larger {
    asked: Amount,
    /// What narrowed the choice of nodes before.
    beside: Vec<Amount>,
    largest: Amount,
    node: NodeName,
}

/// The first resource of which no node has enough, among those that have enough of the ones before.
pub(super) fn larger_than_any(class: &Class, nodes: &[&Node]) -> Option<Larger> {
    let pod = &class.request;
    type Has = fn(&Node, &Class) -> Amount;
    let steps: [(Amount, Has); 3] = [
        (asked_gpus(pod.gpu), gpus_for),
        (Amount::Cpu(pod.cpu), |node, _| Amount::Cpu(node.cpu)),
        (Amount::Memory(pod.memory), |node, _| Amount::Memory(node.memory)),
    ];
    let mut left: Vec<&Node> = nodes.to_vec();
    let mut beside = Vec::new();
    for (asked, has) in steps {
        let enough: Vec<_> =
            left.iter().copied().filter(|node| is_at_least(has(node, class), asked)).collect();
        if enough.is_empty() {
            let size = |node: &&&Node| by_kind(has(node, class));
            let largest = left.iter().rev().max_by_key(size)?;
            let (largest, node) = (has(largest, class), largest.name.clone());
            return Some(Larger { asked, beside, largest, node });
        }
        if enough.len() < left.len() {
            beside.push(asked);
        }
        left = enough;
    }
    None
}

/// What the request is called in a sentence: whole GPUs, or the sum of its parts.
pub(super) fn asked_gpus(request: GpuRequest) -> Amount {
    Amount::Gpu(match request {
        GpuRequest::None => Gpus::ZERO,
        GpuRequest::Whole { devices } | GpuRequest::Memory { devices, .. } => {
            Gpus::whole(i64::from(devices))
        }
        GpuRequest::Portion { devices, portion } => portion * i64::from(devices),
    })
}

/// GPUs of an empty node in the measure of the request.
fn gpus_for(node: &Node, class: &Class) -> Amount {
    room_for(class.request.gpu, node.gpus.iter().map(|gpu| (Gpus::whole(1), gpu.memory)))
}

/// GPUs of the request's size that fit on devices with so much free; for a part of one device, the
/// largest part.
pub(super) fn room_for(
    request: GpuRequest,
    devices: impl Iterator<Item = (Gpus, MemoryBytes)>,
) -> Amount {
    if let GpuRequest::Portion { devices: 1, .. } = request {
        let most = devices.map(|(free, _)| free).max();
        return Amount::Gpu(most.unwrap_or_default());
    }
    let fitting =
        devices.filter(|(free, memory)| request.per_device(*memory) <= *free).count() as i64;
    Amount::Gpu(match request {
        GpuRequest::Portion { portion, .. } => portion * fitting,
        _ => Gpus::whole(fitting),
    })
}
