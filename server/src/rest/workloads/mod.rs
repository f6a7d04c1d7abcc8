//! `/api/v1/workloads`: the generic view.

pub mod batch;
pub mod history;
pub mod metrics;
pub mod pods;

use api::{
    Count,
    list::ListParams,
    workloads::{WorkloadDetail, WorkloadRow, WorkloadView, Workloads, pending_messages},
};
use axum::{Json, extract::State};
use domain::WorkloadId;

use super::{Id, List, RestError};
use crate::{Doors, auth::Caller};

/// A page of the workloads that the caller may see
#[utoipa::path(
    get, path = "/api/v1/workloads", tag = "Workloads", operation_id = "get_workloads",
    params(
        ListParams<WorkloadRow>,
        ("deleted" = Option<bool>, Query, description = "Deleted ones, and only they"),
    ),
    responses((status = 200, description = "A page of them", body = Workloads))
)]
pub async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    List(query): List<WorkloadRow>,
) -> Result<Json<Workloads>, RestError> {
    let world = doors.control.world();
    let page = query.page(doors.control.workload_rows(&actor, &world, query.deleted));
    let workloads = page.items.iter().map(WorkloadView::of).collect();
    Ok(Json(Workloads { workloads, next: page.next }))
}

/// How many workloads there are
#[utoipa::path(
    get, path = "/api/v1/workloads/count", tag = "Workloads", operation_id = "count_workloads",
    params(
        ListParams<WorkloadRow>,
        ("deleted" = Option<bool>, Query, description = "Deleted ones, and only they"),
    ),
    responses((status = 200, description = "Their number", body = Count))
)]
pub async fn count(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    List(query): List<WorkloadRow>,
) -> Result<Json<Count>, RestError> {
    let rows = doors.control.workload_rows(&actor, &doors.control.world(), query.deleted);
    Ok(Json(Count { count: query.count(rows) }))
}

/// One workload, with why it waits and what would help
#[utoipa::path(
    get, path = "/api/v1/workloads/{workloadId}", tag = "Workloads",
    operation_id = "get_workload",
    params(("workloadId" = WorkloadId, Path)),
    responses((status = 200, description = "The workload", body = WorkloadDetail))
)]
pub async fn get(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<WorkloadId>,
) -> Result<Json<WorkloadDetail>, RestError> {
    let workload = doors.control.workload(&actor, id)?;
    // Who may not submit there is offered nothing.
    let fixes = doors.control.fixes_of(&actor, id).await.unwrap_or_default();
    Ok(Json(WorkloadDetail {
        workload: WorkloadView::of(&doors.control.world().row(&workload)),
        pending_scheduling_messages: pending_messages(&workload),
        fixes,
    }))
}
