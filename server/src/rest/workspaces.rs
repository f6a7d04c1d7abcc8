//! `/api/v1/workloads/workspaces`: making, asking before, stopping, running, deleting.

use api::workspaces::{WorkspaceCreation, WorkspaceView};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use control::{NewWorkspace, StartFrom, World};
use domain::{
    WorkloadId,
    verdict::Verdict,
    workload::{Source, Workload},
};

use super::{Body, Id, RestError, accepted};
use crate::{Doors, auth::Caller};

pub async fn create(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<WorkspaceCreation>,
) -> Result<impl IntoResponse, RestError> {
    let made = doors.control.create_workspace(&actor, new(body)).await?;
    Ok((StatusCode::ACCEPTED, Json(view(&doors.control.world(), &made))))
}

pub async fn verdict(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<WorkspaceCreation>,
) -> Result<Json<Verdict>, RestError> {
    Ok(Json(doors.control.verdict(&actor, new(body)).await?))
}

pub async fn get(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<WorkloadId>,
) -> Result<Json<WorkspaceView>, RestError> {
    let workload = doors.control.workload(&actor, id)?;
    if workload.is_deleted() {
        return Err(control::Error::not_found("workload", id).into());
    }
    Ok(Json(view(&doors.control.world(), &workload)))
}

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

pub async fn suspend(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<WorkloadId>,
) -> Result<Response, RestError> {
    doors.control.stop_workload(&actor, id).await?;
    Ok(accepted("the workspace is being stopped"))
}

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
        start: StartFrom { template: body.template_id, assets: body.assets.unwrap_or_default() },
        source: Source::ControlPlane,
    }
}

fn view(world: &World, workload: &Workload) -> WorkspaceView {
    let project = world.projects.get(&workload.project);
    WorkspaceView::of(workload, project.map(|project| project.department))
}
