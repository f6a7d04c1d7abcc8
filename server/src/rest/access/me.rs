//! What the caller may, and the caller's own password.

use api::{
    Count,
    access::{
        roles::{
            PermissionView, PermittedScopesQuestion, PermittedScopesView, PermittedView,
            permission_views,
        },
        rules::{AccessRuleRow, MyAccessRules},
        users::PasswordChange,
    },
    list::ListParams,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::access::{Action, Actor, ResourceType};

use super::rules;
use crate::{
    Doors,
    auth::{Address, Anybody, Caller},
    rest::{Body, List, RestError},
};

/// Change one's own password
///
/// Everything that was signed in with the old one is over, this session included.
#[utoipa::path(
    post, path = "/api/v1/me/password", tag = "Users", operation_id = "change_user_password",
    request_body = PasswordChange,
    responses(
        (status = 200, description = "It was changed"),
        (status = 429, description = "Too many attempts", body = api::ErrorBody),
    )
)]
pub async fn change_password(
    State(doors): State<Doors>,
    Anybody(actor): Anybody,
    Address(from): Address,
    Body(body): Body<PasswordChange>,
) -> Result<StatusCode, RestError> {
    let (current, new) = (&body.current_password, &body.new_password);
    doors.control.change_own_password(&actor, current, new, &from).await?;
    Ok(StatusCode::OK)
}

/// What the caller may do somewhere
#[utoipa::path(
    get, path = "/api/v1/authorization/permissions", tag = "Permissions",
    operation_id = "get_permissions",
    responses((status = 200, description = "By type of resource", body = Vec<PermissionView>))
)]
pub async fn permissions(Caller(actor): Caller) -> Result<Json<Vec<PermissionView>>, RestError> {
    Ok(Json(permission_views(&actor.rights.anywhere())))
}

/// Where the caller may do it
#[utoipa::path(
    post, path = "/api/v1/authorization/permitted-scopes", tag = "Permissions",
    operation_id = "get_permitted_scopes", request_body = PermittedScopesQuestion,
    responses((status = 200, description = "By action", body = PermittedScopesView))
)]
pub async fn permitted_scopes(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<PermittedScopesQuestion>,
) -> Result<Json<PermittedScopesView>, RestError> {
    let of = ResourceType::named(&body.resource_type);
    let names = || ResourceType::ALL.map(|of| of.row().name).join(", ");
    let wrong = || RestError::field("resourceType", format!("must be one of {}", names()));
    let of = of.ok_or_else(wrong)?;
    let world = doors.control.world();
    let on =
        |action| PermittedView::of(&doors.control.permitted_scopes(&actor, &world, action, of).0);
    Ok(Json(PermittedScopesView {
        create: on(Action::Create),
        read: on(Action::Read),
        update: on(Action::Update),
        delete: on(Action::Delete),
    }))
}

/// The caller's own access rules
#[utoipa::path(
    get, path = "/api/v1/authorization/me/access-rules", tag = "Access rules",
    operation_id = "get_me_access_rules", params(ListParams<AccessRuleRow>),
    responses((status = 200, description = "A page of them", body = MyAccessRules))
)]
pub async fn rules(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    List(query): List<AccessRuleRow>,
) -> Result<Json<MyAccessRules>, RestError> {
    let page = query.page(own(&doors, &actor));
    Ok(Json(MyAccessRules { access_rules: rules::page_of(page) }))
}

/// How many access rules the caller has
#[utoipa::path(
    get, path = "/api/v1/authorization/me/access-rules/count", tag = "Access rules",
    operation_id = "count_me_access_rules", params(ListParams<AccessRuleRow>),
    responses((status = 200, description = "Their number", body = Count))
)]
pub async fn count_rules(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    List(query): List<AccessRuleRow>,
) -> Result<Json<Count>, RestError> {
    Ok(Json(Count { count: query.count(own(&doors, &actor)) }))
}

fn own(doors: &Doors, actor: &Actor) -> Vec<AccessRuleRow> {
    let world = doors.control.world();
    let own = doors.control.my_access_rules(actor, &world);
    own.iter().map(|rule| rules::row(&world, rule)).collect()
}
