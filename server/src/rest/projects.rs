//! `/api/v1/org-unit/projects`.

use std::collections::BTreeMap;

use api::{
    ListQuery,
    projects::{PoolQuotaStatus, ProjectCreation, ProjectUpdate, ProjectView},
    resources::{self, QuotaStatus, Resources},
};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use control::{
    World,
    projects::{NewProject, ProjectChange, Usage},
};
use domain::{NodePoolName, ProjectId, org::Project};
use serde::Serialize;

use super::{Body, Id, Query, RestError, workloads::Count};
use crate::{Doors, auth::Caller};

#[derive(Serialize)]
pub struct Projects {
    projects: Vec<ProjectView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
}

pub async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<Projects>, RestError> {
    let query = ListQuery::parse::<ProjectView>(query.pairs())?;
    let world = doors.control.world();
    let projects = doors.control.projects(&actor, &world);
    let page = query.page(projects.iter().map(|project| view(&world, project)));
    Ok(Json(Projects { projects: page.items, next: page.next }))
}

pub async fn count(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<Count>, RestError> {
    let query = ListQuery::parse::<ProjectView>(query.pairs())?;
    let world = doors.control.world();
    let projects = doors.control.projects(&actor, &world);
    let page = query.page(projects.iter().map(|project| view(&world, project)));
    Ok(Json(Count { count: page.total }))
}

pub async fn get(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ProjectId>,
) -> Result<Json<ProjectView>, RestError> {
    let world = doors.control.world();
    let project = doors.control.project(&actor, &world, id)?;
    Ok(Json(view(&world, &project)))
}

pub async fn create(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<ProjectCreation>,
) -> Result<impl IntoResponse, RestError> {
    let quotas = resources::read(&body.resources, &BTreeMap::new());
    let new = NewProject {
        cluster: body.cluster_id,
        department: body.parent_id,
        name: body.name,
        description: body.description.unwrap_or_default(),
        requested_namespace: body.requested_namespace.filter(|name| !name.is_empty()),
        quotas: quotas.map_err(|problems| RestError::problems(&problems))?,
        default_node_pools: pool_names(body.default_node_pools)?,
    };
    let made = doors.control.create_project(&actor, new).await?;
    Ok((StatusCode::CREATED, Json(view(&doors.control.world(), &made))))
}

pub async fn update(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ProjectId>,
    Body(body): Body<ProjectUpdate>,
) -> Result<Json<ProjectView>, RestError> {
    let quotas = resources::read(&body.resources, &BTreeMap::new());
    let change = ProjectChange {
        description: body.description,
        default_node_pools: Some(pool_names(body.default_node_pools)?),
        quotas: quotas.map_err(|problems| RestError::problems(&problems))?,
        replace_quotas: true,
    };
    let changed = doors.control.update_project(&actor, id, change).await?;
    Ok(Json(view(&doors.control.world(), &changed)))
}

pub async fn delete(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ProjectId>,
) -> Result<Response, RestError> {
    match doors.control.delete_project(&actor, id).await? {
        true => Ok(StatusCode::NO_CONTENT.into_response()),
        false => {
            Ok(super::accepted("the project's workloads are being deleted; repeat to delete it"))
        }
    }
}

pub async fn put_resources(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ProjectId>,
    Body(body): Body<Vec<Resources>>,
) -> Result<Json<Vec<Resources>>, RestError> {
    let quotas = resources::read(&body, &BTreeMap::new());
    set_resources(doors, actor, id, quotas, true).await
}

pub async fn patch_resources(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ProjectId>,
    Body(body): Body<Vec<Resources>>,
) -> Result<Json<Vec<Resources>>, RestError> {
    let old = doors.control.project(&actor, &doors.control.world(), id)?;
    let quotas = resources::read(&body, &old.quotas);
    set_resources(doors, actor, id, quotas, false).await
}

type Quotas = BTreeMap<domain::NodePoolId, domain::org::PoolQuota>;

async fn set_resources(
    doors: Doors,
    actor: domain::access::Actor,
    id: ProjectId,
    quotas: Result<Quotas, Vec<domain::Problem>>,
    replace_quotas: bool,
) -> Result<Json<Vec<Resources>>, RestError> {
    let quotas = quotas.map_err(|problems| RestError::problems(&problems))?;
    let change =
        ProjectChange { description: None, default_node_pools: None, quotas, replace_quotas };
    let changed = doors.control.update_project(&actor, id, change).await?;
    Ok(Json(view(&doors.control.world(), &changed).resources))
}

/// Names of node pools; one that is no name is refused.
pub fn pool_names(names: Option<Vec<String>>) -> Result<Vec<NodePoolName>, RestError> {
    let names = names.unwrap_or_default();
    let parsed = names.iter().map(|name| name.parse::<NodePoolName>());
    let parsed: Result<Vec<_>, _> = parsed.collect();
    parsed.map_err(|wrong| RestError::field("defaultNodePools", wrong.to_string()))
}

fn view(world: &World, project: &Project) -> ProjectView {
    let department = world.departments.get(&project.department).map(|d| d.name.to_string());
    let usage = world.usage(|workload| workload.project == project.id);
    let mut total = Usage::default();
    for used in usage.values() {
        total.allocated += used.allocated;
        total.non_preemptible += used.non_preemptible;
        total.requested += used.requested;
    }
    let by_pool = world.pools_of(project.cluster).map(|pool| PoolQuotaStatus {
        node_pool_id: pool.id.to_string(),
        node_pool_name: pool.name.to_string(),
        status: status(usage.get(&pool.name).copied().unwrap_or_default()),
    });
    let by_pool = by_pool.collect();
    let shown = resources::shown(world.pools_of(project.cluster), |pool| project.quota(pool));
    ProjectView::of(
        project,
        department.as_deref().unwrap_or_default(),
        shown,
        status(total),
        by_pool,
    )
}

fn status(usage: Usage) -> QuotaStatus {
    QuotaStatus {
        allocated: usage.allocated.into(),
        allocated_non_preemptible: usage.non_preemptible.into(),
        requested: usage.requested.into(),
    }
}
