//! `/api/v1/asset`: environments, compute resources and data sources. Every kind has the same five
//! operations; only the spec differs.

mod kinds;
mod legacy;
mod registries;

use api::{
    assets::{
        AssetCreation, AssetEntries, AssetQuery, AssetUpdateBody, AssetView, Compliance, KindSpec,
        ScopeOf, SyncStatus, UsedBy, UsingAsset, UsingAssets, UsingTemplate, UsingWorkload,
    },
    policies::violation,
};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use control::{
    World,
    assets::{AssetFilter, AssetUpdate, NewAsset, Sync, Usage},
    policies::AssetCompliance,
};
use domain::{
    AssetId, Problem, Scope,
    access::Actor,
    asset::{Asset, AssetKind},
    secret::SecretContent,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Body, Id, Query, RestError, answer::accepted};
use crate::{Doors, auth::Caller};

/// The routes of this folder.
pub fn described() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(datasources))
        .routes(routes!(credentials))
        .merge(kinds::routes())
        .merge(registries::routes())
        .merge(legacy::routes())
}

async fn list<S: KindSpec>(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<AssetEntries>, RestError> {
    let entries = entries(&doors, &actor, &query, vec![S::KIND])?;
    Ok(Json(AssetEntries { entries }))
}

/// Every data source that the caller may see
///
/// The spec stands under the name of its kind. Takes what the list of one kind takes.
#[utoipa::path(
    get, path = "/api/v1/asset/datasource", tag = "Assets", operation_id = "list_datasources",
    params(
        ("name" = Option<String>, Query, description = "Exactly this name"),
        ("projectId" = Option<i32>, Query, description = "What that project may use"),
        ("complyToProject" = Option<i32>, Query, description = "Add `compliance`"),
        ("complyToWorkloadType" = Option<String>, Query, description = "`Workspace`"),
    ),
    responses(
        (status = 200, description = "Oldest first", body = AssetEntries),
        (status = 404, description = "No such project", body = api::ErrorBody),
    )
)]
async fn datasources(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<AssetEntries>, RestError> {
    let kinds = AssetKind::ALL.into_iter().filter(|kind| kind.is_datasource()).collect();
    let entries = entries(&doors, &actor, &query, kinds)?;
    Ok(Json(AssetEntries { entries: entries.into_iter().map(AssetView::with_kind).collect() }))
}

/// Every credential that the caller may see
///
/// The spec stands under the name of its kind, without what is secret.
#[utoipa::path(
    get, path = "/api/v1/asset/credentials", tag = "Assets", operation_id = "list_credentials",
    params(
        ("name" = Option<String>, Query, description = "Exactly this name"),
        ("scope" = Option<String>, Query, description = "Only of this level"),
        ("projectId" = Option<i32>, Query, description = "What that project may use"),
        ("departmentId" = Option<String>, Query), ("clusterId" = Option<String>, Query),
        ("usageInfo" = Option<bool>, Query, description = "Add `usedBy`"),
        ("statusInfo" = Option<bool>, Query, description = "Add `status`"),
    ),
    responses((status = 200, description = "Oldest first", body = AssetEntries))
)]
async fn credentials(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<AssetEntries>, RestError> {
    let kinds = AssetKind::ALL.into_iter().filter(|kind| kind.is_credential()).collect();
    let entries = entries(&doors, &actor, &query, kinds)?;
    Ok(Json(AssetEntries { entries: entries.into_iter().map(AssetView::with_kind).collect() }))
}

fn entries(
    doors: &Doors,
    actor: &Actor,
    query: &Query,
    kinds: Vec<AssetKind>,
) -> Result<Vec<AssetView>, RestError> {
    let query = AssetQuery::parse(query.pairs())?;
    let world = doors.control.world();
    let filter = AssetFilter {
        kinds,
        place: query.place(),
        name: query.name,
        level: query.level,
        with_descendants: query.include_descendants,
        ids: query.ids,
    };
    let assets = doors.control.assets(actor, &world, &filter)?;
    if let Some(project) = query.comply_to {
        doors.control.project(actor, &world, project)?;
    }
    let shown = assets.iter().map(|asset| {
        let mut view = view(&world, asset);
        if query.usage_info {
            view.used_by = Some(used_by(doors.control.asset_usage(actor, &world, asset.id)));
        }
        view.status = query.status_info.then(|| status(doors, actor, &world, asset));
        let comply = |project| doors.control.asset_compliance(actor, &world, project, asset);
        view.compliance = query.comply_to.map(comply).transpose()?.map(compliance);
        Ok(view)
    });
    shown.collect()
}

async fn read<S: KindSpec>(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<AssetId>,
    query: Query,
) -> Result<Json<AssetView>, RestError> {
    let query = AssetQuery::parse(query.pairs())?;
    let world = doors.control.world();
    let asset = doors.control.asset_of_kind(&actor, &world, S::KIND, id)?;
    let mut view = view(&world, &asset);
    if query.usage_info {
        view.used_by = Some(used_by(doors.control.asset_usage(&actor, &world, id)));
    }
    view.status = query.status_info.then(|| status(&doors, &actor, &world, &asset));
    Ok(Json(view))
}

async fn create<S: KindSpec>(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<AssetCreation<S>>,
) -> Result<(StatusCode, Json<AssetView>), RestError> {
    let new = new_asset(body)?;
    let made = doors.control.create_asset(&actor, new).await?;
    Ok((StatusCode::ACCEPTED, Json(view(&doors.control.world(), &made))))
}

/// What a request asks for.
fn new_asset<S: KindSpec>(mut body: AssetCreation<S>) -> Result<NewAsset, RestError> {
    let scope = body.meta.read_scope().map_err(|problem| RestError::problems(&[problem]))?;
    Ok(NewAsset {
        name: body.meta.name,
        description: body.meta.description,
        scope,
        supports: body.meta.workload_supported_types,
        content: body.spec.take_content(),
        spec: body.spec.into_spec(),
        is_private: body.meta.private == Some(true),
    })
}

async fn update<S: KindSpec>(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<AssetId>,
    Body(body): Body<AssetUpdateBody<S>>,
) -> Result<(StatusCode, Json<AssetView>), RestError> {
    let changed = changed(&doors, &actor, id, body).await?;
    Ok((StatusCode::ACCEPTED, Json(changed)))
}

/// Carries out an update.
async fn changed<S: KindSpec>(
    doors: &Doors,
    actor: &Actor,
    id: AssetId,
    mut body: AssetUpdateBody<S>,
) -> Result<AssetView, RestError> {
    let old = doors.control.asset_of_kind(actor, &doors.control.world(), S::KIND, id)?;
    let missing =
        |field: &str| RestError::problems(&[Problem::new(field, "required", "Must be given")]);
    if body.spec.is_none() && !S::IS_FIXED {
        return Err(missing("spec"));
    }
    let name = match body.meta.name {
        Some(name) => name,
        None if S::KIND.is_credential() => old.name.to_string(),
        None => return Err(missing("meta.name")),
    };
    // The secret of a credential is what it is; another one is another credential.
    let content = match S::IS_FIXED {
        true => SecretContent::new(),
        false => body.spec.as_mut().map(KindSpec::take_content).unwrap_or_default(),
    };
    let spec = body.spec.filter(|_| !S::IS_FIXED).map(KindSpec::into_spec);
    let update = AssetUpdate { name, description: body.meta.description, spec, content };
    let changed = doors.control.update_asset(actor, id, update).await?;
    Ok(view(&doors.control.world(), &changed))
}

async fn delete<S: KindSpec>(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<AssetId>,
    gone: u16,
) -> Result<Response, RestError> {
    let asset = doors.control.asset_of_kind(&actor, &doors.control.world(), S::KIND, id)?;
    doors.control.delete_asset(&actor, id).await?;
    Ok(match gone {
        204 => StatusCode::NO_CONTENT.into_response(),
        _ => accepted(format!("the {} {} is deleted", asset.kind().noun(), asset.name)),
    })
}

fn view(world: &World, asset: &Asset) -> AssetView {
    let project = match asset.scope {
        Scope::Project(id) => world.projects.get(&id).map(|project| project.name.to_string()),
        Scope::System | Scope::Account | Scope::Cluster(_) | Scope::Department(_) => None,
    };
    AssetView::of(asset, project, world.sealed.get(&asset.id).copied())
}

fn status(doors: &Doors, actor: &Actor, world: &World, asset: &Asset) -> SyncStatus {
    match doors.control.asset_sync(actor, world, asset) {
        Sync::NoStatus => SyncStatus::of("No status", &[], String::new()),
        Sync::NoIssues => SyncStatus::of("No issues found", &[], String::new()),
        Sync::Issues { places, why } => SyncStatus::of("Issues found", &places, why),
    }
}

fn compliance(of: AssetCompliance) -> Compliance {
    Compliance {
        imposed: of.is_imposed,
        compliance: of.violations.is_empty(),
        reason: of.violations.iter().map(violation).collect(),
    }
}

fn used_by(usage: Usage) -> UsedBy {
    let workload = |workload: &domain::workload::Workload| UsingWorkload {
        id: workload.id,
        name: workload.name.to_string(),
        status: workload.phase.name(),
    };
    let template = |template: &domain::template::Template| UsingTemplate {
        id: template.id,
        name: template.name.to_string(),
    };
    let of_kind = |fits: fn(AssetKind) -> bool| {
        let fitting = usage.assets.iter().filter(|asset| fits(asset.kind()));
        let shown = fitting.map(|asset| UsingAsset {
            id: asset.id,
            name: asset.name.to_string(),
            kind: asset.kind(),
        });
        shown.collect()
    };
    let assets = UsingAssets {
        environments: of_kind(|kind| kind == AssetKind::Environment),
        computes: of_kind(|kind| kind == AssetKind::Compute),
        datasources: of_kind(AssetKind::is_datasource),
    };
    UsedBy {
        assets,
        workspaces: usage.workspaces.iter().map(|used| workload(used)).collect(),
        templates: usage.templates.iter().map(|used| template(used)).collect(),
        ..UsedBy::default()
    }
}
