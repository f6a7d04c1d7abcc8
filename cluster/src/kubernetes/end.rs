//! Ending a pod within its notice. What leads to it goes with it, for it belongs to the pod.

use std::sync::Arc;

use k8s_openapi::api::core::v1::Pod;
use kube::{
    Api, ResourceExt,
    api::{DeleteParams, Preconditions},
};
use tracing::warn;

use super::{
    board::Doing,
    driver::Shared,
    found::Found,
    link::Link,
    place::{WITHIN, until_told},
};

const NOT_FOUND: u16 = 404;
const CONFLICT: u16 = 409;

/// Asks a pod to end.
pub fn begin(shared: &Arc<Shared>, link: &Arc<Link>, found: &Arc<Found>, grace_secs: Option<u64>) {
    let (of, link, found) = (shared.clone(), link.clone(), found.clone());
    let (pod, detail) = (found.key, found.detail.clone());
    let mut board = shared.board();
    let work = tokio::spawn(async move {
        let turn = of.turns.acquire().await;
        let pods: Api<Pod> = Api::namespaced(link.client.clone(), &found.namespace);
        let params = DeleteParams {
            grace_period_seconds: grace_secs.and_then(|secs| u32::try_from(secs).ok()),
            // Not another pod of this name that came meanwhile.
            preconditions: Some(Preconditions {
                uid: Some(found.uid.clone()),
                resource_version: None,
            }),
            ..DeleteParams::default()
        };
        let asked = tokio::time::timeout(WITHIN, pods.delete(&found.name, &params)).await;
        drop(turn);
        match asked {
            Ok(Err(kube::Error::Api(status))) if matches!(status.code, NOT_FOUND | CONFLICT) => {}
            // It is found again at the next look, and asked again.
            Ok(Err(wrong)) => warn!(pod = found.name, "could not end a pod: {wrong}"),
            Err(_) => warn!(pod = found.name, "could not end a pod: the cluster does not answer"),
            Ok(Ok(_)) => told(&link, &found).await,
        }
        of.board().done(pod);
        of.hints.of(pod.workload);
    });
    board.begin(pod, Doing::Ending, detail, work.abort_handle());
}

/// Waits until the watch tells of it, so that nobody asks once more.
async fn told(link: &Link, found: &Found) {
    let goes_on = || {
        let there = link.stores.pods.get(&found.namespace, &found.name);
        let there = there.filter(|there| there.uid() == found.pod.uid());
        there.is_some_and(|there| there.metadata.deletion_timestamp.is_none())
    };
    until_told(|| !goes_on()).await;
}
