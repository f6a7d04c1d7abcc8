//! Reconciling: tells each cluster's driver the whole set of pods that are wanted, again and again.

use std::{
    cell::{LazyCell, RefCell},
    collections::BTreeMap,
    sync::{Arc, MutexGuard, PoisonError},
};

use cluster::{DesiredPod, LeftTo, Place, SharedClaim, Wanted};
use domain::{
    ClusterId, WorkloadId,
    org::Project,
    workload::{Phase, Placement, Workload},
};

use crate::{
    ControlPlane, Error, Inner, Result, World, entrusted::Entrusted, handing, manifest::promised,
    variables::BuiltIn,
};

impl ControlPlane {
    /// Tells every driver what is wanted, also where another one does not answer.
    pub async fn reconcile_once(&self) -> Result<usize> {
        self.reload_once().await?;
        // Another Berth that took the database over tells the clusters what is wanted.
        self.heed(self.inner.store.hold().await)?;
        let (world, mut lost) = (self.world(), None);
        for cluster in world.clusters.values() {
            let Some(driver) = self.driver(cluster.id) else { continue };
            let of_cluster = world.live().filter(|workload| workload.cluster == cluster.id);
            driver.keep(&of_cluster.map(|workload| workload.id).collect()).await;
            let desired =
                self.inner.orders().entry(cluster.id).or_default().again(&world, cluster.id);
            if let Err(cause) = driver.apply(&desired, self.now()).await {
                self.lost_contact(cluster.id, &cause);
                lost.get_or_insert(Error::Cluster { cluster: cluster.name.clone(), cause });
            }
        }
        lost.map_or(Ok(0), Err)
    }
}

impl Inner {
    fn orders(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The orders of each cluster, as they were given last.
pub(crate) type Orders = BTreeMap<ClusterId, Given>;

/// The orders of one cluster. Only those are made anew whose workload is another than it was; where something around
/// workloads has changed, all of them.
#[derive(Debug, Default)]
pub(crate) struct Given {
    around: u64,
    orders: BTreeMap<WorkloadId, Order>,
}

/// What a workload, as it was, comes to.
#[derive(Debug)]
struct Order {
    of: Arc<Workload>,
    /// None where it wants no pod.
    pod: Option<Arc<DesiredPod>>,
}

impl Given {
    /// Every pod that a cluster should have, or should be ending.
    fn again(&mut self, world: &World, cluster: ClusterId) -> Vec<Arc<DesiredPod>> {
        let mut old = std::mem::take(&mut self.orders);
        if self.around != world.around {
            old.clear();
        }
        self.around = world.around;
        let entrusted = LazyCell::new(|| RefCell::new(Entrusted::of(world)));
        let of_cluster = world.workloads.values().filter(|w| w.cluster == cluster);
        let orders = of_cluster.map(|workload| {
            let same = old.remove(&workload.id).filter(|old| Arc::ptr_eq(&old.of, workload));
            let new = || {
                let pod = desired(world, &mut entrusted.borrow_mut(), workload);
                Order { of: workload.clone(), pod: pod.map(Arc::new) }
            };
            (workload.id, same.unwrap_or_else(new))
        });
        self.orders = orders.collect();
        self.orders.values().filter_map(|order| order.pod.clone()).collect()
    }
}

/// The pod that a workload should have, or should be ending.
fn desired(
    world: &World,
    entrusted: &mut Entrusted<'_>,
    workload: &Workload,
) -> Option<DesiredPod> {
    let project = world.projects.get(&workload.project)?;
    let (placement, wanted) = wanted(workload)?;
    let secrets = entrusted.used_by(workload);
    let place = place(world, project, workload, placement)?;
    let shared = shared(world, workload);
    Some(DesiredPod { secrets, shared, ..pod(workload, project, place, wanted) })
}

/// The claims that its data volumes show.
fn shared(world: &World, workload: &Workload) -> Vec<SharedClaim> {
    let named = workload.spec.submission.data_volumes().into_iter();
    named.filter_map(|(_, volume)| world.shared_claim(volume)).collect()
}

/// Who finds its node: Berth has, or another scheduler does.
fn place(
    world: &World,
    project: &Project,
    workload: &Workload,
    placement: Option<&Placement>,
) -> Option<Place> {
    let Some(left_to) = handing::left_to(world, project, &workload.spec.node_pools) else {
        return placement.cloned().map(Place::Chosen);
    };
    let node = placement.map(|placement| placement.node.clone());
    Some(Place::LeftTo(LeftTo { node, ..left_to }))
}

/// Where its pod is to be, as far as that is known, and what it is to do there.
fn wanted(workload: &Workload) -> Option<(Option<&Placement>, Wanted)> {
    let grace_secs = workload.spec.grace_period_secs.unsigned_abs();
    match &workload.phase {
        Phase::Initializing { placement, .. }
        | Phase::Running { placement }
        | Phase::Degraded { placement, .. } => Some((Some(placement), Wanted::Running)),
        Phase::HandedOver { .. } => Some((None, Wanted::Running)),
        Phase::Stopping { placement, .. } | Phase::Deleting { placement: Some(placement) } => {
            Some((Some(placement), Wanted::Ending { grace_secs }))
        }
        Phase::Creating | Phase::Pending { .. } | Phase::Resuming => None,
        Phase::Stopped { .. } | Phase::Deleting { placement: None } => None,
        Phase::Failed { .. } | Phase::Completed => None,
    }
}

fn pod(workload: &Workload, project: &Project, place: Place, wanted: Wanted) -> DesiredPod {
    let (project_name, name) = (project.name.to_string(), workload.name.to_string());
    let built_in = BuiltIn {
        project: &project_name,
        name: &name,
        id: Some(workload.id),
        gpus: match &place {
            Place::Chosen(placement) => Some(placement.gpu_total()),
            Place::LeftTo(_) => promised(workload.spec.pod.gpu),
        },
        // Where another scheduler chooses, the pod finds out when it starts.
        node: match &place {
            Place::Chosen(placement) => Some(&placement.node),
            Place::LeftTo(_) => None,
        },
    };
    DesiredPod {
        workload: workload.id,
        generation: workload.generation,
        namespace: project.namespace(),
        name: format!("{}-{}", workload.name, workload.generation),
        wanted,
        env: built_in.variables(),
        place,
        submission: workload.spec.submission.clone(),
        request: workload.spec.pod.clone(),
        backoff_limit: workload.spec.backoff_limit,
        secrets: vec![],
        shared: vec![],
    }
}
