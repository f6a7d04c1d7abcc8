//! The same action on many workloads.

use api::batch::{BATCH_MAX, BatchAction, BatchFailure, BatchRequest, BatchResponse};
use axum::{Json, extract::State};
use domain::WorkloadId;

use super::super::{Body, RestError};
use crate::{Doors, auth::Caller};

/// Delete, stop or run many workloads
///
/// One that fails does not keep the others from it.
#[utoipa::path(
    post, path = "/api/v1/workloads/batch", tag = "Workloads", operation_id = "batch_workloads",
    request_body = BatchRequest,
    responses((status = 200, description = "How it went, id by id", body = BatchResponse))
)]
pub async fn act(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(request): Body<BatchRequest>,
) -> Result<Json<BatchResponse>, RestError> {
    if request.ids.is_empty() || request.ids.len() > BATCH_MAX {
        return Err(RestError::field("ids", format!("must be between 1 and {BATCH_MAX} ids")));
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
