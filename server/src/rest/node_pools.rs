//! `/api/v1/node-pools`.

use api::{
    list::ListParams,
    node_pools::{NodePoolChange, NodePoolCreation, NodePoolView, NodePools, SchedulingChange},
};
use axum::{Json, extract::State, http::StatusCode};
use control::{
    World,
    node_pools::{NewNodePool, NodePoolEdit, PoolScheduling, TimeBasedShare},
};
use domain::{NodePoolId, node::NodePool};

use super::{Body, Id, List, RestError};
use crate::{Doors, auth::Caller};

/// Every node pool, without pages
#[utoipa::path(
    get, path = "/api/v1/node-pools", tag = "Node pools", operation_id = "get_nodepools",
    params(ListParams<NodePoolView>),
    responses((status = 200, description = "All of them", body = NodePools))
)]
pub async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    List(query): List<NodePoolView>,
) -> Result<Json<NodePools>, RestError> {
    let world = doors.control.world();
    let pools = doors.control.node_pools(&actor, &world)?;
    let views = pools.iter().map(|pool| view(&world, pool));
    Ok(Json(NodePools { nodepools: query.all(views) }))
}

/// One node pool
#[utoipa::path(
    get, path = "/api/v1/node-pools/{nodepoolId}", tag = "Node pools",
    operation_id = "get_nodepool",
    params(("nodepoolId" = NodePoolId, Path)),
    responses((status = 200, description = "The node pool", body = NodePoolView))
)]
pub async fn get(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<NodePoolId>,
) -> Result<Json<NodePoolView>, RestError> {
    let world = doors.control.world();
    let pool = doors.control.node_pool(&actor, &world, id)?;
    Ok(Json(view(&world, &pool)))
}

/// Make a node pool
#[utoipa::path(
    post, path = "/api/v1/node-pools", tag = "Node pools", operation_id = "create_nodepool",
    request_body = NodePoolCreation,
    responses(
        (status = 201, description = "It was made", body = NodePoolView),
        (status = 409, description = "The name is taken", body = api::ErrorBody),
    )
)]
pub async fn create(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<NodePoolCreation>,
) -> Result<(StatusCode, Json<NodePoolView>), RestError> {
    let new = NewNodePool {
        cluster: body.cluster_id,
        name: body.name,
        label: (body.label_key, body.label_value),
        scheduling: scheduling(body.scheduling_configuration),
    };
    let pool = doors.control.create_node_pool(&actor, new).await?;
    Ok((StatusCode::CREATED, Json(view(&doors.control.world(), &pool))))
}

/// Replace what is said of a node pool
#[utoipa::path(
    put, path = "/api/v1/node-pools/{nodepoolId}", tag = "Node pools",
    operation_id = "update_nodepool",
    params(("nodepoolId" = NodePoolId, Path)),
    request_body = NodePoolChange,
    responses((status = 200, description = "As it is now", body = NodePoolView))
)]
pub async fn put(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<NodePoolId>,
    Body(body): Body<NodePoolChange>,
) -> Result<Json<NodePoolView>, RestError> {
    let pool = doors.control.edit_node_pool(&actor, id, edit(body), true).await?;
    Ok(Json(view(&doors.control.world(), &pool)))
}

/// Change a node pool
#[utoipa::path(
    patch, path = "/api/v1/node-pools/{nodepoolId}", tag = "Node pools",
    operation_id = "patch_nodepool",
    params(("nodepoolId" = NodePoolId, Path)),
    request_body = NodePoolChange,
    responses((status = 200, description = "As it is now", body = NodePoolView))
)]
pub async fn patch(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<NodePoolId>,
    Body(body): Body<NodePoolChange>,
) -> Result<Json<NodePoolView>, RestError> {
    let pool = doors.control.edit_node_pool(&actor, id, edit(body), false).await?;
    Ok(Json(view(&doors.control.world(), &pool)))
}

/// Delete a node pool; its nodes are of the default pool then
#[utoipa::path(
    delete, path = "/api/v1/node-pools/{nodepoolId}", tag = "Node pools",
    operation_id = "delete_nodepool",
    params(("nodepoolId" = NodePoolId, Path)),
    responses(
        (status = 204, description = "It is gone"),
        (status = 409, description = "It is the default pool, or workloads run in it", body = api::ErrorBody),
    )
)]
pub async fn delete(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<NodePoolId>,
) -> Result<StatusCode, RestError> {
    doors.control.delete_node_pool(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn edit(body: NodePoolChange) -> NodePoolEdit {
    NodePoolEdit {
        label_key: body.label_key,
        label_value: body.label_value,
        scheduling: scheduling(body.scheduling_configuration),
    }
}

fn scheduling(given: Option<SchedulingChange>) -> PoolScheduling {
    let given = given.unwrap_or_default();
    let SchedulingChange { placement_strategy, gpu_fractions, min_guaranteed_runtime, .. } = given;
    let placement = placement_strategy.unwrap_or_default();
    PoolScheduling {
        gpu_placement: placement.gpu,
        cpu_placement: placement.cpu,
        gpu_fractions,
        min_runtime: min_guaranteed_runtime,
        time_based: given.time_based_fair_share.map(|of| TimeBasedShare {
            enabled: of.enabled,
            weight: of.historical_usage_weight,
            window: of.historical_usage_window,
            half_life: of.half_life,
        }),
    }
}

fn view(world: &World, pool: &NodePool) -> NodePoolView {
    let count = world.nodes_of(pool).len();
    let cluster = world.clusters.get(&pool.cluster).map(|cluster| cluster.name.as_str());
    NodePoolView::of(pool, cluster.unwrap_or_default(), count)
}
