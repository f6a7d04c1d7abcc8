//! `/api/v1/org-unit/departments`.

use std::collections::BTreeMap;

use api::{
    ListQuery,
    departments::{DepartmentCreation, DepartmentView},
    resources,
};
use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use control::{World, departments::NewDepartment};
use domain::{DepartmentId, org::Department};
use serde::Serialize;

use super::{Body, Id, Query, RestError, projects::pool_names, workloads::Count};
use crate::{Doors, auth::Caller};

#[derive(Serialize)]
pub struct Departments {
    departments: Vec<DepartmentView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
}

pub async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<Departments>, RestError> {
    let query = ListQuery::parse::<DepartmentView>(query.pairs())?;
    let world = doors.control.world();
    let departments = doors.control.departments(&actor, &world)?;
    let page = query.page(departments.iter().map(|department| view(&world, department)));
    Ok(Json(Departments { departments: page.items, next: page.next }))
}

pub async fn count(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<Count>, RestError> {
    let query = ListQuery::parse::<DepartmentView>(query.pairs())?;
    let world = doors.control.world();
    let departments = doors.control.departments(&actor, &world)?;
    let page = query.page(departments.iter().map(|department| view(&world, department)));
    Ok(Json(Count { count: page.total }))
}

pub async fn get(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<DepartmentId>,
) -> Result<Json<DepartmentView>, RestError> {
    let world = doors.control.world();
    let department = doors.control.department(&actor, &world, id)?;
    Ok(Json(view(&world, &department)))
}

pub async fn create(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<DepartmentCreation>,
) -> Result<impl IntoResponse, RestError> {
    let quotas = resources::read(&body.resources, &BTreeMap::new());
    let new = NewDepartment {
        cluster: body.cluster_id,
        name: body.name,
        description: body.description.unwrap_or_default(),
        quotas: quotas.map_err(|problems| RestError::problems(&problems))?,
        default_node_pools: pool_names(body.default_node_pools)?,
    };
    let made = doors.control.create_department(&actor, new).await?;
    Ok((StatusCode::CREATED, Json(view(&doors.control.world(), &made))))
}

pub async fn delete(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<DepartmentId>,
) -> Result<StatusCode, RestError> {
    doors.control.delete_department(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn view(world: &World, department: &Department) -> DepartmentView {
    let pools = world.pools_of(department.cluster);
    DepartmentView::of(department, resources::shown(pools, |pool| department.quota(pool)))
}
