//! `/api/v1/what-if`: what a change would come to.

use api::what_if::{WhatIf, WouldBe};
use axum::{Json, extract::State};
use control::what_if::Supposed;
use domain::NodeName;

use super::{Body, RestError, org_unit::changed_quotas};
use crate::{Doors, auth::Caller};

/// What would happen if; nothing is changed
///
/// For administrators: drain a node, add nodes, or change the quota of a project or department, on the
/// state as it is.
#[utoipa::path(
    post, path = "/api/v1/what-if", tag = "What if", operation_id = "what_if",
    request_body = WhatIf,
    responses((status = 200, description = "Who would start, wait, be moved or have to go", body = WouldBe))
)]
pub async fn ask(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<WhatIf>,
) -> Result<Json<WouldBe>, RestError> {
    let world = doors.control.world();
    let supposed = match body {
        WhatIf::Drain { node } => Supposed::Drain(NodeName::from(node.as_str())),
        WhatIf::AddNodes { like, count } => {
            Supposed::AddNodes { like: NodeName::from(like.as_str()), count }
        }
        WhatIf::ProjectQuota { project_id, resources } => {
            let project = doors.control.project(&actor, &world, project_id)?;
            Supposed::ProjectQuota(project_id, changed_quotas(&resources, &project.quotas)?)
        }
        WhatIf::DepartmentQuota { department_id, resources } => {
            let department = doors.control.department(&actor, &world, department_id)?;
            Supposed::DepartmentQuota(
                department_id,
                changed_quotas(&resources, &department.quotas)?,
            )
        }
    };
    Ok(Json(doors.control.what_if(&actor, supposed).await?))
}
