//! `/api/v1/what-if`: what a change would come to.

use api::what_if::{WhatIf, WouldBe};
use axum::{Json, extract::State};
use control::what_if::{NodeAt, Supposed};
use domain::{ClusterId, NodeName};

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
        WhatIf::Drain { node, cluster_id } => Supposed::Drain(node_at(&node, cluster_id)),
        WhatIf::AddNodes { like, count, cluster_id } => {
            Supposed::AddNodes { like: node_at(&like, cluster_id), count }
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

fn node_at(name: &str, cluster: Option<ClusterId>) -> NodeAt {
    NodeAt { name: NodeName::from(name), cluster }
}
