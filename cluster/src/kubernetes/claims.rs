//! The claims of a pod: made where they are not there, told their node where they wait for one, removed with their
//! workload.

use std::{collections::BTreeSet, time::Duration};

use domain::{ClusterId, NodeName, WorkloadId, reason::StartTrouble};
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use kube::{
    Api, Client, ResourceExt,
    api::{DeleteParams, Patch, PatchParams, PostParams},
    runtime::reflector::ObjectRef,
};
use serde_json::json;

use super::{
    labels::{self, CLUSTER},
    link::Link,
    place::{Setback, WITHIN},
    stores::Stores,
};

/// What a claim is told that waits for the first pod that uses it.
const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";
const CONFLICT: u16 = 409;
const NOT_FOUND: u16 = 404;
/// How long a volume may take to be bound before somebody is told.
const BOUND_WITHIN: Duration = Duration::from_secs(10);

/// Makes a claim. One that the workload has already keeps its data; somebody else's is left alone.
pub async fn make(
    link: &Link,
    namespace: &str,
    claim: &PersistentVolumeClaim,
) -> Result<(), Setback> {
    let name = claim.name_any();
    let known = ObjectRef::<PersistentVolumeClaim>::new(&name).within(namespace);
    let workload = |claim: &PersistentVolumeClaim| labels::workload_of(claim.labels());
    if let Some(there) = link.stores.claims.get(&known) {
        return match workload(&there) == workload(claim) {
            true => Ok(()),
            false => Err(Setback::not_started(
                StartTrouble::NameTaken,
                format!("volume claim {namespace}/{name}"),
            )),
        };
    }
    let claims: Api<PersistentVolumeClaim> = Api::namespaced(link.client.clone(), namespace);
    match claims.create(&PostParams::default(), claim).await {
        Ok(_) => Ok(()),
        // The watch has not told of it yet.
        Err(kube::Error::Api(status)) if status.code == CONFLICT => Err(Setback::Silent),
        Err(wrong) => Err(wrong.into()),
    }
}

/// The names of the claims that a pod mounts.
pub fn of(pod: &Pod) -> Vec<String> {
    let volumes = pod.spec.iter().flat_map(|spec| spec.volumes.iter().flatten());
    let named = volumes.filter_map(|volume| {
        let made = volume.ephemeral.as_ref().map(|_| format!("{}-{}", pod.name_any(), volume.name));
        let there = volume.persistent_volume_claim.as_ref();
        made.or_else(|| there.map(|claim| claim.claim_name.clone()))
    });
    named.collect()
}

pub fn is_bound(claim: &PersistentVolumeClaim) -> bool {
    claim.status.as_ref().and_then(|status| status.phase.as_deref()) == Some("Bound")
}

/// Tells a claim on which node its volume is needed.
pub async fn choose(
    client: &Client,
    namespace: &str,
    name: &str,
    node: &NodeName,
) -> Result<(), Setback> {
    let claims: Api<PersistentVolumeClaim> = Api::namespaced(client.clone(), namespace);
    let patch = json!({ "metadata": { "annotations": { SELECTED_NODE: node.as_str() } } });
    match claims.patch(name, &PatchParams::default(), &Patch::Merge(patch)).await {
        Ok(_) => Ok(()),
        // One of the pod's own is made a moment after the pod.
        Err(kube::Error::Api(status)) if status.code == NOT_FOUND => Ok(()),
        Err(wrong) => Err(wrong.into()),
    }
}

/// Waits until a claim is bound; false where that takes longer.
pub async fn until_bound(stores: &Stores, namespace: &str, name: &str) -> bool {
    let claim = ObjectRef::<PersistentVolumeClaim>::new(name).within(namespace);
    let until = tokio::time::Instant::now() + BOUND_WITHIN;
    loop {
        if stores.claims.get(&claim).as_deref().is_some_and(is_bound) {
            return true;
        }
        if tokio::time::Instant::now() > until {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Removes the claims of workloads that are gone.
pub async fn sweep(link: &Link, cluster: ClusterId, kept: &BTreeSet<WorkloadId>) {
    let of = cluster.to_string();
    let is_over = |claim: &PersistentVolumeClaim| {
        let is_ours = claim.labels().get(CLUSTER) == Some(&of);
        let workload = labels::workload_of(claim.labels());
        // Those of a pod's own go with the pod.
        let is_own = claim.metadata.owner_references.is_none();
        let is_ending = claim.metadata.deletion_timestamp.is_some();
        is_ours
            && is_own
            && !is_ending
            && workload.is_some_and(|workload| !kept.contains(&workload))
    };
    for claim in link.stores.claims.state_filter(is_over) {
        let namespace = claim.namespace().unwrap_or_default();
        let claims: Api<PersistentVolumeClaim> = Api::namespaced(link.client.clone(), &namespace);
        let (name, params) = (claim.name_any(), DeleteParams::default());
        let asked = tokio::time::timeout(WITHIN, claims.delete(&name, &params)).await;
        // It is found again at the next look.
        match asked {
            Ok(Ok(_)) => {}
            Ok(Err(wrong)) => tracing::warn!(claim = name, "could not remove a volume: {wrong}"),
            Err(_) => return tracing::warn!(claim = name, "could not remove a volume in time"),
        }
    }
}
