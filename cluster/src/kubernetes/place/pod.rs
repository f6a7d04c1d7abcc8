//! The pod itself: made, changed, and bound to its node, and never one that is somebody else's.

use domain::{
    NodeName,
    reason::{PlaceTrouble, StartTrouble},
};
use k8s_openapi::api::core::v1::Pod;
use kube::{
    Api, ResourceExt,
    api::{Patch, PatchParams, PostParams},
};
use serde_json::{Value, json};

use super::{
    super::{
        found::{is_gated, node_of},
        labels,
    },
    Done, MANAGER, Placing, Setback, until_told, within,
};
use crate::Place;

const CONFLICT: u16 = 409;

impl Placing<'_> {
    /// Makes the pod, or sets right what Berth keeps of the one that is there.
    pub(super) async fn pod(&self, made: &Pod) -> Done<Pod> {
        let there = self.link.stores.pods.get(&self.order.namespace, &self.order.name);
        if there.is_some_and(|there| self.is_ours(&there)) {
            return self.apply(made).await;
        }
        // Not applied: that would change a pod of somebody else's that the watch has not told of yet.
        let pods: Api<Pod> = self.api();
        let params =
            PostParams { field_manager: Some(MANAGER.to_owned()), ..PostParams::default() };
        match within(async { Ok(pods.create(&params, made).await) }).await? {
            Err(kube::Error::Api(status)) if status.is_already_exists() => {
                self.is_nobody_elses().await?;
                self.apply(made).await
            }
            created => Ok(created?),
        }
    }

    /// A pod of the name that is not Berth's is left alone; one whose labels somebody took away is Berth's all the same.
    async fn is_nobody_elses(&self) -> Done<()> {
        let pods: Api<Pod> = self.api();
        let pod = within(async { Ok(pods.get_opt(&self.order.name).await?) }).await?;
        let pod = pod.ok_or(Setback::Silent)?;
        match pod.managed_fields().iter().any(|of| of.manager.as_deref() == Some(MANAGER)) {
            true => Ok(()),
            false => {
                let answer = format!("pod {}/{}", self.order.namespace, self.order.name);
                Err(Setback::not_started(StartTrouble::NameTaken, answer))
            }
        }
    }

    pub(super) fn is_ours(&self, pod: &Pod) -> bool {
        let cluster = self.shared.settings.cluster;
        let run = pod.metadata.labels.as_ref().and_then(|all| labels::run_of(all, cluster));
        run == Some(self.order.key())
    }

    /// Changes a part of the pod.
    pub(super) async fn patch(&self, of_pod: Value) -> Done<Pod> {
        let pods: Api<Pod> = self.api();
        let (params, patch) = (PatchParams::default(), Patch::Strategic(of_pod));
        within(async { Ok(pods.patch(&self.order.name, &params, &patch).await?) }).await
    }

    /// Puts the pod on its node.
    pub(super) async fn bind(&self, pod: &Pod, node: &NodeName) -> Done<()> {
        let bound = pod.spec.as_ref().and_then(|spec| spec.node_name.clone()).unwrap_or_default();
        if !bound.is_empty() {
            return is_right(&bound, node);
        }
        let binding = json!({
            "apiVersion": "v1", "kind": "Binding",
            // Not another pod of this name that came meanwhile.
            "metadata": { "name": self.order.name, "namespace": self.order.namespace, "uid": pod.uid() },
            "target": { "apiVersion": "v1", "kind": "Node", "name": node.as_str() },
        });
        let pods: Api<Pod> = self.api();
        let params = PostParams::default();
        let asked =
            pods.create_subresource::<_, Value>("binding", &self.order.name, &params, &binding);
        match within(async { Ok(asked.await) }).await? {
            Ok(_) => Ok(()),
            // It is bound already, or another pod by now.
            Err(kube::Error::Api(status)) if status.code == CONFLICT => {
                let there = within(async { Ok(pods.get_opt(&self.order.name).await?) }).await?;
                let there = there.filter(|there| there.uid() == pod.uid());
                match there.and_then(|there| there.spec).and_then(|spec| spec.node_name) {
                    Some(bound) => is_right(&bound, node),
                    None => Err(Setback::Silent),
                }
            }
            Err(wrong) => Err(wrong.into()),
        }
    }

    /// Waits until the watch tells of it, so that nobody thinks that it is not there.
    pub(super) async fn told(&self, pod: &Pod) {
        let is_there = || {
            let told = self.link.stores.pods.get(&self.order.namespace, &self.order.name);
            told.is_some_and(|told| {
                let is_done = match self.order.place {
                    Place::Chosen(_) => node_of(&told).is_some(),
                    Place::LeftTo(_) => !is_gated(&told),
                };
                told.uid() != pod.uid() || is_done
            })
        };
        until_told(is_there).await;
    }
}

fn is_right(bound: &str, node: &NodeName) -> Done<()> {
    if bound == node.as_str() {
        return Ok(());
    }
    Err(Setback::lost(node, PlaceTrouble::Moved, bound.to_owned()))
}
