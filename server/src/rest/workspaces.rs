//! `/api/v1/workloads/workspaces`: making, asking before, stopping, running, deleting.

use api::workspaces::{WorkspaceCreation, WorkspaceView};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use control::{NewWorkspace, StartFrom};
use domain::{WorkloadId, verdict::Verdict, workload::Source};

use super::{Body, Id, RestError, answer::accepted};
use crate::{Doors, auth::Caller};

/// Make a workspace
///
/// Everything that is wrong with it is said at once, each at its field.
#[utoipa::path(
    post, path = "/api/v1/workloads/workspaces", tag = "Workspaces", operation_id = "create_workspace1",
    request_body = WorkspaceCreation,
    responses(
        (status = 202, description = "It was accepted", body = WorkspaceView),
        (status = 404, description = "No such project or cluster", body = api::ErrorBody),
        (status = 409, description = "The name is taken", body = api::ErrorBody),
    )
)]
pub async fn create(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<WorkspaceCreation>,
) -> Result<impl IntoResponse, RestError> {
    let made = doors.control.create_workspace(&actor, new(body)).await?;
    Ok((StatusCode::ACCEPTED, Json(WorkspaceView::of(&doors.control.world().row(&made)))))
}

/// What would happen if this were created now
///
/// Nothing is changed. What is wrong with the submission is part of the answer.
#[utoipa::path(
    post, path = "/api/v1/workloads/workspaces/verdict", tag = "Workspaces", operation_id = "judge_workspace",
    request_body = WorkspaceCreation,
    responses(
        (status = 200, description = "The scheduler's answer", body = Verdict),
        (status = 404, description = "No such project or cluster", body = api::ErrorBody),
    )
)]
pub async fn verdict(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<WorkspaceCreation>,
) -> Result<Json<Verdict>, RestError> {
    Ok(Json(doors.control.verdict(&actor, new(body)).await?))
}

/// One workspace
#[utoipa::path(
    get, path = "/api/v1/workloads/workspaces/{workloadId}", tag = "Workspaces", operation_id = "get_workspace",
    params(("workloadId" = WorkloadId, Path)),
    responses((status = 200, description = "The workspace", body = WorkspaceView))
)]
pub async fn get(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<WorkloadId>,
) -> Result<Json<WorkspaceView>, RestError> {
    let workload = doors.control.workload(&actor, id)?;
    if workload.is_deleted() {
        return Err(control::Error::not_found("workload", id).into());
    }
    Ok(Json(WorkspaceView::of(&doors.control.world().row(&workload))))
}

/// Delete a workspace
#[utoipa::path(
    delete, path = "/api/v1/workloads/workspaces/{workloadId}", tag = "Workspaces", operation_id = "delete_workspace",
    params(("workloadId" = WorkloadId, Path)),
    responses((status = 202, description = "It is being deleted", body = api::HttpResponse))
)]
pub async fn delete(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<WorkloadId>,
) -> Result<Response, RestError> {
    if doors.control.workload(&actor, id)?.is_deleted() {
        return Err(control::Error::not_found("workload", id).into());
    }
    doors.control.delete_workload(&actor, id).await?;
    Ok(accepted("the workspace is being deleted"))
}

/// Stop a workspace
#[utoipa::path(
    post, path = "/api/v1/workloads/workspaces/{workloadId}/suspend", tag = "Workspaces",
    operation_id = "suspend_workspace",
    params(("workloadId" = WorkloadId, Path)),
    responses(
        (status = 202, description = "It is being stopped", body = api::HttpResponse),
        (status = 409, description = "It has ended", body = api::ErrorBody),
    )
)]
pub async fn suspend(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<WorkloadId>,
) -> Result<Response, RestError> {
    doors.control.stop_workload(&actor, id).await?;
    Ok(accepted("the workspace is being stopped"))
}

/// Run a workspace again
#[utoipa::path(
    post, path = "/api/v1/workloads/workspaces/{workloadId}/resume", tag = "Workspaces",
    operation_id = "resume_workspace",
    params(("workloadId" = WorkloadId, Path)),
    responses(
        (status = 202, description = "It is being started", body = api::HttpResponse),
        (status = 409, description = "It has ended", body = api::ErrorBody),
    )
)]
pub async fn resume(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<WorkloadId>,
) -> Result<Response, RestError> {
    doors.control.run_workload(&actor, id).await?;
    Ok(accepted("the workspace is being started"))
}

fn new(body: WorkspaceCreation) -> NewWorkspace {
    NewWorkspace {
        name: body.name,
        name_is_prefix: body.use_given_name_as_prefix.unwrap_or_default(),
        project: body.project_id,
        cluster: body.cluster_id,
        submission: body.spec.unwrap_or_default(),
        start: StartFrom {
            template: body.template_id,
            assets: body.assets.unwrap_or_default(),
            is_complete: false,
        },
        source: Source::ControlPlane,
    }
}
