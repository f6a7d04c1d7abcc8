//! Clusters and nodes, to look at.

use std::sync::Arc;

use domain::{
    ClusterId,
    access::{Action, Actor, Resource},
    node::Node,
    org::Cluster,
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

    /// The nodes of each cluster.
    pub fn nodes(&self, actor: &Actor, world: &World) -> Result<Vec<(ClusterId, Arc<Vec<Node>>)>> {
        actor.may(Action::Read, Resource::Hardware)?;
        Ok(world.nodes.iter().map(|(cluster, nodes)| (*cluster, nodes.clone())).collect())
    }
}
