//! What happened to a workload, and what its container wrote.

use api::{
    Paging,
    cycles::{BeforeView, CycleView, OtherWorkload},
    events::{Events, History, HistoryRecord, HistorySpec},
    list::PagingParams,
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{WorkloadId, access::Actor};
use store::EventKind;

use super::super::{Id, Page, Query, RestError};
use crate::{Doors, auth::Caller, follow};

/// Lines of a log when nobody said.
const LINES_DEFAULT: usize = 200;

/// A page of the events of a workload, newest first
#[utoipa::path(
    get, path = "/api/v1/workloads/{workloadId}/events", tag = "Workloads",
    operation_id = "get_workload_events",
    params(("workloadId" = WorkloadId, Path), PagingParams),
    responses((status = 200, description = "A page of them", body = Events))
)]
pub async fn events(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<WorkloadId>,
    Page(paging): Page,
) -> Result<Json<Events>, RestError> {
    let (records, next) = page(&doors, &actor, id, paging, EventKind::Events).await?;
    let events = records.into_iter().filter_map(|record| match record.spec {
        HistorySpec::Event(event) => Some(event),
        HistorySpec::PhaseUpdate(_) => None,
    });
    Ok(Json(Events { events: events.collect(), next }))
}

/// A page of the history of a workload, newest first
#[utoipa::path(
    get, path = "/api/v1/workloads/{workloadId}/history", tag = "Workloads",
    operation_id = "get_workload_history",
    params(("workloadId" = WorkloadId, Path), PagingParams),
    responses((status = 200, description = "A page of it", body = History))
)]
pub async fn records(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<WorkloadId>,
    Page(paging): Page,
) -> Result<Json<History>, RestError> {
    let (records, next) = page(&doors, &actor, id, paging, EventKind::All).await?;
    Ok(Json(History { records, next }))
}

async fn page(
    doors: &Doors,
    actor: &Actor,
    id: WorkloadId,
    paging: Paging,
    kind: EventKind,
) -> Result<(Vec<HistoryRecord>, Option<u32>), RestError> {
    let newest_first = paging.descending.unwrap_or(true);
    let offset = u32::try_from(paging.offset).unwrap_or(u32::MAX);
    let limit = u32::try_from(paging.limit).unwrap_or(u32::MAX);
    let workload = doors.control.workload(actor, id)?;
    let page =
        doors.control.workload_events(actor, id, kind, (offset, limit), newest_first).await?;
    let records = page.items.iter().map(|event| HistoryRecord::of(event, workload.cluster));
    Ok((records.collect(), page.has_more.then_some(offset.saturating_add(limit))))
}

/// The cycle of the scheduler that decided last about a workload
#[utoipa::path(
    get, path = "/api/v1/workloads/{workloadId}/cycle", tag = "Workloads",
    operation_id = "get_workload_cycle",
    params(
        ("workloadId" = WorkloadId, Path),
        ("startedBefore" = Option<WorkloadId>, Query,
            description = "Another workload: why did it start before this one?"),
    ),
    responses((status = 200, description = "The cycle", body = CycleView))
)]
pub async fn cycle(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<WorkloadId>,
    query: Query,
) -> Result<Json<CycleView>, RestError> {
    let look = doors.control.cycle_of(&actor, id).await?;
    let look = look.ok_or_else(|| RestError::new(404, "no cycle that decided about it is kept"))?;
    let before = match query.get("startedBefore").map(str::parse::<WorkloadId>) {
        None => None,
        Some(Ok(other)) => doors.control.started_before(&actor, id, other).await?,
        Some(Err(_)) => return Err(RestError::field("startedBefore", "must be a UUID")),
    };
    let other = |(workload_id, other): (_, domain::Other)| OtherWorkload {
        workload_id,
        name: other.to_string(),
    };
    Ok(Json(CycleView {
        cycle: look.number,
        at: look.at,
        decided: look.decided,
        started: look.started,
        evicted: look.evicted,
        waiting: look.waiting,
        others: look.others.into_iter().map(other).collect(),
        before: before.map(|before| BeforeView {
            cycle: before.number,
            at: before.at,
            sentences: before.sentences(id),
            first: before.order.as_ref().map(|(first, _)| *first),
            order: before.order.map(|(_, order)| order),
        }),
    }))
}

/// The last lines that the container of a workload wrote
#[utoipa::path(
    get, path = "/api/v1/workloads/{workloadId}/logs", tag = "Workloads",
    operation_id = "get_workload_logs",
    params(
        ("workloadId" = WorkloadId, Path),
        ("tailLines" = Option<u32>, Query, description = "How many lines; 200 where nobody says"),
        ("previous" = Option<bool>, Query, description = "Of the instance before, which ended and was started again"),
        ("follow" = Option<bool>, Query, description = "Go on with what is written, until the container ends"),
    ),
    responses((status = 200, description = "The lines", body = String, content_type = "text/plain"))
)]
pub async fn logs(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<WorkloadId>,
    query: Query,
) -> Result<Response, RestError> {
    let lines = match query.get("tailLines").map(str::parse::<usize>) {
        None => LINES_DEFAULT,
        Some(Ok(lines)) => lines,
        Some(Err(_)) => return Err(RestError::field("tailLines", "must be a whole number")),
    };
    if query.choice("previous", &["false", "true"])? == "true" {
        let earlier = doors.control.earlier_logs(&actor, id, lines).await?;
        return Ok(follow::text_of(&earlier).into_response());
    }
    if query.choice("follow", &["false", "true"])? == "true" {
        return follow::lines(&doors.control, &actor, id, lines).await;
    }
    let lines = doors.control.logs(&actor, id, lines).await?;
    Ok(follow::text_of(&lines).into_response())
}
