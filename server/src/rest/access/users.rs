//! `/api/v1/users`.

use api::{
    Count,
    access::users::{TemporaryPassword, UserChange, UserCreated, UserCreation, UserRow, UserView},
    list::{LIMIT_MAX, ListParams},
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{UserId, access::Actor};

use crate::{
    Doors,
    auth::Caller,
    rest::{Body, Id, List, Query, RestError},
};

/// Users
///
/// A bare list, of at most 500.
#[utoipa::path(
    get, path = "/api/v1/users", tag = "Users", operation_id = "get_users",
    params(ListParams<UserRow>),
    responses((status = 200, description = "A page of them", body = Vec<UserView>))
)]
pub async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
    List(mut list): List<UserRow>,
) -> Result<Json<Vec<UserView>>, RestError> {
    if query.get("limit").is_none() {
        list.paging.limit = LIMIT_MAX;
    }
    let page = list.page(rows(&doors, &actor)?);
    Ok(Json(page.items.iter().map(|row| UserView::from(&row.0)).collect()))
}

/// How many users there are
#[utoipa::path(
    get, path = "/api/v1/users/count", tag = "Users", operation_id = "count_users",
    params(ListParams<UserRow>),
    responses((status = 200, description = "Their number", body = Count))
)]
pub async fn count(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    List(query): List<UserRow>,
) -> Result<Json<Count>, RestError> {
    Ok(Json(Count { count: query.count(rows(&doors, &actor)?) }))
}

/// One user
#[utoipa::path(
    get, path = "/api/v1/users/{userId}", tag = "Users", operation_id = "get_user_by_id",
    params(("userId" = UserId, Path)),
    responses((status = 200, description = "The user", body = UserView))
)]
pub async fn get(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<UserId>,
) -> Result<Json<UserView>, RestError> {
    let user = doors.control.user(&actor, &doors.control.world(), id)?;
    Ok(Json(UserView::from(&user)))
}

/// Make a user
///
/// The password is said in the answer and never again.
#[utoipa::path(
    post, path = "/api/v1/users", tag = "Users", operation_id = "create_user",
    request_body = UserCreation,
    responses(
        (status = 201, description = "The user was made", body = UserCreated),
        (status = 409, description = "The address is taken", body = api::ErrorBody),
    )
)]
pub async fn create(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<UserCreation>,
) -> Result<(StatusCode, Json<UserCreated>), RestError> {
    let must_change = body.reset_password.unwrap_or(true);
    let (user, password) = doors.control.invite_user(&actor, &body.email, must_change).await?;
    let made = UserCreated { id: user.id, username: user.email, temp_password: password.0 };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Change the groups of a user
///
/// Berth's own: the reference knows groups of an identity provider only. A member has the access rules of the group, and
/// opens the tools that are open to it. Nobody is put into a group that may more than who asks.
#[utoipa::path(
    patch, path = "/api/v1/users/{userId}", tag = "Users", operation_id = "update_user_by_id",
    params(("userId" = UserId, Path)), request_body = UserChange,
    responses((status = 200, description = "The user as they are now", body = UserView))
)]
pub async fn change(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<UserId>,
    Body(body): Body<UserChange>,
) -> Result<Json<UserView>, RestError> {
    let user = doors.control.set_groups(&actor, id, body.groups).await?;
    Ok(Json(UserView::from(&user)))
}

/// Delete a user
///
/// With sessions, access keys, access rules, and credentials of their own.
#[utoipa::path(
    delete, path = "/api/v1/users/{userId}", tag = "Users", operation_id = "delete_user_by_id",
    params(("userId" = UserId, Path)),
    responses(
        (status = 204, description = "The user is gone"),
        (status = 400, description = "Nobody deletes themselves, or the last administrator",
            body = api::ErrorBody),
    )
)]
pub async fn delete(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<UserId>,
) -> Result<StatusCode, RestError> {
    doors.control.delete_user(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a user a temporary password
///
/// The old one and everything that was signed in with it are over.
#[utoipa::path(
    post, path = "/api/v1/users/{userId}/password", tag = "Users",
    operation_id = "reset_user_password",
    params(("userId" = UserId, Path)),
    responses((status = 200, description = "The password", body = TemporaryPassword))
)]
pub async fn reset_password(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<UserId>,
) -> Result<Json<TemporaryPassword>, RestError> {
    let password = doors.control.reset_password(&actor, id).await?;
    Ok(Json(TemporaryPassword { temp_password: password.0 }))
}

/// End everything that a user is signed in with
#[utoipa::path(
    post, path = "/api/v1/users/{userId}/logout", tag = "Users", operation_id = "logout_user",
    params(("userId" = UserId, Path)),
    responses((status = 200, description = "It is over"))
)]
pub async fn logout(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<UserId>,
) -> Result<StatusCode, RestError> {
    doors.control.sign_out_user(&actor, id).await?;
    Ok(StatusCode::OK)
}

fn rows(doors: &Doors, actor: &Actor) -> Result<Vec<UserRow>, RestError> {
    let users = doors.control.users(actor, &doors.control.world())?;
    Ok(users.into_iter().map(UserRow).collect())
}
