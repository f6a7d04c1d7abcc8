//! Environments, compute resources and templates as forms: what becomes of one. Only the server.

use control::{
    ControlPlane, Error, World,
    assets::{AssetFilter, AssetUpdate, NewAsset},
    templates::{NewTemplate, TemplateUpdate},
};
use domain::{
    AssetId, Scope,
    access::{Action, Actor, Resource},
    asset::{AssetChoice, AssetKind, AssetSpec, DatasourceChoice, Environment, Secrets, merged},
    form::Draft,
    submission::{Compute, Submission},
    template::{ENVIRONMENT, SpecificRun, Template},
};

use super::{
    alone::{Chosen, DATA},
    linking::{Linkable, Links, SetupAround},
    load::Filling,
    loading::draft_of,
    setup::{Kept, Kind, Place, Setup, Told},
};
use crate::error::UiError;

/// Where the actor may keep assets, from the top, what the form offers, and what it is about where it exists.
pub fn open(
    control: &ControlPlane,
    actor: &Actor,
    (kind, id): (Kind, Option<String>),
) -> Result<Setup, Error> {
    let world = control.world();
    let may = |scope: &Scope| actor.is_allowed(Action::Create, resource(kind, *scope));
    let places = world.scopes().filter(may);
    let places = places.map(|scope| Place { scope, words: world.place_name(scope) }).collect();
    let kept = id.map(|id| kept(control, actor, &world, (kind, &id))).transpose()?;
    let is_of_assets = kind == Kind::Template && !world.settings.has_flexible_templates();
    Ok(Setup { places, told: super::offered::told(&world.settings), kept, is_of_assets })
}

/// Something of this kind that belongs to a place.
fn resource(kind: Kind, scope: Scope) -> Resource {
    match kind {
        Kind::Environment => Resource::Asset(AssetKind::Environment, scope),
        Kind::Compute => Resource::Asset(AssetKind::Compute, scope),
        Kind::Template => Resource::Template(scope),
    }
}

fn kept(
    control: &ControlPlane,
    actor: &Actor,
    world: &World,
    (kind, id): (Kind, &str),
) -> Result<Kept, Error> {
    let missing = || Error::not_found(kind.noun(), id);
    let (scope, name, description, draft, links) = match kind {
        Kind::Template => {
            let of = control.template(actor, world, id.parse().map_err(|_| missing())?)?;
            if of.legacy.is_some() {
                let words = "It is made of assets alone; make a template of its own instead";
                return Err(Error::field("template", "template.legacy", words));
            }
            let links = Links { environment: of.assets.environment, compute: of.assets.compute };
            let draft = Draft::from_submission(&of.spec);
            (of.scope, of.name.to_string(), of.description.clone(), draft, links)
        }
        Kind::Environment | Kind::Compute => {
            let of = control.asset(actor, world, id.parse().map_err(|_| missing())?)?;
            let draft = draft_of(world, &of);
            (of.scope, of.name.to_string(), of.description.clone(), draft, Links::default())
        }
    };
    actor.may(Action::Update, resource(kind, scope))?;
    let place = Place { scope, words: world.place_name(scope) };
    let told = Told { name, description: description.unwrap_or_default() };
    Ok(Kept { id: id.to_owned(), place, told, draft, links })
}

/// What fields and sections may be filled in from at a scope.
pub fn around(control: &ControlPlane, actor: &Actor, scope: Scope) -> Result<SetupAround, Error> {
    let world = control.world();
    let offers = super::offered::offers_at(control, actor, &world, scope)?;
    Ok(SetupAround { linkable: linkable(control, actor, scope)?, offers })
}

/// Environments and compute resources that a template of `scope` may be made of.
fn linkable(control: &ControlPlane, actor: &Actor, scope: Scope) -> Result<Vec<Linkable>, Error> {
    let world = control.world();
    let sections = [AssetKind::Environment, AssetKind::Compute];
    let kinds = sections.into_iter().chain(AssetKind::DATA_SOURCES).collect();
    let filter = AssetFilter { place: Some(scope), kinds, ..AssetFilter::default() };
    let all = control.assets(actor, &world, &filter)?;
    let fit = all.into_iter().filter(|asset| asset.is_for_workspaces());
    let linkable = fit.map(|asset| {
        let section = match asset.kind() {
            AssetKind::Environment => "environment",
            AssetKind::Compute => "compute",
            _ => DATA,
        };
        let section = section.to_owned();
        let words = format!("{} ({})", asset.name, world.place_for(actor, asset.scope));
        Linkable { section, id: asset.id, words }
    });
    Ok(linkable.collect())
}

/// What such an asset fills in.
pub fn values(control: &ControlPlane, actor: &Actor, id: AssetId) -> Result<Filling, UiError> {
    let world = control.world();
    Ok(super::loading::filling_of(&world, &*control.asset(actor, &world, id)?))
}

/// Keeps what a form says; the id of what was kept.
pub async fn save(
    control: &ControlPlane,
    actor: &Actor,
    (kind, scope): (Kind, Scope),
    Told { name, description }: Told,
    (draft, links): (&Draft, Links),
) -> Result<String, Error> {
    let description = said(description);
    let world = control.world();
    let secrets = world.secrets_at(&world.line_of(scope).unwrap_or_default());
    let spec = match kind {
        Kind::Template => {
            let spec = of_template(draft, links);
            let Links { environment, compute } = links;
            let assets = AssetChoice { environment, compute, datasources: vec![] };
            let new = NewTemplate { name, description, scope, spec, assets, legacy: None };
            return Ok(control.create_template(actor, new).await?.id.to_string());
        }
        Kind::Compute => AssetSpec::Compute(compute_of(draft)),
        Kind::Environment => AssetSpec::Environment(Box::new(environment_of(draft, &secrets))),
    };
    let new = NewAsset::plain(name, description, scope, spec);
    Ok(control.create_asset(actor, new).await?.id.to_string())
}

/// Keeps a template that is made of assets alone; its id.
pub async fn save_of_assets(
    control: &ControlPlane,
    actor: &Actor,
    scope: Scope,
    Told { name, description }: Told,
    (chosen, draft): (Chosen, &Draft),
) -> Result<String, Error> {
    let Some(environment) = chosen.environment else {
        let words = "Choose the environment that it is made of";
        return Err(Error::field(ENVIRONMENT, "template.environment", words));
    };
    let Submission { auto_deletion_time_after_completion_seconds, annotations, labels, .. } =
        draft.submission();
    let fields = Submission {
        auto_deletion_time_after_completion_seconds,
        annotations,
        labels,
        ..Submission::default()
    };
    let choice = |id| DatasourceChoice { id, kind: None, overrides: None };
    let assets = AssetChoice {
        environment: Some(environment),
        compute: chosen.compute,
        datasources: chosen.datasources.into_iter().map(choice).collect(),
    };
    let run = SpecificRun { fields: Box::new(fields), ..SpecificRun::default() };
    let new = NewTemplate {
        name,
        description: said(description),
        scope,
        spec: Submission::default(),
        assets,
        legacy: Some(run),
    };
    Ok(control.create_template(actor, new).await?.id.to_string())
}

/// Takes over what a form changed; what it has no field for stays as it is.
pub async fn change(
    control: &ControlPlane,
    actor: &Actor,
    (kind, id): (Kind, String),
    Told { name, description }: Told,
    (draft, links): (&Draft, Links),
) -> Result<String, Error> {
    let description = said(description);
    let missing = || Error::not_found(kind.noun(), &id);
    if kind == Kind::Template {
        let draft = draft.clone();
        let update = move |old: &Template| {
            let opened = Draft::from_submission(&old.spec);
            let was = Links { environment: old.assets.environment, compute: old.assets.compute };
            let (was, now) = (of_template(&opened, was), of_template(&draft, links));
            let Links { environment, compute } = links;
            let assets = AssetChoice { environment, compute, ..old.assets.clone() };
            let spec = merged(&old.spec, &was, &now).map_err(|_| unmerged())?;
            Ok(TemplateUpdate { name, description, spec, assets, legacy: old.legacy.clone() })
        };
        control.update_template(actor, id.parse().map_err(|_| missing())?, update).await?;
        return Ok(id);
    }
    let world = control.world();
    let asset = control.asset(actor, &world, id.parse().map_err(|_| missing())?)?;
    let secrets = world.secrets_at(&world.line_of(asset.scope).unwrap_or_default());
    let opened = draft_of(&world, &asset);
    let spec = match &asset.spec {
        AssetSpec::Environment(old) => {
            let (was, now) = (environment_of(&opened, &secrets), environment_of(draft, &secrets));
            merged(&**old, &was, &now).map(|new| AssetSpec::Environment(Box::new(new)))
        }
        AssetSpec::Compute(old) => {
            merged(old, &compute_of(&opened), &compute_of(draft)).map(AssetSpec::Compute)
        }
        _ => return Err(missing()),
    };
    let spec = Some(spec.map_err(|_| unmerged())?);
    let update = AssetUpdate { name, description, spec, content: Default::default() };
    control.update_asset(actor, asset.id, update).await?;
    Ok(id)
}

fn said(text: String) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn unmerged() -> Error {
    Error::Internal { what: "take over the changes of the form" }
}

fn environment_of(draft: &Draft, secrets: &Secrets) -> Environment {
    let of = Environment::of_submission(&draft.submission(), secrets);
    let is_open = of.override_uid_gid_in_workspace && draft.is_on("uid_open");
    Environment { override_uid_gid_in_workspace: is_open, ..of }
}

fn compute_of(draft: &Draft) -> Compute {
    draft.submission().compute.unwrap_or_default()
}

/// A template has no pull secrets, no node pools and no node type (`form-and-assets.md` §13.2), and nothing of what it
/// links.
fn of_template(draft: &Draft, links: Links) -> Submission {
    let mut spec = Submission {
        image_pull_secrets: None,
        node_pools: None,
        node_type: None,
        ..draft.submission()
    };
    if links.compute.is_some() {
        spec.compute = None;
    }
    if links.environment.is_some() {
        let Submission { compute, tolerations, storage, .. } = &spec;
        spec = Submission {
            compute: compute.clone(),
            tolerations: tolerations.clone(),
            storage: storage.clone(),
            preemptibility: spec.preemptibility.clone(),
            priority_class: spec.priority_class.clone(),
            termination_grace_period_seconds: spec.termination_grace_period_seconds,
            backoff_limit: spec.backoff_limit,
            auto_deletion_time_after_completion_seconds: spec
                .auto_deletion_time_after_completion_seconds,
            annotations: spec.annotations.clone(),
            labels: spec.labels.clone(),
            ..Submission::default()
        };
    }
    spec
}
