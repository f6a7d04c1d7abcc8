//! Observing: asks each cluster how things are, and takes over what it says. A pod that the cluster
//! does not have is gone.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use cluster::{Changed, Driver, DriverError, DriverEvent, Observed, PodDetail};
use domain::{
    ClusterId, Timestamp, WorkloadId,
    event::{Event, Happening},
    workload::{Observation, Phase, Placement, PodState, Workload},
};
use futures::future::select_all;
use store::Change;

use crate::{Contact, ControlPlane, Error, Live, Result, World, changes::changed, handing};

impl ControlPlane {
    /// Asks every cluster how everything is, also where another one does not answer. Returns how many changes came of it.
    pub async fn observe_once(&self) -> Result<usize> {
        self.observe_all(true).await
    }

    /// Asks every cluster what changed, and those that cannot say how everything is.
    pub async fn observe_changed(&self) -> Result<usize> {
        self.observe_all(false).await
    }

    async fn observe_all(&self, is_whole: bool) -> Result<usize> {
        let clusters: Vec<_> = self.world().clusters.values().cloned().collect();
        let (mut count, mut lost) = (0, None);
        for cluster in clusters {
            let Some(driver) = self.driver(cluster.id) else { continue };
            match self.ask(driver.as_ref(), is_whole).await {
                Ok(told) => {
                    let events: Vec<_> = told.events().iter().map(|event| event.id).collect();
                    count += match told {
                        Told::All(seen) => self.take_over(cluster.id, seen).await?,
                        Told::Changed(changed) => self.take_in(cluster.id, changed).await?,
                    };
                    // Only what is stored need not be told again.
                    driver.acknowledge(&events).await;
                }
                Err(cause) => {
                    self.lost_contact(cluster.id, &cause);
                    lost.get_or_insert(Error::Cluster { cluster: cluster.name, cause });
                }
            }
        }
        lost.map_or(Ok(count), Err)
    }

    async fn ask(
        &self,
        driver: &dyn Driver,
        is_whole: bool,
    ) -> std::result::Result<Told, DriverError> {
        let now = self.now();
        if !is_whole && let Some(changed) = driver.observe_changed(now).await? {
            return Ok(Told::Changed(changed));
        }
        driver.observe(now).await.map(Told::All)
    }

    /// Returns when a cluster hints at news, or after `period`. After a hint the cluster is also told
    /// again what is wanted: what it could not do before, it may now.
    pub(crate) async fn until_something_changed(&self, period: Duration) {
        let clusters: Vec<_> = self.world().clusters.keys().copied().collect();
        let drivers: Vec<_> = clusters.into_iter().filter_map(|id| self.driver(id)).collect();
        if drivers.is_empty() {
            return tokio::time::sleep(period).await;
        }
        let hints = select_all(drivers.iter().map(|driver| driver.changed()));
        if tokio::time::timeout(period, hints).await.is_ok() {
            self.inner.reconciling.wake();
        }
    }

    async fn take_over(&self, cluster: ClusterId, seen: Observed) -> Result<usize> {
        let Observed { nodes, pods, details, events, storage_classes, reaches, abilities, version } =
            seen;
        let last = self.now();
        let was_lost = self.world().silent_since(cluster).is_some();
        let pods_by_id = Arc::new(described(&self.world(), details));
        let details = pods_by_id.clone();
        let known = by_workload(pods);
        let count = self
            .change(move |world, now| {
                let mut changes = Vec::new();
                if world.nodes.get(&cluster).is_none_or(|old| **old != nodes) {
                    changes.push(Change::Nodes(cluster, nodes));
                }
                let of_cluster = world.live().filter(|w| w.cluster == cluster);
                changes.extend(observed(world, of_cluster, &known, &details, now));
                changes.extend(events.into_iter().filter_map(|event| told(world, event)));
                let count = changes.len();
                Ok((changes, count))
            })
            .await?;
        let mut has_moved = false;
        self.update_world(|world| {
            has_moved = world.reached(cluster, reaches);
            world.contact.insert(cluster, Contact::Connected { last, version });
            world.classes.insert(cluster, storage_classes);
            world.abilities.insert(cluster, abilities);
            // Every cluster tells of its own workloads only.
            let others =
                |id: &WorkloadId| world.workloads.get(id).is_some_and(|w| w.cluster != cluster);
            let mut pods: BTreeMap<_, _> = world
                .pods
                .iter()
                .filter(|(id, _)| others(id))
                .map(|(id, p)| (*id, p.clone()))
                .collect();
            pods.extend(pods_by_id.iter().map(|(id, pod)| (*id, pod.clone())));
            world.pods = pods;
            if was_lost {
                world.serial += 1;
            }
        });
        if was_lost {
            let _ = self.inner.live.send(Live::Organisation);
        }
        if was_lost || has_moved {
            self.inner.scheduling.wake();
        }
        Ok(count)
    }

    /// Takes over what changed of some workloads.
    async fn take_in(&self, cluster: ClusterId, changed: Changed) -> Result<usize> {
        let Changed { workloads, pods, details, events } = changed;
        let pods_by_id = Arc::new(described(&self.world(), details));
        let (details, of, known) = (pods_by_id.clone(), workloads.clone(), by_workload(pods));
        let count = self
            .change(move |world, now| {
                let of = of.iter().filter_map(|id| world.workloads.get(id));
                let of = of.filter(|w| w.cluster == cluster && !w.is_deleted());
                let mut changes = observed(world, of, &known, &details, now);
                changes.extend(events.into_iter().filter_map(|event| told(world, event)));
                let count = changes.len();
                Ok((changes, count))
            })
            .await?;
        self.show_pods(&workloads, &pods_by_id);
        Ok(count)
    }

    /// Shows what a cluster said of the pods of these workloads. Where that is shown already, nobody's world is copied for
    /// it.
    fn show_pods(
        &self,
        workloads: &BTreeSet<WorkloadId>,
        told: &BTreeMap<WorkloadId, Arc<PodDetail>>,
    ) {
        let new: Vec<_> = {
            let world = self.world();
            let shown = |id: &WorkloadId| world.pods.get(id).map(Arc::as_ptr);
            workloads.iter().filter(|id| shown(id) != told.get(id).map(Arc::as_ptr)).collect()
        };
        if new.is_empty() {
            return;
        }
        self.update_world(|world| {
            for id in new {
                match told.get(id) {
                    Some(pod) => world.pods.insert(*id, pod.clone()),
                    None => world.pods.remove(id),
                };
            }
        });
    }

    /// Remembers since when a cluster has been silent, and why.
    pub(crate) fn lost_contact(&self, cluster: ClusterId, cause: &DriverError) {
        let (why, is_unwell) = match cause {
            DriverError::Unreachable { why, is_unwell, .. } => (why.clone(), *is_unwell),
            other => (crate::chain(other), true),
        };
        let (old, now) = (self.world().contact.get(&cluster).cloned(), self.now());
        let since = match &old {
            Some(Contact::Lost { since, .. }) => *since,
            Some(Contact::Connected { .. }) | None => now,
        };
        let new = Contact::Lost { since, why, is_unwell };
        if old.as_ref() == Some(&new) {
            return;
        }
        self.update_world(|world| {
            world.contact.insert(cluster, new);
            world.serial += 1;
        });
        let _ = self.inner.live.send(Live::Organisation);
    }
}

/// What a cluster told.
enum Told {
    All(Observed),
    Changed(Changed),
}

impl Told {
    fn events(&self) -> &[DriverEvent] {
        match self {
            Self::All(seen) => &seen.events,
            Self::Changed(changed) => &changed.events,
        }
    }
}

fn by_workload(pods: Vec<Observation>) -> BTreeMap<WorkloadId, Observation> {
    pods.into_iter().map(|seen| (seen.workload, seen)).collect()
}

/// What the cluster says of its pods; of those of which it says the same as before, what is there
/// already.
fn described(world: &World, details: Vec<Arc<PodDetail>>) -> BTreeMap<WorkloadId, Arc<PodDetail>> {
    let one = |detail: Arc<PodDetail>| {
        let old = world.pods.get(&detail.workload).filter(|old| ***old == *detail);
        (detail.workload, old.cloned().unwrap_or(detail))
    };
    details.into_iter().map(one).collect()
}

/// What the cluster's words change about workloads of it.
fn observed<'a>(
    world: &World,
    of: impl Iterator<Item = &'a Arc<Workload>>,
    known: &BTreeMap<WorkloadId, Observation>,
    details: &BTreeMap<WorkloadId, Arc<PodDetail>>,
    now: Timestamp,
) -> Vec<Change> {
    let mut bound = handing::Bound::default();
    let one = |old: &Arc<Workload>| {
        let pod = details.get(&old.id).filter(|pod| pod.generation == old.generation);
        let node = pod.map(|pod| &pod.node).filter(|node| !node.as_str().is_empty());
        let node = node.filter(|_| is_handed_over(old));
        let place = node.and_then(|node| bound.place(world, old, node));
        seen(old, place, known.get(&old.id), now)
    };
    of.filter_map(one).collect()
}

fn is_handed_over(workload: &Workload) -> bool {
    matches!(workload.phase, Phase::HandedOver { .. })
}

/// What is new of a workload; `place` is where another scheduler has put it.
fn seen(
    old: &Arc<Workload>,
    place: Option<Placement>,
    known: Option<&Observation>,
    now: Timestamp,
) -> Option<Change> {
    let generation = old.generation;
    let missing = || Observation {
        workload: old.id,
        generation,
        state: PodState::Gone,
        restarts: old.restarts,
    };
    let current = known.filter(|seen| seen.generation == generation);
    let state = current.map_or(&PodState::Gone, |seen| &seen.state);
    if old.is_told(state, current.map_or(old.restarts, |seen| seen.restarts)) {
        return None;
    }
    let current = current.cloned();
    let seen = match &old.phase {
        // Without a pod there is nothing to wait for.
        Phase::Deleting { placement: None } => missing(),
        _ => current.unwrap_or_else(missing),
    };
    let mut new = (**old).clone();
    let is_bound = place.is_some_and(|place| new.bound(place, now).is_ok());
    (new.observe(&seen, now) || is_bound).then(|| changed(new))
}

/// An event of the cluster as a line of the history, if it is about a workload of ours.
fn told(world: &World, event: DriverEvent) -> Option<Change> {
    let DriverEvent { id, workload, at, event_type, reason, message } = event;
    world.workloads.get(&workload)?;
    let (source, why) = ("cluster".to_owned(), None);
    let what = Happening::Event { event_type, reason, message, source, why };
    Some(Change::Event(Event { id, workload, at, what }))
}
