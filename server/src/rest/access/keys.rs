//! `/api/v1/access-keys`, and the same under the old name `/api/v1/user-applications`: one's own and nobody else's.

use api::access::clients::{AccessKeyView, AccessKeys, ClientCreated, ClientCreation, SecretView};
use axum::{Json, extract::State, http::StatusCode};
use domain::{ClientId, access::Actor};

use crate::{
    Doors,
    auth::Caller,
    rest::{Body, Id, RestError},
};

/// One's own access keys
#[utoipa::path(
    get, path = "/api/v1/access-keys", tag = "Access keys", operation_id = "get_access_keys",
    responses((status = 200, description = "All of them", body = AccessKeys))
)]
pub async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
) -> Result<Json<AccessKeys>, RestError> {
    Ok(Json(AccessKeys { access_keys: own(&doors, &actor)? }))
}

/// One of one's own access keys
#[utoipa::path(
    get, path = "/api/v1/access-keys/{accessKeyId}", tag = "Access keys", operation_id = "get_access_key_by_id1",
    params(("accessKeyId" = ClientId, Path)),
    responses((status = 200, description = "It", body = AccessKeyView))
)]
pub async fn get(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ClientId>,
) -> Result<Json<AccessKeyView>, RestError> {
    let found = doors.control.access_key(&actor, &doors.control.world(), id)?;
    Ok(Json(AccessKeyView::from(&found)))
}

/// Make an access key
///
/// It acts as its user. The secret is said in the answer and never again.
#[utoipa::path(
    post, path = "/api/v1/access-keys", tag = "Access keys", operation_id = "create_access_key1",
    request_body = ClientCreation,
    responses(
        (status = 201, description = "It was made", body = ClientCreated),
        (status = 409, description = "The name is taken", body = api::ErrorBody),
    )
)]
pub async fn create(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<ClientCreation>,
) -> Result<(StatusCode, Json<ClientCreated>), RestError> {
    let (made, secret) = doors.control.create_access_key(&actor, &body.name).await?;
    let made = ClientCreated::of(&made, SecretView::ClientSecret(secret.0));
    Ok((StatusCode::CREATED, Json(made)))
}

/// Delete one of one's own access keys
#[utoipa::path(
    delete, path = "/api/v1/access-keys/{accessKeyId}", tag = "Access keys", operation_id = "delete_access_key_by_id",
    params(("accessKeyId" = ClientId, Path)),
    responses((status = 204, description = "It is gone"))
)]
pub async fn delete(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ClientId>,
) -> Result<StatusCode, RestError> {
    doors.control.delete_access_key(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Another secret for one of one's own access keys
///
/// The old one ends at once.
#[utoipa::path(
    post, path = "/api/v1/access-keys/{accessKeyId}/secret", tag = "Access keys", operation_id = "regenerate_access_key_secret",
    params(("accessKeyId" = ClientId, Path)),
    responses((status = 200, description = "The secret", body = SecretView))
)]
pub async fn new_secret(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ClientId>,
) -> Result<Json<SecretView>, RestError> {
    let secret = doors.control.new_key_secret(&actor, id).await?;
    Ok(Json(SecretView::ClientSecret(secret.0)))
}

/// One's own user applications
#[utoipa::path(
    get, path = "/api/v1/user-applications", tag = "User applications", operation_id = "get_user_applications",
    responses((status = 200, description = "All of them", body = Vec<AccessKeyView>))
)]
pub async fn list_apps(
    State(doors): State<Doors>,
    Caller(actor): Caller,
) -> Result<Json<Vec<AccessKeyView>>, RestError> {
    Ok(Json(own(&doors, &actor)?))
}

/// One of one's own user applications
#[utoipa::path(
    get, path = "/api/v1/user-applications/{appId}", tag = "User applications", operation_id = "get_user_application_by_id",
    params(("appId" = ClientId, Path)),
    responses((status = 200, description = "It", body = AccessKeyView))
)]
pub async fn get_app(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ClientId>,
) -> Result<Json<AccessKeyView>, RestError> {
    let found = doors.control.access_key(&actor, &doors.control.world(), id)?;
    Ok(Json(AccessKeyView::from(&found)))
}

/// Make an user application
///
/// It acts as its user. The secret is said in the answer and never again.
#[utoipa::path(
    post, path = "/api/v1/user-applications", tag = "User applications", operation_id = "create_user_application",
    request_body = ClientCreation,
    responses(
        (status = 201, description = "It was made", body = ClientCreated),
        (status = 409, description = "The name is taken", body = api::ErrorBody),
    )
)]
pub async fn create_app(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<ClientCreation>,
) -> Result<(StatusCode, Json<ClientCreated>), RestError> {
    let (made, secret) = doors.control.create_access_key(&actor, &body.name).await?;
    let made = ClientCreated::of(&made, SecretView::Secret(secret.0));
    Ok((StatusCode::CREATED, Json(made)))
}

/// Delete one of one's own user applications
#[utoipa::path(
    delete, path = "/api/v1/user-applications/{appId}", tag = "User applications", operation_id = "delete_user_application_by_id",
    params(("appId" = ClientId, Path)),
    responses((status = 204, description = "It is gone"))
)]
pub async fn delete_app(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ClientId>,
) -> Result<StatusCode, RestError> {
    doors.control.delete_access_key(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Another secret for one of one's own user applications
///
/// The old one ends at once.
#[utoipa::path(
    post, path = "/api/v1/user-applications/{appId}/secret", tag = "User applications", operation_id = "regenerate_user_application_secret",
    params(("appId" = ClientId, Path)),
    responses((status = 200, description = "The secret", body = SecretView))
)]
pub async fn new_app_secret(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ClientId>,
) -> Result<Json<SecretView>, RestError> {
    let secret = doors.control.new_key_secret(&actor, id).await?;
    Ok(Json(SecretView::Secret(secret.0)))
}

fn own(doors: &Doors, actor: &Actor) -> Result<Vec<AccessKeyView>, RestError> {
    let own = doors.control.access_keys(actor, &doors.control.world())?;
    Ok(own.iter().map(AccessKeyView::from).collect())
}
