//! `/api/v1/node-pools`.

use api::{ListQuery, node_pools::NodePoolView};
use axum::{Json, extract::State};
use control::World;
use domain::{NodePoolId, node::NodePool};
use serde::Serialize;

use super::{Id, Query, RestError};
use crate::{Doors, auth::Caller};

#[derive(Serialize)]
pub struct NodePools {
    nodepools: Vec<NodePoolView>,
}

pub async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<NodePools>, RestError> {
    let mut query = ListQuery::parse::<NodePoolView>(query.pairs())?;
    // The whole list is answered, without pages.
    (query.offset, query.limit) = (0, usize::MAX);
    let world = doors.control.world();
    let pools = doors.control.node_pools(&actor, &world)?;
    let views = pools.iter().map(|pool| view(&world, pool));
    Ok(Json(NodePools { nodepools: query.page(views).items }))
}

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
    let of_pool = |node: &&domain::node::Node| node.pool(&pools).is_some_and(|p| p.id == pool.id);
    let count = nodes.map_or(0, |nodes| nodes.iter().filter(of_pool).count());
    let cluster = world.clusters.get(&pool.cluster).map(|cluster| cluster.name.as_str());
    NodePoolView::of(pool, cluster.unwrap_or_default(), count)
}
