//! Data volumes: the claim of another project's namespace, given to pods of this one, read-only. A second persistent volume
//! leads to the same storage, and a claim in the pod's own namespace is bound to it; both go when no pod needs them.

use std::{collections::BTreeSet, sync::Arc};

use domain::{ClusterId, reason::StartTrouble};
use k8s_openapi::{
    api::core::v1::{
        ObjectReference, PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimSpec,
        PersistentVolumeSpec, VolumeResourceRequirements,
    },
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};
use kube::{
    Api, Resource, ResourceExt,
    api::{DeleteParams, ListParams, PostParams},
    runtime::reflector::ObjectRef,
};
use serde::de::DeserializeOwned;
use tracing::warn;

use super::{
    claims,
    labels::{CLUSTER, DATA_VOLUME},
    link::Link,
    manifest,
    place::{Setback, WITHIN},
};
use crate::{DesiredPod, SharedClaim};

/// So many requests it takes at most, one after the other.
pub const REQUESTS_MAX: u32 = 3;
const CONFLICT: u16 = 409;
/// Nothing of the storage goes with a volume that only shows it.
const RETAIN: &str = "Retain";
/// Modes in which several nodes may have a volume at a time.
const BY_MANY: [&str; 2] = ["ReadOnlyMany", "ReadWriteMany"];

/// Makes the claim through which the pods of a namespace mount a data volume, where it is not there yet.
pub async fn make(
    link: &Link,
    cluster: ClusterId,
    namespace: &str,
    of: &SharedClaim,
) -> Result<(), Setback> {
    let name = manifest::data_volume(&of.volume.to_string());
    let known = ObjectRef::<PersistentVolumeClaim>::new(&name).within(namespace);
    if let Some(there) = link.stores.claims.get(&known) {
        return match is_ours(&*there, cluster) {
            // One that goes is made again once it is gone.
            true if there.metadata.deletion_timestamp.is_some() => Err(Setback::Silent),
            true => Ok(()),
            false => Err(Setback::not_started(
                StartTrouble::NameTaken,
                format!("volume claim {namespace}/{name}"),
            )),
        };
    }
    let origin = origin(link, of).await?;
    let (volume, claim) = copy(&origin, cluster, namespace, of).map_err(unusable)?;
    let volumes: Api<PersistentVolume> = Api::all(link.client.clone());
    made(volumes.create(&PostParams::default(), &volume).await, || {
        // One that was bound before is of no use any more; `sweep` takes it away.
        let there = link.stores.volumes.get(&ObjectRef::new(&volume.name_any()));
        there.is_some_and(|there| is_ours(&*there, cluster) && !was_bound(&there))
    })?;
    let claims: Api<PersistentVolumeClaim> = Api::namespaced(link.client.clone(), namespace);
    made(claims.create(&PostParams::default(), &claim).await, || false)
}

/// Takes it well that something is there already, where that is as good.
fn made<K>(asked: kube::Result<K>, is_as_good: impl Fn() -> bool) -> Result<(), Setback> {
    match asked {
        Ok(_) => Ok(()),
        Err(kube::Error::Api(status)) if status.code == CONFLICT => {
            if is_as_good() {
                Ok(())
            } else {
                Err(Setback::Silent)
            }
        }
        Err(wrong) => Err(wrong.into()),
    }
}

fn unusable(why: String) -> Setback {
    Setback::not_started(StartTrouble::DataVolume, why)
}

/// The volume behind the claim that is shown, whole.
async fn origin(link: &Link, of: &SharedClaim) -> Result<PersistentVolume, Setback> {
    let called = format!("claim {}/{}", of.namespace, of.claim);
    let known = ObjectRef::<PersistentVolumeClaim>::new(&of.claim).within(&of.namespace);
    let claim = link.stores.claims.get(&known);
    let claim = claim.ok_or_else(|| unusable(format!("{called} is not there")))?;
    let bound = claim.spec.as_ref().and_then(|spec| spec.volume_name.clone());
    let bound = bound.filter(|_| claims::is_bound(&claim));
    let bound = bound.ok_or_else(|| unusable(format!("{called} is not bound yet")))?;
    // What Berth keeps of volumes is less; to list one needs no right more than to watch all.
    let volumes: Api<PersistentVolume> = Api::all(link.client.clone());
    let named = ListParams::default().fields(&format!("metadata.name={bound}"));
    let found = volumes.list(&named).await?.items.into_iter().next();
    found.ok_or_else(|| unusable(format!("{called} has lost its volume")))
}

/// A volume that leads to the same storage and cannot be written through, and its claim.
///
/// # Errors
///
/// Why this volume cannot be shown elsewhere.
fn copy(
    origin: &PersistentVolume,
    cluster: ClusterId,
    namespace: &str,
    of: &SharedClaim,
) -> Result<(PersistentVolume, PersistentVolumeClaim), String> {
    let called = format!("volume {}", origin.name_any());
    let mut spec = origin.spec.clone().unwrap_or_default();
    let modes = spec.access_modes.take().unwrap_or_default();
    let modes: Vec<_> = modes.into_iter().filter(|m| BY_MANY.contains(&m.as_str())).collect();
    if modes.is_empty() {
        return Err(format!("{called} can be had by one node at a time only"));
    }
    if !only_read(&mut spec) {
        return Err(format!("{called} is of a kind that cannot be given read-only"));
    }
    let claim = manifest::data_volume(&of.volume.to_string());
    let meta = |name: String| ObjectMeta {
        name: Some(name),
        labels: Some(
            [(CLUSTER, cluster.to_string()), (DATA_VOLUME, of.volume.to_string())]
                .map(|(key, value)| (key.to_owned(), value))
                .into(),
        ),
        ..ObjectMeta::default()
    };
    spec.claim_ref = Some(ObjectReference {
        api_version: Some("v1".into()),
        kind: Some("PersistentVolumeClaim".into()),
        namespace: Some(namespace.to_owned()),
        name: Some(claim.clone()),
        ..ObjectReference::default()
    });
    spec.persistent_volume_reclaim_policy = Some(RETAIN.to_owned());
    // A claim that names no class gets the cluster's own.
    let class = spec.storage_class_name.clone().unwrap_or_default();
    spec.storage_class_name = Some(class.clone());
    spec.access_modes = Some(modes.clone());
    let volume_name = format!("{claim}.{namespace}");
    let claim_spec = PersistentVolumeClaimSpec {
        access_modes: Some(modes),
        storage_class_name: Some(class),
        volume_mode: spec.volume_mode.clone(),
        volume_name: Some(volume_name.clone()),
        resources: Some(VolumeResourceRequirements {
            requests: spec.capacity.clone(),
            ..VolumeResourceRequirements::default()
        }),
        ..PersistentVolumeClaimSpec::default()
    };
    let mut of_namespace = meta(claim);
    of_namespace.namespace = Some(namespace.to_owned());
    Ok((
        PersistentVolume { metadata: meta(volume_name), spec: Some(spec), status: None },
        PersistentVolumeClaim { metadata: of_namespace, spec: Some(claim_spec), status: None },
    ))
}

/// Sets what keeps everybody from writing through a volume; false where its kind has nothing of the sort. What a pod
/// says of its mounts would not be enough: another pod may say something else.
fn only_read(spec: &mut PersistentVolumeSpec) -> bool {
    let all = [
        spec.csi.as_mut().map(|of| &mut of.read_only),
        spec.nfs.as_mut().map(|of| &mut of.read_only),
        spec.iscsi.as_mut().map(|of| &mut of.read_only),
        spec.fc.as_mut().map(|of| &mut of.read_only),
    ];
    let found = all.into_iter().flatten().next();
    found.map(|only_read| *only_read = Some(true)).is_some()
}

/// Takes away what shows data volumes to namespaces in which nobody needs them any more.
pub async fn sweep(link: &Link, cluster: ClusterId, desired: &[Arc<DesiredPod>]) {
    let needed = desired.iter().flat_map(|pod| {
        pod.shared
            .iter()
            .map(|of| (pod.namespace.clone(), manifest::data_volume(&of.volume.to_string())))
    });
    let needed: BTreeSet<(String, String)> = needed.collect();
    let is_over = |claim: (String, String)| !needed.contains(&claim);
    let claims = link.stores.claims.state_filter(|claim| {
        is_ours(claim, cluster)
            && claim.metadata.deletion_timestamp.is_none()
            && is_over((claim.namespace().unwrap_or_default(), claim.name_any()))
    });
    for claim in claims {
        let namespace = claim.namespace().unwrap_or_default();
        remove(Api::<PersistentVolumeClaim>::namespaced(link.client.clone(), &namespace), &*claim)
            .await;
    }
    let volumes = link.stores.volumes.state_filter(|volume| {
        let shown = shown_to(volume);
        // One whose claim is gone can have no other.
        let is_left = was_bound(volume)
            && shown.clone().is_none_or(|(namespace, name)| {
                let claim = ObjectRef::<PersistentVolumeClaim>::new(&name).within(&namespace);
                link.stores.claims.get(&claim).is_none()
            });
        is_ours(volume, cluster)
            && volume.metadata.deletion_timestamp.is_none()
            && (is_left || shown.is_none_or(is_over))
    });
    for volume in volumes {
        remove(Api::<PersistentVolume>::all(link.client.clone()), &*volume).await;
    }
}

async fn remove<K>(api: Api<K>, object: &K)
where
    K: Resource<DynamicType = ()> + Clone + std::fmt::Debug + DeserializeOwned,
{
    let (name, params) = (object.name_any(), DeleteParams::default());
    // It is found again at the next look.
    match tokio::time::timeout(WITHIN, api.delete(&name, &params)).await {
        Ok(Ok(_)) => {}
        Ok(Err(wrong)) => warn!(name, "could not remove what shows a data volume: {wrong}"),
        Err(_) => warn!(name, "could not remove what shows a data volume in time"),
    }
}

/// Namespace and name of the claim that a volume is for.
fn shown_to(volume: &PersistentVolume) -> Option<(String, String)> {
    let claim = volume.spec.as_ref()?.claim_ref.clone()?;
    Some((claim.namespace?, claim.name?))
}

/// Whether a claim had it.
fn was_bound(volume: &PersistentVolume) -> bool {
    let claim = volume.spec.as_ref().and_then(|spec| spec.claim_ref.as_ref());
    claim.is_some_and(|claim| claim.uid.is_some())
}

fn is_ours<K: Resource>(object: &K, cluster: ClusterId) -> bool {
    let labels = object.labels();
    labels.contains_key(DATA_VOLUME) && labels.get(CLUSTER) == Some(&cluster.to_string())
}

#[cfg(test)]
#[path = "shared_tests.rs"]
mod tests;
