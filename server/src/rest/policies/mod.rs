//! `/api/v2/policy`: what workspaces get by default, and what they have to keep to.

use std::sync::Arc;

use api::policies::{
    PolicyChange, PolicyMeta, PolicyMetaRequest, PolicyOverwrite, PolicyRow, PolicyRows,
    PolicyView, source_of_rule, warning,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use control::policies::{Expected, PolicyAt, PolicyContent, PolicyWriting, WrittenPolicy};
use domain::{
    Scope, ScopeLevel,
    access::Actor,
    policy::{WorkloadType, standing_problem},
};
use serde_json::{Value, json};

pub mod drafts;

use super::{Body, Query, RestError};
use crate::{Doors, auth::Caller};

/// The written policies that the caller may see
#[utoipa::path(
    get, path = "/api/v2/policy", tag = "Policies", operation_id = "list_policies",
    params(
        ("workloadType" = Option<String>, Query, description = "`Workspace` is what there is"),
        ("scope" = Option<String>, Query, description = "Only of this scope"),
        ("projectId" = Option<String>, Query), ("departmentId" = Option<String>, Query),
        ("clusterId" = Option<String>, Query),
        ("includeFallbackPolicies" = Option<bool>, Query, description = "Accepted and ignored"),
    ),
    responses((status = 200, description = "All of them", body = PolicyRows))
)]
pub async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Json<PolicyRows>, RestError> {
    let of = query.get("workloadType").map(str::to_lowercase);
    let is_asked = |of_policy: WorkloadType, owner: Scope| {
        let id_is = |name: &str, scope: ScopeLevel| {
            query.get(name).is_none_or(|id| owner.level() == scope && owner.id() == id)
        };
        of.as_ref().is_none_or(|of| *of == of_policy.name().to_lowercase())
            && query.get("scope").is_none_or(|scope| scope == owner.level().name())
            && id_is("projectId", ScopeLevel::Project)
            && id_is("departmentId", ScopeLevel::Department)
            && id_is("clusterId", ScopeLevel::Cluster)
    };
    let world = doors.control.world();
    let seen = doors.control.policies(&actor, &world);
    let asked = seen.iter().filter(|p| is_asked(p.stored.workload_type, p.stored.owner));
    let row = |policy: &Arc<WrittenPolicy>| {
        let effective = world.effective_at(policy.stored.owner);
        let wrong = effective.and_then(|here| standing_problem(&here, &policy.document));
        PolicyRow::of(&policy.stored, wrong)
    };
    Ok(Json(PolicyRows { policies: asked.map(row).collect() }))
}

/// The policy at a scope
///
/// `effective` is there also where the scope has no policy of its own.
#[utoipa::path(
    get, path = "/api/v2/policy/workspaces", tag = "Policies",
    operation_id = "get_workspace_policy_v2",
    params(
        ("scope" = String, Query, description = "`tenant`, `cluster`, `department` or `project`"),
        ("projectId" = Option<String>, Query), ("departmentId" = Option<String>, Query),
        ("clusterId" = Option<String>, Query),
    ),
    responses(
        (status = 200, description = "Its own, and what holds there", body = PolicyView),
        (status = 404, description = "No such scope", body = api::ErrorBody),
    )
)]
pub async fn get(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
) -> Result<Response, RestError> {
    let at = doors.control.policy(&actor, &doors.control.world(), asked_owner(&query)?)?;
    Ok(tagged(&doors, &at))
}

/// Write the whole policy of a scope
#[utoipa::path(
    put, path = "/api/v2/policy/workspaces", tag = "Policies",
    operation_id = "overwrite_workspace_policy_v2",
    params(
        ("validateOnly" = Option<bool>, Query, description = "Check and answer, store nothing"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the policy that was read"),
        ("If-None-Match" = Option<String>, Header, description = "`*`: only where there is none"),
        ("approveClusterDeletion" = Option<bool>, Query, description = "Accepted and ignored"),
    ),
    request_body = PolicyOverwrite,
    responses(
        (status = 200, description = "As it is now", body = PolicyView),
        (status = 404, description = "No such scope", body = api::ErrorBody),
        (status = 412, description = "Changed meanwhile; says what", body = api::ErrorBody),
    )
)]
pub async fn put(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
    headers: HeaderMap,
    Body(body): Body<PolicyOverwrite>,
) -> Result<Response, RestError> {
    let content = PolicyContent::Replace(document(body.policy));
    write(&doors, &actor, (&query, &headers), body.meta, content).await
}

/// Change a part of the policy of a scope
#[utoipa::path(
    patch, path = "/api/v2/policy/workspaces", tag = "Policies",
    operation_id = "update_workspace_policy_v2",
    params(
        ("validateOnly" = Option<bool>, Query, description = "Check and answer, store nothing"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the policy that was read"),
        ("If-None-Match" = Option<String>, Header, description = "`*`: only where there is none"),
        ("approveClusterDeletion" = Option<bool>, Query, description = "Accepted and ignored"),
    ),
    request_body = PolicyChange,
    responses(
        (status = 200, description = "As it is now", body = PolicyView),
        (status = 404, description = "No such scope", body = api::ErrorBody),
        (status = 412, description = "Changed meanwhile; says what", body = api::ErrorBody),
    )
)]
pub async fn patch(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
    headers: HeaderMap,
    Body(body): Body<PolicyChange>,
) -> Result<Response, RestError> {
    let reset = body.reset.unwrap_or_default();
    let content = PolicyContent::Merge { changes: document(body.policy), reset };
    write(&doors, &actor, (&query, &headers), body.meta, content).await
}

/// Remove the policy of a scope
#[utoipa::path(
    delete, path = "/api/v2/policy/workspaces", tag = "Policies",
    operation_id = "delete_workspace_policy",
    params(
        ("scope" = String, Query, description = "`tenant`, `cluster`, `department` or `project`"),
        ("projectId" = Option<String>, Query), ("departmentId" = Option<String>, Query),
        ("clusterId" = Option<String>, Query),
    ),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "No such scope, or it has none", body = api::ErrorBody),
    )
)]
pub async fn delete(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
    headers: HeaderMap,
) -> Result<StatusCode, RestError> {
    let expected = expected(&headers)?;
    doors.control.delete_policy(&actor, asked_owner(&query)?, expected).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn write(
    doors: &Doors,
    actor: &Actor,
    (query, headers): (&Query, &HeaderMap),
    meta: PolicyMetaRequest,
    content: PolicyContent,
) -> Result<Response, RestError> {
    let validate_only = query.choice("validateOnly", &["false", "true"])? == "true";
    let expected = expected(headers)?;
    let writing = PolicyWriting { expected, validate_only, ..writing(meta, content)? };
    let at = doors.control.write_policy(actor, writing).await?;
    Ok(tagged(doors, &at))
}

/// A draft of the policy that `meta` names.
pub(super) fn writing(
    meta: PolicyMetaRequest,
    content: PolicyContent,
) -> Result<PolicyWriting, RestError> {
    let ids = Ids {
        cluster: meta.cluster_id.map(|id| id.to_string()),
        department: meta.department_id.map(|id| id.to_string()),
        project: meta.project_id.map(|id| id.to_string()),
    };
    let owner = owner("meta.", &meta.scope, ids)?;
    if meta.name.trim().is_empty() {
        return Err(RestError::field("meta.name", "must say something"));
    }
    Ok(PolicyWriting { owner, name: meta.name, content, expected: None, validate_only: true })
}

/// What the caller has seen, by `If-Match` or `If-None-Match: *`.
pub(super) fn expected(headers: &HeaderMap) -> Result<Option<Expected>, RestError> {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default().trim());
    if text(header::IF_NONE_MATCH) == Some("*") {
        return Ok(Some(Expected::Nothing));
    }
    let Some(tag) = text(header::IF_MATCH).filter(|tag| *tag != "*") else { return Ok(None) };
    let seen = tag.trim_matches('"').parse().map(Expected::Revision);
    let wrong = "must be the ETag of the policy, or *";
    seen.map(Some).map_err(|_| RestError::field("If-Match", wrong))
}

/// The policy, with its revision as the tag.
pub(super) fn tagged(doors: &Doors, at: &PolicyAt) -> Response {
    let revision = at.own.as_ref().and_then(|own| own.stored.revision);
    let tag = revision.map(|revision| [(header::ETAG, format!("\"{revision}\""))]);
    (tag, Json(view(doors, at))).into_response()
}

/// What was sent, without what only answers have.
pub(super) fn document(policy: Option<Value>) -> Value {
    let mut policy = policy.filter(|policy| !policy.is_null()).unwrap_or_else(|| json!({}));
    if let Value::Object(members) = &mut policy {
        members.remove("status");
    }
    policy
}

/// The ids that name a scope, as they were sent.
struct Ids {
    cluster: Option<String>,
    department: Option<String>,
    project: Option<String>,
}

pub(super) fn asked_owner(query: &Query) -> Result<Scope, RestError> {
    let id = |name: &str| query.get(name).map(str::to_owned);
    let ids =
        Ids { cluster: id("clusterId"), department: id("departmentId"), project: id("projectId") };
    let scope = query.get("scope").ok_or_else(|| RestError::field("scope", "is required"))?;
    owner("", scope, ids)
}

/// The owner: exactly the id that belongs to the scope is there.
fn owner(before: &str, scope: &str, ids: Ids) -> Result<Scope, RestError> {
    let wanted = ScopeLevel::named(scope);
    let named = [
        ("clusterId", ScopeLevel::Cluster, &ids.cluster),
        ("departmentId", ScopeLevel::Department, &ids.department),
        ("projectId", ScopeLevel::Project, &ids.project),
    ];
    for (name, of, id) in named {
        let field = format!("{before}{name}");
        if id.is_some() && wanted.is_some_and(|wanted| wanted != of) {
            return Err(RestError::field(&field, format!("does not go with the scope {scope}")));
        }
        if id.is_none() && wanted == Some(of) {
            return Err(RestError::field(&field, format!("is required with the scope {scope}")));
        }
    }
    let text = |id: Option<String>| id.unwrap_or_default();
    let owner = match wanted {
        Some(ScopeLevel::Account) => Some(Scope::Account),
        Some(ScopeLevel::Cluster) => text(ids.cluster).parse().ok().map(Scope::Cluster),
        Some(ScopeLevel::Department) => text(ids.department).parse().ok().map(Scope::Department),
        Some(ScopeLevel::Project) => text(ids.project).parse().ok().map(Scope::Project),
        Some(ScopeLevel::System) | None => {
            let field = format!("{before}scope");
            let message = "must be one of tenant, cluster, department, project";
            return Err(RestError::field(&field, message));
        }
    };
    owner.ok_or_else(|| RestError::new(404, format!("there is no {scope} with that id")))
}

fn view(doors: &Doors, at: &PolicyAt) -> PolicyView {
    let world = doors.control.world();
    let policy = at.own.as_ref().map(|own| {
        let mut policy = own.document.to_value();
        if let Some(wrong) = standing_problem(&at.effective, &own.document) {
            policy["status"] = json!({"validation": {"errorMessage": wrong}});
        }
        policy
    });
    let way = world.way_to(at.owner).unwrap_or_default();
    let written = way.iter().filter_map(|owner| world.policy(*owner));
    PolicyView {
        meta: at.own.as_ref().map(|own| PolicyMeta::of(&own.stored)),
        policy,
        effective: at.effective.to_value(source_of_rule),
        effective_updated_at: written.map(|policy| policy.stored.updated_at).max(),
        warnings: at.warnings.iter().map(warning).collect(),
    }
}
