//! `/api/v1/nodes`.

use api::{ListQuery, nodes::NodeView};
use axum::{Json, extract::State};
use serde::Serialize;

use super::{Query, RestError, workloads::Count};
use crate::{Doors, auth::Caller};

#[derive(Serialize)]
pub struct Nodes {
    nodes: Vec<NodeView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
}

pub async fn list(
    State(doors): State<Doors>,
    caller: Caller,
    query: Query,
) -> Result<Json<Nodes>, RestError> {
    let query = ListQuery::parse::<NodeView>(query.pairs())?;
    let page = query.page(views(&doors, &caller)?);
    Ok(Json(Nodes { nodes: page.items, next: page.next }))
}

pub async fn count(
    State(doors): State<Doors>,
    caller: Caller,
    query: Query,
) -> Result<Json<Count>, RestError> {
    let query = ListQuery::parse::<NodeView>(query.pairs())?;
    Ok(Json(Count { count: query.page(views(&doors, &caller)?).total }))
}

fn views(doors: &Doors, Caller(actor): &Caller) -> Result<Vec<NodeView>, RestError> {
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
