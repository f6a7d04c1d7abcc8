//! What a project has to choose from: credentials, ConfigMaps, storage classes. Only the server.

use std::collections::BTreeSet;

use control::{ControlPlane, Error, World};
use domain::{
    access::Actor,
    asset::{AssetKind, AssetSpec, CredentialKind, SSH_KEY, SecretRef},
    form::Offer,
    node::Node,
    org::Project,
};

use super::offers::Offered;

/// Everything that the form of a workspace in `project` offers.
pub fn offers(
    control: &ControlPlane,
    actor: &Actor,
    world: &World,
    project: &Project,
) -> Result<Vec<Offered>, Error> {
    let mut all = node_types(world, project);
    all.extend(classes(control, actor, world, project));
    let usable = control.usable_assets(actor, world, project.id, &AssetKind::ALL)?;
    for usable in &usable {
        let asset = &usable.item;
        if let AssetSpec::ConfigMap(map) = &asset.spec
            && let Some(name) = &map.config_map
        {
            all.push(Offered::new(Offer::ConfigMaps, name, name));
        }
        let label = asset.name.to_string();
        all.extend(asset.secret_ref().into_iter().flat_map(|secret| shared(&secret, &label)));
    }
    for asset in control.my_credentials(actor, world) {
        let secret = asset.secret_ref();
        let name = asset.name.to_string();
        all.extend(secret.into_iter().flat_map(|secret| mine(&secret, &name)));
    }
    Ok(all)
}

fn node_types(world: &World, project: &Project) -> Vec<Offered> {
    let nodes = world.nodes.get(&project.cluster).map(|nodes| nodes.to_vec()).unwrap_or_default();
    let types: BTreeSet<_> = nodes.iter().filter_map(Node::node_type).collect();
    types.into_iter().map(|name| Offered::new(Offer::NodeTypes, name, name)).collect()
}

/// The classes that workloads may use. Who may not see hardware types none.
fn classes(
    control: &ControlPlane,
    actor: &Actor,
    world: &World,
    project: &Project,
) -> Vec<Offered> {
    let classes = control.storage_classes(actor, world, project.cluster, false).unwrap_or_default();
    let open = classes.into_iter().filter(|class| {
        let permissions = class.rules.permissions.as_ref();
        permissions.is_none_or(|permissions| permissions.allowed_for_workloads != Some(false))
    });
    open.map(|of| Offered::new(Offer::StorageClasses, of.class.name.clone(), of.class.name))
        .collect()
}

/// What a shared credential is good for (`form-and-assets.md` §10.2).
fn shared(secret: &SecretRef, label: &str) -> Vec<Offered> {
    let has_ssh_key = secret.keys.iter().any(|key| key == SSH_KEY);
    let more = match secret.kind {
        CredentialKind::DockerRegistry | CredentialKind::NgcApiKey => Some(Offer::PullSecrets),
        CredentialKind::AccessKey => Some(Offer::AccessKeys),
        CredentialKind::Password => Some(Offer::GitSecrets),
        CredentialKind::GenericSecret => has_ssh_key.then_some(Offer::GitSecrets),
    };
    let to = std::iter::once(Offer::Secrets).chain(more);
    to.map(|to| Offered::new(to, secret.name.as_str(), words(secret, label))).collect()
}

fn mine(secret: &SecretRef, name: &str) -> Vec<Offered> {
    let is_for_pulls =
        matches!(secret.kind, CredentialKind::DockerRegistry | CredentialKind::NgcApiKey);
    let to = is_for_pulls.then_some(Offer::MyPullSecrets).into_iter().chain([Offer::MyCredentials]);
    to.map(|to| Offered::new(to, name, words(secret, name))).collect()
}

/// `hub (Docker registry)`.
fn words(secret: &SecretRef, label: &str) -> String {
    format!("{label} ({})", secret.kind.asset_kind().title())
}
