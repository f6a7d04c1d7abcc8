//! `/api/v1/authorization/roles`.

use api::access::roles::RoleView;
use axum::Json;
use domain::access::{Action, Resource, Role};

use crate::{
    auth::Caller,
    rest::{Id, RestError},
};

/// All roles
#[utoipa::path(
    get, path = "/api/v1/authorization/roles", tag = "Roles", operation_id = "get_roles_v1",
    responses((status = 200, description = "All of them", body = Vec<RoleView>))
)]
pub async fn list(Caller(actor): Caller) -> Result<Json<Vec<RoleView>>, RestError> {
    actor.may(Action::Read, Resource::Role).map_err(control::Error::from)?;
    Ok(Json(Role::ALL.map(RoleView::from).to_vec()))
}

/// One role
#[utoipa::path(
    get, path = "/api/v1/authorization/roles/{roleIdPath}", tag = "Roles",
    operation_id = "get_role_v1", params(("roleIdPath" = i32, Path)),
    responses((status = 200, description = "The role", body = RoleView))
)]
pub async fn get(Caller(actor): Caller, Id(id): Id<i32>) -> Result<Json<RoleView>, RestError> {
    actor.may(Action::Read, Resource::Role).map_err(control::Error::from)?;
    let role = Role::try_from(id).map_err(|wrong| RestError::new(404, wrong.to_string()))?;
    Ok(Json(RoleView::from(role)))
}
