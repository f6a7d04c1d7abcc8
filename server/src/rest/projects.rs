//! `/api/v1/org-unit/projects`.

use api::{
    Count,
    list::ListParams,
    projects::{
        PoolQuotaStatus, ProjectCreation, ProjectRow, ProjectUpdate, ProjectView, Projects,
    },
    resources::{self, QuotaStatus, Resources},
};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use control::{
    UsageByPool, World,
    projects::{NewProject, ProjectChange, Usage},
};
use domain::{ProjectId, access::Actor, org::Project};

use super::{
    Body, Id, List, RestError,
    answer::accepted,
    org_unit::{Quotas, changed_quotas, new_quotas, pool_names, rules},
};
use crate::{Doors, auth::Caller};

/// A page of the projects that the caller may see
#[utoipa::path(
    get, path = "/api/v1/org-unit/projects", tag = "Projects", operation_id = "get_projects",
    params(ListParams<ProjectRow>),
    responses((status = 200, description = "A page of them", body = Projects))
)]
pub async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    List(query): List<ProjectRow>,
) -> Result<Json<Projects>, RestError> {
    let world = doors.control.world();
    let usage = world.usage_by(|workload| Some(workload.project));
    let page = query.page(doors.control.project_rows(&actor, &world, &usage));
    let none = UsageByPool::new();
    let views = page
        .items
        .iter()
        .map(|row| view(&world, &row.project, usage.get(&row.project.id).unwrap_or(&none)));
    Ok(Json(Projects { projects: views.collect(), next: page.next }))
}

/// How many projects there are
#[utoipa::path(
    get, path = "/api/v1/org-unit/projects/count", tag = "Projects",
    operation_id = "count_projects",
    params(ListParams<ProjectRow>),
    responses((status = 200, description = "Their number", body = Count))
)]
pub async fn count(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    List(query): List<ProjectRow>,
) -> Result<Json<Count>, RestError> {
    let world = doors.control.world();
    let usage = world.usage_by(|workload| Some(workload.project));
    let rows = doors.control.project_rows(&actor, &world, &usage);
    Ok(Json(Count { count: query.count(rows) }))
}

/// One project
#[utoipa::path(
    get, path = "/api/v1/org-unit/projects/{projectId}", tag = "Projects",
    operation_id = "get_project",
    params(("projectId" = ProjectId, Path)),
    responses((status = 200, description = "The project", body = ProjectView))
)]
pub async fn get(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ProjectId>,
) -> Result<Json<ProjectView>, RestError> {
    let world = doors.control.world();
    let project = doors.control.project(&actor, &world, id)?;
    Ok(Json(view_of(&world, &project)))
}

/// Make a project
#[utoipa::path(
    post, path = "/api/v1/org-unit/projects", tag = "Projects", operation_id = "create_project",
    request_body = ProjectCreation,
    responses(
        (status = 201, description = "It was made", body = ProjectView),
        (status = 409, description = "The name is taken", body = api::ErrorBody),
    )
)]
pub async fn create(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<ProjectCreation>,
) -> Result<(StatusCode, Json<ProjectView>), RestError> {
    let new = NewProject {
        cluster: body.cluster_id,
        department: body.parent_id,
        name: body.name,
        description: body.description.unwrap_or_default(),
        requested_namespace: body.requested_namespace.filter(|name| !name.is_empty()),
        quotas: new_quotas(&body.resources)?,
        default_node_pools: pool_names(body.default_node_pools)?,
        rules: rules(body.scheduling_rules, body.node_types),
    };
    let made = doors.control.create_project(&actor, new).await?;
    Ok((StatusCode::CREATED, Json(view_of(&doors.control.world(), &made))))
}

/// Change a project
#[utoipa::path(
    put, path = "/api/v1/org-unit/projects/{projectId}", tag = "Projects",
    operation_id = "update_project",
    params(("projectId" = ProjectId, Path)), request_body = ProjectUpdate,
    responses((status = 200, description = "As it is now", body = ProjectView))
)]
pub async fn update(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ProjectId>,
    Body(body): Body<ProjectUpdate>,
) -> Result<Json<ProjectView>, RestError> {
    let change = ProjectChange {
        description: body.description,
        default_node_pools: Some(pool_names(body.default_node_pools)?),
        rules: Some(rules(body.scheduling_rules, body.node_types)),
        quotas: new_quotas(&body.resources)?,
        replace_quotas: true,
    };
    let changed = doors.control.update_project(&actor, id, change).await?;
    Ok(Json(view_of(&doors.control.world(), &changed)))
}

/// Delete a project with its workloads
#[utoipa::path(
    delete, path = "/api/v1/org-unit/projects/{projectId}", tag = "Projects",
    operation_id = "delete_project",
    params(("projectId" = ProjectId, Path)),
    responses(
        (status = 202, description = "Its workloads are being deleted", body = api::HttpResponse),
        (status = 204, description = "It is gone"),
    )
)]
pub async fn delete(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ProjectId>,
) -> Result<Response, RestError> {
    match doors.control.delete_project(&actor, id).await? {
        true => Ok(StatusCode::NO_CONTENT.into_response()),
        false => Ok(accepted("the project's workloads are being deleted; repeat to delete it")),
    }
}

/// Replace the quotas of a project
#[utoipa::path(
    put, path = "/api/v1/org-unit/projects/{projectId}/resources", tag = "Projects",
    operation_id = "update_project_resources",
    params(("projectId" = ProjectId, Path)), request_body = Vec<Resources>,
    responses((status = 200, description = "All quotas as they are now", body = Vec<Resources>))
)]
pub async fn put_resources(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ProjectId>,
    Body(body): Body<Vec<Resources>>,
) -> Result<Json<Vec<Resources>>, RestError> {
    set_resources(&doors, &actor, id, new_quotas(&body)?, true).await
}

/// Change the quotas that are named
///
/// What is left out stays as it is; null takes it back.
#[utoipa::path(
    patch, path = "/api/v1/org-unit/projects/{projectId}/resources", tag = "Projects",
    operation_id = "patch_project_resources",
    params(("projectId" = ProjectId, Path)), request_body = Vec<Resources>,
    responses((status = 200, description = "All quotas as they are now", body = Vec<Resources>))
)]
pub async fn patch_resources(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ProjectId>,
    Body(body): Body<Vec<Resources>>,
) -> Result<Json<Vec<Resources>>, RestError> {
    let old = doors.control.project(&actor, &doors.control.world(), id)?;
    set_resources(&doors, &actor, id, changed_quotas(&body, &old.quotas)?, false).await
}

async fn set_resources(
    doors: &Doors,
    actor: &Actor,
    id: ProjectId,
    quotas: Quotas,
    replace_quotas: bool,
) -> Result<Json<Vec<Resources>>, RestError> {
    let change = ProjectChange { quotas, replace_quotas, ..ProjectChange::default() };
    let changed = doors.control.update_project(actor, id, change).await?;
    let world = doors.control.world();
    let pools = world.pools_of(changed.cluster);
    Ok(Json(resources::shown(pools, |pool| changed.quota(pool))))
}

fn view_of(world: &World, project: &Project) -> ProjectView {
    view(world, project, &world.usage(|workload| workload.project == project.id))
}

fn view(world: &World, project: &Project, usage: &UsageByPool) -> ProjectView {
    let mut total = Usage::default();
    for used in usage.values() {
        total.allocated += used.allocated;
        total.non_preemptible += used.non_preemptible;
        total.requested += used.requested;
    }
    let by_pool = world.pools_of(project.cluster).map(|pool| PoolQuotaStatus {
        node_pool_id: pool.id.to_string(),
        node_pool_name: pool.name.to_string(),
        status: status(usage.get(&pool.name).copied().unwrap_or_default()),
    });
    let by_pool = by_pool.collect();
    let shown = resources::shown(world.pools_of(project.cluster), |pool| project.quota(pool));
    ProjectView::of(project, shown, status(total), by_pool)
}

fn status(usage: Usage) -> QuotaStatus {
    QuotaStatus {
        allocated: usage.allocated.into(),
        allocated_non_preemptible: usage.non_preemptible.into(),
        requested: usage.requested.into(),
    }
}
