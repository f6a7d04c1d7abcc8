//! `/api/v1/node-pools`.

use api::{
    list::ListParams,
    node_pools::{NodePoolView, NodePools},
};
use axum::{Json, extract::State};
use control::World;
use domain::{
    NodePoolId,
    node::{Node, NodePool},
};

use super::{Id, List, RestError};
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

fn view(world: &World, pool: &NodePool) -> NodePoolView {
    let pools: Vec<_> = world.pools_of(pool.cluster).cloned().collect();
    let nodes = world.nodes.get(&pool.cluster);
    let of_pool = |node: &&Node| node.pool(&pools).is_some_and(|p| p.id == pool.id);
    let count = nodes.map_or(0, |nodes| nodes.iter().filter(of_pool).count());
    let cluster = world.clusters.get(&pool.cluster).map(|cluster| cluster.name.as_str());
    NodePoolView::of(pool, cluster.unwrap_or_default(), count)
}
