//! Images to choose from: the NGC catalog, and the registries that administrators have configured, asked as a guest or
//! with a key of NGC (`form-and-assets.md` §4.1.2, §12).

use std::sync::Arc;

use domain::{
    AssetId, Line, Scope,
    access::{Action, Actor, Resource},
    asset::{Asset, AssetKind, AssetSpec, keys},
    settings::{Setting, Settings},
};
use registry::{Login, Names, Registry};
use serde::{Deserialize, Serialize};

use crate::{ControlPlane, Error, Result, World, preflight::refused};

/// NVIDIA's own places.
const CATALOG: &str = "https://api.ngc.nvidia.com";
const IMAGES: &str = "https://nvcr.io";
/// What a key of NGC signs in as.
pub(crate) const KEY_USER: &str = "$oauthtoken";

/// Where images are chosen from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImagesOf {
    Catalog,
    /// A registry, by the beginning of its images' names.
    Registry(String),
}

/// In whose name a registry is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NgcKey {
    Guest,
    /// A shared key, by the name of its secret.
    Shared(String),
    /// One of the actor's own, by its name.
    Mine(String),
}

/// Who asks, where.
#[derive(Clone, Debug)]
pub struct ImageSearch<'a> {
    pub actor: &'a Actor,
    /// Where the image is for: a workspace of this project, or an environment or template kept here.
    pub place: Scope,
    pub of: &'a ImagesOf,
    pub key: &'a NgcKey,
}

/// The beginning of the names of the catalog's images.
pub fn ngc_host(settings: &Settings) -> String {
    host_of(&place(settings, IMAGES)).to_owned()
}

/// The beginning of the names of a registry's images.
pub fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}

fn place(settings: &Settings, own: &str) -> String {
    let mirror = settings.text(Setting::NgcMirror);
    if mirror.is_empty() { own.to_owned() } else { mirror }
}

impl ControlPlane {
    /// The images that have `search` in their names.
    pub async fn images(&self, who: ImageSearch<'_>, search: &str) -> Result<Names> {
        let world = self.world();
        let (registry, login) = self.opened(&world, &who).await?;
        let client = self.registries()?;
        let found = match who.of {
            ImagesOf::Catalog => {
                let catalog = self.near(&world, &place(&world.settings, CATALOG))?;
                client.catalog(&catalog, search).await
            }
            ImagesOf::Registry(_) => client.repositories(&registry, search, login.as_ref()).await,
        };
        found.map_err(|trouble| refused("registry", &trouble))
    }

    /// The tags of such an image that have `search` in them.
    pub async fn image_tags(
        &self,
        who: ImageSearch<'_>,
        image: &str,
        search: &str,
    ) -> Result<Names> {
        let world = self.world();
        let (registry, login) = self.opened(&world, &who).await?;
        let found = self.registries()?.tags(&registry, image, search, login.as_ref()).await;
        found.map_err(|trouble| refused("repository", &trouble))
    }

    /// The registry, and what opens it.
    async fn opened(
        &self,
        world: &World,
        who: &ImageSearch<'_>,
    ) -> Result<(Registry, Option<Login>)> {
        let line = world.line_of(who.place).filter(|_| who.actor.sees(who.place));
        let line = line.ok_or_else(|| Error::not_found("place", who.place))?;
        may_begin(who.actor, who.place)?;
        let is_on = |setting| world.settings.is_on(setting);
        let (registry, own) = match who.of {
            ImagesOf::Catalog if is_on(Setting::NgcCatalog) => {
                (self.near(world, &place(&world.settings, IMAGES))?, None)
            }
            ImagesOf::Registry(host) if is_on(Setting::NgcPrivateRegistry) => {
                let (url, login) = self.registry_at(world, &line, host).await?;
                (self.near(world, &url)?, login)
            }
            _ => {
                return Err(Error::field(
                    "imageSource",
                    "ngc.off",
                    "The general settings do not offer this",
                ));
            }
        };
        let key = key_of(world, who, &line)?;
        let login = match key {
            Some(id) => self.key(id).await?,
            None => own,
        };
        Ok((registry, login))
    }

    fn near(&self, world: &World, url: &str) -> Result<Registry> {
        let local = world.settings.is_on(Setting::RegistryLocal);
        Registry::at(url, local).map_err(|trouble| refused("registry", &trouble))
    }

    /// The registry of the account whose images begin so, and what its record signs in with.
    async fn registry_at(
        &self,
        world: &World,
        line: &Line,
        host: &str,
    ) -> Result<(String, Option<Login>)> {
        let found = world.assets.values().find_map(|asset| match &asset.spec {
            AssetSpec::Registry(of) if host_of(&of.url) == host => {
                world.is_usable(line, asset).then(|| (asset.id, of.clone()))
            }
            _ => None,
        });
        let (id, of) = found.ok_or_else(|| Error::not_found("registry", host))?;
        Ok((of.url.clone(), self.login(id, &of.user).await?))
    }

    async fn key(&self, id: AssetId) -> Result<Option<Login>> {
        let content = self.secret_content(id).await?;
        let key = content.and_then(|mut content| content.remove(keys::NGC_API_KEY));
        Ok(key.map(|password| Login { user: KEY_USER.to_owned(), password }))
    }
}

/// Whether the actor may make anything at this place that has an image.
fn may_begin(actor: &Actor, place: Scope) -> Result<()> {
    let kept = [Resource::Asset(AssetKind::Environment, place), Resource::Template(place)];
    match place {
        _ if kept.into_iter().any(|kept| actor.is_allowed(Action::Create, kept)) => Ok(()),
        Scope::Project(project) => Ok(actor.may(Action::Create, Resource::Workload(project))?),
        _ => Ok(actor.may(Action::Create, kept[0])?),
    }
}

/// The key that was chosen.
fn key_of(world: &World, who: &ImageSearch<'_>, line: &Line) -> Result<Option<AssetId>> {
    let is_named = |asset: &&Arc<Asset>| match who.key {
        NgcKey::Guest => false,
        NgcKey::Shared(secret) => {
            let own = asset.secret_ref().map(|of| of.name);
            world.is_usable(line, asset) && own.is_some_and(|name| name.as_str() == secret)
        }
        NgcKey::Mine(name) => {
            asset.private_to == Some(who.actor.who) && asset.name.as_str() == name
        }
    };
    if *who.key == NgcKey::Guest {
        return Ok(None);
    }
    let mut keys = world.assets.values().filter(|asset| asset.kind() == AssetKind::NgcApiKey);
    let wrong = || Error::field("credential", "ngc.auth", "This key is not there; choose another");
    keys.find(is_named).map(|asset| Some(asset.id)).ok_or_else(wrong)
}
