//! Environments, compute resources and templates as forms: what becomes of one. Only the server.

use control::{ControlPlane, Error, assets::NewAsset, templates::NewTemplate};
use domain::{
    Scope,
    access::{Action, Actor, Resource},
    asset::{AssetSpec, Environment},
    form::Draft,
    submission::Submission,
};

use super::setup::{Kind, Place, Setup, Told};

/// Where the actor may keep assets, from the top, and what the form offers.
pub fn open(control: &ControlPlane, actor: &Actor) -> Setup {
    let world = control.world();
    let may = |scope: &Scope| actor.is_allowed(Action::Create, Resource::Asset(*scope));
    let places = world.scopes().filter(may);
    Setup {
        places: places.map(|scope| Place { scope, words: world.place_name(scope) }).collect(),
        told: super::offered::told(&world.settings),
    }
}

/// Keeps what a form says; the id of what was kept.
pub async fn save(
    control: &ControlPlane,
    actor: &Actor,
    (kind, scope): (Kind, Scope),
    Told { name, description }: Told,
    draft: &Draft,
) -> Result<String, Error> {
    let description = Some(description.trim().to_owned()).filter(|text| !text.is_empty());
    let spec = match kind {
        Kind::Template => {
            let spec = of_template(draft);
            let assets = Default::default();
            let new = NewTemplate { name, description, scope, spec, assets, legacy: None };
            return Ok(control.create_template(actor, new).await?.id.to_string());
        }
        Kind::Compute => AssetSpec::Compute(draft.submission().compute.unwrap_or_default()),
        Kind::Environment => {
            AssetSpec::Environment(Box::new(Environment::of_submission(&draft.submission())))
        }
    };
    let new = NewAsset::plain(name, description, scope, spec);
    Ok(control.create_asset(actor, new).await?.id.to_string())
}

/// A template has no pull secrets, no node pools and no node type (`form-and-assets.md` §13.2).
fn of_template(draft: &Draft) -> Submission {
    Submission { image_pull_secrets: None, node_pools: None, node_type: None, ..draft.submission() }
}
