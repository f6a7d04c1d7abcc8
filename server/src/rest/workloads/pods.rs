//! The pods of workloads.

use api::{
    Count, ListQuery,
    list::ListParams,
    pods::{Container, PodView, Pods, k8s_phase},
};
use axum::{Json, extract::State};
use control::PodRow;
use domain::{WorkloadId, access::Actor};

use super::super::{Id, List, Query, RestError};
use crate::{Doors, auth::Caller};

/// A page of the pods of all workloads
#[utoipa::path(
    get, path = "/api/v1/workloads/pods", tag = "Workloads", operation_id = "list_pods",
    params(
        ListParams<PodRow>,
        ("deleted" = Option<bool>, Query, description = "Deleted ones; none are kept"),
        ("completed" = Option<String>, Query, description = "`true`, `false` or `all`"),
        ("verbosity" = Option<String>, Query, description = "`brief`, or `full` with more names"),
    ),
    responses((status = 200, description = "A page of them", body = Pods))
)]
pub async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    List(list): List<PodRow>,
    query: Query,
) -> Result<Json<Pods>, RestError> {
    page(&doors, &actor, None, &list, &query)
}

/// A page of the pods of one workload
#[utoipa::path(
    get, path = "/api/v1/workloads/{workloadId}/pods", tag = "Workloads",
    operation_id = "get_workload_pods",
    params(
        ("workloadId" = WorkloadId, Path),
        ListParams<PodRow>,
        ("deleted" = Option<bool>, Query, description = "Deleted ones; none are kept"),
        ("completed" = Option<String>, Query, description = "`true`, `false` or `all`"),
        ("verbosity" = Option<String>, Query, description = "`brief`, or `full` with more names"),
    ),
    responses((status = 200, description = "A page of them", body = Pods))
)]
pub async fn of_workload(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<WorkloadId>,
    List(list): List<PodRow>,
    query: Query,
) -> Result<Json<Pods>, RestError> {
    page(&doors, &actor, Some(id), &list, &query)
}

/// How many pods there are
#[utoipa::path(
    get, path = "/api/v1/workloads/pods/count", tag = "Workloads", operation_id = "count_pods",
    params(
        ListParams<PodRow>,
        ("deleted" = Option<bool>, Query, description = "Deleted ones; none are kept"),
        ("completed" = Option<String>, Query, description = "`true`, `false` or `all`"),
    ),
    responses((status = 200, description = "Their number", body = Count))
)]
pub async fn count(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    List(list): List<PodRow>,
    query: Query,
) -> Result<Json<Count>, RestError> {
    let rows = rows(&doors, &actor, None, &list, &query)?;
    Ok(Json(Count { count: list.count(rows) }))
}

fn page(
    doors: &Doors,
    actor: &Actor,
    of: Option<WorkloadId>,
    list: &ListQuery<PodRow>,
    query: &Query,
) -> Result<Json<Pods>, RestError> {
    let in_full = query.choice("verbosity", &["brief", "full"])? == "full";
    let page = list.page(rows(doors, actor, of, list, query)?);
    let pods = page.items.iter().map(|pod| view(pod, in_full)).collect();
    Ok(Json(Pods { pods, next: page.next }))
}

fn rows(
    doors: &Doors,
    actor: &Actor,
    of: Option<WorkloadId>,
    list: &ListQuery<PodRow>,
    query: &Query,
) -> Result<Vec<PodRow>, RestError> {
    let wanted = match query.choice("completed", &["all", "true", "false"])? {
        "all" => None,
        word => Some(word == "true"),
    };
    let mut rows = doors.control.pod_rows(actor, of)?;
    rows.retain(|pod| {
        let completed = pod.row.workload.completed_at.is_some();
        !list.deleted && wanted.is_none_or(|wanted| wanted == completed)
    });
    Ok(rows)
}

fn view(PodRow { row, detail }: &PodRow, in_full: bool) -> PodView {
    let workload = &row.workload;
    let pools = workload.spec.node_pools.iter().map(ToString::to_string);
    PodView {
        id: pod_id(workload.id, detail.generation),
        name: detail.pod_name.clone(),
        priority_class_name: workload.spec.priority.name().to_owned(),
        workload_id: workload.id,
        cluster_id: workload.cluster,
        project_id: workload.project,
        node_name: Some(detail.node.to_string()),
        created_at: detail.created_at,
        completed_at: workload.completed_at,
        containers: vec![Container {
            name: workload.name.to_string(),
            image: detail.image.clone(),
            started_at: detail.started_at,
        }],
        current_node_pool: workload.placement().map(|placement| placement.pool.to_string()),
        requested_node_pools: pools.collect(),
        k8s_phase: k8s_phase(row).to_owned(),
        ip: detail.ip.clone(),
        tenant_id: api::TENANT_ID,
        k8s_phase_updated_at: workload.phase_since,
        updated_at: workload.updated_at,
        project_name: in_full.then(|| row.around.project.clone()),
        workload_name: in_full.then(|| workload.name.to_string()),
    }
}

/// One pod a run: the workload's id, with the run in the last digits.
pub fn pod_id(workload: WorkloadId, generation: u32) -> String {
    let mut bytes = *workload.0.as_bytes();
    for (byte, mask) in bytes[12..].iter_mut().zip(generation.to_be_bytes()) {
        *byte ^= mask;
    }
    uuid::Uuid::from_bytes(bytes).to_string()
}
