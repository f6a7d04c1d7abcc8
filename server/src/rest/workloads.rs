//! `/api/v1/workloads`: the generic view, pods, events, history, logs, batch.

use api::{
    ListQuery,
    batch::{BATCH_MAX, BatchAction, BatchFailure, BatchRequest, BatchResponse},
    events::{EventView, HistoryRecord, HistorySpec},
    pods::{Container, PodView},
    workloads::{WorkloadDetail, WorkloadView, pending_messages},
};
use axum::{Json, extract::State};
use control::Pod;
use domain::WorkloadId;
use serde::Serialize;
use store::EventKind;

use super::{Body, Id, Query, RestError};
use crate::{Doors, auth::Caller};

/// How many there are.
#[derive(Serialize)]
pub struct Count {
    pub count: usize,
}

#[derive(Serialize)]
pub struct Workloads {
    workloads: Vec<WorkloadView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
}

/// The view of one workload, with the names around it.
pub use app::pages::workloads::rows::view;

pub async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<Workloads>, RestError> {
    let query = ListQuery::parse::<WorkloadView>(query.pairs())?;
    let world = doors.control.world();
    let workloads = doors.control.workloads(&actor, &world, query.deleted);
    let page = query.page(workloads.iter().map(|workload| view(&world, workload)));
    Ok(Json(Workloads { workloads: page.items, next: page.next }))
}

pub async fn count(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<Count>, RestError> {
    let query = ListQuery::parse::<WorkloadView>(query.pairs())?;
    let world = doors.control.world();
    let workloads = doors.control.workloads(&actor, &world, query.deleted);
    let count = workloads.iter().filter(|workload| query.takes(&view(&world, workload))).count();
    Ok(Json(Count { count }))
}

pub async fn get(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<WorkloadId>,
) -> Result<Json<WorkloadDetail>, RestError> {
    let workload = doors.control.workload(&actor, id)?;
    Ok(Json(WorkloadDetail {
        workload: view(&doors.control.world(), &workload),
        pending_scheduling_messages: pending_messages(&workload),
    }))
}

#[derive(Serialize)]
pub struct Pods {
    pods: Vec<PodView>,
}

pub async fn pods(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<WorkloadId>,
) -> Result<Json<Pods>, RestError> {
    let pods = doors.control.pods(&actor, Some(id))?;
    Ok(Json(Pods { pods: pods.iter().map(pod).collect() }))
}

pub async fn all_pods(
    State(doors): State<Doors>,
    Caller(actor): Caller,
) -> Result<Json<Pods>, RestError> {
    let pods = doors.control.pods(&actor, None)?;
    Ok(Json(Pods { pods: pods.iter().map(pod).collect() }))
}

fn pod(Pod { workload, detail }: &Pod) -> PodView {
    let pools = workload.spec.node_pools.iter().map(ToString::to_string);
    PodView {
        // One pod a run: the workload's id, with the run in the last digits.
        id: pod_id(workload.id, detail.generation),
        name: detail.pod_name.clone(),
        priority_class_name: workload.spec.priority.name().to_owned(),
        workload_id: workload.id,
        cluster_id: workload.cluster,
        project_id: workload.project,
        node_name: Some(detail.node.to_string()),
        created_at: detail.created_at,
        containers: vec![Container {
            name: workload.name.to_string(),
            image: detail.image.clone(),
            started_at: detail.started_at,
        }],
        current_node_pool: workload.placement().map(|placement| placement.pool.to_string()),
        requested_node_pools: pools.collect(),
        k8s_phase: workload.phase.name().as_str().to_owned(),
        ip: detail.ip.clone(),
        tenant_id: api::TENANT_ID,
        k8s_phase_updated_at: workload.phase_since,
        updated_at: workload.updated_at,
    }
}

fn pod_id(workload: WorkloadId, generation: u32) -> String {
    let mut bytes = *workload.0.as_bytes();
    for (byte, mask) in bytes[12..].iter_mut().zip(generation.to_be_bytes()) {
        *byte ^= mask;
    }
    uuid::Uuid::from_bytes(bytes).to_string()
}

#[derive(Serialize)]
pub struct Events {
    events: Vec<EventView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u32>,
}

pub async fn events(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<WorkloadId>,
    query: Query,
) -> Result<Json<Events>, RestError> {
    let (records, next) = records(&doors, &actor, id, &query, EventKind::Events).await?;
    let events = records.into_iter().filter_map(|record| match record.spec {
        HistorySpec::Event(event) => Some(event),
        HistorySpec::PhaseUpdate(_) => None,
    });
    Ok(Json(Events { events: events.collect(), next }))
}

#[derive(Serialize)]
pub struct History {
    records: Vec<HistoryRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u32>,
}

pub async fn history(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<WorkloadId>,
    query: Query,
) -> Result<Json<History>, RestError> {
    let (records, next) = records(&doors, &actor, id, &query, EventKind::All).await?;
    Ok(Json(History { records, next }))
}

async fn records(
    doors: &Doors,
    actor: &domain::access::Actor,
    id: WorkloadId,
    query: &Query,
    kind: EventKind,
) -> Result<(Vec<HistoryRecord>, Option<u32>), RestError> {
    let parsed = ListQuery::parse::<WorkloadView>(
        query.pairs().filter(|(name, _)| matches!(*name, "offset" | "limit" | "sortOrder")),
    )?;
    let newest_first = query.get("sortOrder") != Some("asc");
    let offset = u32::try_from(parsed.offset).unwrap_or(u32::MAX);
    let limit = u32::try_from(parsed.limit).unwrap_or(u32::MAX);
    let workload = doors.control.workload(actor, id)?;
    let page =
        doors.control.workload_events(actor, id, kind, (offset, limit), newest_first).await?;
    let records = page.items.iter().map(|event| HistoryRecord::of(event, workload.cluster));
    Ok((records.collect(), page.has_more.then_some(offset.saturating_add(limit))))
}

pub async fn logs(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<WorkloadId>,
    query: Query,
) -> Result<String, RestError> {
    let lines = match query.get("tailLines").map(str::parse::<usize>) {
        None => 200,
        Some(Ok(lines)) => lines,
        Some(Err(_)) => return Err(RestError::field("tailLines", "must be a whole number")),
    };
    let lines = doors.control.logs(&actor, id, lines).await?;
    Ok(lines.iter().map(|line| format!("{} {}\n", line.at, line.text)).collect())
}

pub async fn batch(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(request): Body<BatchRequest>,
) -> Result<Json<BatchResponse>, RestError> {
    if request.ids.is_empty() || request.ids.len() > BATCH_MAX {
        return Err(RestError::field("ids", format!("between 1 and {BATCH_MAX} ids")));
    }
    let action = match request.action {
        BatchAction::Delete => control::BatchAction::Delete,
        BatchAction::Suspend => control::BatchAction::Suspend,
        BatchAction::Resume => control::BatchAction::Resume,
    };
    let outcome = doors.control.batch(&actor, action, &request.ids).await;
    let failed = outcome.failed.into_iter().map(|(id, error)| {
        let body = RestError::from(error).body;
        BatchFailure { id, code: body.code, message: body.message }
    });
    Ok(Json(BatchResponse {
        id: WorkloadId(doors.control.new_id()),
        succeeded: outcome.succeeded,
        failed: failed.collect(),
    }))
}
