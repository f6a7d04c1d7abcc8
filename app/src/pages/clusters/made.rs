//! Clusters, in rows.

use control::{ControlPlane, Error, World};
use domain::{
    abilities::{Abilities, Right},
    access::Actor,
    contact::ClusterState,
    duration::minute,
    node::Readiness,
    org::{Cluster, ClusterKind},
    quantity::decimals,
};

use super::data::{ClusterRow, LackRow, RightRow};

pub fn clusters(control: &ControlPlane, actor: &Actor) -> Result<Vec<ClusterRow>, Error> {
    let world = control.world();
    let mut clusters = control.clusters(actor, &world)?;
    clusters.sort_by_key(|cluster| (cluster.created_at, cluster.id));
    Ok(clusters.iter().map(|cluster| row(control, actor, &world, cluster)).collect())
}

fn row(control: &ControlPlane, actor: &Actor, world: &World, cluster: &Cluster) -> ClusterRow {
    let seen = world.seen(cluster.id);
    let abilities = world.abilities.get(&cluster.id).cloned().unwrap_or_default();
    ClusterRow {
        name: cluster.name.clone(),
        runs: runs(cluster),
        state: seen.state,
        why: seen.why,
        version: if seen.version.is_empty() { "–".to_owned() } else { seen.version },
        last: match (seen.state, seen.last) {
            (_, None) => "–".to_owned(),
            (ClusterState::Connected | ClusterState::MissingPrerequisites, _) => "Now".to_owned(),
            (_, Some(since)) => minute(since),
        },
        nodes: nodes(world, cluster),
        gpus: gpus(control, actor, world, cluster),
        added: minute(cluster.created_at),
        left_to: cluster.left_to(),
        rights: rights(&abilities.rights),
        lacks: lacks(&abilities),
        shortcomings: abilities.shortcomings,
    }
}

fn runs(cluster: &Cluster) -> String {
    match (cluster.kind, &cluster.scheduler) {
        _ if cluster.simulated => "Nothing real: simulated".to_owned(),
        (ClusterKind::Machine, _) => "Containers of this machine".to_owned(),
        (ClusterKind::Kubernetes, None) => "Pods of Kubernetes".to_owned(),
        (ClusterKind::Kubernetes, Some(scheduler)) => {
            format!("Pods of Kubernetes, bound by {scheduler}")
        }
    }
}

fn nodes(world: &World, cluster: &Cluster) -> String {
    let nodes = world.nodes.get(&cluster.id).map(|nodes| nodes.as_slice()).unwrap_or_default();
    let ready = nodes.iter().filter(|node| node.ready == Readiness::Ready).count();
    match ready == nodes.len() {
        true => nodes.len().to_string(),
        false => format!("{ready} of {} ready", nodes.len()),
    }
}

fn gpus(control: &ControlPlane, actor: &Actor, world: &World, cluster: &Cluster) -> String {
    // Who may see clusters may not always see what lies on their nodes.
    let Ok(devices) = control.devices(actor, world, cluster.id) else { return "–".to_owned() };
    let devices: Vec<_> = devices.values().flatten().collect();
    let used: f64 = devices.iter().flat_map(|parts| *parts).map(|p| p.portion.as_f64()).sum();
    format!("{} of {}", decimals(used), devices.len())
}

/// By what they are for, in their order.
fn rights(all: &[Right]) -> Vec<RightRow> {
    let by_purpose = all.chunk_by(|a, b| a.purpose == b.purpose);
    let words = |rights: &mut dyn Iterator<Item = &Right>| {
        rights.map(|one| one.right.as_str()).collect::<Vec<_>>().join(", ")
    };
    let row = |of: &[Right]| RightRow {
        purpose: of[0].purpose.clone(),
        rights: words(&mut of.iter()),
        missing: words(&mut of.iter().filter(|one| !one.is_granted)),
        is_optional: of.iter().all(|one| one.is_optional),
    };
    by_purpose.map(row).collect()
}

fn lacks(abilities: &Abilities) -> Vec<LackRow> {
    let row = |(ability, why): (&domain::abilities::Ability, &String)| LackRow {
        what: ability.label().to_owned(),
        why: why.clone(),
        instead: ability.instead().to_owned(),
    };
    abilities.lacks.iter().map(row).collect()
}
