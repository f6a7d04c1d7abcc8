//! What Berth has to be allowed in a cluster: the manifest that grants it, and the question whether it is granted. The
//! manifest is the one that is shipped and that the tests run with.

use domain::abilities::{Right, Shortcoming};
use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
};
use kube::{Api, Client, api::PostParams};

/// The service account, its roles and their bindings.
pub const MANIFEST: &str = include_str!("../../../deploy/kubernetes/rbac.yaml");

/// What Berth needs besides where data volumes are shared with other namespaces. Whoever makes volumes can reach much of a
/// cluster's storage, so that it is for an administrator to want this.
pub const DATA_VOLUMES: &str = include_str!("../../../deploy/kubernetes/data-volumes.yaml");
/// What grants it.
pub const GRANT_DATA_VOLUMES: &str =
    "`berth cluster kubernetes manifest --data-volumes | kubectl apply -f -`";

/// What grants all that Berth needs otherwise.
pub const GRANTS: &str =
    "`berth cluster kubernetes manifest | kubectl apply -f -` grants what is missing";

/// What nothing but data volumes needs.
const OF_DATA_VOLUMES: Needed =
    ("", "persistentvolumes", &["create", "delete"], "share data volumes with other namespaces");
/// The metrics API.
pub const METRICS: &str = "metrics.k8s.io";
/// What nothing but charts need.
const OF_USAGE: Needed = (METRICS, "pods", &["list"], "measure what workspaces use");

/// Group, resource, verbs, and what for.
type Needed = (&'static str, &'static str, &'static [&'static str], &'static str);

/// What has to be allowed everywhere.
const NEEDED: [Needed; 8] = [
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

/// Asks for each right whether it is there.
pub async fn ask(client: &Client) -> Result<Vec<Right>, kube::Error> {
    let reviews: &Api<SelfSubjectAccessReview> = &Api::all(client.clone());
    let needed = NEEDED.into_iter().map(|needed| (needed, false));
    let all = needed.chain([OF_DATA_VOLUMES, OF_USAGE].map(|needed| (needed, true)));
    let all = all.flat_map(|((group, resource, verbs, purpose), is_optional)| {
        verbs.iter().map(move |verb| async move {
            let review = review(group, resource, verb);
            let asked = reviews.create(&PostParams::default(), &review).await?;
            Ok(Right {
                right: right(verb, resource, group),
                purpose: purpose.to_owned(),
                is_granted: asked.status.is_some_and(|status| status.allowed),
                is_optional,
            })
        })
    });
    // All at once, for a slow one takes seconds for each.
    futures::future::try_join_all(all).await
}

/// As `kubectl` has it: `list nodes`, `list pods.metrics.k8s.io`.
fn right(verb: &str, resource: &str, group: &str) -> String {
    let dot = if group.is_empty() { "" } else { "." };
    format!("{verb} {resource}{dot}{group}")
}

/// Whether Berth may do what only data volumes need.
pub fn may_share(rights: &[Right]) -> bool {
    rights.iter().filter(|right| right.purpose == OF_DATA_VOLUMES.3).all(|right| right.is_granted)
}

/// What follows from those that are missing, in one sentence.
pub fn shortcoming(rights: &[Right]) -> Option<Shortcoming> {
    let missing = || rights.iter().filter(|right| right.is_missing());
    let mut purposes: Vec<_> = missing().map(|right| right.purpose.as_str()).collect();
    purposes.dedup();
    let rights: Vec<_> = missing().map(|right| right.right.as_str()).collect();
    (!rights.is_empty()).then(|| Shortcoming {
        what: format!("Berth may not {}", listed(&rights)),
        consequence: format!("it cannot {}", listed(&purposes)),
        fix: GRANTS.to_owned(),
    })
}

/// As many as are read at a glance.
fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [one, other] => format!("{one} and {other}"),
        [one, other, rest @ ..] => format!("{one}, {other} and {} more", rest.len()),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn said(missing: &[(&str, &str)]) -> String {
        let right = |(right, purpose): &(&str, &str)| Right {
            right: (*right).to_owned(),
            purpose: (*purpose).to_owned(),
            is_granted: false,
            is_optional: false,
        };
        let rights: Vec<_> = missing.iter().map(right).collect();
        shortcoming(&rights).map(|one| one.to_string()).unwrap_or_default()
    }

    #[test]
    fn what_is_missing_is_said_in_one_sentence() {
        assert_eq!(said(&[]), "");
        let nodes = [("list nodes", "read the nodes"), ("watch nodes", "read the nodes")];
        insta::assert_snapshot!(said(&nodes[..1]), @"Berth may not list nodes: it cannot read the nodes. `berth cluster kubernetes manifest | kubectl apply -f -` grants what is missing.");
        let pods = [("list pods", "read the pods"), ("watch pods", "read the pods")];
        let all = [nodes, pods].concat();
        insta::assert_snapshot!(said(&all), @"Berth may not list nodes, watch nodes and 2 more: it cannot read the nodes and read the pods. `berth cluster kubernetes manifest | kubectl apply -f -` grants what is missing.");
    }
}
