//! The namespace of a project: made where it is not there, used where it is Berth's or an administrator allows it, and
//! the rights in it.

use std::time::Duration;

use domain::{ClusterId, reason::StartTrouble};
use k8s_openapi::api::{
    authentication::v1::SelfSubjectReview,
    authorization::v1::{ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec},
    core::v1::Namespace,
    rbac::v1::RoleBinding,
};
use kube::{Api, Client, api::PostParams};
use serde_json::{Value, json};

use super::{
    driver::Shared,
    labels::{ALLOWED, CLUSTER},
    link::Link,
    place::{MANAGER, Setback},
};

/// The role that Berth has in the namespaces of projects.
const ROLE: &str = "berth-project";
/// How long rights may take to be known everywhere.
const RIGHTS_TRIES: u32 = 50;
const CONFLICT: u16 = 409;

/// So many requests it takes at most, one after the other.
pub const REQUESTS_MAX: u32 = 7;

/// Makes sure that pods can be made in a namespace.
pub async fn ready(shared: &Shared, link: &Link, name: &str) -> Result<(), Setback> {
    if shared.board().namespaces.contains(name) {
        return Ok(());
    }
    exists(&link.client, shared.settings.cluster, name).await?;
    rights(&link.client, name).await?;
    shared.board().namespaces.insert(name.to_owned());
    Ok(())
}

/// Makes the namespace where it is not there; refused where it is being deleted, or is not Berth's to use.
pub async fn exists(client: &Client, cluster: ClusterId, name: &str) -> Result<(), Setback> {
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let there = match namespaces.get_opt(name).await? {
        Some(there) => there,
        None => match namespaces.create(&PostParams::default(), &namespace(cluster, name)?).await {
            Ok(made) => made,
            // Somebody was faster, such as another pod of the same project.
            Err(kube::Error::Api(status)) if status.code == CONFLICT => {
                namespaces.get(name).await?
            }
            Err(wrong) => return Err(wrong.into()),
        },
    };
    let refused = Setback::not_started;
    if there.metadata.deletion_timestamp.is_some() {
        return Err(refused(StartTrouble::NamespaceEnding, name.to_owned()));
    }
    let labels = there.metadata.labels.unwrap_or_default();
    let is = |key: &str, value: &str| labels.get(key).is_some_and(|has| has == value);
    match is(CLUSTER, &cluster.to_string()) || is(ALLOWED, "true") {
        true => Ok(()),
        false => Err(refused(
            StartTrouble::NamespaceTaken,
            format!("kubectl label namespace {name} {ALLOWED}=true"),
        )),
    }
}

fn namespace(cluster: ClusterId, name: &str) -> Result<Namespace, Setback> {
    typed(json!({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": { "name": name, "labels": {
            CLUSTER: cluster.to_string(),
            "app.kubernetes.io/managed-by": MANAGER,
            // What a submission may do is for policies to say; what is not restricted is written down.
            "pod-security.kubernetes.io/audit": "restricted",
        } },
    }))
}

/// Gives Berth its rights in a namespace, where it does not have them.
async fn rights(client: &Client, name: &str) -> Result<(), Setback> {
    if may_make_pods(client, name).await? {
        return Ok(());
    }
    let reviews: Api<SelfSubjectReview> = Api::all(client.clone());
    let me = reviews.create(&PostParams::default(), &SelfSubjectReview::default()).await?;
    let me = me.status.and_then(|status| status.user_info?.username).unwrap_or_default();
    let bindings: Api<RoleBinding> = Api::namespaced(client.clone(), name);
    match bindings.create(&PostParams::default(), &binding(&me)?).await {
        Ok(_) => {}
        Err(kube::Error::Api(status)) if status.code == CONFLICT => {}
        Err(wrong) => return Err(wrong.into()),
    }
    for _ in 0..RIGHTS_TRIES {
        if may_make_pods(client, name).await? {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

fn binding(me: &str) -> Result<RoleBinding, Setback> {
    let account = me.strip_prefix("system:serviceaccount:").and_then(|rest| rest.split_once(':'));
    let subject = match account {
        Some((namespace, name)) => {
            json!({ "kind": "ServiceAccount", "namespace": namespace, "name": name })
        }
        None => json!({ "kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": me }),
    };
    typed(json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
        "metadata": { "name": MANAGER },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": ROLE },
        "subjects": [subject],
    }))
}

async fn may_make_pods(client: &Client, namespace: &str) -> Result<bool, Setback> {
    let reviews: Api<SelfSubjectAccessReview> = Api::all(client.clone());
    let attributes = ResourceAttributes {
        namespace: Some(namespace.to_owned()),
        resource: Some("pods".into()),
        verb: Some("create".into()),
        ..ResourceAttributes::default()
    };
    let spec = SelfSubjectAccessReviewSpec {
        resource_attributes: Some(attributes),
        ..SelfSubjectAccessReviewSpec::default()
    };
    let review = SelfSubjectAccessReview { spec, ..SelfSubjectAccessReview::default() };
    let asked = reviews.create(&PostParams::default(), &review).await?;
    Ok(asked.status.is_some_and(|status| status.allowed))
}

fn typed<T: serde::de::DeserializeOwned>(object: Value) -> Result<T, Setback> {
    serde_json::from_value(object).map_err(|wrong| kube::Error::SerdeError(wrong).into())
}
