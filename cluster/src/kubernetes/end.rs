//! Ending a pod within its notice. What leads to it goes with it, for it belongs to the pod.

use std::sync::Arc;

use k8s_openapi::api::core::v1::Pod;
use kube::{
    Api,
    api::{DeleteParams, Preconditions},
};
use tracing::warn;

use super::{board::Doing, driver::Shared, found::Found, link::Link, observe, place::WITHIN};

const NOT_FOUND: u16 = 404;
const CONFLICT: u16 = 409;

/// Asks a pod to end.
pub fn begin(shared: &Arc<Shared>, link: &Link, found: &Found, grace_secs: Option<u64>) {
    let (of, client, found) = (shared.clone(), link.client.clone(), found.clone());
    let detail = observe::detail(&found);
    let pod = found.key;
    let mut board = shared.board();
    let work = tokio::spawn(async move {
        let turn = of.turns.acquire().await;
        let pods: Api<Pod> = Api::namespaced(client, &found.namespace);
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
            Ok(Ok(_)) => {}
        }
        of.board().done(pod);
        of.hint.notify_one();
    });
    board.begin(pod, Doing::Ending, detail, work.abort_handle());
}
