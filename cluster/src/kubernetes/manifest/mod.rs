//! From a workspace to the objects of Kubernetes: one pure function. They are those of a namespace under the Pod
//! Security Standard *restricted*, unless the submission says otherwise; nothing reaches the pod but what its tools
//! open. Fields and their meaning: `form-and-assets.md` §4, and `scheduling-and-organisation.md` §6.1 for parts of GPUs.

mod environment;
mod fetch;
mod mounts;
mod names;
mod pod;
mod reach;
mod secret;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use domain::org::SCHEDULER;
use domain::submission::{PodRequest, Submission, kept, words::OpenQuote};
use k8s_openapi::{
    api::{
        core::v1::{PersistentVolumeClaim, Pod, Service},
        networking::v1::NetworkPolicy,
    },
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::LeftTo;

pub use fetch::Images;
pub use mounts::claim_name;
pub use names::data_volume;
pub use secret::secret;

/// Another scheduler leaves a pod alone while this gate stands: until everything is there that the pod needs.
pub const GATE: &str = "berth.dev/complete";

/// A workspace that is to be in a cluster.
#[derive(Clone, Copy, Debug)]
pub struct Workspace<'a> {
    pub namespace: &'a str,
    /// Of the workspace, and of everything that belongs to it.
    pub name: &'a str,
    /// Of the pod of this run.
    pub pod: &'a str,
    pub submission: &'a Submission,
    pub request: &'a PodRequest,
    /// The built-in variables whose values are known beforehand (`form-and-assets.md` §15.2).
    pub env: &'a [(String, String)],
    /// Who binds its pod, where Berth does not.
    pub left_to: Option<&'a LeftTo>,
    /// On every object, beside [`names::labels`]: by what it is found again.
    pub tags: &'a [(String, String)],
}

/// The objects of a workspace, in the order in which they are made.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Objects {
    pub claims: Vec<PersistentVolumeClaim>,
    pub services: Vec<Service>,
    pub policy: NetworkPolicy,
    pub pod: Pod,
}

/// The objects of a workspace; fails where its command line cannot be taken apart.
pub fn objects(workspace: &Workspace<'_>, images: &Images) -> Result<Objects, OpenQuote> {
    Ok(Objects {
        claims: mounts::claims(workspace),
        services: reach::services(workspace),
        policy: reach::policy(workspace),
        pod: pod::pod(workspace, images)?,
    })
}

impl Objects {
    /// Each with its kind, as `kubectl apply` takes them.
    pub fn documents(&self) -> Vec<Value> {
        let core = |kind, object: Value| typed("v1", kind, object);
        let claims = self.claims.iter().map(|one| core("PersistentVolumeClaim", json!(one)));
        let services = self.services.iter().map(|one| core("Service", json!(one)));
        let policy = typed("networking.k8s.io/v1", "NetworkPolicy", json!(self.policy));
        let pod = core("Pod", json!(self.pod));
        claims.chain(services).chain([policy, pod]).collect()
    }
}

fn typed(version: &str, kind: &str, mut object: Value) -> Value {
    object["apiVersion"] = version.into();
    object["kind"] = kind.into();
    object
}

impl Workspace<'_> {
    fn meta(&self, name: String) -> ObjectMeta {
        ObjectMeta {
            name: Some(name),
            namespace: Some(self.namespace.to_owned()),
            labels: Some(names::labels(self)),
            ..ObjectMeta::default()
        }
    }

    /// What selects the pod of this workspace.
    fn selector(&self) -> BTreeMap<String, String> {
        BTreeMap::from([(names::INSTANCE.to_owned(), self.name.to_owned())])
    }
}
