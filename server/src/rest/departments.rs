//! `/api/v1/org-unit/departments`.

use api::{
    Count,
    departments::{
        DepartmentCreation, DepartmentRow, DepartmentUpdate, DepartmentView, Departments,
    },
    list::ListParams,
    resources::{self, Resources},
};
use axum::{Json, extract::State, http::StatusCode};
use control::{
    World,
    departments::{DepartmentChange, NewDepartment},
};
use domain::{DepartmentId, access::Actor, org::Department};

use super::{
    Body, Id, List, RestError,
    org_unit::{Quotas, changed_quotas, new_quotas, pool_names, rules},
};
use crate::{Doors, auth::Caller};

/// A page of departments
#[utoipa::path(
    get, path = "/api/v1/org-unit/departments", tag = "Departments",
    operation_id = "get_departments",
    params(ListParams<DepartmentRow>),
    responses((status = 200, description = "A page of them", body = Departments))
)]
pub async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    List(query): List<DepartmentRow>,
) -> Result<Json<Departments>, RestError> {
    let world = doors.control.world();
    let page = query.page(doors.control.department_rows(&actor, &world)?);
    let departments = page.items.iter().map(|row| view(&world, &row.department)).collect();
    Ok(Json(Departments { departments, next: page.next }))
}

/// How many departments there are
#[utoipa::path(
    get, path = "/api/v1/org-unit/departments/count", tag = "Departments",
    operation_id = "count_departments",
    params(ListParams<DepartmentRow>),
    responses((status = 200, description = "Their number", body = Count))
)]
pub async fn count(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    List(query): List<DepartmentRow>,
) -> Result<Json<Count>, RestError> {
    let rows = doors.control.department_rows(&actor, &doors.control.world())?;
    Ok(Json(Count { count: query.count(rows) }))
}

/// One department
#[utoipa::path(
    get, path = "/api/v1/org-unit/departments/{departmentId}", tag = "Departments",
    operation_id = "get_department",
    params(("departmentId" = DepartmentId, Path)),
    responses((status = 200, description = "The department", body = DepartmentView))
)]
pub async fn get(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<DepartmentId>,
) -> Result<Json<DepartmentView>, RestError> {
    let world = doors.control.world();
    let department = doors.control.department(&actor, &world, id)?;
    Ok(Json(view(&world, &department)))
}

/// Make a department
#[utoipa::path(
    post, path = "/api/v1/org-unit/departments", tag = "Departments",
    operation_id = "create_department",
    request_body = DepartmentCreation,
    responses(
        (status = 201, description = "It was made", body = DepartmentView),
        (status = 409, description = "The name is taken", body = api::ErrorBody),
    )
)]
pub async fn create(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<DepartmentCreation>,
) -> Result<(StatusCode, Json<DepartmentView>), RestError> {
    let new = NewDepartment {
        cluster: body.cluster_id,
        name: body.name,
        description: body.description.unwrap_or_default(),
        quotas: new_quotas(&body.resources)?,
        default_node_pools: pool_names(body.default_node_pools)?,
        rules: rules(body.scheduling_rules, body.node_types),
    };
    let made = doors.control.create_department(&actor, new).await?;
    Ok((StatusCode::CREATED, Json(view(&doors.control.world(), &made))))
}

/// Change a department
#[utoipa::path(
    put, path = "/api/v1/org-unit/departments/{departmentId}", tag = "Departments",
    operation_id = "update_department",
    params(("departmentId" = DepartmentId, Path)), request_body = DepartmentUpdate,
    responses((status = 200, description = "As it is now", body = DepartmentView))
)]
pub async fn update(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<DepartmentId>,
    Body(body): Body<DepartmentUpdate>,
) -> Result<Json<DepartmentView>, RestError> {
    let change = DepartmentChange {
        description: body.description,
        default_node_pools: Some(pool_names(body.default_node_pools)?),
        rules: Some(rules(body.scheduling_rules, body.node_types)),
        quotas: new_quotas(&body.resources)?,
        replace_quotas: true,
    };
    let changed = doors.control.update_department(&actor, id, change).await?;
    Ok(Json(view(&doors.control.world(), &changed)))
}

/// Delete a department with its projects
#[utoipa::path(
    delete, path = "/api/v1/org-unit/departments/{departmentId}", tag = "Departments",
    operation_id = "delete_department",
    params(("departmentId" = DepartmentId, Path)),
    responses(
        (status = 204, description = "It is gone"),
        (status = 409, description = "Workloads are active in it", body = api::ErrorBody),
    )
)]
pub async fn delete(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<DepartmentId>,
) -> Result<StatusCode, RestError> {
    doors.control.delete_department(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Replace the quotas of a department
#[utoipa::path(
    put, path = "/api/v1/org-unit/departments/{departmentId}/resources", tag = "Departments",
    operation_id = "update_department_resources",
    params(("departmentId" = DepartmentId, Path)), request_body = Vec<Resources>,
    responses((status = 200, description = "All quotas as they are now", body = Vec<Resources>))
)]
pub async fn put_resources(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<DepartmentId>,
    Body(body): Body<Vec<Resources>>,
) -> Result<Json<Vec<Resources>>, RestError> {
    set_resources(&doors, &actor, id, new_quotas(&body)?, true).await
}

/// Change the quotas that are named
///
/// What is left out stays as it is; null takes it back.
#[utoipa::path(
    patch, path = "/api/v1/org-unit/departments/{departmentId}/resources", tag = "Departments",
    operation_id = "patch_department_resources",
    params(("departmentId" = DepartmentId, Path)), request_body = Vec<Resources>,
    responses((status = 200, description = "All quotas as they are now", body = Vec<Resources>))
)]
pub async fn patch_resources(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<DepartmentId>,
    Body(body): Body<Vec<Resources>>,
) -> Result<Json<Vec<Resources>>, RestError> {
    let old = doors.control.department(&actor, &doors.control.world(), id)?;
    set_resources(&doors, &actor, id, changed_quotas(&body, &old.quotas)?, false).await
}

async fn set_resources(
    doors: &Doors,
    actor: &Actor,
    id: DepartmentId,
    quotas: Quotas,
    replace_quotas: bool,
) -> Result<Json<Vec<Resources>>, RestError> {
    let change = DepartmentChange { quotas, replace_quotas, ..DepartmentChange::default() };
    let changed = doors.control.update_department(actor, id, change).await?;
    let world = doors.control.world();
    Ok(Json(resources::shown(world.pools_of(changed.cluster), |pool| changed.quota(pool))))
}

fn view(world: &World, department: &Department) -> DepartmentView {
    let pools = world.pools_of(department.cluster);
    DepartmentView::of(department, resources::shown(pools, |pool| department.quota(pool)))
}
