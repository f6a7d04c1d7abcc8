//! `/api/v1/workload-templates`: templates of workspaces.

use api::{
    Count, ListQuery,
    list::Paged,
    policies::violation,
    templates::{
        Runnable, TemplateCreation, TemplateEntries, TemplatePagination, TemplatePatch,
        TemplateReplacement, TemplateView, read_scope,
    },
};
use axum::{Json, extract::State, http::StatusCode};
use control::{
    World,
    templates::{NewTemplate, TemplateUpdate},
};
use domain::{ProjectId, TemplateId, access::Actor, template::Template};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Body, Id, Query, RestError};
use crate::{Doors, auth::Caller};

/// The routes of this file.
pub fn described() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(count))
        .routes(routes!(name_availability))
        .routes(routes!(read))
        .routes(routes!(list_of_workspaces, create))
        .routes(routes!(read_of_workspaces, replace, change, delete))
}

/// Every template that the caller may see
#[utoipa::path(
    get, path = "/api/v1/workload-templates", tag = "Templates", operation_id = "list_workload_templates",
    params(
        ("offset" = Option<usize>, Query), ("limit" = Option<usize>, Query),
        ("sortBy" = Option<String>, Query), ("sortOrder" = Option<String>, Query),
        ("filterBy" = Option<Vec<String>>, Query), ("search" = Option<String>, Query),
        ("complyToProject" = Option<i32>, Query, description = "Add `complianceIssues`"),
    ),
    responses(
        (status = 200, description = "A page of them", body = TemplateEntries),
        (status = 404, description = "No such project", body = api::ErrorBody),
    )
)]
async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<TemplateEntries>, RestError> {
    let page = page(&doors, &actor, &query)?;
    let query = ListQuery::<TemplateView>::parse(query.pairs())?;
    let pagination = TemplatePagination {
        limit: query.paging.limit,
        offset: query.paging.offset,
        next_offset: page.next,
    };
    Ok(Json(TemplateEntries { entries: page.items, pagination }))
}

/// How many there are
#[utoipa::path(
    get, path = "/api/v1/workload-templates/count", tag = "Templates", operation_id = "count_workload_templates",
    params(
        ("offset" = Option<usize>, Query), ("limit" = Option<usize>, Query),
        ("sortBy" = Option<String>, Query), ("sortOrder" = Option<String>, Query),
        ("filterBy" = Option<Vec<String>>, Query), ("search" = Option<String>, Query),
        ("complyToProject" = Option<i32>, Query, description = "Add `complianceIssues`"),
    ),
    responses(
        (status = 200, description = "The number", body = Count),
        (status = 404, description = "No such project", body = api::ErrorBody),
    )
)]
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

/// Whether a template may be called so
#[utoipa::path(
    get, path = "/api/v1/workload-templates/name-availability", tag = "Templates", operation_id = "check_workload_template_name",
    params(
        ("templateName" = String, Query), ("scopeType" = String, Query),
        ("scopeId" = Option<String>, Query),
    ),
    responses(
        (status = 204, description = "It may"),
        (status = 404, description = "No such scope", body = api::ErrorBody),
        (status = 409, description = "The name is in use", body = api::ErrorBody),
    )
)]
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

/// One template
#[utoipa::path(
    get, path = "/api/v1/workload-templates/{id}", tag = "Templates", operation_id = "get_workload_template",
    params(("id" = String, Path)),
    responses((status = 200, description = "It", body = TemplateView))
)]
async fn read(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<TemplateId>,
) -> Result<Json<TemplateView>, RestError> {
    let world = doors.control.world();
    let template = doors.control.template(&actor, &world, id)?;
    Ok(Json(view(&doors, &world, &template)))
}

/// Every template of workspaces that the caller may see
#[utoipa::path(
    get, path = "/api/v1/workload-templates/workspaces", tag = "Templates", operation_id = "list_workspace_templates",
    params(
        ("offset" = Option<usize>, Query), ("limit" = Option<usize>, Query),
        ("sortBy" = Option<String>, Query), ("sortOrder" = Option<String>, Query),
        ("filterBy" = Option<Vec<String>>, Query), ("search" = Option<String>, Query),
        ("complyToProject" = Option<i32>, Query, description = "Add `complianceIssues`"),
    ),
    responses(
        (status = 200, description = "A page of them", body = TemplateEntries),
        (status = 404, description = "No such project", body = api::ErrorBody),
    )
)]
async fn list_of_workspaces(
    doors: State<Doors>,
    caller: Caller,
    query: Query,
) -> Result<Json<TemplateEntries>, RestError> {
    list(doors, caller, query).await
}

/// One template of workspaces
#[utoipa::path(
    get, path = "/api/v1/workload-templates/workspaces/{id}", tag = "Templates", operation_id = "get_workspace_template",
    params(("id" = String, Path)),
    responses((status = 200, description = "It", body = TemplateView))
)]
async fn read_of_workspaces(
    doors: State<Doors>,
    caller: Caller,
    id: Id<TemplateId>,
) -> Result<Json<TemplateView>, RestError> {
    read(doors, caller, id).await
}

/// Make a template
#[utoipa::path(
    post, path = "/api/v1/workload-templates/workspaces", tag = "Templates", operation_id = "create_workspace_template",
    request_body = TemplateCreation,
    responses(
        (status = 202, description = "It is there", body = TemplateView),
        (status = 404, description = "No such scope", body = api::ErrorBody),
        (status = 409, description = "The name is in use", body = api::ErrorBody),
    )
)]
async fn create(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<TemplateCreation>,
) -> Result<(StatusCode, Json<TemplateView>), RestError> {
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
        legacy: None,
    };
    let made = doors.control.create_template(&actor, new).await?;
    Ok((StatusCode::ACCEPTED, Json(view(&doors, &doors.control.world(), &made))))
}

/// Replace a template
#[utoipa::path(
    put, path = "/api/v1/workload-templates/workspaces/{id}", tag = "Templates", operation_id = "replace_workspace_template",
    params(("id" = String, Path)),
    request_body = TemplateReplacement,
    responses(
        (status = 200, description = "It", body = TemplateView),
        (status = 409, description = "The name is in use", body = api::ErrorBody),
    )
)]
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
        legacy: None,
    };
    let changed = doors.control.update_template(&actor, id, |_| Ok(update)).await?;
    Ok(Json(view(&doors, &doors.control.world(), &changed)))
}

/// Change a part of a template
#[utoipa::path(
    patch, path = "/api/v1/workload-templates/workspaces/{id}", tag = "Templates", operation_id = "update_workspace_template",
    params(("id" = String, Path)),
    request_body = TemplatePatch,
    responses(
        (status = 200, description = "It", body = TemplateView),
        (status = 409, description = "The name is in use", body = api::ErrorBody),
    )
)]
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
            legacy: None,
        })
    };
    let changed = doors.control.update_template(&actor, id, update).await?;
    Ok(Json(view(&doors, &doors.control.world(), &changed)))
}

/// Delete a template
#[utoipa::path(
    delete, path = "/api/v1/workload-templates/workspaces/{id}", tag = "Templates", operation_id = "delete_workspace_template",
    params(("id" = String, Path)),
    responses((status = 204, description = "It is gone"))
)]
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
