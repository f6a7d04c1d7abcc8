//! Storage classes of the clusters (`/api/v2/storage-classes`), and what administrators configure about
//! them (`/api/v1/storage-class-configuration`; `rest-api.md` §13.2).

use api::storage_classes::{
    StorageClassConfigView, StorageClassConfigs, StorageClassCreation, StorageClasses,
};
use axum::{Json, extract::State, http::StatusCode};
use control::storage_classes::ConfiguredClass;
use domain::{
    ClusterId, StorageClassId,
    access::Actor,
    storage_class::{Customization, Permissions, StorageClassRules},
};
use serde_json::{Value, json};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Body, Id, Query, RestError};
use crate::{Doors, auth::Caller};

/// The routes of this file.
pub fn described() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(classes))
        .routes(routes!(older))
        .routes(routes!(list, create))
        .routes(routes!(read, replace, change, delete))
}

/// The storage classes of a cluster
#[utoipa::path(
    get, path = "/api/v2/storage-classes", tag = "Storage classes", operation_id = "list_storage_classes",
    params(
        ("clusterId" = String, Query),
        ("name" = Option<String>, Query, description = "Exactly this name"),
        ("includeNone" = Option<bool>, Query, description = "Also the class of claims that nobody provisions"),
    ),
    responses(
        (status = 200, description = "With what is configured about each", body = StorageClasses),
        (status = 404, description = "No such cluster", body = api::ErrorBody),
    )
)]
async fn classes(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<StorageClasses>, RestError> {
    let (cluster, classes) = wanted(&doors, &actor, &query)?;
    let items = classes.iter().map(|of| {
        let mut item = json!({
            "clusterId": cluster, "storageClassName": of.class.name, "spec": spec(of),
        });
        if let Some(permissions) = &of.rules.permissions {
            item["permissions"] = json!(permissions);
        }
        if let Some(customization) = &of.rules.customization {
            item["customization"] = json!(customization);
        }
        item
    });
    Ok(Json(StorageClasses { items: items.collect() }))
}

/// The storage classes of a cluster, as older clients read them
#[utoipa::path(
    get, path = "/api/v1/storage-classes", tag = "Storage classes",
    operation_id = "list_storage_classes_v1",
    params(
        ("clusterId" = String, Query), ("name" = Option<String>, Query),
        ("includeNone" = Option<bool>, Query),
    ),
    responses(
        (status = 200, description = "Without what is configured", body = StorageClasses),
        (status = 404, description = "No such cluster", body = api::ErrorBody),
    )
)]
async fn older(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<StorageClasses>, RestError> {
    let (cluster, classes) = wanted(&doors, &actor, &query)?;
    let item = |of: &ConfiguredClass| json!({"cluster_id": cluster, "storage_class_name": of.class.name, "Spec": spec(of)});
    Ok(Json(StorageClasses { items: classes.iter().map(item).collect() }))
}

fn wanted(
    doors: &Doors,
    actor: &Actor,
    query: &Query,
) -> Result<(ClusterId, Vec<ConfiguredClass>), RestError> {
    let cluster = query.get("clusterId").unwrap_or_default().parse::<ClusterId>();
    let cluster = cluster.map_err(|wrong| RestError::field("clusterId", wrong.to_string()))?;
    let with_none = query.choice("includeNone", &["false", "true"])? == "true";
    let world = doors.control.world();
    let mut classes = doors.control.storage_classes(actor, &world, cluster, with_none)?;
    if let Some(name) = query.get("name") {
        classes.retain(|of| of.class.name == name);
    }
    Ok((cluster, classes))
}

fn spec(of: &ConfiguredClass) -> Value {
    json!({
        "provisioner": of.class.provisioner,
        "allowVolumeExpansion": of.class.allow_volume_expansion,
        "isDefault": of.class.is_default,
    })
}

/// What is configured about storage classes
#[utoipa::path(
    get, path = "/api/v1/storage-class-configuration", tag = "Storage classes",
    operation_id = "list_storage_class_configurations",
    responses((status = 200, description = "By cluster and name", body = StorageClassConfigs))
)]
async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
) -> Result<Json<StorageClassConfigs>, RestError> {
    let all = doors.control.storage_class_configs(&actor, &doors.control.world())?;
    let storage_class_configurations = all.iter().map(|config| (&**config).into()).collect();
    Ok(Json(StorageClassConfigs { storage_class_configurations, next: None }))
}

/// Configure a storage class
#[utoipa::path(
    post, path = "/api/v1/storage-class-configuration", tag = "Storage classes",
    operation_id = "create_storage_class_configuration",
    request_body = StorageClassCreation,
    responses(
        (status = 201, description = "It holds from now on", body = StorageClassConfigView),
        (status = 404, description = "No such cluster", body = api::ErrorBody),
        (status = 409, description = "The class is configured already", body = api::ErrorBody),
    )
)]
async fn create(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<StorageClassCreation>,
) -> Result<(StatusCode, Json<StorageClassConfigView>), RestError> {
    if body.scope_type.as_deref().is_some_and(|level| level != "cluster") {
        return Err(RestError::field("scopeType", "must be cluster"));
    }
    let control = &doors.control;
    let made =
        control.configure_storage_class(&actor, body.scope_id, body.name, body.rules).await?;
    Ok((StatusCode::CREATED, Json((&*made).into())))
}

/// What is configured about one storage class
#[utoipa::path(
    get, path = "/api/v1/storage-class-configuration/{id}", tag = "Storage classes",
    operation_id = "get_storage_class_configuration",
    params(("id" = String, Path)),
    responses((status = 200, description = "It", body = StorageClassConfigView))
)]
async fn read(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<StorageClassId>,
) -> Result<Json<StorageClassConfigView>, RestError> {
    let found = doors.control.storage_class_config(&actor, &doors.control.world(), id)?;
    Ok(Json((&*found).into()))
}

/// Configure a storage class anew
#[utoipa::path(
    put, path = "/api/v1/storage-class-configuration/{id}", tag = "Storage classes",
    operation_id = "replace_storage_class_configuration",
    params(("id" = String, Path)),
    request_body = StorageClassRules,
    responses((status = 200, description = "As it is now", body = StorageClassConfigView))
)]
async fn replace(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<StorageClassId>,
    Body(rules): Body<StorageClassRules>,
) -> Result<Json<StorageClassConfigView>, RestError> {
    let changed = doors.control.change_storage_class(&actor, id, |_| rules).await?;
    Ok(Json((&*changed).into()))
}

/// Change a part of what is configured
///
/// What is left out stays; a part of the customization that is given replaces that part whole.
#[utoipa::path(
    patch, path = "/api/v1/storage-class-configuration/{id}", tag = "Storage classes",
    operation_id = "update_storage_class_configuration",
    params(("id" = String, Path)),
    request_body = StorageClassRules,
    responses((status = 200, description = "As it is now", body = StorageClassConfigView))
)]
async fn change(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<StorageClassId>,
    Body(part): Body<StorageClassRules>,
) -> Result<Json<StorageClassConfigView>, RestError> {
    let changed =
        doors.control.change_storage_class(&actor, id, |old| laid_over(old, part)).await?;
    Ok(Json((&*changed).into()))
}

/// Forget what is configured about a storage class
#[utoipa::path(
    delete, path = "/api/v1/storage-class-configuration/{id}", tag = "Storage classes",
    operation_id = "delete_storage_class_configuration",
    params(("id" = String, Path)),
    responses((status = 204, description = "The class is open to everything again"))
)]
async fn delete(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<StorageClassId>,
) -> Result<StatusCode, RestError> {
    doors.control.forget_storage_class(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The old rules with the parts that were sent; a part of the customization replaces the whole part.
fn laid_over(old: &StorageClassRules, part: StorageClassRules) -> StorageClassRules {
    let permissions = match (old.permissions.clone(), part.permissions) {
        (Some(old), Some(new)) => Some(Permissions {
            allowed_for_assets: new.allowed_for_assets.or(old.allowed_for_assets),
            allowed_for_workloads: new.allowed_for_workloads.or(old.allowed_for_workloads),
            allowed_for_ephemeral_volumes: new
                .allowed_for_ephemeral_volumes
                .or(old.allowed_for_ephemeral_volumes),
            allowed_for_persistent_volumes: new
                .allowed_for_persistent_volumes
                .or(old.allowed_for_persistent_volumes),
            allow_data_sharing: new.allow_data_sharing.or(old.allow_data_sharing),
        }),
        (old, new) => new.or(old),
    };
    let customization = match (old.customization.clone(), part.customization) {
        (Some(old), Some(new)) => Some(Customization {
            access_mode: new.access_mode.or(old.access_mode),
            volume_mode: new.volume_mode.or(old.volume_mode),
            claim_size: new.claim_size.or(old.claim_size),
            attributes: new.attributes.or(old.attributes),
        }),
        (old, new) => new.or(old),
    };
    StorageClassRules { permissions, customization }
}
