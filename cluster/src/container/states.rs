//! What is said of our pods, from what is there and what is being done: pure.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use domain::{
    NodeName,
    workload::{Observation, PodState},
};

use super::{
    decide::{Doing, restarts_at},
    found::{Found, PodKey, State},
};
use crate::PodDetail;

/// What is known of a pod whose container is not there yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    pub doing: Doing,
    pub detail: PodDetail,
}

/// Of each workload the newest run.
pub fn observations(
    found: &[Found],
    planned: &BTreeMap<PodKey, Planned>,
    node: &NodeName,
) -> (Vec<Observation>, Vec<Arc<PodDetail>>) {
    let mut newest: BTreeMap<PodKey, &Found> = BTreeMap::new();
    for container in found {
        let known = newest.entry(container.tag.key()).or_insert(container);
        if container.tag.restart > known.tag.restart {
            *known = container;
        }
    }
    let keys: BTreeSet<PodKey> = newest.keys().chain(planned.keys()).copied().collect();
    let last: BTreeMap<_, PodKey> = keys.into_iter().map(|key| (key.workload, key)).collect();
    let told = last.values().map(|pod| {
        let (container, plan) = (newest.get(pod).copied(), planned.get(pod));
        let seen = Observation {
            workload: pod.workload,
            generation: pod.generation,
            state: state(container, plan.map(|plan| &plan.doing), node),
            restarts: container.map_or(0, |container| container.tag.restart),
        };
        let detail = match (container, plan) {
            (Some(container), _) => Some(detail(container, node)),
            (None, plan) => plan.map(|plan| plan.detail.clone()),
        };
        (seen, detail)
    });
    let (seen, details): (Vec<_>, Vec<_>) = told.unzip();
    (seen, details.into_iter().flatten().map(Arc::new).collect())
}

fn state(container: Option<&Found>, doing: Option<&Doing>, node: &NodeName) -> PodState {
    match (doing, container.map(|container| (container, &container.state))) {
        (Some(Doing::Ending), _) => PodState::Ending,
        (_, Some((_, State::Running))) => PodState::Running,
        (Some(Doing::Refused(reason)), _) => PodState::Failed { reason: reason.clone() },
        (Some(Doing::Waiting { reason, until, .. }), _) => {
            let at = until.to_string();
            let at = at.get(11..19).unwrap_or(&at);
            PodState::Starting { doing: format!("{reason} Trying again at {at} UTC.") }
        }
        (_, Some((container, State::Ended(end)))) => match &end.reason {
            _ if end.is_success() && !container.tag.again => PodState::Succeeded,
            Some(reason) if restarts_at(container).is_some() => {
                PodState::Unwell { reason: reason.clone() }
            }
            Some(reason) => PodState::Failed { reason: reason.clone() },
            None => PodState::Starting { doing: format!("Starting again on {node}") },
        },
        (Some(Doing::Preparing(doing)), _) => PodState::Starting { doing: doing.clone() },
        (None, _) => PodState::Starting { doing: format!("Starting on {node}") },
    }
}

/// What the Pods tab shows of a container.
pub fn detail(container: &Found, node: &NodeName) -> PodDetail {
    PodDetail {
        workload: container.tag.workload,
        generation: container.tag.generation,
        pod_name: container.tag.pod.clone(),
        node: node.clone(),
        ip: container.ip.clone(),
        addresses: container.addresses.clone(),
        started_at: container.started_at,
        created_at: container.created_at,
        image: container.image.clone(),
    }
}

#[cfg(test)]
#[path = "states_tests.rs"]
mod tests;
