//! One job on one node: whether it may, whether it fits, on which devices, and how good a place it
//! is.

use std::cmp::Reverse;

use domain::{
    Gpus,
    node::{Node, NodePool, Placing, Taint, TaintEffect},
    reason::Constraint,
    submission::{GpuRequest, MatchExpression, PodRequest, Toleration},
    workload::{PlacedGpu, Placement},
};

use crate::plan::Free;

/// The constraint that keeps the pod off this node, whatever is free there.
pub(crate) fn obstacle(pod: &PodRequest, node: &Node) -> Option<Constraint> {
    if let Some(wanted) = &pod.node_type
        && node.node_type() != Some(wanted)
    {
        return Some(Constraint::NodeType { wanted: wanted.clone() });
    }
    let terms = &pod.affinity.0;
    if !terms.is_empty() && !terms.iter().any(|term| term.0.iter().all(|e| holds(e, node))) {
        return Some(Constraint::Affinity);
    }
    let hard = |taint: &&Taint| taint.effect != TaintEffect::PreferNoSchedule;
    let mut untolerated = node.taints.iter().filter(hard).filter(|taint| !tolerates(pod, taint));
    if let Some(taint) = untolerated.next() {
        return Some(Constraint::Toleration { taint: taint.key.clone() });
    }
    let lacking = |(name, count): &&(String, i64)| {
        *count > 0 && node.extended.get(name).copied().unwrap_or_default() < *count
    };
    let lacking = pod.extended.iter().find(lacking);
    lacking.map(|(name, count)| Constraint::ExtendedResource { name: name.clone(), asked: *count })
}

fn tolerates(pod: &PodRequest, taint: &Taint) -> bool {
    pod.tolerations.iter().any(|toleration| matches(toleration, taint))
}

fn matches(toleration: &Toleration, taint: &Taint) -> bool {
    let effect = match toleration.effect.as_deref() {
        None | Some("Any" | "") => true,
        Some("NoSchedule") => taint.effect == TaintEffect::NoSchedule,
        Some("NoExecute") => taint.effect == TaintEffect::NoExecute,
        Some("PreferNoSchedule") => taint.effect == TaintEffect::PreferNoSchedule,
        Some(_) => false,
    };
    let value = match toleration.operator.as_deref() {
        Some("Exists") => true,
        _ => toleration.value.as_deref().unwrap_or_default() == taint.value,
    };
    effect && value && toleration.key.as_deref() == Some(taint.key.as_str())
}

/// One expression of a node affinity; as in Kubernetes.
fn holds(expression: &MatchExpression, node: &Node) -> bool {
    let key = expression.key.as_deref().unwrap_or_default();
    let label = match key {
        "kubernetes.io/hostname" => Some(node.name.as_str()),
        key => node.labels.get(key).map(String::as_str),
    };
    let values = expression.values.as_deref().unwrap_or_default();
    let listed = || label.is_some_and(|label| values.iter().any(|value| value == label));
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<i64>().ok());
    let (own, bound) = (number(label), number(values.first().map(String::as_str)));
    match expression.operator.as_deref().unwrap_or_default() {
        "In" => listed(),
        "NotIn" => !listed(),
        "Exists" => label.is_some(),
        "DoesNotExist" => label.is_none(),
        "Gt" => own.zip(bound).is_some_and(|(own, bound)| own > bound),
        "Lt" => own.zip(bound).is_some_and(|(own, bound)| own < bound),
        _ => false,
    }
}

/// How good a place is; the greatest wins. The fields, top to bottom, are the policy
/// (`scheduling-and-organisation.md` §4.3).
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Score<'a> {
    /// Fewer taints that would rather not have it.
    unwelcome: Reverse<usize>,
    /// Bin-pack: a device that is shared already takes the request.
    shares: bool,
    /// CPU-only work on a node without GPUs.
    cpu_only_node: bool,
    /// Bin-pack: what is free is negative, so that the fullest wins. Spread: what is free.
    room: i64,
    /// Ties are broken by name.
    name: Reverse<&'a str>,
}

/// Devices for the pod on this node, if all of it fits on what is free.
pub(crate) fn place(
    pod: &PodRequest,
    node: &Node,
    free: &Free,
    placing: Placing,
) -> Option<Vec<PlacedGpu>> {
    let enough = free.rest.cpu >= pod.cpu && free.rest.memory >= pod.memory;
    let extended = pod.extended.iter().all(|(name, count)| {
        free.extended.iter().any(|(own, left)| own == name && left >= count) || *count <= 0
    });
    if !enough || !extended {
        return None;
    }
    devices(pod.gpu, node, free, placing)
}

fn devices(
    request: GpuRequest,
    node: &Node,
    free: &Free,
    placing: Placing,
) -> Option<Vec<PlacedGpu>> {
    let wanted = request.devices() as usize;
    let portion = |index: usize| request.per_device(node.gpus[index].memory);
    let whole = Gpus::whole(1);
    let fits = |index: &usize| portion(*index) <= free.devices[*index];
    let mut candidates: Vec<usize> = (0..free.devices.len()).filter(fits).collect();
    if candidates.len() < wanted {
        return None;
    }
    // Bin-pack: the fullest shared device first and a fresh one last; spread: the emptiest first.
    candidates.sort_by_key(|index| {
        let left = free.devices[*index];
        let used = whole - left;
        match placing {
            Placing::Binpack => (left == whole, Reverse(used), *index),
            Placing::Spread => (left != whole, Reverse(left), *index),
        }
    });
    let take = |index: usize| PlacedGpu { index: index as u32, portion: portion(index) };
    let mut taken: Vec<_> = candidates.into_iter().take(wanted).map(take).collect();
    taken.sort_by_key(|gpu| gpu.index);
    Some(taken)
}

/// The best node of `nodes` for the pod, as a placement.
pub(crate) fn best<'a>(
    pod: &PodRequest,
    pool: &NodePool,
    nodes: impl Iterator<Item = (&'a Node, &'a Free)>,
) -> Option<Placement> {
    let has_gpu = pod.gpu.devices() > 0;
    let placing = if has_gpu { pool.gpu_placement } else { pool.cpu_placement };
    let scored = nodes.filter(|(node, _)| node.is_ready() && obstacle(pod, node).is_none());
    let scored = scored.filter_map(|(node, free)| {
        let gpus = place(pod, node, free, placing)?;
        Some((score(pod, node, free, placing, &gpus), node, gpus))
    });
    let (_, node, gpus) = scored.max_by(|(a, ..), (b, ..)| a.cmp(b))?;
    Some(Placement { pool: pool.name.clone(), node: node.name.clone(), gpus })
}

fn score<'a>(
    pod: &PodRequest,
    node: &'a Node,
    free: &Free,
    placing: Placing,
    gpus: &[PlacedGpu],
) -> Score<'a> {
    let soft = |taint: &&Taint| taint.effect == TaintEffect::PreferNoSchedule;
    let unwelcome = node.taints.iter().filter(soft).filter(|taint| !tolerates(pod, taint)).count();
    let is_shared = |gpu: &PlacedGpu| free.devices[gpu.index as usize] < Gpus::whole(1);
    let has_gpu = !gpus.is_empty();
    let left = match has_gpu {
        true => free.devices.iter().copied().sum::<Gpus>().0,
        false => free.rest.cpu.0,
    };
    Score {
        unwelcome: Reverse(unwelcome),
        shares: placing == Placing::Binpack && pod.gpu.is_fraction() && gpus.iter().any(is_shared),
        cpu_only_node: !has_gpu && node.gpus.is_empty(),
        room: if placing == Placing::Binpack { -left } else { left },
        name: Reverse(node.name.as_str()),
    }
}
