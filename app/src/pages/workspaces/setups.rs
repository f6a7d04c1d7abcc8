//! Environments, compute resources and templates as forms: what is loaded into one, and what becomes of it. Only the
//! server.

use control::{
    ControlPlane, World,
    assets::{AssetUpdate, NewAsset},
    templates::{NewTemplate, TemplateUpdate},
};
use domain::{
    AssetId, Scope, TemplateId,
    access::{Action, Actor, Resource},
    asset::{AssetKind, AssetSpec, Environment},
    form::Draft,
    settings::Setting,
    submission::Submission,
};

use super::setup::{Kind, Place, Setup, Told};
use crate::error::UiError;

/// The form of a new asset or template, or of one that exists.
pub fn open(
    control: &ControlPlane,
    actor: &Actor,
    (kind, id): (Kind, Option<String>),
) -> Result<Setup, UiError> {
    let world = control.world();
    let places = places(&world, actor);
    let has_gpu_limits = world.settings.is_on(Setting::GpuOptimization);
    let Some(id) = id else {
        let scope = places.first().map(|place| place.scope);
        let draft = Draft::default();
        return Ok(Setup { places, scope, has_gpu_limits, told: Told::default(), draft });
    };
    let unknown = || UiError::NotFound(format!("There is no {} {id}.", kind.noun()));
    let (name, description, scope, submission) = match kind {
        Kind::Template => {
            let id: TemplateId = id.parse().map_err(|_| unknown())?;
            let template = control.template(actor, &world, id)?;
            let of = (template.name.to_string(), template.description.clone());
            (of.0, of.1, template.scope, template.spec.clone())
        }
        Kind::Environment | Kind::Compute => {
            let id: AssetId = id.parse().map_err(|_| unknown())?;
            let asset = control.asset_of_kind(actor, &world, asset_kind(kind), id)?;
            let of = (asset.name.to_string(), asset.description.clone());
            (of.0, of.1, asset.scope, asset.submission(&world.secrets_of([&*asset])))
        }
    };
    let told = Told { name, description: description.unwrap_or_default() };
    let draft = Draft::from_submission(&submission);
    Ok(Setup { places, scope: Some(scope), has_gpu_limits, told, draft })
}

fn asset_kind(kind: Kind) -> AssetKind {
    if kind == Kind::Compute { AssetKind::Compute } else { AssetKind::Environment }
}

/// Where the actor may keep assets, from the top.
fn places(world: &World, actor: &Actor) -> Vec<Place> {
    let clusters = world.clusters.keys().map(|id| Scope::Cluster(*id));
    let departments = world.departments.keys().map(|id| Scope::Department(*id));
    let projects = world.projects.keys().map(|id| Scope::Project(*id));
    let all = std::iter::once(Scope::Account).chain(clusters).chain(departments).chain(projects);
    let may = all.filter(|scope| actor.is_allowed(Action::Create, Resource::Asset(*scope)));
    may.map(|scope| Place { scope, words: world.place_name(scope) }).collect()
}

/// Keeps what the form says; the id of what was kept.
pub async fn save(
    control: &ControlPlane,
    actor: &Actor,
    (kind, id, scope): (Kind, Option<String>, Scope),
    Told { name, description }: Told,
    draft: &Draft,
) -> Result<String, UiError> {
    let description = Some(description.trim().to_owned()).filter(|text| !text.is_empty());
    let unknown = || UiError::NotFound(format!("There is no such {}.", kind.noun()));
    if kind == Kind::Template {
        let spec = of_template(draft);
        let Some(id) = id else {
            let new = NewTemplate {
                name,
                description,
                scope,
                spec,
                assets: Default::default(),
                legacy: None,
            };
            return Ok(control.create_template(actor, new).await?.id.to_string());
        };
        let id: TemplateId = id.parse().map_err(|_| unknown())?;
        let update = move |old: &domain::template::Template| {
            Ok(TemplateUpdate { name, description, spec, assets: old.assets.clone(), legacy: None })
        };
        return Ok(control.update_template(actor, id, update).await?.id.to_string());
    }
    let spec = of_asset(kind, draft);
    let Some(id) = id else {
        let new = NewAsset::plain(name, description, scope, spec);
        return Ok(control.create_asset(actor, new).await?.id.to_string());
    };
    let id: AssetId = id.parse().map_err(|_| unknown())?;
    let update = AssetUpdate { name, description, spec: Some(spec), content: Default::default() };
    Ok(control.update_asset(actor, id, update).await?.id.to_string())
}

fn of_asset(kind: Kind, draft: &Draft) -> AssetSpec {
    let submission = draft.submission();
    match kind {
        Kind::Compute => AssetSpec::Compute(submission.compute.unwrap_or_default()),
        _ => AssetSpec::Environment(Box::new(Environment::of_submission(&submission))),
    }
}

/// A template has no pull secrets, no node pools and no node type (`form-and-assets.md` §13.2).
fn of_template(draft: &Draft) -> Submission {
    Submission { image_pull_secrets: None, node_pools: None, node_type: None, ..draft.submission() }
}
