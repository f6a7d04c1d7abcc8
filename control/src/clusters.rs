//! Clusters and nodes, to look at.

use std::sync::Arc;

use domain::{
    ClusterId,
    access::{Action, Actor, Resource},
    node::Node,
    org::{Cluster, SIMULATED},
};

use crate::{ControlPlane, Error, Result, World};

impl ControlPlane {
    /// Every cluster.
    pub fn clusters(&self, actor: &Actor, world: &World) -> Result<Vec<Cluster>> {
        actor.may(Action::Read, Resource::Hardware)?;
        Ok(world.clusters.values().cloned().collect())
    }

    pub fn cluster(&self, actor: &Actor, world: &World, id: ClusterId) -> Result<Cluster> {
        actor.may(Action::Read, Resource::Hardware)?;
        world.clusters.get(&id).cloned().ok_or_else(|| Error::not_found("cluster", id))
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
        actor.may(Action::Read, Resource::Hardware)?;
        Ok(world.nodes.iter().map(|(cluster, nodes)| (*cluster, nodes.clone())).collect())
    }
}
