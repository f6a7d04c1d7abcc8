//! Topology: the domains that the labels of a level make, and in which of them a group of pods is
//! tried, in order.

use std::collections::BTreeMap;

use crate::{
    near::label,
    place::Search,
    state::State,
    world::{NodeAt, WishAt, World},
};

/// Nodes that are near each other.
pub(crate) struct Domain {
    /// By node.
    pub nodes: Vec<bool>,
    /// How much better a node is than others of the domain, by node; `None` when that does not matter.
    pub liked: Option<Vec<u32>>,
}

/// The domains in which a group may be, in the order in which they are to be tried: those of the preferred
/// level, then of each level above it up to the required one, else up to everything.
pub(crate) fn domains(
    world: &World,
    state: &State,
    wish: &WishAt,
    search: &Search<'_>,
) -> Vec<Domain> {
    let may = |node: NodeAt| search.among.is_none_or(|among| among[node]);
    let nodes: Vec<_> =
        world.pools[search.pool].nodes.iter().copied().filter(|node| may(*node)).collect();
    let mut found = vec![];
    for level in levels(wish) {
        let is_preferred = wish.preferred.as_deref() == Some(level);
        let all = split(world, state, &nodes, level).into_iter();
        found.extend(all.map(|nodes| (nodes, is_preferred)));
    }
    if wish.required.is_none() {
        found.push((nodes, false));
    }
    let domain = |(nodes, is_preferred): (Vec<NodeAt>, bool)| {
        let mut by_node = vec![false; world.nodes.len()];
        nodes.iter().for_each(|node| by_node[*node] = true);
        let preferred = wish.preferred.as_deref().filter(|_| !is_preferred);
        let liked = preferred.map(|level| liked(world, state, &nodes, level));
        Domain { nodes: by_node, liked }
    };
    found.into_iter().map(domain).collect()
}

/// The levels whose domains are tried, each as its labels from far to near.
fn levels(wish: &WishAt) -> Vec<&[String]> {
    match (wish.preferred.as_deref(), wish.required.as_deref()) {
        (Some(preferred), None) => (1..=preferred.len()).rev().map(|to| &preferred[..to]).collect(),
        (Some(preferred), Some(required)) if preferred.starts_with(required) => {
            (required.len()..=preferred.len()).rev().map(|to| &preferred[..to]).collect()
        }
        (preferred, required) => preferred.into_iter().chain(required).collect(),
    }
}

/// How far on its domain of the preferred level comes, from 0 to 10: a group that none of them holds begins
/// with the last of them and goes on with the one before, so that it lies in few. Domains are in the order of
/// the tree, the fullest first at each level.
fn liked(world: &World, state: &State, nodes: &[NodeAt], level: &[String]) -> Vec<u32> {
    let mut liked = vec![0; world.nodes.len()];
    let mut domains = split(world, state, nodes, level);
    // By level and node: the place of its domain among all of that level.
    let places = (1..=level.len()).map(|to| {
        let mut places = vec![0; world.nodes.len()];
        for (at, domain) in split(world, state, nodes, &level[..to]).iter().enumerate() {
            domain.iter().for_each(|node| places[*node] = at);
        }
        places
    });
    let places: Vec<Vec<usize>> = places.collect();
    domains.sort_by_cached_key(|nodes| -> Vec<usize> {
        let first = nodes.first().copied().unwrap_or_default();
        places.iter().map(|places| places[first]).collect()
    });
    let count = domains.len().max(1);
    for (at, domain) in domains.iter().enumerate() {
        let score = u32::try_from((at + 1) * 10 / count).unwrap_or_default();
        domain.iter().for_each(|node| liked[*node] = score);
    }
    liked
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
