//! Versions of a policy, going back to one, and trying a draft on what was submitted before.

use api::policies::{
    PolicyReplayRequest, PolicyReplayView, PolicyRestore, PolicyVersionView, PolicyVersions,
    PolicyView, ReplayedView, violation, warning,
};
use axum::{Json, extract::State, http::HeaderMap, response::Response};
use control::policies::{PolicyContent, PolicyVersion, Replay, ReplayedWorkload};

use super::{asked_owner, document, expected, tagged, writing};
use crate::{
    Doors,
    auth::Caller,
    rest::{Body, Query, RestError},
};

/// Submissions that a draft is tried on where nobody says.
const REPLAYED_DEFAULT: u16 = 200;
/// And at most.
const REPLAYED_MAX: u16 = 1_000;

/// The last versions of the policy of a scope
#[utoipa::path(
    get, path = "/api/v2/policy/workspaces/versions", tag = "Policies",
    operation_id = "list_workspace_policy_versions",
    params(
        ("scope" = String, Query, description = "`tenant`, `cluster`, `department` or `project`"),
        ("projectId" = Option<String>, Query), ("departmentId" = Option<String>, Query),
        ("clusterId" = Option<String>, Query),
    ),
    responses(
        (status = 200, description = "Newest first", body = PolicyVersions),
        (status = 404, description = "No such scope", body = api::ErrorBody),
    )
)]
pub async fn versions(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<PolicyVersions>, RestError> {
    let versions = doors.control.policy_versions(&actor, asked_owner(&query)?).await?;
    Ok(Json(PolicyVersions { versions: versions.into_iter().map(version).collect() }))
}

fn version(of: PolicyVersion) -> PolicyVersionView {
    let (name, policy) = of.policy.map(|(name, policy, _)| (name, policy)).unzip();
    PolicyVersionView {
        revision: of.revision,
        by: of.by,
        at: of.at,
        name,
        policy,
        differences: of.differences.into_iter().map(Into::into).collect(),
    }
}

/// Write an earlier version of the policy again
#[utoipa::path(
    post, path = "/api/v2/policy/workspaces/restore", tag = "Policies",
    operation_id = "restore_workspace_policy",
    params(
        ("scope" = String, Query, description = "`tenant`, `cluster`, `department` or `project`"),
        ("projectId" = Option<String>, Query), ("departmentId" = Option<String>, Query),
        ("clusterId" = Option<String>, Query),
        ("If-Match" = Option<String>, Header, description = "The ETag of the policy that was read"),
    ),
    request_body = PolicyRestore,
    responses(
        (status = 200, description = "As it is now", body = PolicyView),
        (status = 404, description = "No such scope or version", body = api::ErrorBody),
        (status = 412, description = "Changed meanwhile; says what", body = api::ErrorBody),
    )
)]
pub async fn restore(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
    headers: HeaderMap,
    Body(body): Body<PolicyRestore>,
) -> Result<Response, RestError> {
    let (owner, expected) = (asked_owner(&query)?, expected(&headers)?);
    let at = doors.control.restore_policy(&actor, owner, body.revision, expected).await?;
    Ok(tagged(&doors, &at))
}

/// Try a draft on the last submissions of its scope
#[utoipa::path(
    post, path = "/api/v2/policy/workspaces/replay", tag = "Policies",
    operation_id = "replay_workspace_policy",
    request_body = PolicyReplayRequest,
    responses(
        (status = 200, description = "What it would have refused", body = PolicyReplayView),
        (status = 404, description = "No such scope", body = api::ErrorBody),
    )
)]
pub async fn replay(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<PolicyReplayRequest>,
) -> Result<Json<PolicyReplayView>, RestError> {
    let last = body.last.unwrap_or(REPLAYED_DEFAULT);
    if !(1..=REPLAYED_MAX).contains(&last) {
        return Err(RestError::field("last", format!("must be from 1 to {REPLAYED_MAX}")));
    }
    let draft = writing(body.meta, PolicyContent::Replace(document(body.policy)))?;
    let Replay { total, refused, warnings } =
        doors.control.replay_policy(&actor, draft, usize::from(last)).await?;
    Ok(Json(PolicyReplayView {
        summary: format!("{} of {total} would have been refused", refused.len()),
        total,
        refused: refused.iter().map(replayed).collect(),
        warnings: warnings.iter().map(warning).collect(),
    }))
}

fn replayed(ReplayedWorkload { workload, violations }: &ReplayedWorkload) -> ReplayedView {
    ReplayedView {
        workload_id: workload.id,
        name: workload.name.to_string(),
        project_id: workload.project,
        created_by: workload.created_by.clone(),
        created_at: workload.created_at,
        compliance_issues: violations.iter().map(violation).collect(),
    }
}
