//! `/api/v1/clusters`.

use api::clusters::{ClusterSeen, ClusterView};
use axum::{Json, extract::State};
use control::{Contact, World};
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
    let abilities = world.abilities.get(&cluster.id).cloned().unwrap_or_default();
    let why: Vec<_> = abilities.shortcomings.iter().map(ToString::to_string).collect();
    let seen = match world.contact.get(&cluster.id).cloned() {
        None => ClusterSeen { state: "WaitingToConnect", ..ClusterSeen::default() },
        Some(Contact::Connected { last, version }) => {
            let state = match abilities.lacks_prerequisites {
                true => "MissingPrerequisites",
                false => "Connected",
            };
            ClusterSeen { state, why, last: Some(last), version }
        }
        Some(Contact::Lost { since, why, is_unwell }) => {
            let state = if is_unwell { "ServiceIssues" } else { "Disconnected" };
            ClusterSeen { state, why: vec![why], last: Some(since), version: String::new() }
        }
    };
    ClusterView::of(cluster, seen, with_status)
}
