//! What is said of a cluster: its nodes, and of each workload the newest run. Pure, but for the look into the stores.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use domain::{
    NodeName, Timestamp,
    abilities::{Abilities, Ability, Shortcoming},
    node::{Node, Readiness},
    storage_class::StorageClass,
    workload::{Observation, PodState},
};
use k8s_openapi::api::{core::v1::Node as SeenNode, storage::v1::StorageClass as SeenClass};
use kube::ResourceExt;

use super::{
    board::{Doing, Planned, Plans},
    found::{Asked, Found, node_of},
    link::Link,
    nodes, reach, rights, states,
};
use crate::{PodDetail, Reach, order::PodKey};

const DEFAULT_CLASS: &str = "storageclass.kubernetes.io/is-default-class";
/// Seconds by which clocks may differ.
const SKEW_SECS_MAX: i64 = 30;

/// Looks into the stores: all pods of ours in their order, and the nodes with what others use of them.
pub fn look(link: &Link) -> (Vec<Arc<Found>>, Vec<Node>) {
    let mut others: BTreeMap<NodeName, Asked> = BTreeMap::new();
    let mut ours: BTreeMap<NodeName, BTreeSet<u32>> = BTreeMap::new();
    link.stores.pods.others(|pod| {
        if let Some(node) = node_of(pod) {
            others.entry(node).or_default().add(pod);
        }
    });
    let found = link.stores.pods.ours();
    for own in &found {
        if let Some(node) = &own.node {
            ours.entry(node.clone()).or_default().extend(&own.gpus);
        }
    }
    let (nothing, none) = (Asked::default(), BTreeSet::new());
    let read = |seen: &SeenNode| {
        let name: NodeName = seen.metadata.name.as_deref()?.into();
        nodes::node(seen, others.get(&name).unwrap_or(&nothing), ours.get(&name).unwrap_or(&none))
    };
    let mut nodes: Vec<_> =
        link.stores.nodes.state().iter().filter_map(|seen| read(seen)).collect();
    nodes.sort_by(|a, b| a.name.cmp(&b.name));
    (found, nodes)
}

/// Of each workload whose pods and plans these are, the newest run. `silent` are the nodes that are not ready, since when.
pub fn observations(
    found: &[Arc<Found>],
    silent: &BTreeMap<NodeName, Timestamp>,
    Plans { planned, wanted }: &Plans,
    now: Timestamp,
) -> (Vec<Observation>, Vec<Arc<PodDetail>>) {
    let found: BTreeMap<PodKey, &Found> = found.iter().map(|pod| (pod.key, pod.as_ref())).collect();
    let keys: BTreeSet<PodKey> = found.keys().chain(planned.keys()).copied().collect();
    let newest: BTreeMap<_, PodKey> = keys.into_iter().map(|key| (key.workload, key)).collect();
    let told = newest.values().map(|key| {
        let (pod, plan) = (found.get(key).copied(), planned.get(key));
        let is_asked = wanted.as_ref().is_some_and(|wanted| wanted.binary_search(key).is_err());
        let seen = Observation {
            workload: key.workload,
            generation: key.generation,
            state: match pod {
                Some(pod) => {
                    let since = pod.node.as_ref().and_then(|node| silent.get(node)).copied();
                    with_plan(states::state(pod, since, is_asked, now), plan)
                }
                None => plan.map_or(PodState::Gone, |plan| of_plan(&plan.doing)),
            },
            restarts: pod.map_or(0, |pod| states::restarts(&pod.pod)),
        };
        let detail = pod.map(|pod| &pod.detail).or_else(|| Some(&plan?.detail));
        (seen, detail.cloned())
    });
    let (seen, details): (Vec<_>, Vec<_>) = told.unzip();
    (seen, details.into_iter().flatten().collect())
}

/// The nodes that are not ready, and since when.
pub fn silent(nodes: &[Node]) -> BTreeMap<NodeName, Timestamp> {
    let since = |node: &Node| match &node.ready {
        Readiness::Ready => None,
        Readiness::NotReady { since, .. } => Some((node.name.clone(), *since)),
    };
    nodes.iter().filter_map(since).collect()
}

/// What is being done about a pod says more than a pod that has not started.
fn with_plan(state: PodState, plan: Option<&Planned>) -> PodState {
    match (&state, plan) {
        (PodState::Starting { .. } | PodState::Unbound { .. }, Some(plan)) => of_plan(&plan.doing),
        _ => state,
    }
}

fn of_plan(doing: &Doing) -> PodState {
    match doing {
        Doing::Placing(doing) => PodState::Starting { doing: doing.clone() },
        Doing::Waiting { reason, .. } => PodState::Unwell { reason: reason.clone() },
        Doing::Refused(reason) => PodState::Failed { reason: reason.clone() },
        Doing::Displaced(reason) => PodState::Displaced { reason: reason.clone() },
        Doing::Ending => PodState::Ending,
    }
}

/// The storage classes, by name.
pub fn classes(link: &Link) -> Vec<StorageClass> {
    let read = |class: &SeenClass| StorageClass {
        name: class.name_any(),
        provisioner: class.provisioner.clone(),
        allow_volume_expansion: class.allow_volume_expansion == Some(true),
        is_default: class.annotations().get(DEFAULT_CLASS).is_some_and(|value| value == "true"),
    };
    let mut all: Vec<_> = link.stores.classes.state().iter().map(|class| read(class)).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// The claims whose volumes cannot be reached from everywhere.
pub fn reaches(link: &Link) -> Vec<Reach> {
    let stores = &link.stores;
    let (claims, volumes) = (stores.claims.state(), stores.volumes.state());
    let nodes = stores.nodes.state();
    reach::reaches(
        claims.iter().map(AsRef::as_ref),
        volumes.iter().map(AsRef::as_ref),
        nodes.iter().map(AsRef::as_ref),
    )
}

/// What is not as it should be.
pub fn abilities(link: &Link) -> Abilities {
    let mut abilities = Abilities::default();
    abilities.lack(Ability::IdentityTokens, "Berth has no such token");
    abilities.rights = link.rights();
    if !rights::may_share(&abilities.rights) {
        let grants = rights::GRANT_DATA_VOLUMES;
        let why = format!("Berth may not make persistent volumes here; {grants} grants it");
        abilities.lack(Ability::DataVolumes, why);
    }
    abilities.shortcomings.extend(rights::shortcoming(&abilities.rights));
    if let Some(lack) = link.unmeasured() {
        abilities.unmeasured = Some(lack.to_string());
        abilities.shortcomings.push(lack);
    }
    let skew = link.skew_secs();
    if skew.abs() > SKEW_SECS_MAX {
        abilities.shortcomings.push(Shortcoming {
            what: format!("the clocks of Berth and of the API server differ by {} s", skew.abs()),
            consequence: "times of the two do not fit together".into(),
            fix: "Let both machines set their clocks by the network".into(),
        });
    }
    abilities
}
