//! What a project has to choose from: credentials, ConfigMaps, storage classes. Only the server.

use std::collections::BTreeSet;

use control::{
    ControlPlane, Error, World,
    assets::AssetFilter,
    ngc::{host_of, ngc_host},
    rules::AllowedTypes,
};
use domain::{
    Scope,
    access::Actor,
    asset::{Asset, AssetKind, AssetSpec, CredentialKind, SSH_KEY, SecretRef},
    form::{AskedAttribute, IMAGE_SOURCES, Offer, Pairs, class_begins},
    node::Node,
    org::Project,
    settings::{Setting, Settings},
    storage_class::{Refused, StorageClassRules},
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
    all.extend(image_sources(&world.settings));
    let usable = control.usable_assets(actor, world, project.id, &AssetKind::ALL)?;
    all.extend(usable.iter().flat_map(|usable| of_asset(&usable.item)));
    for asset in control.my_credentials(actor, world) {
        let name = asset.name.to_string();
        if let Some(secret) = asset.secret_ref() {
            all.extend(mine(&secret, &name));
            all.extend(keys(&secret, "userCredential", &name));
        }
    }
    Ok(all)
}

/// What the forms of environments and templates offer at a scope: what is shared there, and of one's own the keys
/// that find an image, which are not kept with it.
pub fn offers_at(
    control: &ControlPlane,
    actor: &Actor,
    world: &World,
    scope: Scope,
) -> Result<Vec<Offered>, Error> {
    let filter = AssetFilter { place: Some(scope), ..AssetFilter::default() };
    let shared = control.assets(actor, world, &filter)?;
    let shared = shared.iter().filter(|asset| !asset.is_private());
    let mut all: Vec<_> = image_sources(&world.settings).collect();
    all.extend(shared.flat_map(|asset| of_asset(asset)));
    let own = control.my_credentials(actor, world);
    let keys = own.iter().filter(|asset| asset.kind() == AssetKind::NgcApiKey);
    all.extend(keys.filter_map(|asset| {
        let (secret, name) = (asset.secret_ref()?, asset.name.as_str());
        Some(Offered::new(Offer::MyNgcKeys, name, words(&secret, name)))
    }));
    Ok(all)
}

/// What a shared asset offers to fields.
fn of_asset(asset: &Asset) -> Vec<Offered> {
    let mut all = vec![];
    if let AssetSpec::ConfigMap(map) = &asset.spec
        && let Some(name) = &map.config_map
    {
        all.push(Offered::new(Offer::ConfigMaps, name, name));
    }
    if let AssetSpec::Registry(registry) = &asset.spec {
        all.push(Offered::new(Offer::Registries, host_of(&registry.url), asset.name.as_str()));
    }
    if let Some(secret) = asset.secret_ref() {
        all.extend(shared(&secret, asset.name.as_str()));
        all.extend(keys(&secret, "secret", secret.name.as_str()));
    }
    all
}

/// What the general settings say of hidden fields.
pub fn told(settings: &Settings) -> Pairs {
    let is_on = |setting| settings.is_on(setting);
    let on = |yes: bool| if yes { "on" } else { "off" }.to_owned();
    let has_ngc = is_on(Setting::NgcCatalog) || is_on(Setting::NgcPrivateRegistry);
    vec![
        ("gpu_limits".to_owned(), on(is_on(Setting::GpuOptimization))),
        ("has_ngc".to_owned(), on(has_ngc)),
        ("ngc_host".to_owned(), ngc_host(settings)),
    ]
}

/// Where an image may come from.
fn image_sources(settings: &Settings) -> impl Iterator<Item = Offered> {
    let is_offered = |source: &str| match source {
        "catalog" => settings.is_on(Setting::NgcCatalog),
        "registry" => settings.is_on(Setting::NgcPrivateRegistry),
        _ => true,
    };
    let sources = IMAGE_SOURCES.iter().filter(move |(source, _)| is_offered(source));
    sources.map(|(source, words)| Offered::new(Offer::ImageSources, *source, *words))
}

/// Those of the cluster; where rules name some, those among them.
fn node_types(world: &World, project: &Project) -> Vec<Offered> {
    let nodes = world.nodes.get(&project.cluster).map(|nodes| nodes.to_vec()).unwrap_or_default();
    let there: BTreeSet<_> = nodes.iter().filter_map(Node::node_type).collect();
    let offered = |name: &str, words: &str| Offered::new(Offer::NodeTypes, name, words);
    match world.node_types(project.id) {
        None => there.into_iter().map(|name| offered(name, name)).collect(),
        Some(AllowedTypes { types, .. }) => {
            let here = types.iter().filter(|(name, _)| there.contains(name.as_str()));
            here.map(|(name, words)| offered(name, words)).collect()
        }
    }
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
    open.flat_map(|of| class(of.class.name, &of.rules)).collect()
}

/// A class, and what it asks of a new volume, refuses, and begins with.
fn class(name: String, rules: &StorageClassRules) -> Vec<Offered> {
    let custom = rules.customization.clone().unwrap_or_default();
    let attributes = custom.attributes.into_iter().flatten().map(|asked| {
        let text = AskedAttribute::of(&name, &asked).text();
        let label = asked.display.unwrap_or(asked.key);
        Offered::new(Offer::ClassAttributes, text, label).saying(asked.description)
    });
    let refused = rules.refused(&name).into_iter().map(|Refused { field, value, why }| {
        Offered::new(Offer::ClassRefuses, format!("{name}/{field}/{value}"), why)
    });
    let begins = class_begins(rules);
    let begins = (!begins.is_empty()).then(|| Offered::new(Offer::ClassBegins, &name, begins));
    let more: Vec<_> = attributes.chain(refused).chain(begins).collect();
    let class = Offered::new(Offer::StorageClasses, name.clone(), name).saying(rules.words());
    [class].into_iter().chain(more).collect()
}

/// What a shared credential is good for (`form-and-assets.md` §10.2).
fn shared(secret: &SecretRef, label: &str) -> Vec<Offered> {
    let has_ssh_key = secret.keys.iter().any(|key| key == SSH_KEY);
    let more: &[Offer] = match secret.kind {
        CredentialKind::DockerRegistry => &[Offer::PullSecrets],
        CredentialKind::NgcApiKey => &[Offer::NgcKeys],
        CredentialKind::AccessKey => &[Offer::AccessKeys],
        CredentialKind::Password => &[Offer::GitSecrets],
        CredentialKind::GenericSecret if has_ssh_key => &[Offer::GitSecrets],
        CredentialKind::GenericSecret => &[],
    };
    let to = std::iter::once(&Offer::Secrets).chain(more).copied();
    to.map(|to| Offered::new(to, secret.name.as_str(), words(secret, label))).collect()
}

fn mine(secret: &SecretRef, name: &str) -> Vec<Offered> {
    let to: &[Offer] = match secret.kind {
        CredentialKind::DockerRegistry => &[Offer::MyCredentials, Offer::MyPullSecrets],
        CredentialKind::NgcApiKey => &[Offer::MyCredentials, Offer::MyNgcKeys],
        _ => &[Offer::MyCredentials],
    };
    to.iter().copied().map(|to| Offered::new(to, name, words(secret, name))).collect()
}

/// The keys that a credential has, for whoever takes a value from it.
fn keys(secret: &SecretRef, source: &str, name: &str) -> Vec<Offered> {
    let keys = secret.keys.iter();
    keys.map(|key| Offered::new(Offer::Keys, format!("{source}/{name}/{key}"), key)).collect()
}

/// `hub (Docker registry)`.
fn words(secret: &SecretRef, label: &str) -> String {
    format!("{label} ({})", secret.kind.asset_kind().title())
}
