//! The secrets that Berth keeps and workloads use: which ones those are, by the names that submissions have for them,
//! and the door through which a driver gets what stands in them (`form-and-assets.md` §10).

use std::{collections::BTreeMap, sync::Weak};

use async_trait::async_trait;
use cluster::{KeptSecret, NotOpened, Opened, Safe};
use domain::{
    AssetId, Line, ProjectId, Scope,
    access::Principal,
    asset::{Asset, AssetSpec, Credential, CredentialKind, keys},
    secret::{Secret, SecretContent},
    submission::SecretUse,
    workload::Workload,
};

use crate::{ControlPlane, Error, Inner, World, ngc};

/// The credentials of a world whose values are kept here, by the names that submissions have for them.
pub(crate) struct Entrusted<'w> {
    world: &'w World,
    shared: BTreeMap<String, Vec<&'w Asset>>,
    /// By whose they are; either form of their names is taken (`form-and-assets.md` §17, C7).
    own: BTreeMap<(&'w str, String), AssetId>,
    /// What opens registries for every workload of a project.
    pulls: BTreeMap<ProjectId, Vec<KeptSecret>>,
}

impl<'w> Entrusted<'w> {
    pub fn of(world: &'w World) -> Self {
        let mut all =
            Self { world, shared: BTreeMap::new(), own: BTreeMap::new(), pulls: BTreeMap::new() };
        let sealed = world.assets.values().filter(|asset| world.sealed.contains_key(&asset.id));
        for asset in sealed.filter(|asset| kept(asset).is_some()) {
            let Some(secret) = asset.secret_ref() else { continue };
            match asset.private_to {
                None => all.shared.entry(secret.name).or_default().push(asset),
                Some(who) => {
                    let Some(owner) = world.called(who) else { continue };
                    all.own.insert((owner, secret.name), asset.id);
                    all.own.insert((owner, asset.name.to_string()), asset.id);
                }
            }
        }
        all
    }

    /// Everything that Berth keeps of what a workload uses, and what opens registries for all.
    pub fn used_by(&mut self, workload: &Workload) -> Vec<KeptSecret> {
        let uses = workload.spec.submission.secret_uses();
        let line = (!uses.is_empty()).then(|| self.world.line_of(Scope::Project(workload.project)));
        let line = line.flatten().unwrap_or_default();
        let used = uses.iter().filter_map(|of| {
            let own = || self.own.get(&(workload.created_by.as_str(), of.name.clone())).copied();
            let found = if of.is_own { own() } else { self.nearest(&line, &of.name) };
            Some(KeptSecret { credential: found?, of: of.clone() })
        });
        let mut secrets: Vec<_> = used.collect();
        let pulls = self.pulls(workload.project).iter();
        secrets.extend(pulls.filter(|kept| !uses.contains(&kept.of)).cloned());
        secrets
    }

    /// The one of that name which is nearest to the end of the line.
    fn nearest(&self, line: &Line, name: &str) -> Option<AssetId> {
        let named = self.shared.get(name).into_iter().flatten();
        let usable = named.filter(|asset| self.world.is_usable(line, asset));
        usable.max_by_key(|asset| asset.scope).map(|asset| asset.id)
    }

    fn pulls(&mut self, project: ProjectId) -> &[KeptSecret] {
        let (world, shared) = (self.world, &self.shared);
        self.pulls.entry(project).or_insert_with(|| {
            let line = world.line_of(Scope::Project(project)).unwrap_or_default();
            let is_registry = |asset: &Asset| {
                kept(asset).is_some_and(|of| of.kind == CredentialKind::DockerRegistry)
            };
            let all = shared.iter().filter_map(|(name, all)| {
                let all = all.iter().filter(|one| is_registry(one) && world.is_usable(&line, one));
                let asset = all.max_by_key(|asset| asset.scope)?;
                let of = SecretUse { name: name.clone(), is_own: false, pulls: true };
                Some(KeptSecret { credential: asset.id, of })
            });
            all.collect()
        })
    }
}

impl World {
    /// What somebody is called as the maker of workloads: people by their addresses, which no service account is.
    fn called(&self, who: Principal) -> Option<&str> {
        match who {
            Principal::User(id) => self.users.get(&id).map(|user| user.email.as_str()),
            Principal::Application(id) => {
                let own = self.applications.get(&id).filter(|of| of.owner.is_none());
                own.map(|of| of.name.as_str()).filter(|name| !name.contains('@'))
            }
            Principal::Berth => None,
        }
    }
}

/// A credential whose values are kept here.
fn kept(asset: &Asset) -> Option<&Credential> {
    let AssetSpec::Credential(credential) = &asset.spec else { return None };
    credential.existing_secret_name.is_none().then_some(credential)
}

/// Opens secrets for a driver, for as long as Berth is there.
pub(crate) struct Vault(pub Weak<Inner>);

#[async_trait]
impl Safe for Vault {
    async fn open(&self, secret: &KeptSecret) -> Result<Opened, NotOpened> {
        let gone = || NotOpened::Gone(secret.of.name.clone());
        let control = ControlPlane { inner: self.0.upgrade().ok_or_else(gone)? };
        let world = control.world();
        let asset = world.assets.get(&secret.credential).ok_or_else(gone)?;
        let credential = kept(asset).ok_or_else(gone)?;
        let closed = |cause: Error| NotOpened::Closed {
            name: asset.name.to_string(),
            cause: Box::new(cause),
        };
        let content = control.secret_content(asset.id).await.map_err(closed)?.ok_or_else(gone)?;
        let host = || ngc::ngc_host(&world.settings);
        opened(credential, content, secret.of.pulls, host).ok_or_else(gone)
    }
}

/// What a credential comes to, with what is kept of it (`form-and-assets.md` §10.2, §10.4).
fn opened(
    of: &Credential,
    mut content: SecretContent,
    pulls: bool,
    ngc: impl Fn() -> String,
) -> Option<Opened> {
    let mut add = |key: &str, value: &Option<String>| {
        let value = value.clone().unwrap_or_default();
        content.insert(key.to_owned(), Secret::new(value));
    };
    match of.kind {
        CredentialKind::DockerRegistry => {
            let (url, user) = (of.url.clone()?, of.user.clone()?);
            Some(Opened::Registry { url, user, password: content.remove(keys::PASSWORD)? })
        }
        CredentialKind::NgcApiKey if pulls => {
            let password = content.remove(keys::NGC_API_KEY)?;
            Some(Opened::Registry { url: ngc(), user: ngc::KEY_USER.to_owned(), password })
        }
        CredentialKind::AccessKey => {
            add(keys::ACCESS_KEY_ID, &of.access_key_id);
            Some(Opened::Keys(content))
        }
        CredentialKind::Password => {
            add(keys::USER, &of.user);
            Some(Opened::Keys(content))
        }
        CredentialKind::GenericSecret | CredentialKind::NgcApiKey => Some(Opened::Keys(content)),
    }
}
