//! `/api/v1/asset`: environments, compute resources and data sources. Every kind has the same five
//! operations; only the spec differs.

use api::{
    HttpResponse,
    assets::{
        AssetCreation, AssetQuery, AssetUpdateBody, AssetView, Compliance, KindSpec, ScopeOf,
        SyncStatus, UsedBy, UsingTemplate, UsingWorkload,
    },
    policies::violation,
};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::IntoResponse,
    routing::{MethodRouter, get},
};
use control::{
    World,
    assets::{AssetFilter, AssetUpdate, NewAsset, Usage},
    policies::AssetCompliance,
};
use domain::{
    AssetId, Problem, Scope,
    access::Actor,
    asset::{Asset, AssetKind, Environment, GitSource, S3Source, SecretSource},
    submission::{Compute, ConfigMapVolume, HostPathVolume, NfsVolume, PvcVolume},
};
use serde::Serialize;

use super::{Body, Id, Query, RestError};
use crate::{Doors, auth::Caller};

/// The routes of this file, as in [`super::ROUTES`].
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/api/v1/asset/environment"),
    ("POST", "/api/v1/asset/environment"),
    ("GET", "/api/v1/asset/environment/{id}"),
    ("PUT", "/api/v1/asset/environment/{id}"),
    ("DELETE", "/api/v1/asset/environment/{id}"),
    ("GET", "/api/v1/asset/compute"),
    ("POST", "/api/v1/asset/compute"),
    ("GET", "/api/v1/asset/compute/{id}"),
    ("PUT", "/api/v1/asset/compute/{id}"),
    ("DELETE", "/api/v1/asset/compute/{id}"),
    ("GET", "/api/v1/asset/datasource"),
    ("GET", "/api/v1/asset/datasource/pvc"),
    ("POST", "/api/v1/asset/datasource/pvc"),
    ("GET", "/api/v1/asset/datasource/pvc/{id}"),
    ("PUT", "/api/v1/asset/datasource/pvc/{id}"),
    ("DELETE", "/api/v1/asset/datasource/pvc/{id}"),
    ("GET", "/api/v1/asset/datasource/nfs"),
    ("POST", "/api/v1/asset/datasource/nfs"),
    ("GET", "/api/v1/asset/datasource/nfs/{id}"),
    ("PUT", "/api/v1/asset/datasource/nfs/{id}"),
    ("DELETE", "/api/v1/asset/datasource/nfs/{id}"),
    ("GET", "/api/v1/asset/datasource/s3"),
    ("POST", "/api/v1/asset/datasource/s3"),
    ("GET", "/api/v1/asset/datasource/s3/{id}"),
    ("PUT", "/api/v1/asset/datasource/s3/{id}"),
    ("DELETE", "/api/v1/asset/datasource/s3/{id}"),
    ("GET", "/api/v1/asset/datasource/git"),
    ("POST", "/api/v1/asset/datasource/git"),
    ("GET", "/api/v1/asset/datasource/git/{id}"),
    ("PUT", "/api/v1/asset/datasource/git/{id}"),
    ("DELETE", "/api/v1/asset/datasource/git/{id}"),
    ("GET", "/api/v1/asset/datasource/host-path"),
    ("POST", "/api/v1/asset/datasource/host-path"),
    ("GET", "/api/v1/asset/datasource/host-path/{id}"),
    ("PUT", "/api/v1/asset/datasource/host-path/{id}"),
    ("DELETE", "/api/v1/asset/datasource/host-path/{id}"),
    ("GET", "/api/v1/asset/datasource/config-map"),
    ("POST", "/api/v1/asset/datasource/config-map"),
    ("GET", "/api/v1/asset/datasource/config-map/{id}"),
    ("PUT", "/api/v1/asset/datasource/config-map/{id}"),
    ("DELETE", "/api/v1/asset/datasource/config-map/{id}"),
    ("GET", "/api/v1/asset/datasource/secrets"),
    ("POST", "/api/v1/asset/datasource/secrets"),
    ("GET", "/api/v1/asset/datasource/secrets/{id}"),
    ("PUT", "/api/v1/asset/datasource/secrets/{id}"),
    ("DELETE", "/api/v1/asset/datasource/secrets/{id}"),
];

pub fn router() -> Router<Doors> {
    Router::new()
        .route("/api/v1/asset/environment", many::<Environment>())
        .route("/api/v1/asset/environment/{id}", one::<Environment>())
        .route("/api/v1/asset/compute", many::<Compute>())
        .route("/api/v1/asset/compute/{id}", one::<Compute>())
        .route("/api/v1/asset/datasource", get(datasources))
        .route("/api/v1/asset/datasource/pvc", many::<PvcVolume>())
        .route("/api/v1/asset/datasource/pvc/{id}", one::<PvcVolume>())
        .route("/api/v1/asset/datasource/nfs", many::<NfsVolume>())
        .route("/api/v1/asset/datasource/nfs/{id}", one::<NfsVolume>())
        .route("/api/v1/asset/datasource/s3", many::<S3Source>())
        .route("/api/v1/asset/datasource/s3/{id}", one::<S3Source>())
        .route("/api/v1/asset/datasource/git", many::<GitSource>())
        .route("/api/v1/asset/datasource/git/{id}", one::<GitSource>())
        .route("/api/v1/asset/datasource/host-path", many::<HostPathVolume>())
        .route("/api/v1/asset/datasource/host-path/{id}", one::<HostPathVolume>())
        .route("/api/v1/asset/datasource/config-map", many::<ConfigMapVolume>())
        .route("/api/v1/asset/datasource/config-map/{id}", one::<ConfigMapVolume>())
        .route("/api/v1/asset/datasource/secrets", many::<SecretSource>())
        .route("/api/v1/asset/datasource/secrets/{id}", one::<SecretSource>())
}

fn many<S: KindSpec>() -> MethodRouter<Doors> {
    get(list::<S>).post(create::<S>)
}

fn one<S: KindSpec>() -> MethodRouter<Doors> {
    get(read::<S>).put(update::<S>).delete(delete::<S>)
}

#[derive(Serialize)]
struct Entries {
    entries: Vec<AssetView>,
}

async fn list<S: KindSpec>(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<Entries>, RestError> {
    let entries = entries(&doors, &actor, &query, vec![S::KIND])?;
    Ok(Json(Entries { entries }))
}

/// All data sources; the spec stands under the name of its kind.
async fn datasources(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<Entries>, RestError> {
    let kinds = AssetKind::ALL.into_iter().filter(|kind| kind.is_datasource()).collect();
    let entries = entries(&doors, &actor, &query, kinds)?;
    Ok(Json(Entries { entries: entries.into_iter().map(AssetView::with_kind).collect() }))
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
        view.status = query.status_info.then(SyncStatus::none);
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
    view.status = query.status_info.then(SyncStatus::none);
    Ok(Json(view))
}

async fn create<S: KindSpec>(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<AssetCreation<S>>,
) -> Result<impl IntoResponse, RestError> {
    let scope = body.meta.read_scope().map_err(|problem| RestError::problems(&[problem]))?;
    if body.meta.private == Some(true) {
        return Err(RestError::field("meta.private", "only credentials can be private"));
    }
    let new = NewAsset {
        name: body.meta.name,
        description: body.meta.description,
        scope,
        supports: body.meta.workload_supported_types,
        spec: body.spec.into_spec(),
    };
    let made = doors.control.create_asset(&actor, new).await?;
    Ok((StatusCode::ACCEPTED, Json(view(&doors.control.world(), &made))))
}

async fn update<S: KindSpec>(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<AssetId>,
    Body(body): Body<AssetUpdateBody<S>>,
) -> Result<impl IntoResponse, RestError> {
    doors.control.asset_of_kind(&actor, &doors.control.world(), S::KIND, id)?;
    if body.spec.is_none() && !S::IS_FIXED {
        let missing = Problem::new("spec", "required", "Must be given, with meta");
        return Err(RestError::problems(&[missing]));
    }
    let update = AssetUpdate {
        name: body.meta.name,
        description: body.meta.description,
        spec: body.spec.map(KindSpec::into_spec),
    };
    let changed = doors.control.update_asset(&actor, id, update).await?;
    Ok((StatusCode::ACCEPTED, Json(view(&doors.control.world(), &changed))))
}

async fn delete<S: KindSpec>(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<AssetId>,
) -> Result<impl IntoResponse, RestError> {
    let asset = doors.control.asset_of_kind(&actor, &doors.control.world(), S::KIND, id)?;
    doors.control.delete_asset(&actor, id).await?;
    let message = format!("the {} {} is deleted", asset.kind().noun(), asset.name);
    Ok((StatusCode::ACCEPTED, Json(HttpResponse { code: 202, message })))
}

fn view(world: &World, asset: &Asset) -> AssetView {
    let project = match asset.scope {
        Scope::Project(id) => world.projects.get(&id).map(|project| project.name.to_string()),
        Scope::System | Scope::Account | Scope::Cluster(_) | Scope::Department(_) => None,
    };
    AssetView::of(asset, project)
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
    UsedBy {
        workspaces: usage.workspaces.iter().map(|used| workload(used)).collect(),
        templates: usage.templates.iter().map(|used| template(used)).collect(),
        ..UsedBy::default()
    }
}
