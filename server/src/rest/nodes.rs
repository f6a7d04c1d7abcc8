//! `/api/v1/nodes`.

use api::{
    Count,
    list::ListParams,
    nodes::{NodeView, Nodes},
};
use axum::{Json, extract::State};
use domain::access::Actor;

use super::{List, RestError};
use crate::{Doors, auth::Caller};

/// A page of the nodes of all clusters
#[utoipa::path(
    get, path = "/api/v1/nodes", tag = "Nodes", operation_id = "get_tenant_nodes",
    params(ListParams<NodeView>),
    responses((status = 200, description = "A page of them", body = Nodes))
)]
pub async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    List(query): List<NodeView>,
) -> Result<Json<Nodes>, RestError> {
    let page = query.page(views(&doors, &actor)?);
    Ok(Json(Nodes { nodes: page.items, next: page.next }))
}

/// How many nodes there are
#[utoipa::path(
    get, path = "/api/v1/nodes/count", tag = "Nodes", operation_id = "count_tenant_nodes",
    params(ListParams<NodeView>),
    responses((status = 200, description = "Their number", body = Count))
)]
pub async fn count(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    List(query): List<NodeView>,
) -> Result<Json<Count>, RestError> {
    Ok(Json(Count { count: query.count(views(&doors, &actor)?) }))
}

fn views(doors: &Doors, actor: &Actor) -> Result<Vec<NodeView>, RestError> {
    let world = doors.control.world();
    let mut views = Vec::new();
    for (cluster, nodes) in doors.control.nodes(actor, &world)? {
        let pools: Vec<_> = world.pools_of(cluster).cloned().collect();
        views.extend(nodes.iter().map(|node| {
            let pool = node.pool(&pools).map(|pool| pool.name.to_string());
            NodeView::of(node, cluster, pool.as_deref().unwrap_or_default())
        }));
    }
    Ok(views)
}
