//! `/api/v1/datavolumes`: data volumes and the places that they are shared with (`rest-api.md` §13.3).

use api::{
    Count, ListQuery,
    data_volumes::{
        Around, DataVolumeCreation, DataVolumePatch, DataVolumeView, DataVolumes, SharedScopeView,
        SharedScopesPatch, read_scopes,
    },
    list::Paged,
};
use axum::{Json, extract::State, http::StatusCode};
use control::{
    World,
    assets::{AssetFilter, DataVolumeState, NewDataVolume},
};
use domain::{
    AssetId, ClusterId, Line, ProjectId, Scope,
    access::Actor,
    asset::{Asset, AssetKind, AssetSpec},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Body, Id, Query, RestError};
use crate::{Doors, auth::Caller};

/// The routes of this file.
pub fn described() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(count))
        .routes(routes!(name_availability))
        .routes(routes!(read, patch, delete))
        .routes(routes!(shared_scopes, share))
        .routes(routes!(shared_scopes_dashed, share_dashed))
}

/// Every data volume that the caller may see, or that a project may mount
#[utoipa::path(
    get, path = "/api/v1/datavolumes", tag = "Data volumes", operation_id = "list_datavolumes",
    params(
        ("requestType" = Option<String>, Query, description = "`Originated` or `UsableInProject`"),
        ("usableInProjectId" = Option<String>, Query, description = "With `UsableInProject`"),
        ("offset" = Option<usize>, Query), ("limit" = Option<usize>, Query),
        ("sortBy" = Option<String>, Query), ("sortOrder" = Option<String>, Query),
        ("filterBy" = Option<Vec<String>>, Query), ("search" = Option<String>, Query),
    ),
    responses(
        (status = 200, description = "A page of them", body = DataVolumes),
        (status = 404, description = "No such project", body = api::ErrorBody),
    )
)]
async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<DataVolumes>, RestError> {
    let page = page(&doors, &actor, &query)?;
    Ok(Json(DataVolumes { datavolumes: page.items, next: page.next }))
}

/// How many there are
#[utoipa::path(
    get, path = "/api/v1/datavolumes/count", tag = "Data volumes", operation_id = "count_datavolumes",
    params(
        ("requestType" = Option<String>, Query), ("usableInProjectId" = Option<String>, Query),
        ("filterBy" = Option<Vec<String>>, Query), ("search" = Option<String>, Query),
    ),
    responses(
        (status = 200, description = "The number", body = Count),
        (status = 404, description = "No such project", body = api::ErrorBody),
    )
)]
async fn count(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<Count>, RestError> {
    Ok(Json(Count { count: page(&doors, &actor, &query)?.total }))
}

fn page(doors: &Doors, actor: &Actor, query: &Query) -> Result<Paged<DataVolumeView>, RestError> {
    let list = ListQuery::<DataVolumeView>::parse(query.pairs())?;
    let world = doors.control.world();
    let kinds = [AssetKind::DataVolume];
    let volumes = match query.choice("requestType", &["Originated", "UsableInProject"])? {
        "UsableInProject" => {
            let id = query.get("usableInProjectId").map(str::parse::<ProjectId>);
            let wrong = || RestError::field("usableInProjectId", "must be the id of a project");
            let project = id.and_then(Result::ok).ok_or_else(wrong)?;
            doors.control.project(actor, &world, project)?;
            let usable = doors.control.usable_assets(actor, &world, project, &kinds)?;
            usable.into_iter().map(|usable| usable.item).collect()
        }
        _ => {
            let filter = AssetFilter { kinds: kinds.to_vec(), ..AssetFilter::default() };
            doors.control.assets(actor, &world, &filter)?
        }
    };
    let views = volumes.iter().filter_map(|volume| view(&world, actor, volume));
    Ok(list.page(views.collect::<Vec<_>>()))
}

/// Make a data volume
#[utoipa::path(
    post, path = "/api/v1/datavolumes", tag = "Data volumes", operation_id = "create_datavolume",
    request_body = DataVolumeCreation,
    responses(
        (status = 201, description = "It is there", body = DataVolumeView),
        (status = 404, description = "No such project", body = api::ErrorBody),
        (status = 409, description = "The name is in use", body = api::ErrorBody),
    )
)]
async fn create(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<DataVolumeCreation>,
) -> Result<(StatusCode, Json<DataVolumeView>), RestError> {
    if body.should_delete_original_volume == Some(true) {
        let message = "the claim belongs to its project and stays; must be false";
        return Err(RestError::field("shouldDeleteOriginalVolume", message));
    }
    let shared = read_scopes("sharedScopes", body.shared_scopes.as_deref().unwrap_or_default());
    let new = NewDataVolume {
        name: body.name,
        description: body.description,
        origin_pvc_name: body.origin_pvc_name,
        project: body.project_id,
        shared_with: shared.map_err(|problems| RestError::problems(&problems))?,
    };
    let made = doors.control.create_data_volume(&actor, new).await?;
    Ok((StatusCode::CREATED, Json(whole(&doors.control.world(), &actor, &made)?)))
}

/// One data volume
#[utoipa::path(
    get, path = "/api/v1/datavolumes/{id}", tag = "Data volumes", operation_id = "get_datavolume",
    params(("id" = String, Path)),
    responses((status = 200, description = "It", body = DataVolumeView))
)]
async fn read(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<AssetId>,
) -> Result<Json<DataVolumeView>, RestError> {
    let world = doors.control.world();
    let volume = doors.control.data_volume(&actor, &world, id)?;
    Ok(Json(whole(&world, &actor, &volume)?))
}

/// Describe a data volume anew
#[utoipa::path(
    patch, path = "/api/v1/datavolumes/{id}", tag = "Data volumes", operation_id = "update_datavolume",
    params(("id" = String, Path)),
    request_body = DataVolumePatch,
    responses((status = 200, description = "As it is now", body = DataVolumeView))
)]
async fn patch(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<AssetId>,
    Body(body): Body<DataVolumePatch>,
) -> Result<Json<DataVolumeView>, RestError> {
    let description = body.description.filter(|text| !text.is_empty());
    let changed = doors.control.describe_data_volume(&actor, id, description).await?;
    let shown = view(&doors.control.world(), &actor, &changed);
    Ok(Json(shown.ok_or_else(|| RestError::new(404, "there is no such data volume"))?))
}

/// Delete a data volume
#[utoipa::path(
    delete, path = "/api/v1/datavolumes/{id}", tag = "Data volumes", operation_id = "delete_datavolume",
    params(("id" = String, Path)),
    responses(
        (status = 204, description = "It is gone; the claim stays"),
        (status = 412, description = "It is in use; says by what", body = api::ErrorBody),
    )
)]
async fn delete(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<AssetId>,
) -> Result<StatusCode, RestError> {
    doors.control.data_volume(&actor, &doors.control.world(), id)?;
    doors.control.delete_asset(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether a data volume may be called so
#[utoipa::path(
    get, path = "/api/v1/datavolumes/name-availability", tag = "Data volumes",
    operation_id = "check_datavolume_name",
    params(("dataName" = String, Query), ("clusterId" = String, Query)),
    responses(
        (status = 204, description = "It may"),
        (status = 404, description = "No such cluster", body = api::ErrorBody),
        (status = 409, description = "The name is in use", body = api::ErrorBody),
    )
)]
async fn name_availability(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<StatusCode, RestError> {
    let cluster = query.get("clusterId").unwrap_or_default().parse::<ClusterId>();
    let cluster = cluster.map_err(|wrong| RestError::field("clusterId", wrong.to_string()))?;
    let name = query.get("dataName").unwrap_or_default();
    doors.control.check_data_volume_name(&actor, &doors.control.world(), cluster, name)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The places that may mount a data volume
#[utoipa::path(
    get, path = "/api/v1/datavolumes/{datavolumeId}/sharedScopes", tag = "Data volumes",
    operation_id = "get_datavolume_shared_scopes",
    params(("datavolumeId" = String, Path)),
    responses((status = 200, description = "As far as the caller may see them", body = Vec<SharedScopeView>))
)]
async fn shared_scopes(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<AssetId>,
) -> Result<Json<Vec<SharedScopeView>>, RestError> {
    let world = doors.control.world();
    let volume = doors.control.data_volume(&actor, &world, id)?;
    Ok(Json(places(&world, &actor, &volume)))
}

/// Share a data volume with more places, and with some no longer
#[utoipa::path(
    patch, path = "/api/v1/datavolumes/{datavolumeId}/sharedScopes", tag = "Data volumes",
    operation_id = "update_datavolume_shared_scopes",
    params(("datavolumeId" = String, Path)),
    request_body = SharedScopesPatch,
    responses(
        (status = 200, description = "As they are now", body = Vec<SharedScopeView>),
        (status = 412, description = "It is in use there", body = api::ErrorBody),
    )
)]
async fn share(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<AssetId>,
    Body(body): Body<SharedScopesPatch>,
) -> Result<Json<Vec<SharedScopeView>>, RestError> {
    let read = |list: &str, refs: Option<Vec<_>>| {
        read_scopes(list, refs.as_deref().unwrap_or_default())
            .map_err(|problems| RestError::problems(&problems))
    };
    let (add, remove) = (read("add", body.add)?, read("remove", body.remove)?);
    let changed = doors.control.share_data_volume(&actor, id, add, remove).await?;
    Ok(Json(places(&doors.control.world(), &actor, &changed)))
}

/// The places that may mount a data volume, at the other spelling
#[utoipa::path(
    get, path = "/api/v1/datavolumes/{datavolumeId}/shared-scopes", tag = "Data volumes",
    operation_id = "get_datavolume_shared_scopes_dashed",
    params(("datavolumeId" = String, Path)),
    responses((status = 200, description = "As far as the caller may see them", body = Vec<SharedScopeView>))
)]
async fn shared_scopes_dashed(
    doors: State<Doors>,
    caller: Caller,
    path: Id<AssetId>,
) -> Result<Json<Vec<SharedScopeView>>, RestError> {
    shared_scopes(doors, caller, path).await
}

/// Share a data volume, at the other spelling
#[utoipa::path(
    patch, path = "/api/v1/datavolumes/{datavolumeId}/shared-scopes", tag = "Data volumes",
    operation_id = "update_datavolume_shared_scopes_dashed",
    params(("datavolumeId" = String, Path)),
    request_body = SharedScopesPatch,
    responses(
        (status = 200, description = "As they are now", body = Vec<SharedScopeView>),
        (status = 412, description = "It is in use there", body = api::ErrorBody),
    )
)]
async fn share_dashed(
    doors: State<Doors>,
    caller: Caller,
    path: Id<AssetId>,
    body: Body<SharedScopesPatch>,
) -> Result<Json<Vec<SharedScopeView>>, RestError> {
    share(doors, caller, path, body).await
}

fn view(world: &World, actor: &Actor, volume: &Asset) -> Option<DataVolumeView> {
    let line = world.line_of(volume.scope).unwrap_or_default();
    // Whom it is shared with need not know whose it is.
    let line = if actor.sees(volume.scope) {
        line
    } else {
        Line { cluster: line.cluster, ..Line::default() }
    };
    let project = line.project.and_then(|id| world.projects.get(&id));
    let (phase, phase_message) = match world.data_volume_state(volume) {
        Some(DataVolumeState::Ready) => ("Ready", None),
        Some(DataVolumeState::NotReady(why)) => ("NotReady", Some(why)),
        None => ("Unknown", None),
    };
    let around = Around {
        project_name: project.map(|project| project.name.to_string()).unwrap_or_default(),
        department: line.department,
        cluster: line.cluster,
        phase,
        phase_message,
    };
    DataVolumeView::of(volume, around)
}

/// With the places.
fn whole(world: &World, actor: &Actor, volume: &Asset) -> Result<DataVolumeView, RestError> {
    let shown = view(world, actor, volume);
    let mut shown = shown.ok_or_else(|| RestError::new(404, "there is no such data volume"))?;
    shown.shared_scopes = Some(places(world, actor, volume));
    Ok(shown)
}

fn places(world: &World, actor: &Actor, volume: &Asset) -> Vec<SharedScopeView> {
    let AssetSpec::DataVolume(volume) = &volume.spec else { return vec![] };
    let seen = volume.shared_scopes.iter().filter(|shared| actor.sees(shared.scope));
    let shown = seen.map(|shared| SharedScopeView {
        scope_type: shared.scope.level().name().to_owned(),
        scope_id: shared.scope.id(),
        scope_name: name_of(world, shared.scope),
        created_at: shared.created_at,
        created_by: shared.created_by.clone(),
    });
    shown.collect()
}

fn name_of(world: &World, scope: Scope) -> String {
    let name = match scope {
        Scope::System | Scope::Account => None,
        Scope::Cluster(id) => world.clusters.get(&id).map(|cluster| cluster.name.clone()),
        Scope::Department(id) => world.departments.get(&id).map(|d| d.name.to_string()),
        Scope::Project(id) => world.projects.get(&id).map(|project| project.name.to_string()),
    };
    name.unwrap_or_default()
}
