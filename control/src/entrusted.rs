//! The secrets that Berth keeps and workloads use: which ones those are, by the names that submissions have for them,
//! and the door through which a driver gets what stands in them (`form-and-assets.md` §10).

use std::sync::{Arc, Weak};

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

impl World {
    /// Everything that Berth keeps of what a workload uses. `pulls` are those of its project.
    pub(crate) fn entrusted(&self, workload: &Workload, pulls: &[KeptSecret]) -> Vec<KeptSecret> {
        let uses = workload.spec.submission.secret_uses();
        let line = (!uses.is_empty()).then(|| self.line_of(Scope::Project(workload.project)));
        let line = line.flatten().unwrap_or_default();
        let used = uses.iter().filter_map(|of| {
            let found = match of.is_own {
                true => self.own_credential(&workload.created_by, &of.name),
                false => self.shared_credential(&line, &of.name),
            };
            Some(KeptSecret { credential: found?, of: of.clone() })
        });
        let unnamed = pulls.iter().filter(|kept| !uses.contains(&kept.of)).cloned();
        used.chain(unnamed).collect()
    }

    /// What opens registries for every workload of a project.
    pub(crate) fn pulls_of(&self, project: ProjectId) -> Vec<KeptSecret> {
        let line = self.line_of(Scope::Project(project)).unwrap_or_default();
        let is_registry = |asset: &&Arc<Asset>| matches!(kept(asset), Some(of) if of.kind == CredentialKind::DockerRegistry);
        let all = self.assets.values().filter(|asset| self.is_usable(&line, asset));
        let all = all.filter(|asset| self.sealed.contains_key(&asset.id)).filter(is_registry);
        let kept = all.filter_map(|asset| {
            let name = asset.secret_ref()?.name;
            let of = SecretUse { name, is_own: false, pulls: true };
            Some(KeptSecret { credential: asset.id, of })
        });
        kept.collect()
    }

    /// The nearest one of that name.
    fn shared_credential(&self, line: &Line, name: &str) -> Option<AssetId> {
        let all = self.assets.values().filter(|asset| kept(asset).is_some());
        let usable = all.filter(|asset| self.is_usable(line, asset));
        let named = usable.filter(|asset| asset.secret_ref().is_some_and(|of| of.name == name));
        named.max_by_key(|asset| asset.scope).map(|asset| asset.id)
    }

    /// Somebody's own; either form of the name is taken (`form-and-assets.md` §17, C7).
    fn own_credential(&self, owner: &str, name: &str) -> Option<AssetId> {
        let who = self.named(owner)?;
        let is_named = |asset: &&Arc<Asset>| {
            asset.name.as_str() == name || asset.secret_ref().is_some_and(|of| of.name == name)
        };
        let own = self.assets.values().filter(|asset| asset.private_to == Some(who));
        own.filter(|asset| kept(asset).is_some()).find(is_named).map(|asset| asset.id)
    }

    /// Who is called so: people by their addresses, which no service account can be called.
    fn named(&self, name: &str) -> Option<Principal> {
        let user = self.users.values().find(|user| user.email == name);
        let own = self.applications.values().find(|of| of.owner.is_none() && of.name == name);
        let application = || own.map(|of| Principal::Application(of.id));
        user.map(|user| Principal::User(user.id)).or_else(application)
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
