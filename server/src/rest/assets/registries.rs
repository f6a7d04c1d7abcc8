//! `/api/v1/asset/registries`: the registries that administrators offer (`rest-api.md` §7.6), and what
//! is in them.

use api::assets::{
    AssetBody, AssetCreation, AssetEntries, AssetUpdateBody, AssetView, RegistryBody,
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use domain::{AssetId, asset::AssetKind};
use serde::Serialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Body, Id, Query, RestError, changed, entries, new_asset, view};
use crate::{Doors, auth::Caller};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, replace, delete))
        .routes(routes!(repositories))
        .routes(routes!(tags))
}

/// Names in a registry.
#[derive(Serialize, utoipa::ToSchema)]
struct Names {
    repositories: Vec<String>,
    /// Whether the registry has more than are listed.
    truncated: bool,
}

/// Tags of a repository.
#[derive(Serialize, utoipa::ToSchema)]
struct Tags {
    tags: Vec<String>,
    /// Whether the repository has more than are listed.
    truncated: bool,
}

/// Every registry
#[utoipa::path(
    get, path = "/api/v1/asset/registries", tag = "Assets", operation_id = "list_registries",
    params(("name" = Option<String>, Query, description = "Exactly this name")),
    responses((status = 200, description = "Oldest first", body = AssetEntries))
)]
async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<AssetEntries>, RestError> {
    let entries = entries(&doors, &actor, &query, vec![AssetKind::Registry])?;
    Ok(Json(AssetEntries { entries }))
}

/// Offer a registry
#[utoipa::path(
    post, path = "/api/v1/asset/registries", tag = "Assets", operation_id = "create_registry",
    request_body = AssetBody,
    responses(
        (status = 201, description = "It is there", body = AssetView),
        (status = 404, description = "No such scope", body = api::ErrorBody),
        (status = 409, description = "The name is in use", body = api::ErrorBody),
    )
)]
async fn create(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(mut body): Body<AssetCreation<RegistryBody>>,
) -> Result<(StatusCode, Json<AssetView>), RestError> {
    // Registries are for everybody unless it is said otherwise.
    if body.meta.scope.is_empty() {
        body.meta.scope = "tenant".to_owned();
    }
    let made = doors.control.create_asset(&actor, new_asset(body)?).await?;
    Ok((StatusCode::CREATED, Json(view(&doors.control.world(), &made))))
}

/// One registry
#[utoipa::path(
    get, path = "/api/v1/asset/registries/{id}", tag = "Assets", operation_id = "get_registry",
    params(("id" = String, Path)),
    responses((status = 200, description = "It", body = AssetView))
)]
async fn read(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<AssetId>,
) -> Result<Json<AssetView>, RestError> {
    let world = doors.control.world();
    let registry = doors.control.asset_of_kind(&actor, &world, AssetKind::Registry, id)?;
    Ok(Json(view(&world, &registry)))
}

/// Change a registry
///
/// Without a password it keeps the one that it has.
#[utoipa::path(
    put, path = "/api/v1/asset/registries/{id}", tag = "Assets", operation_id = "update_registry",
    params(("id" = String, Path)),
    request_body = AssetBody,
    responses(
        (status = 200, description = "As it is now", body = AssetView),
        (status = 409, description = "The name is in use", body = api::ErrorBody),
    )
)]
async fn replace(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<AssetId>,
    Body(body): Body<AssetUpdateBody<RegistryBody>>,
) -> Result<Json<AssetView>, RestError> {
    Ok(Json(changed(&doors, &actor, id, body).await?))
}

/// Offer a registry no longer
#[utoipa::path(
    delete, path = "/api/v1/asset/registries/{id}", tag = "Assets", operation_id = "delete_registry",
    params(("id" = String, Path)),
    responses((status = 204, description = "It is gone"))
)]
async fn delete(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<AssetId>,
) -> Result<StatusCode, RestError> {
    let world = doors.control.world();
    doors.control.asset_of_kind(&actor, &world, AssetKind::Registry, id)?;
    doors.control.delete_asset(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is in a registry
#[utoipa::path(
    get, path = "/api/v1/asset/registries/{assetId}/repositories", tag = "Assets",
    operation_id = "list_registry_repositories",
    params(
        ("assetId" = String, Path),
        ("searchName" = Option<String>, Query, description = "A part of the name"),
    ),
    responses(
        (status = 200, description = "Names, as far as they were read", body = Names),
        (status = 400, description = "The registry refused, or did not answer", body = api::ErrorBody),
    )
)]
async fn repositories(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<AssetId>,
    query: Query,
) -> Result<Json<Names>, RestError> {
    let found = doors.control.repositories(&actor, id, query.get("searchName")).await?;
    Ok(Json(Names { repositories: found.names, truncated: found.is_cut }))
}

/// The tags of a repository
#[utoipa::path(
    get, path = "/api/v1/asset/registries/{assetId}/repositories/tags", tag = "Assets",
    operation_id = "list_registry_tags",
    params(
        ("assetId" = String, Path), ("repository" = String, Query),
        ("searchName" = Option<String>, Query, description = "A part of the tag"),
    ),
    responses(
        (status = 200, description = "Tags, as far as they were read", body = Tags),
        (status = 400, description = "The registry refused, or did not answer", body = api::ErrorBody),
    )
)]
async fn tags(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Tags>, RestError> {
    let missing = || RestError::new(404, format!("there is nothing with the id {id}"));
    let id: AssetId = id.parse().map_err(|_| missing())?;
    let repository = query.get("repository").unwrap_or_default();
    let found = doors.control.tags(&actor, id, repository, query.get("searchName")).await?;
    Ok(Json(Tags { tags: found.names, truncated: found.is_cut }))
}
