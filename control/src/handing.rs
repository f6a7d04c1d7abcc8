//! Clusters whose pods another scheduler binds: what waits is handed over as it is, and where it was put is taken over.
//! Berth's queues, quotas and preemption have no part in that.

use cluster::{LabelIs, LeftTo};
use domain::{
    ClusterId, Gpus, NodeName, NodePoolName, Timestamp,
    node::{Node, NodePool},
    org::Project,
    submission::GpuRequest,
    workload::{PlacedGpu, Placement, Workload, WrongPhase},
};
use store::Change;

use crate::{World, changes::changed};

/// What waits for a node, each as it is once it was handed over.
pub(crate) fn hand_over(
    world: &World,
    cluster: ClusterId,
    scheduler: &str,
    now: Timestamp,
) -> Vec<Change> {
    led_on(world, cluster, |workload| workload.hand_over(scheduler, now))
}

/// What has not begun to run, each as it is once another scheduler is to find its place.
pub(crate) fn taken_back(world: &World, cluster: ClusterId, now: Timestamp) -> Vec<Change> {
    led_on(world, cluster, |workload| workload.take_back(now))
}

/// The workloads of a cluster that may take a step, each as it is after it.
fn led_on(
    world: &World,
    cluster: ClusterId,
    step: impl Fn(&mut Workload) -> Result<(), WrongPhase>,
) -> Vec<Change> {
    let of_cluster = world.live().filter(|w| w.cluster == cluster);
    let led = of_cluster.filter_map(|old| {
        let mut new = (**old).clone();
        step(&mut new).ok()?;
        Some(changed(new))
    });
    led.collect()
}

/// Who binds the pods of a project, and on which nodes; `None` where Berth does. `named` are the node pools of a
/// submission.
pub fn left_to(world: &World, project: &Project, named: &[NodePoolName]) -> Option<LeftTo> {
    let scheduler = world.clusters.get(&project.cluster)?.scheduler.clone()?;
    let all: Vec<&NodePool> = world.pools_of(project.cluster).collect();
    let of_name = |name: &NodePoolName| all.iter().find(|pool| pool.name == *name);
    let named = project.pools_for(named).iter().filter_map(of_name);
    let pools: Vec<_> = named.map(|pool| labels(pool, &all)).collect();
    // The pool of every node is no condition; to Kubernetes, a term without any fits no node.
    let pools = if pools.iter().any(Vec::is_empty) { vec![] } else { pools };
    Some(LeftTo { scheduler, pools, node: None })
}

/// The label of a pool's nodes; those of the default pool have no other pool's, and where there is no other, any.
fn labels(pool: &NodePool, all: &[&NodePool]) -> Vec<LabelIs> {
    let label = |(key, value): &(String, String), is| LabelIs {
        key: key.clone(),
        value: value.clone(),
        is,
    };
    match &pool.label {
        Some(own) => vec![label(own, true)],
        None => {
            all.iter().filter_map(|other| other.label.as_ref()).map(|of| label(of, false)).collect()
        }
    }
}

/// Places that are taken over in one look, each beside those before it.
#[derive(Debug, Default)]
pub(crate) struct Bound(Vec<Placement>);

impl Bound {
    /// What a pod holds on the node to which another scheduler has bound it. Which devices, the cluster does not say:
    /// they are the first that have room.
    pub fn place(
        &mut self,
        world: &World,
        workload: &Workload,
        on: &NodeName,
    ) -> Option<Placement> {
        let node = world.nodes.get(&workload.cluster)?.iter().find(|node| node.name == *on)?;
        let pools: Vec<_> = world.pools_of(workload.cluster).cloned().collect();
        let pool = node.pool(&pools)?.name.clone();
        let of_cluster = world.live().filter(|w| w.cluster == workload.cluster);
        let there = of_cluster.filter_map(|w| w.placement()).chain(&self.0);
        let gpus = devices(workload.spec.pod.gpu, node, there);
        let placement = Placement { pool, node: node.name.clone(), gpus };
        self.0.push(placement.clone());
        Some(placement)
    }
}

/// The first devices of a node that have room for a request beside the placements that are there; where none has, the
/// first ones.
fn devices<'a>(
    request: GpuRequest,
    node: &Node,
    there: impl Iterator<Item = &'a Placement>,
) -> Vec<PlacedGpu> {
    let whole = Gpus::whole(1);
    let portion = node.gpus.first().map_or(Gpus::ZERO, |device| request.per_device(device.memory));
    let portion = portion.min(whole);
    let mut free = vec![whole; node.gpus.len()];
    let others = node.taken.gpus.iter().map(|index| (*index, whole));
    let ours = there.filter(|place| place.node == node.name).flat_map(|place| &place.gpus);
    for (index, taken) in others.chain(ours.map(|gpu| (gpu.index, gpu.portion))) {
        if let Some(left) = free.get_mut(index as usize) {
            *left = Gpus(left.0 - taken.0);
        }
    }
    let mut all: Vec<_> = (0_u32..).zip(free).collect();
    all.sort_by_key(|(_, left)| *left < portion);
    let chosen = all.into_iter().take(request.devices() as usize);
    chosen.map(|(index, _)| PlacedGpu { index, portion }).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::{
        Cores, MemoryBytes,
        node::{GpuDevice, Readiness, Taken},
    };

    use super::*;

    #[test]
    fn a_pod_gets_the_first_devices_with_room() {
        let device = GpuDevice { kind: "A100".into(), memory: MemoryBytes::gib(80) };
        let node = Node {
            name: "n".into(),
            labels: BTreeMap::new(),
            taints: vec![],
            ready: Readiness::Ready,
            gpus: vec![device; 4],
            cpu: Cores(0),
            memory: MemoryBytes(0),
            extended: BTreeMap::new(),
            taken: Taken { gpus: vec![3], ..Taken::default() },
            created_at: Timestamp::default(),
        };
        let place = |node: &str, gpus| Placement {
            pool: "default".parse().unwrap(),
            node: node.into(),
            gpus,
        };
        let part = |percent: i64| Gpus(percent * 10_000);
        let mut there = vec![place("other", vec![PlacedGpu { index: 0, portion: part(100) }])];
        let asked = [
            GpuRequest::Portion { devices: 1, portion: part(60) },
            GpuRequest::Whole { devices: 1 },
            GpuRequest::Portion { devices: 1, portion: part(30) },
            GpuRequest::Memory { devices: 2, memory: MemoryBytes::gib(40) },
            GpuRequest::None,
        ];
        let told = asked.map(|request| {
            let gpus = devices(request, &node, there.iter());
            let told: Vec<_> = gpus.iter().map(|gpu| (gpu.index, gpu.portion.as_f64())).collect();
            there.push(place("n", gpus));
            format!("{told:?}")
        });
        insta::assert_snapshot!(told.join("\n"), @r"
        [(0, 0.6)]
        [(1, 1.0)]
        [(0, 0.3)]
        [(2, 0.500123), (0, 0.500123)]
        []
        ");
    }
}
