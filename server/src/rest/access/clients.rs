//! `/api/v1/service-accounts`, and the same under the old name `/api/v1/apps`.

use api::{
    access::clients::{
        ClientCreated, ClientCreation, ClientPatch, ClientRow, SecretView, ServiceAccountView,
    },
    list::{LIMIT_MAX, ListParams},
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{ClientId, access::Actor};

use crate::{
    Doors,
    auth::Caller,
    rest::{Body, Id, List, Query, RestError},
};

/// Service accounts
///
/// A bare list, of at most 500.
#[utoipa::path(
    get, path = "/api/v1/service-accounts", tag = "Service accounts", operation_id = "get_service_accounts",
    params(ListParams<ClientRow>),
    responses((status = 200, description = "A page of them", body = Vec<ServiceAccountView>))
)]
pub async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
    list: List<ClientRow>,
) -> Result<Json<Vec<ServiceAccountView>>, RestError> {
    listed(&doors, &actor, &query, list)
}

/// One service account
#[utoipa::path(
    get, path = "/api/v1/service-accounts/{serviceAccountId}", tag = "Service accounts", operation_id = "get_service_account_by_id",
    params(("serviceAccountId" = ClientId, Path)),
    responses((status = 200, description = "It", body = ServiceAccountView))
)]
pub async fn get(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ClientId>,
) -> Result<Json<ServiceAccountView>, RestError> {
    let found = doors.control.service_account(&actor, &doors.control.world(), id)?;
    Ok(Json(ServiceAccountView::from(&found)))
}

/// Make a service account
///
/// The secret is said in the answer and never again.
#[utoipa::path(
    post, path = "/api/v1/service-accounts", tag = "Service accounts", operation_id = "create_service_account",
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
    let (made, secret) = doors.control.create_service_account(&actor, &body.name).await?;
    let made = ClientCreated::of(&made, SecretView::ClientSecret(secret.0));
    Ok((StatusCode::CREATED, Json(made)))
}

/// Let a service account in, or no longer
#[utoipa::path(
    patch, path = "/api/v1/service-accounts/{serviceAccountId}", tag = "Service accounts", operation_id = "update_service_account_by_id",
    params(("serviceAccountId" = ClientId, Path)), request_body = ClientPatch,
    responses((status = 200, description = "It was changed"))
)]
pub async fn patch(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ClientId>,
    Body(body): Body<ClientPatch>,
) -> Result<StatusCode, RestError> {
    doors.control.enable_service_account(&actor, id, body.enabled).await?;
    Ok(StatusCode::OK)
}

/// Delete a service account
#[utoipa::path(
    delete, path = "/api/v1/service-accounts/{serviceAccountId}", tag = "Service accounts", operation_id = "delete_service_account_by_id",
    params(("serviceAccountId" = ClientId, Path)),
    responses((status = 204, description = "It is gone, with its access rules"))
)]
pub async fn delete(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ClientId>,
) -> Result<StatusCode, RestError> {
    doors.control.delete_service_account(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Another secret for a service account
///
/// The old one ends at once.
#[utoipa::path(
    post, path = "/api/v1/service-accounts/{serviceAccountId}/secret", tag = "Service accounts", operation_id = "regenerate_service_account_secret",
    params(("serviceAccountId" = ClientId, Path)),
    responses((status = 200, description = "The secret", body = SecretView))
)]
pub async fn new_secret(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ClientId>,
) -> Result<Json<SecretView>, RestError> {
    let secret = doors.control.new_client_secret(&actor, id).await?;
    Ok(Json(SecretView::ClientSecret(secret.0)))
}

/// Applications
///
/// A bare list, of at most 500.
#[utoipa::path(
    get, path = "/api/v1/apps", tag = "Applications", operation_id = "get_applications",
    params(ListParams<ClientRow>),
    responses((status = 200, description = "A page of them", body = Vec<ServiceAccountView>))
)]
pub async fn list_apps(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
    list: List<ClientRow>,
) -> Result<Json<Vec<ServiceAccountView>>, RestError> {
    listed(&doors, &actor, &query, list)
}

/// One application
#[utoipa::path(
    get, path = "/api/v1/apps/{appId}", tag = "Applications", operation_id = "get_application_by_id",
    params(("appId" = ClientId, Path)),
    responses((status = 200, description = "It", body = ServiceAccountView))
)]
pub async fn get_app(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ClientId>,
) -> Result<Json<ServiceAccountView>, RestError> {
    let found = doors.control.service_account(&actor, &doors.control.world(), id)?;
    Ok(Json(ServiceAccountView::from(&found)))
}

/// Make an application
///
/// The secret is said in the answer and never again.
#[utoipa::path(
    post, path = "/api/v1/apps", tag = "Applications", operation_id = "create_application",
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
    let (made, secret) = doors.control.create_service_account(&actor, &body.name).await?;
    let made = ClientCreated::of(&made, SecretView::Secret(secret.0));
    Ok((StatusCode::CREATED, Json(made)))
}

/// Let an application in, or no longer
#[utoipa::path(
    patch, path = "/api/v1/apps/{appId}", tag = "Applications", operation_id = "update_application_by_id",
    params(("appId" = ClientId, Path)), request_body = ClientPatch,
    responses((status = 200, description = "It was changed"))
)]
pub async fn patch_app(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ClientId>,
    Body(body): Body<ClientPatch>,
) -> Result<StatusCode, RestError> {
    doors.control.enable_service_account(&actor, id, body.enabled).await?;
    Ok(StatusCode::OK)
}

/// Delete an application
#[utoipa::path(
    delete, path = "/api/v1/apps/{appId}", tag = "Applications", operation_id = "delete_application_by_id",
    params(("appId" = ClientId, Path)),
    responses((status = 204, description = "It is gone, with its access rules"))
)]
pub async fn delete_app(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ClientId>,
) -> Result<StatusCode, RestError> {
    doors.control.delete_service_account(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Another secret for an application
///
/// The old one ends at once.
#[utoipa::path(
    post, path = "/api/v1/apps/{appId}/secret", tag = "Applications", operation_id = "regenerate_application_secret",
    params(("appId" = ClientId, Path)),
    responses((status = 200, description = "The secret", body = SecretView))
)]
pub async fn new_app_secret(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ClientId>,
) -> Result<Json<SecretView>, RestError> {
    let secret = doors.control.new_client_secret(&actor, id).await?;
    Ok(Json(SecretView::Secret(secret.0)))
}

fn listed(
    doors: &Doors,
    actor: &Actor,
    query: &Query,
    List(mut list): List<ClientRow>,
) -> Result<Json<Vec<ServiceAccountView>>, RestError> {
    if query.get("limit").is_none() {
        list.paging.limit = LIMIT_MAX;
    }
    let all = doors.control.service_accounts(actor, &doors.control.world())?;
    let page = list.page(all.into_iter().map(ClientRow));
    Ok(Json(page.items.iter().map(|row| ServiceAccountView::from(&row.0)).collect()))
}
