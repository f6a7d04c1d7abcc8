//! Before somebody submits: whether the image is there, as far as its registry says in two seconds; and
//! what the registries hold that administrators offer (`form-and-assets.md` §12).

use std::sync::Arc;

use domain::{
    AssetId, Line, ProjectId, Scope,
    access::{Action, Actor, Resource},
    asset::{Asset, AssetKind, AssetSpec, CredentialKind, keys},
    settings::Setting,
    submission::ImageReference,
};
use registry::{Client, Login, Names, Registry, Trouble};
use serde::{Deserialize, Serialize};

use crate::{ControlPlane, Error, Result, World};

/// What is known of an image. Nothing here keeps anybody from submitting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "is")]
pub enum Preflight {
    Found {
        /// `sha256:…` of what the tag is now.
        digest: String,
        /// Bytes to pull.
        size: Option<u64>,
        /// `linux/amd64`.
        platforms: Vec<String>,
    },
    /// The registry answers, and does not have it.
    Missing,
    /// The registry was not asked, or did not say; the sentence says why.
    Unknown { why: String },
}

impl ControlPlane {
    /// Looks an image up for somebody who wants to run it in `project`. Docker registry credentials
    /// that the project may use, and the actor's own, are tried where they are for this registry.
    pub async fn preflight(
        &self,
        actor: &Actor,
        project: ProjectId,
        image: &str,
    ) -> Result<Preflight> {
        let world = self.world();
        let seen = actor.is_allowed(Action::Read, Resource::Project(project));
        if !seen || !world.projects.contains_key(&project) {
            return Err(Error::not_found("project", project));
        }
        actor.may(Action::Create, Resource::Workload(project))?;
        let image = image.parse::<ImageReference>();
        let image = image.map_err(|wrong| Error::field("image", "image.format", wrong))?;
        if !world.settings.is_on(Setting::RegistryLookup) {
            let why = "the general settings say that registries are not asked".to_owned();
            return Ok(Preflight::Unknown { why });
        }
        let local = world.settings.is_on(Setting::RegistryLocal);
        let told = match Registry::of_image(&image, local) {
            Ok(registry) => {
                let line = world.line_of(Scope::Project(project)).unwrap_or_default();
                let login = self.login_for(&world, actor, &line, &registry).await;
                self.registries()?.look_up(&registry, &image, login.as_ref()).await
            }
            Err(trouble) => Err(trouble),
        };
        Ok(match told {
            Ok(found) => Preflight::Found {
                digest: found.digest,
                size: found.size,
                platforms: found.platforms,
            },
            Err(Trouble::Missing) => Preflight::Missing,
            Err(trouble) => Preflight::Unknown { why: trouble.to_string() },
        })
    }

    /// The repositories of a registry that administrators offer.
    pub async fn repositories(
        &self,
        actor: &Actor,
        id: AssetId,
        search: Option<&str>,
    ) -> Result<Names> {
        let (registry, login) = self.offered(actor, id).await?;
        let found =
            self.registries()?.repositories(&registry, search.unwrap_or_default(), login.as_ref());
        found.await.map_err(|trouble| refused("registry", &trouble))
    }

    /// The tags of a repository of such a registry.
    pub async fn tags(
        &self,
        actor: &Actor,
        id: AssetId,
        repository: &str,
        search: Option<&str>,
    ) -> Result<Names> {
        let (registry, login) = self.offered(actor, id).await?;
        let search = search.unwrap_or_default();
        let found = self.registries()?.tags(&registry, repository, search, login.as_ref()).await;
        found.map_err(|trouble| refused("repository", &trouble))
    }

    pub(crate) fn registries(&self) -> Result<&Client> {
        let client = self.inner.registries.get_or_init(Client::new);
        client.as_ref().ok_or(Error::Internal { what: "set up TLS to ask registries" })
    }

    async fn offered(&self, actor: &Actor, id: AssetId) -> Result<(Registry, Option<Login>)> {
        let world = self.world();
        let asset = self.asset_of_kind(actor, &world, AssetKind::Registry, id)?;
        let AssetSpec::Registry(of) = &asset.spec else {
            return Err(Error::not_found("registry", id));
        };
        let local = world.settings.is_on(Setting::RegistryLocal);
        let registry =
            Registry::at(&of.url, local).map_err(|trouble| refused("registry", &trouble))?;
        Ok((registry, self.login(id, &of.user).await?))
    }

    pub(crate) async fn login(&self, id: AssetId, user: &str) -> Result<Option<Login>> {
        let content = self.secret_content(id).await?;
        let password = content.and_then(|mut content| content.remove(keys::PASSWORD));
        Ok(password.map(|password| Login { user: user.to_owned(), password }))
    }

    /// The first credential that opens this registry; one that cannot be read opens nothing.
    async fn login_for(
        &self,
        world: &World,
        actor: &Actor,
        line: &Line,
        registry: &Registry,
    ) -> Option<Login> {
        let mut fitting: Vec<&Arc<Asset>> = world.assets.values().collect();
        fitting.retain(|asset| match &asset.spec {
            AssetSpec::Credential(credential) => {
                credential.kind == CredentialKind::DockerRegistry
                    && credential.url.as_deref().is_some_and(|url| registry.is_at(url))
                    && (world.is_usable(line, asset) || asset.private_to == Some(actor.who))
            }
            _ => false,
        });
        // The nearest one counts, and somebody's own before all.
        let asset = fitting.into_iter().max_by_key(|asset| (asset.is_private(), asset.scope))?;
        let AssetSpec::Credential(credential) = &asset.spec else { return None };
        self.login(asset.id, credential.user.as_deref()?).await.ok().flatten()
    }
}

pub(crate) fn refused(field: &str, trouble: &Trouble) -> Error {
    let key = match trouble {
        Trouble::Denied => "ngc.auth",
        _ => "ngc.unavailable",
    };
    let mut message = trouble.to_string();
    if let Some(first) = message.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Error::field(field, key, message)
}
