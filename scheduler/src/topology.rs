//! Topology: the domains that the labels of a level make, and in which of them a group of pods is
//! tried, in order.

use std::collections::BTreeMap;

use crate::{
    near::label,
    place::Search,
    state::State,
    world::{JobAt, NodeAt, PodAt, WishAt, World},
};

/// Nodes that are near each other.
pub(crate) struct Domain {
    /// By node.
    pub nodes: Vec<bool>,
    /// How near a node is to the rest, by node; `None` when that does not matter.
    pub liked: Option<Vec<u32>>,
}

/// The domains in which a group may be, in the order in which they are to be tried.
pub(crate) fn domains(
    world: &World,
    state: &State,
    wish: &WishAt,
    job: JobAt,
    pods: &[PodAt],
    search: &Search<'_>,
) -> Vec<Domain> {
    let _ = (job, pods);
    let may = |node: NodeAt| search.among.is_none_or(|among| among[node]);
    let nodes: Vec<_> =
        world.pools[search.pool].nodes.iter().copied().filter(|node| may(*node)).collect();
    let levels = [&wish.preferred, &wish.required];
    let mut found = vec![];
    for level in levels.into_iter().flatten() {
        found.extend(split(world, state, &nodes, level));
    }
    if wish.required.is_none() {
        found.push(nodes);
    }
    let domain = |nodes: Vec<NodeAt>| {
        let mut by_node = vec![false; world.nodes.len()];
        nodes.iter().for_each(|node| by_node[*node] = true);
        Domain { nodes: by_node, liked: None }
    };
    found.into_iter().map(domain).collect()
}

/// The nodes by their place in the topology, the fullest domain first.
fn split(world: &World, state: &State, nodes: &[NodeAt], level: &[String]) -> Vec<Vec<NodeAt>> {
    let mut domains: BTreeMap<Vec<&str>, Vec<NodeAt>> = BTreeMap::new();
    for node in nodes {
        let place: Option<Vec<_>> = level.iter().map(|key| label(world, *node, key)).collect();
        if let Some(place) = place {
            domains.entry(place).or_default().push(*node);
        }
    }
    let mut domains: Vec<_> = domains.into_values().collect();
    domains
        .sort_by_key(|nodes| nodes.iter().map(|node| state.nodes[*node].free_gpus()).sum::<i64>());
    domains
}
