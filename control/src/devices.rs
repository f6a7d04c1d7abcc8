//! What lies on the devices of the nodes, as somebody may see it: every part in use, and the names
//! of the workloads that they may see.

use std::collections::BTreeMap;

use domain::{
    ClusterId, Gpus, NodeName, Other, ProjectId,
    access::{Action, Actor, Resource},
};

use crate::{
    ControlPlane, Result, World,
    privacy::{as_other, sees},
};

/// A part of a device in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevicePart {
    pub project: ProjectId,
    /// As the reader may see it.
    pub workload: Other,
    pub portion: Gpus,
}

/// The parts in use of each device, by its index on the node.
pub type Devices = Vec<Vec<DevicePart>>;

impl ControlPlane {
    /// The devices of every node of a cluster.
    pub fn devices(
        &self,
        actor: &Actor,
        world: &World,
        cluster: ClusterId,
    ) -> Result<BTreeMap<NodeName, Devices>> {
        actor.may(Action::Read, Resource::Node(cluster))?;
        let nodes = world.nodes.get(&cluster).into_iter().flat_map(|nodes| nodes.iter());
        let empty = nodes.map(|node| (node.name.clone(), vec![Vec::new(); node.gpus.len()]));
        let mut devices: BTreeMap<NodeName, Devices> = empty.collect();
        for workload in world.live().filter(|workload| workload.cluster == cluster) {
            let Some(on) = workload.placement() else { continue };
            let Some(of_node) = devices.get_mut(&on.node) else { continue };
            let other = as_other(workload).seen_by(sees(actor));
            for gpu in &on.gpus {
                if let Some(device) = of_node.get_mut(gpu.index as usize) {
                    let (project, portion) = (workload.project, gpu.portion);
                    device.push(DevicePart { project, workload: other.clone(), portion });
                }
            }
        }
        Ok(devices)
    }
}
