//! Assets: making, copying, changing and removing them (`form-and-assets.md` §5). Changing one never
//! changes a workload; templates that link it show the change.

mod list;
mod places;
mod usage;

use std::sync::Arc;

use domain::{
    AssetId, Line, Problem, Scope,
    access::{Action, Actor, Resource},
    asset::{
        Asset, AssetKind, AssetName, AssetSpec, SupportedTypes, check_description, check_spec,
    },
};
use store::{AssetChange, Change};

use crate::{ControlPlane, Error, Result, World};

pub use list::{AssetFilter, Usable};
pub use usage::Usage;
pub(crate) use usage::in_use;

/// An asset as somebody asks for it.
#[derive(Clone, Debug)]
pub struct NewAsset {
    pub name: String,
    pub description: Option<String>,
    pub scope: Scope,
    pub supports: Option<SupportedTypes>,
    pub spec: AssetSpec,
}

/// What somebody changes about an asset.
#[derive(Clone, Debug)]
pub struct AssetUpdate {
    pub name: String,
    /// None: it has none from now on.
    pub description: Option<String>,
    /// None: only the name and the description change.
    pub spec: Option<AssetSpec>,
}

impl ControlPlane {
    /// One asset. What the actor may not see does not exist for them.
    pub fn asset(&self, actor: &Actor, world: &World, id: AssetId) -> Result<Arc<Asset>> {
        let found = world.assets.get(&id).filter(|asset| world.sees(actor, asset.scope));
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
        let actor = actor.clone();
        self.change(move |world, now| {
            let line = world.owner(&actor, new.scope)?;
            let spec = new.spec.cleaned();
            let name =
                accepted(world, &line, (&new.name, None), &new.description, &spec, |spec| {
                    check_spec(spec, new.supports.as_ref())
                })?;
            let by = actor.name;
            let asset = Arc::new(Asset {
                id,
                name,
                description: new.description,
                scope: new.scope,
                supports: supports(new.supports, &spec),
                spec,
                created_by: by.clone(),
                created_at: now,
                updated_by: by,
                updated_at: now,
                update_count: 0,
            });
            Ok((vec![stored(&asset)], asset))
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
        let new = NewAsset {
            name,
            description: original.description.clone(),
            scope,
            supports: original.supports.clone(),
            spec: original.spec.clone(),
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
        actor.may(Action::Update, Resource::Asset(old.scope))?;
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
            let named = (update.name.as_str(), Some(id));
            let name = accepted(world, &line, named, &update.description, &spec, |spec| {
                check_spec(spec, old.supports.as_ref())
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
            Ok((vec![stored(&asset)], asset))
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
        self.update_asset(actor, id, AssetUpdate { name, description, spec: None }).await
    }

    /// Deletes an asset; refused while somebody needs it, and then says who.
    pub async fn delete_asset(&self, actor: &Actor, id: AssetId) -> Result<()> {
        let asset = self.asset(actor, &self.world(), id)?;
        actor.may(Action::Delete, Resource::Asset(asset.scope))?;
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

/// The name, if everything is right; else everything that is wrong. A name in use is told alone.
fn accepted(
    world: &World,
    line: &Line,
    (name, own): (&str, Option<AssetId>),
    description: &Option<String>,
    spec: &AssetSpec,
    check: impl Fn(&AssetSpec) -> Vec<Problem>,
) -> Result<AssetName> {
    let parsed = name.parse::<AssetName>();
    let mut problems = check(spec);
    problems.extend(check_description(description.as_deref()));
    problems.extend(unknown_credentials(spec));
    let name = match parsed {
        Ok(name) if problems.is_empty() => name,
        parsed => {
            let wrong = |w: domain::asset::AssetNameProblem| {
                Problem::new("meta.name", "name.format", w.to_string())
            };
            problems.extend(parsed.err().map(wrong));
            return Err(Error::Invalid(problems));
        }
    };
    let same = |other: &&Arc<Asset>| {
        other.kind() == spec.kind()
            && other.name == name
            && Some(other.id) != own
            && line.passes(other.scope)
    };
    match world.assets.values().find(same) {
        Some(other) => {
            let (kind, place) = (spec.kind().noun(), world.place_name(other.scope));
            Err(Error::NameTaken(format!("{place} already has the {kind} {name}")))
        }
        None => Ok(name),
    }
}

/// Credentials that an asset refers to and that are not there. Until there are credentials, that is
/// each of them.
fn unknown_credentials(spec: &AssetSpec) -> Vec<Problem> {
    let named = spec.credentials().into_iter();
    named
        .map(|(field, id)| {
            let message = format!("There is no credential {id}");
            Problem::new(format!("spec.{field}"), "credential.unknown", message)
        })
        .collect()
}
