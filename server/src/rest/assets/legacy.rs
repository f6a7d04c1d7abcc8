//! `/api/v1/asset/workload-template`: templates made of assets alone (`rest-api.md` §8.2). They are
//! templates like the others, and stand in both lists.

use api::{
    HttpResponse,
    assets::{AssetQuery, ScopeOf},
    legacy_templates::{
        LegacyTemplateBody, LegacyTemplateCreation, LegacyTemplateEntries, LegacyTemplateUpdate,
        LegacyTemplateView,
    },
};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use control::{
    World,
    templates::{NewTemplate, TemplateUpdate},
};
use domain::{Line, Scope, TemplateId, access::Actor, submission::Submission, template::Template};
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Body, Id, Query, RestError};
use crate::{Doors, auth::Caller, rest::answer::accepted};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(read, replace, delete))
}

/// Every template made of assets that the caller may see
#[utoipa::path(
    get, path = "/api/v1/asset/workload-template", tag = "Templates",
    operation_id = "list_asset_templates",
    params(
        ("name" = Option<String>, Query, description = "Exactly this name"),
        ("scope" = Option<String>, Query, description = "Only of this level"),
        ("projectId" = Option<i32>, Query, description = "What that project may use"),
        ("departmentId" = Option<String>, Query), ("clusterId" = Option<String>, Query),
    ),
    responses((status = 200, description = "Oldest first", body = LegacyTemplateEntries))
)]
async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<LegacyTemplateEntries>, RestError> {
    let query = AssetQuery::parse(query.pairs())?;
    let world = doors.control.world();
    let place = query.place();
    let seen = |place: Scope| world.line_of(place).filter(|_| actor.sees(place));
    let line = place.map(|place| seen(place).ok_or(place)).transpose();
    let line: Option<Line> = line.map_err(|place| {
        RestError::new(404, format!("there is no {} {}", place.level().noun(), place.id()))
    })?;
    let all = doors.control.templates(&actor, &world);
    let fits = |t: &&Arc<Template>| {
        t.legacy.is_some()
            && query.name.as_deref().is_none_or(|name| t.name.as_str() == name)
            && query.level.is_none_or(|level| t.scope.level() == level)
            && line.as_ref().is_none_or(|line| line.passes(t.scope))
    };
    let entries = all.iter().filter(fits).map(|template| view(&world, template)).collect();
    Ok(Json(LegacyTemplateEntries { entries }))
}

/// Make a template of assets
#[utoipa::path(
    post, path = "/api/v1/asset/workload-template", tag = "Templates",
    operation_id = "create_asset_template",
    request_body = LegacyTemplateBody,
    responses(
        (status = 202, description = "It is there", body = LegacyTemplateView),
        (status = 404, description = "No such scope", body = api::ErrorBody),
        (status = 409, description = "The name is in use", body = api::ErrorBody),
    )
)]
async fn create(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<LegacyTemplateCreation>,
) -> Result<(StatusCode, Json<LegacyTemplateView>), RestError> {
    let scope = body.meta.read_scope().map_err(|problem| RestError::problems(&[problem]))?;
    let new = NewTemplate {
        name: body.meta.name,
        description: body.meta.description,
        scope,
        spec: Submission::default(),
        assets: body.spec.assets.choice(),
        legacy: Some(body.spec.specific_env.unwrap_or_default()),
    };
    let made = doors.control.create_template(&actor, new).await?;
    Ok((StatusCode::ACCEPTED, Json(view(&doors.control.world(), &made))))
}

/// One template made of assets
#[utoipa::path(
    get, path = "/api/v1/asset/workload-template/{id}", tag = "Templates",
    operation_id = "get_asset_template",
    params(("id" = String, Path)),
    responses((status = 200, description = "It", body = LegacyTemplateView))
)]
async fn read(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<TemplateId>,
) -> Result<Json<LegacyTemplateView>, RestError> {
    let world = doors.control.world();
    let template = legacy(&doors, &actor, &world, id)?;
    Ok(Json(view(&world, &template)))
}

/// Replace a template made of assets
#[utoipa::path(
    put, path = "/api/v1/asset/workload-template/{id}", tag = "Templates",
    operation_id = "update_asset_template",
    params(("id" = String, Path)),
    request_body = LegacyTemplateBody,
    responses(
        (status = 202, description = "As it is now", body = LegacyTemplateView),
        (status = 409, description = "The name is in use", body = api::ErrorBody),
    )
)]
async fn replace(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<TemplateId>,
    Body(body): Body<LegacyTemplateUpdate>,
) -> Result<(StatusCode, Json<LegacyTemplateView>), RestError> {
    legacy(&doors, &actor, &doors.control.world(), id)?;
    let update = move |old: &Template| {
        Ok(TemplateUpdate {
            name: body.meta.name.unwrap_or_else(|| old.name.to_string()),
            description: body.meta.description,
            spec: Submission::default(),
            assets: body.spec.assets.choice(),
            legacy: Some(body.spec.specific_env.unwrap_or_default()),
        })
    };
    let changed = doors.control.update_template(&actor, id, update).await?;
    Ok((StatusCode::ACCEPTED, Json(view(&doors.control.world(), &changed))))
}

/// Delete a template made of assets
#[utoipa::path(
    delete, path = "/api/v1/asset/workload-template/{id}", tag = "Templates",
    operation_id = "delete_asset_template",
    params(("id" = String, Path)),
    responses((status = 202, description = "It is gone", body = HttpResponse))
)]
async fn delete(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<TemplateId>,
) -> Result<Response, RestError> {
    let template = legacy(&doors, &actor, &doors.control.world(), id)?;
    doors.control.delete_template(&actor, id).await?;
    Ok(accepted(format!("the template {} is deleted", template.name)))
}

fn legacy(
    doors: &Doors,
    actor: &Actor,
    world: &World,
    id: TemplateId,
) -> Result<Arc<Template>, RestError> {
    let template = doors.control.template(actor, world, id)?;
    match template.legacy.is_some() {
        true => Ok(template),
        false => Err(RestError::new(404, format!("there is no template made of assets {id}"))),
    }
}

fn view(world: &World, template: &Template) -> LegacyTemplateView {
    let project = match template.scope {
        Scope::Project(id) => world.projects.get(&id).map(|project| project.name.to_string()),
        Scope::System | Scope::Account | Scope::Cluster(_) | Scope::Department(_) => None,
    };
    LegacyTemplateView::of(template, project, |id| world.assets.get(&id).map(|asset| &**asset))
}
