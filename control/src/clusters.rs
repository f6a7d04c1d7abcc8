//! Clusters and nodes, to look at.

use std::sync::Arc;

use domain::{
    ClusterId,
    access::{Action, Actor, Resource, ResourceType},
    node::Node,
    org::{Cluster, SIMULATED},
};

use crate::{ControlPlane, Error, Result, World};

impl ControlPlane {
    /// Every cluster that `actor` may see.
    pub fn clusters(&self, actor: &Actor, world: &World) -> Result<Vec<Cluster>> {
        actor.may_somewhere(Action::Read, ResourceType::Clusters)?;
        let seen = |c: &&Cluster| actor.is_allowed(Action::Read, Resource::Cluster(c.id));
        Ok(world.clusters.values().filter(seen).cloned().collect())
    }

    pub fn cluster(&self, actor: &Actor, world: &World, id: ClusterId) -> Result<Cluster> {
        actor.may_somewhere(Action::Read, ResourceType::Clusters)?;
        let seen = actor.is_allowed(Action::Read, Resource::Cluster(id));
        world
            .clusters
            .get(&id)
            .filter(|_| seen)
            .cloned()
            .ok_or_else(|| Error::not_found("cluster", id))
    }

    /// What is to be known of the clusters: that one is simulated, and what is not as it should be.
    pub fn cluster_notes(&self, actor: &Actor, world: &World) -> Result<Vec<String>> {
        let clusters = self.clusters(actor, world)?;
        let simulated = clusters.iter().filter(|cluster| cluster.simulated);
        let simulated = simulated.map(|_| SIMULATED.to_owned());
        let abilities = clusters.iter().filter_map(|cluster| world.abilities.get(&cluster.id));
        let lacking = abilities.flat_map(|abilities| &abilities.shortcomings);
        Ok(simulated.chain(lacking.map(ToString::to_string)).collect())
    }

    /// The nodes of each cluster.
    pub fn nodes(&self, actor: &Actor, world: &World) -> Result<Vec<(ClusterId, Arc<Vec<Node>>)>> {
        actor.may_somewhere(Action::Read, ResourceType::Nodes)?;
        let seen = |id: &ClusterId| actor.is_allowed(Action::Read, Resource::Node(*id));
        let seen = world.nodes.iter().filter(|(cluster, _)| seen(cluster));
        Ok(seen.map(|(cluster, nodes)| (*cluster, nodes.clone())).collect())
    }
}
