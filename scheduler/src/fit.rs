//! One pod on one node: whether it may, whether it fits now or later, and on which devices.

use domain::{
    node::{HOSTNAME_LABEL, Node, Placing, Taint, TaintEffect},
    reason::Constraint,
    submission::{AffinityTerm, MatchExpression, PodRequest, Toleration},
};
use smallvec::SmallVec;

use crate::{
    state::{NodeState, Shared, VIRTUAL, WHOLE},
    world,
};

/// How a pod could be on a node.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fit {
    /// It fits on what is idle; else what is being left is needed too.
    pub now: bool,
    /// Looks as if it fitted on what is idle: what counts when nodes are compared. A device on which
    /// others stay counts as idle, though somebody may have to leave it first.
    pub looks_idle: bool,
    /// Parts of devices that are taken, the chosen ones; empty for whole devices.
    pub devices: SmallVec<[u32; 4]>,
    /// A device that is shared already takes the request.
    pub shares: bool,
}

/// Whether and how a pod fits.
pub(crate) fn fit(
    request: &PodRequest,
    node: &world::Node,
    state: &NodeState,
    placing: Placing,
) -> Option<Fit> {
    let now = state.idle.covers(request) && state.has_extended(request, true);
    if !state.idle.plus(state.leaving).covers(request) || !state.has_extended(request, false) {
        return None;
    }
    let wanted = i64::from(request.gpu.devices());
    if !request.gpu.is_fraction() {
        let fits = wanted <= state.free_gpus() || wanted == 0;
        let now = now && (wanted <= state.idle_gpus || wanted == 0);
        let devices = SmallVec::new();
        return fits.then_some(Fit { now, looks_idle: now, devices, shares: false });
    }
    let part = request.gpu.per_device(node.device_memory).0;
    if part > WHOLE {
        return None;
    }
    parts(state, part, wanted as usize, placing, now)
}

/// Devices for a part of each of `wanted`: bin-pack takes the fullest first and a fresh one last,
/// spread a fresh one first and then the emptiest.
fn parts(
    state: &NodeState,
    part: i64,
    wanted: usize,
    placing: Placing,
    mut now: bool,
) -> Option<Fit> {
    let fitting = |shared: &&Shared| shared.is_open() && shared.room() >= part;
    let mut shared: SmallVec<[Shared; 8]> = state.shared.iter().filter(fitting).copied().collect();
    let any_shared = !shared.is_empty();
    let looks_idle = now && state.idle_gpus + shared.len() as i64 >= wanted as i64;
    let mut fresh = state.idle_gpus.max(0) + state.leaving_gpus;
    shared.sort_by_key(|of| match placing {
        Placing::Binpack => (-of.used(), of.device),
        Placing::Spread => (of.used(), of.device),
    });
    let mut idle = state.free_slots(state.idle_gpus.min(fresh).clamp(0, wanted as i64) as usize);
    idle.reverse();
    let mut shared = shared.into_iter();
    let mut virtual_device = next_virtual(state);
    let mut take_shared = |now: &mut bool| {
        let of = shared.next()?;
        *now &= of.idle_room() >= part;
        Some(of.device)
    };
    let mut take_fresh = |now: &mut bool| {
        fresh -= 1;
        if fresh < 0 {
            return None;
        }
        Some(idle.pop().unwrap_or_else(|| {
            *now = false;
            virtual_device += 1;
            virtual_device - 1
        }))
    };
    let mut devices = SmallVec::new();
    while devices.len() < wanted {
        devices.push(match placing {
            Placing::Binpack => take_shared(&mut now).or_else(|| take_fresh(&mut now))?,
            Placing::Spread => take_fresh(&mut now).or_else(|| take_shared(&mut now))?,
        });
    }
    Some(Fit { now, looks_idle, devices, shares: any_shared })
}

pub(crate) fn next_virtual(state: &NodeState) -> u32 {
    state.shared.iter().map(|of| of.device + 1).max().unwrap_or_default().max(VIRTUAL)
}

/// The constraint that keeps the pod off this node, whatever is free there.
pub(crate) fn obstacle(pod: &PodRequest, node: &Node) -> Option<Constraint> {
    if let Some(wanted) = &pod.node_type
        && node.node_type() != Some(wanted)
    {
        return Some(Constraint::NodeType { wanted: wanted.clone() });
    }
    let terms = &pod.affinity.0;
    if !terms.is_empty() && !terms.iter().any(|term| has_all(term, node)) {
        return Some(Constraint::Affinity);
    }
    if let Some(key) = &pod.near_by
        && key != HOSTNAME_LABEL
        && !node.labels.contains_key(key)
    {
        return Some(Constraint::PodAffinity { key: key.clone() });
    }
    if let Some(taint) = keeps_away(pod, node) {
        return Some(Constraint::Toleration { taint });
    }
    let lacking = |(name, count): &&(String, i64)| {
        *count > 0 && node.extended.get(name).copied().unwrap_or_default() < *count
    };
    let lacking = pod.extended.iter().find(lacking);
    lacking.map(|(name, count)| Constraint::ExtendedResource { name: name.clone(), asked: *count })
}

/// The first taint by which a node keeps the pod away.
pub(crate) fn keeps_away(pod: &PodRequest, node: &Node) -> Option<String> {
    let hard = |taint: &&Taint| taint.effect != TaintEffect::PreferNoSchedule;
    let untolerated = |taint: &&Taint| !tolerates(pod, taint);
    node.taints.iter().filter(hard).find(untolerated).map(|taint| taint.key.clone())
}

pub(crate) fn tolerates(pod: &PodRequest, taint: &Taint) -> bool {
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

/// Whether a node is as a term of an affinity says.
pub(crate) fn has_all(term: &AffinityTerm, node: &Node) -> bool {
    term.0.iter().all(|expression| holds(expression, node))
}

/// One expression of a node affinity; as in Kubernetes.
fn holds(expression: &MatchExpression, node: &Node) -> bool {
    let key = expression.key.as_deref().unwrap_or_default();
    let label = match key {
        HOSTNAME_LABEL => Some(node.name.as_str()),
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
