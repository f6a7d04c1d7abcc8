//! The five operations of each kind of asset, with their descriptions: the same for every kind but
//! for the path, the spec and the noun.

use api::assets::{
    AccessKey, AssetBody, AssetEntries, AssetView, DockerRegistry, GenericSecret, NgcApiKey,
    Password,
};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use domain::{
    AssetId,
    asset::{Environment, GitSource, S3Source, SecretSource},
    submission::{Compute, ConfigMapVolume, HostPathVolume, NfsVolume, PvcVolume},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Body, Id, Query, RestError};
use crate::{Doors, auth::Caller};

macro_rules! kind {
    ($module:ident, $spec:ty, $many:tt, $one:tt, $noun:tt, $gone:tt) => {
        mod $module {
            use api::assets::{AssetCreation, AssetUpdateBody};

            use super::*;

            #[utoipa::path(
                get, path = $many, tag = "Assets",
                operation_id = concat!("list_", stringify!($module)),
                summary = concat!("Every ", $noun, " that the caller may see"),
                params(
                    ("name" = Option<String>, Query, description = "Exactly this name"),
                    ("scope" = Option<String>, Query, description = "Only of this level"),
                    ("projectId" = Option<i32>, Query, description = "What that project may use"),
                    ("departmentId" = Option<String>, Query), ("clusterId" = Option<String>, Query),
                    ("includeDescendants" = Option<bool>, Query, description = "Of scopes below, too"),
                    ("usageInfo" = Option<bool>, Query, description = "Add `usedBy`"),
                    ("statusInfo" = Option<bool>, Query, description = "Add `status`"),
                    ("assetIds" = Option<String>, Query, description = "Only these"),
                    ("complyToProject" = Option<i32>, Query, description = "Add `compliance`"),
                    ("complyToWorkloadType" = Option<String>, Query, description = "`Workspace`"),
                ),
                responses(
        (status = 200, description = "Oldest first", body = AssetEntries),
        (status = 404, description = "No such project", body = api::ErrorBody),
    )
            )]
            pub async fn list(
                doors: State<Doors>,
                caller: Caller,
                query: Query,
            ) -> Result<Json<AssetEntries>, RestError> {
                super::super::list::<$spec>(doors, caller, query).await
            }

            #[utoipa::path(
                post, path = $many, tag = "Assets",
                operation_id = concat!("create_", stringify!($module)),
                summary = concat!("Make a new ", $noun),
                request_body = AssetBody,
                responses(
                    (status = 202, description = "It is there", body = AssetView),
                    (status = 404, description = "No such scope", body = api::ErrorBody),
                    (status = 409, description = "The name is in use", body = api::ErrorBody),
                )
            )]
            pub async fn create(
                doors: State<Doors>,
                caller: Caller,
                body: Body<AssetCreation<$spec>>,
            ) -> Result<(StatusCode, Json<AssetView>), RestError> {
                super::super::create(doors, caller, body).await
            }

            #[utoipa::path(
                get, path = $one, tag = "Assets",
                operation_id = concat!("get_", stringify!($module)),
                summary = concat!("One ", $noun),
                params(
                    ("id" = String, Path), ("usageInfo" = Option<bool>, Query),
                    ("statusInfo" = Option<bool>, Query),
                ),
                responses((status = 200, description = "It", body = AssetView))
            )]
            pub async fn read(
                doors: State<Doors>,
                caller: Caller,
                id: Id<AssetId>,
                query: Query,
            ) -> Result<Json<AssetView>, RestError> {
                super::super::read::<$spec>(doors, caller, id, query).await
            }

            #[utoipa::path(
                put, path = $one, tag = "Assets",
                operation_id = concat!("update_", stringify!($module)),
                summary = concat!("Change the ", $noun),
                params(("id" = String, Path)),
                request_body = AssetBody,
                responses(
                    (status = 202, description = "As it is now", body = AssetView),
                    (status = 409, description = "The name is in use", body = api::ErrorBody),
                    (status = 412, description = "It is in use under its name", body = api::ErrorBody),
                )
            )]
            pub async fn update(
                doors: State<Doors>,
                caller: Caller,
                id: Id<AssetId>,
                body: Body<AssetUpdateBody<$spec>>,
            ) -> Result<(StatusCode, Json<AssetView>), RestError> {
                super::super::update(doors, caller, id, body).await
            }

            #[utoipa::path(
                delete, path = $one, tag = "Assets",
                operation_id = concat!("delete_", stringify!($module)),
                summary = concat!("Delete the ", $noun),
                params(("id" = String, Path)),
                responses(
                    (status = $gone, description = "It is gone"),
                    (status = 412, description = "It is in use; says by what", body = api::ErrorBody),
                )
            )]
            pub async fn delete(
                doors: State<Doors>,
                caller: Caller,
                id: Id<AssetId>,
            ) -> Result<Response, RestError> {
                super::super::delete::<$spec>(doors, caller, id, $gone).await
            }

            pub fn routes() -> OpenApiRouter<Doors> {
                OpenApiRouter::new()
                    .routes(routes!(list, create))
                    .routes(routes!(read, update, delete))
            }
        }
    };
}

kind!(
    environment,
    Environment,
    "/api/v1/asset/environment",
    "/api/v1/asset/environment/{id}",
    "environment",
    202
);
kind!(
    compute,
    Compute,
    "/api/v1/asset/compute",
    "/api/v1/asset/compute/{id}",
    "compute resource",
    202
);
kind!(
    pvc,
    PvcVolume,
    "/api/v1/asset/datasource/pvc",
    "/api/v1/asset/datasource/pvc/{id}",
    "PVC data source",
    202
);
kind!(
    nfs,
    NfsVolume,
    "/api/v1/asset/datasource/nfs",
    "/api/v1/asset/datasource/nfs/{id}",
    "NFS data source",
    202
);
kind!(
    s3,
    S3Source,
    "/api/v1/asset/datasource/s3",
    "/api/v1/asset/datasource/s3/{id}",
    "S3 data source",
    202
);
kind!(
    git,
    GitSource,
    "/api/v1/asset/datasource/git",
    "/api/v1/asset/datasource/git/{id}",
    "Git data source",
    202
);
kind!(
    host_path,
    HostPathVolume,
    "/api/v1/asset/datasource/host-path",
    "/api/v1/asset/datasource/host-path/{id}",
    "host path data source",
    202
);
kind!(
    config_map,
    ConfigMapVolume,
    "/api/v1/asset/datasource/config-map",
    "/api/v1/asset/datasource/config-map/{id}",
    "ConfigMap data source",
    202
);
kind!(
    secrets,
    SecretSource,
    "/api/v1/asset/datasource/secrets",
    "/api/v1/asset/datasource/secrets/{id}",
    "secret data source",
    202
);
kind!(
    password,
    Password,
    "/api/v1/asset/credentials/password",
    "/api/v1/asset/credentials/password/{id}",
    "username and password credential",
    202
);
kind!(
    access_key,
    AccessKey,
    "/api/v1/asset/credentials/access-key",
    "/api/v1/asset/credentials/access-key/{id}",
    "access key credential",
    202
);
kind!(
    docker_registry,
    DockerRegistry,
    "/api/v1/asset/credentials/docker-registry",
    "/api/v1/asset/credentials/docker-registry/{id}",
    "Docker registry credential",
    202
);
kind!(
    generic_secret,
    GenericSecret,
    "/api/v1/asset/credentials/generic-secret",
    "/api/v1/asset/credentials/generic-secret/{id}",
    "generic secret credential",
    204
);
kind!(
    ngc_api_key,
    NgcApiKey,
    "/api/v1/asset/credentials/ngc-api-key",
    "/api/v1/asset/credentials/ngc-api-key/{id}",
    "NGC API key credential",
    204
);

/// The routes of every kind.
pub fn routes() -> OpenApiRouter<Doors> {
    let all = [
        environment::routes(),
        compute::routes(),
        pvc::routes(),
        nfs::routes(),
        s3::routes(),
        git::routes(),
        host_path::routes(),
        config_map::routes(),
        secrets::routes(),
        password::routes(),
        access_key::routes(),
        docker_registry::routes(),
        generic_secret::routes(),
        ngc_api_key::routes(),
    ];
    all.into_iter().fold(OpenApiRouter::new(), OpenApiRouter::merge)
}
