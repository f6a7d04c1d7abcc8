//! `/api/v1/asset`: environments, compute resources and data sources. Every kind has the same five
//! operations; only the spec differs.

mod kinds;

use api::{
    HttpResponse,
    assets::{
        AssetCreation, AssetEntries, AssetQuery, AssetUpdateBody, AssetView, Compliance, KindSpec,
        ScopeOf, SyncStatus, UsedBy, UsingTemplate, UsingWorkload,
    },
    policies::violation,
};
use axum::{Json, extract::State, http::StatusCode};
use control::{
    World,
    assets::{AssetFilter, AssetUpdate, NewAsset, Usage},
    policies::AssetCompliance,
};
use domain::{
    AssetId, Problem, Scope,
    access::Actor,
    asset::{Asset, AssetKind},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Body, Id, Query, RestError};
use crate::{Doors, auth::Caller};

/// The routes of this folder.
pub fn described() -> OpenApiRouter<Doors> {
    OpenApiRouter::new().routes(routes!(datasources)).merge(kinds::routes())
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
) -> Result<(StatusCode, Json<AssetView>), RestError> {
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
) -> Result<(StatusCode, Json<AssetView>), RestError> {
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
) -> Result<(StatusCode, Json<HttpResponse>), RestError> {
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
