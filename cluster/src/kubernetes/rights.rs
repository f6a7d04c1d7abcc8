//! What Berth has to be allowed in a cluster: the manifest that grants it, and the question whether it is granted. The
//! manifest is the one that is shipped and that the tests run with.

use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
};
use kube::{Api, Client, api::PostParams};

/// The service account, its roles and their bindings.
pub const MANIFEST: &str = include_str!("../../../deploy/kubernetes/rbac.yaml");

/// What has to be allowed everywhere: group, resource, verbs, and what for.
const NEEDED: [(&str, &str, &[&str], &str); 8] = [
    ("", "nodes", &["list", "watch"], "read the nodes"),
    ("", "pods", &["list", "watch"], "read the pods"),
    ("", "events", &["list", "watch"], "tell why pods do not start"),
    ("", "persistentvolumeclaims", &["list", "watch"], "read the volumes"),
    ("", "persistentvolumes", &["list", "watch"], "know from which nodes volumes can be reached"),
    ("storage.k8s.io", "storageclasses", &["list", "watch"], "offer storage classes"),
    ("", "namespaces", &["get", "create"], "make the namespaces of projects"),
    (
        "rbac.authorization.k8s.io",
        "rolebindings",
        &["create"],
        "give itself its rights in the namespaces of projects",
    ),
];

/// One thing that Berth may not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// `create pods/binding`.
    pub right: String,
    /// What Berth would do with it.
    pub purpose: &'static str,
}

/// Asks for each right whether it is there.
pub async fn missing(client: &Client) -> Result<Vec<Missing>, kube::Error> {
    let reviews: Api<SelfSubjectAccessReview> = Api::all(client.clone());
    let mut missing = Vec::new();
    for (group, resource, verbs, purpose) in NEEDED {
        for verb in verbs {
            let asked =
                reviews.create(&PostParams::default(), &review(group, resource, verb)).await?;
            if !asked.status.is_some_and(|status| status.allowed) {
                missing.push(Missing { right: format!("{verb} {resource}"), purpose });
            }
        }
    }
    Ok(missing)
}

fn review(group: &str, resource: &str, verb: &str) -> SelfSubjectAccessReview {
    let (resource, subresource) = match resource.split_once('/') {
        Some((resource, sub)) => (resource, Some(sub.to_owned())),
        None => (resource, None),
    };
    let attributes = ResourceAttributes {
        group: Some(group.to_owned()),
        resource: Some(resource.to_owned()),
        subresource,
        verb: Some(verb.to_owned()),
        ..ResourceAttributes::default()
    };
    SelfSubjectAccessReview {
        spec: SelfSubjectAccessReviewSpec {
            resource_attributes: Some(attributes),
            ..SelfSubjectAccessReviewSpec::default()
        },
        ..SelfSubjectAccessReview::default()
    }
}
