//! `/api/v1/clusters`.

use api::clusters::ClusterView;
use axum::{Json, extract::State};
use control::World;
use domain::{ClusterId, org::Cluster};

use super::{Id, Query, RestError};
use crate::{Doors, auth::Caller};

/// Every cluster
#[utoipa::path(
    get, path = "/api/v1/clusters", tag = "Clusters", operation_id = "get_clusters",
    params(("verbosity" = Option<String>, Query, description = "`full`, or `metadata` without status")),
    responses((status = 200, description = "All clusters", body = Vec<ClusterView>))
)]
pub async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<Vec<ClusterView>>, RestError> {
    let world = doors.control.world();
    let with_status = query.choice("verbosity", &["full", "metadata"])? == "full";
    let clusters = doors.control.clusters(&actor, &world)?;
    Ok(Json(clusters.iter().map(|cluster| view(&world, cluster, with_status)).collect()))
}

/// One cluster
#[utoipa::path(
    get, path = "/api/v1/clusters/{clusterUuid}", tag = "Clusters",
    operation_id = "get_cluster_by_uuid",
    params(("clusterUuid" = ClusterId, Path)),
    responses((status = 200, description = "The cluster", body = ClusterView))
)]
pub async fn get(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<ClusterId>,
) -> Result<Json<ClusterView>, RestError> {
    let world = doors.control.world();
    let cluster = doors.control.cluster(&actor, &world, id)?;
    Ok(Json(view(&world, &cluster, true)))
}

fn view(world: &World, cluster: &Cluster, with_status: bool) -> ClusterView {
    ClusterView::of(cluster, world.seen(cluster.id), with_status)
}
