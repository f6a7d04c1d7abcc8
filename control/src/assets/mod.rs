//! Assets: making, copying, changing and removing them (`form-and-assets.md` §5). Changing one never
//! changes a workload; templates that link it show the change.

mod credentials;
mod list;
mod places;
mod sync;
mod usage;
mod volumes;

use std::sync::Arc;

use domain::{
    AssetId, Line, Problem, Scope,
    access::{Action, Actor, Principal, Resource},
    asset::{
        Asset, AssetKind, AssetName, AssetSpec, SupportedTypes, check_description, check_spec,
    },
    secret::SecretContent,
};
use store::{AssetChange, Change};

use crate::{ControlPlane, Error, Result, World};

pub use list::{AssetFilter, Usable};
pub use sync::Sync;
pub use usage::Usage;
pub(crate) use usage::in_use;
pub use volumes::{DataVolumeState, NewDataVolume};

/// An asset as somebody asks for it.
#[derive(Clone)]
pub struct NewAsset {
    pub name: String,
    pub description: Option<String>,
    pub scope: Scope,
    pub supports: Option<SupportedTypes>,
    pub spec: AssetSpec,
    /// What a credential or a registry keeps; nobody sees it again.
    pub content: SecretContent,
    /// For the actor alone.
    pub is_private: bool,
}

impl NewAsset {
    /// One that keeps no secret.
    pub fn plain(name: String, description: Option<String>, scope: Scope, spec: AssetSpec) -> Self {
        let (supports, content, is_private) = (None, SecretContent::new(), false);
        Self { name, description, scope, supports, spec, content, is_private }
    }
}

/// What somebody changes about an asset.
#[derive(Clone)]
pub struct AssetUpdate {
    pub name: String,
    /// None: it has none from now on.
    pub description: Option<String>,
    /// None: only the name and the description change.
    pub spec: Option<AssetSpec>,
    /// Empty: what it keeps stays.
    pub content: SecretContent,
}

impl ControlPlane {
    /// One asset. What the actor may not see does not exist for them.
    pub fn asset(&self, actor: &Actor, world: &World, id: AssetId) -> Result<Arc<Asset>> {
        let found = world.assets.get(&id).filter(|asset| world.sees_asset(actor, asset));
        found.cloned().ok_or_else(|| Error::not_found("asset", id))
    }

    /// One asset of this kind.
    pub fn asset_of_kind(
        &self,
        actor: &Actor,
        world: &World,
        kind: AssetKind,
        id: AssetId,
    ) -> Result<Arc<Asset>> {
        let asset = self.asset(actor, world, id).ok().filter(|asset| asset.kind() == kind);
        asset.ok_or_else(|| Error::not_found(kind.noun(), id))
    }

    pub async fn create_asset(&self, actor: &Actor, new: NewAsset) -> Result<Arc<Asset>> {
        let id = AssetId(self.inner.chance.uuid());
        let sealed = match new.content.is_empty() {
            true => None,
            false => Some(self.keyring()?.seal(id, &new.content, &*self.inner.chance)?),
        };
        let actor = actor.clone();
        self.change(move |world, now| {
            let private_to = new.is_private.then_some(actor.who);
            let line = place_for(world, &actor, &new)?;
            let spec = new.spec.cleaned();
            let of = Accepting { world, line: &line, own: None, private_to };
            let name = of.accepted(&new.name, &new.description, &spec, |spec| {
                let mut problems = check_spec(spec, new.supports.as_ref());
                problems.extend(check_content(spec, &new.content));
                problems
            })?;
            let by = actor.name;
            let asset = Arc::new(Asset {
                id,
                description: new.description,
                scope: new.scope,
                supports: supports(new.supports, &spec),
                spec: spec.named(&name),
                name,
                private_to,
                created_by: by.clone(),
                created_at: now,
                updated_by: by,
                updated_at: now,
                update_count: 0,
            });
            let mut changes = vec![stored(&asset)];
            changes.extend(sealed.map(|sealed| Change::Asset(AssetChange::Secret(id, sealed))));
            Ok((changes, asset))
        })
        .await
    }

    /// A new asset that gives what `id` gives.
    pub async fn copy_asset(
        &self,
        actor: &Actor,
        id: AssetId,
        name: String,
        scope: Scope,
    ) -> Result<Arc<Asset>> {
        let original = self.asset(actor, &self.world(), id)?;
        if let Some(why) = original.kind().why_no_copy() {
            return Err(Error::field("id", "asset.copy", why));
        }
        let new = NewAsset {
            name,
            description: original.description.clone(),
            scope,
            supports: original.supports.clone(),
            spec: original.spec.copied(),
            content: SecretContent::new(),
            is_private: false,
        };
        self.create_asset(actor, new).await
    }

    /// Changes an asset; of data sources not everything changes ([`AssetSpec::updated`]).
    pub async fn update_asset(
        &self,
        actor: &Actor,
        id: AssetId,
        update: AssetUpdate,
    ) -> Result<Arc<Asset>> {
        let old = self.asset(actor, &self.world(), id)?;
        may_change(actor, Action::Update, &old)?;
        let sealed = match update.content.is_empty() {
            true => None,
            false => Some(self.keyring()?.seal(id, &update.content, &*self.inner.chance)?),
        };
        let by = actor.name.clone();
        self.change(move |world, now| {
            let old = world.assets.get(&id).ok_or_else(|| Error::not_found("asset", id))?;
            let line = world.line_of(old.scope).unwrap_or_default();
            let spec = match update.spec {
                Some(new) => old.spec.updated(new.cleaned()).ok_or_else(|| {
                    let message = format!("Must be that of the kind {}", old.kind().name());
                    Error::field("spec", "asset.kind", message)
                })?,
                None => old.spec.clone(),
            };
            let of = Accepting { world, line: &line, own: Some(id), private_to: old.private_to };
            let name = of.accepted(&update.name, &update.description, &spec, |spec| {
                let mut problems = check_spec(spec, old.supports.as_ref());
                if !update.content.is_empty() || old.spec.wants_secret_anew(spec) {
                    problems.extend(check_content(spec, &update.content));
                }
                problems
            })?;
            let asset = Arc::new(Asset {
                name,
                description: update.description,
                spec,
                updated_by: by,
                updated_at: now,
                update_count: old.update_count + 1,
                ..(**old).clone()
            });
            unmoved(world, old, &asset)?;
            let mut changes = vec![stored(&asset)];
            changes.extend(sealed.map(|sealed| Change::Asset(AssetChange::Secret(id, sealed))));
            Ok((changes, asset))
        })
        .await
    }

    /// Another name and description, and nothing else.
    pub async fn rename_asset(
        &self,
        actor: &Actor,
        id: AssetId,
        name: String,
        description: Option<String>,
    ) -> Result<Arc<Asset>> {
        self.update_asset(
            actor,
            id,
            AssetUpdate { name, description, spec: None, content: SecretContent::new() },
        )
        .await
    }

    /// Deletes an asset; refused while somebody needs it, and then says who.
    pub async fn delete_asset(&self, actor: &Actor, id: AssetId) -> Result<()> {
        let asset = self.asset(actor, &self.world(), id)?;
        may_change(actor, Action::Delete, &asset)?;
        let actor = actor.clone();
        self.change(move |world, _now| {
            let asset = world.assets.get(&id).ok_or_else(|| Error::not_found("asset", id))?;
            match in_use(world, &actor, asset) {
                Some(why) => Err(Error::AssetInUse(why)),
                None => Ok((vec![Change::Asset(AssetChange::DeleteAsset(id))], ())),
            }
        })
        .await
    }
}

/// Environments are for workspaces unless it is said otherwise; the others do not say.
fn supports(said: Option<SupportedTypes>, spec: &AssetSpec) -> Option<SupportedTypes> {
    match spec {
        AssetSpec::Environment(_) => Some(said.unwrap_or_else(SupportedTypes::workspaces)),
        _ => None,
    }
}

fn stored(asset: &Arc<Asset>) -> Change {
    Change::Asset(AssetChange::Asset(Box::new((**asset).clone())))
}

/// What is somebody's own they may change and delete, whatever else they may.
fn may_change(actor: &Actor, action: Action, asset: &Asset) -> Result<()> {
    match asset.private_to {
        Some(owner) if owner == actor.who => Ok(()),
        _ => Ok(actor.may(action, Resource::Asset(asset.kind(), asset.scope))?),
    }
}

/// The line of the place where a new asset goes, if the actor may put it there.
fn place_for(world: &World, actor: &Actor, new: &NewAsset) -> Result<Line> {
    let kind = new.spec.kind();
    if !new.is_private {
        return world.owner(actor, new.scope, |scope| Resource::Asset(kind, scope));
    }
    if let Some(problem) = credentials::not_private(kind) {
        return Err(Error::Invalid(vec![problem]));
    }
    let seen = |scope| scope == Scope::Account || actor.sees(scope);
    let line = world.line_of(new.scope).filter(|_| seen(new.scope));
    line.ok_or_else(|| Error::not_found("scope", new.scope.id()))
}

/// What is wrong with the secret that came along.
fn check_content(spec: &AssetSpec, content: &SecretContent) -> Vec<Problem> {
    match spec {
        AssetSpec::Credential(credential) => credential.check(content),
        AssetSpec::Registry(registry) => registry.check(Some(content)),
        _ => vec![],
    }
}

/// Others know a credential by the name of the cluster's secret, somebody's own by its own name, and a data volume is
/// known by its name in the whole cluster: while it is named, what it is named by stays.
fn unmoved(world: &World, old: &Asset, new: &Asset) -> Result<()> {
    let is_renamed = old.name != new.name;
    if is_renamed && old.kind() == AssetKind::DataVolume {
        let message = "A data volume keeps its name; the description can be changed";
        return Err(Error::field("meta.name", "datavolume.name", message));
    }
    let secret = |asset: &Asset| asset.secret_ref().map(|secret| secret.name);
    let has_moved = secret(old) != secret(new) || (is_renamed && old.is_private());
    match has_moved && usage::is_named(world, old) {
        true => {
            let message = "It is in use under its name; the description can be changed";
            Err(Error::AssetInUse(message.to_owned()))
        }
        false => Ok(()),
    }
}

/// Where something new or changed has to fit.
struct Accepting<'w> {
    world: &'w World,
    line: &'w Line,
    own: Option<AssetId>,
    private_to: Option<Principal>,
}

impl Accepting<'_> {
    /// The name, if everything is right; else everything that is wrong. A name in use is told alone.
    fn accepted(
        &self,
        name: &str,
        description: &Option<String>,
        spec: &AssetSpec,
        check: impl Fn(&AssetSpec) -> Vec<Problem>,
    ) -> Result<AssetName> {
        let parsed = name.parse::<AssetName>();
        let mut problems = check(spec);
        problems.extend(check_description(description.as_deref()));
        problems.extend(self.world.wrong_credentials(self.line, spec));
        problems.extend(self.world.wrong_claim_of_asset(self.line, spec));
        if let AssetSpec::DataVolume(_) = spec {
            problems.extend(volumes::wrong_name(name));
            problems.extend(volumes::wrong_description(description.as_deref()));
        }
        match parsed {
            Ok(name) if problems.is_empty() => self.free(name, spec.kind()),
            parsed => {
                let wrong = |w: domain::asset::AssetNameProblem| {
                    Problem::new("meta.name", "name.format", w.to_string())
                };
                problems.extend(parsed.err().map(wrong));
                Err(Error::Invalid(problems))
            }
        }
    }

    /// What is somebody's own needs a name among their own; the others one among all that is visible.
    fn free(&self, name: AssetName, kind: AssetKind) -> Result<AssetName> {
        let same = |other: &&Arc<Asset>| {
            other.kind() == kind
                && other.name == name
                && Some(other.id) != self.own
                && other.private_to == self.private_to
                && (self.private_to.is_some() || self.line.passes(other.scope))
        };
        if kind == AssetKind::DataVolume && self.world.data_volume_named(self.line, &name, self.own)
        {
            return Err(Error::NameTaken(format!(
                "the cluster already has the data volume {name}"
            )));
        }
        match self.world.assets.values().find(same) {
            Some(_) if self.private_to.is_some() => {
                Err(Error::NameTaken(format!("you already have the {} {name}", kind.noun())))
            }
            Some(other) => {
                let (kind, place) = (kind.noun(), self.world.place_name(other.scope));
                Err(Error::NameTaken(format!("{place} already has the {kind} {name}")))
            }
            None => Ok(name),
        }
    }
}
