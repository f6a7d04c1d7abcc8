//! `/api/v1/workload-templates`: templates of workspaces.

use api::{
    Count, ListQuery,
    list::Paged,
    policies::violation,
    templates::{
        Runnable, TemplateCreation, TemplatePatch, TemplateReplacement, TemplateView, read_scope,
    },
};
use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};
use control::{
    World,
    templates::{NewTemplate, TemplateUpdate},
};
use domain::{ProjectId, TemplateId, access::Actor, template::Template};
use serde::Serialize;

use super::{Body, Id, Query, RestError};
use crate::{Doors, auth::Caller};

/// The routes of this file, as in [`super::ROUTES`].
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/api/v1/workload-templates"),
    ("GET", "/api/v1/workload-templates/count"),
    ("GET", "/api/v1/workload-templates/name-availability"),
    ("GET", "/api/v1/workload-templates/{id}"),
    ("POST", "/api/v1/workload-templates/workspaces"),
    ("GET", "/api/v1/workload-templates/workspaces"),
    ("GET", "/api/v1/workload-templates/workspaces/{id}"),
    ("PUT", "/api/v1/workload-templates/workspaces/{id}"),
    ("PATCH", "/api/v1/workload-templates/workspaces/{id}"),
    ("DELETE", "/api/v1/workload-templates/workspaces/{id}"),
];

pub fn router() -> Router<Doors> {
    Router::new()
        .route("/api/v1/workload-templates", get(list))
        .route("/api/v1/workload-templates/count", get(count))
        .route("/api/v1/workload-templates/name-availability", get(name_availability))
        .route("/api/v1/workload-templates/{id}", get(read))
        .route("/api/v1/workload-templates/workspaces", get(list).post(create))
        .route(
            "/api/v1/workload-templates/workspaces/{id}",
            get(read).put(replace).patch(change).delete(delete),
        )
}

#[derive(Serialize)]
struct Templates {
    entries: Vec<TemplateView>,
    pagination: Pagination,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Pagination {
    limit: usize,
    offset: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_offset: Option<usize>,
}

async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<Templates>, RestError> {
    let page = page(&doors, &actor, &query)?;
    let query = ListQuery::<TemplateView>::parse(query.pairs())?;
    let pagination = Pagination {
        limit: query.paging.limit,
        offset: query.paging.offset,
        next_offset: page.next,
    };
    Ok(Json(Templates { entries: page.items, pagination }))
}

async fn count(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<Count>, RestError> {
    Ok(Json(Count { count: page(&doors, &actor, &query)?.total }))
}

/// The templates that are asked for, each judged by the policy of the project that is asked about.
fn page(doors: &Doors, actor: &Actor, query: &Query) -> Result<Paged<TemplateView>, RestError> {
    let list = ListQuery::<TemplateView>::parse(query.pairs())?;
    let comply_to = query.get("complyToProject").map(str::parse::<ProjectId>).transpose();
    let comply_to = comply_to.map_err(|w| RestError::field("complyToProject", w.to_string()))?;
    let world = doors.control.world();
    if let Some(project) = comply_to {
        doors.control.project(actor, &world, project)?;
    }
    let templates = doors.control.templates(actor, &world);
    let views = templates.iter().map(|template| {
        let mut view = view(doors, &world, template);
        if let Some(project) = comply_to {
            let judged = doors.control.template_compliance(actor, &world, project, template)?;
            view.runnable = Runnable::of(judged.issue);
            view.compliance_issues = Some(judged.violations.iter().map(violation).collect());
        }
        Ok(view)
    });
    Ok(list.page(views.collect::<Result<Vec<_>, RestError>>()?))
}

async fn name_availability(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<StatusCode, RestError> {
    let text = |name| query.get(name).unwrap_or_default();
    let level = ("scopeType", text("scopeType"));
    let scope = read_scope(level, ("scopeId", query.get("scopeId")))
        .map_err(|problem| RestError::problems(&[problem]))?;
    let world = doors.control.world();
    doors.control.check_template_name(&actor, &world, scope, text("templateName"))?;
    Ok(StatusCode::NO_CONTENT)
}

async fn read(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<TemplateId>,
) -> Result<Json<TemplateView>, RestError> {
    let world = doors.control.world();
    let template = doors.control.template(&actor, &world, id)?;
    Ok(Json(view(&doors, &world, &template)))
}

async fn create(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<TemplateCreation>,
) -> Result<impl IntoResponse, RestError> {
    let meta = body.meta;
    let level = ("meta.scopeType", meta.scope_type.as_str());
    let scope = read_scope(level, ("meta.scopeId", meta.scope_id.as_deref()))
        .map_err(|problem| RestError::problems(&[problem]))?;
    let new = NewTemplate {
        name: meta.name,
        description: meta.description,
        scope,
        spec: body.spec.unwrap_or_default(),
        assets: body.assets.unwrap_or_default(),
    };
    let made = doors.control.create_template(&actor, new).await?;
    Ok((StatusCode::ACCEPTED, Json(view(&doors, &doors.control.world(), &made))))
}

async fn replace(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<TemplateId>,
    Body(body): Body<TemplateReplacement>,
) -> Result<Json<TemplateView>, RestError> {
    let update = TemplateUpdate {
        name: body.meta.name,
        description: body.meta.description,
        spec: body.spec.unwrap_or_default(),
        assets: body.assets.unwrap_or_default(),
    };
    let changed = doors.control.update_template(&actor, id, |_| Ok(update)).await?;
    Ok(Json(view(&doors, &doors.control.world(), &changed)))
}

async fn change(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<TemplateId>,
    Body(patch): Body<TemplatePatch>,
) -> Result<Json<TemplateView>, RestError> {
    let update = |old: &Template| {
        let patched = patch.apply(old).map_err(|problem| control::Error::Invalid(vec![problem]))?;
        Ok(TemplateUpdate {
            name: patched.name,
            description: patched.description,
            spec: patched.spec,
            assets: patched.assets,
        })
    };
    let changed = doors.control.update_template(&actor, id, update).await?;
    Ok(Json(view(&doors, &doors.control.world(), &changed)))
}

async fn delete(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<TemplateId>,
) -> Result<StatusCode, RestError> {
    doors.control.delete_template(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn view(doors: &Doors, world: &World, template: &Template) -> TemplateView {
    let combined = doors.control.combined_template(world, template);
    TemplateView::of(template, combined.spec, combined.issue)
}
