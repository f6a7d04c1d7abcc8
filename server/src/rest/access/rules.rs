//! `/api/v1/authorization/access-rules`.

use std::sync::Arc;

use api::{
    Count,
    access::rules::{
        AccessRuleCreation, AccessRuleFailure, AccessRuleRefused, AccessRuleRow, AccessRuleView,
        AccessRules, AccessRulesBatch, AccessRulesCreated, AccessRulesCreation, AccessRulesDeleted,
        role_of, scope_id, scope_of, subject_kind,
    },
    list::{ListParams, flag},
};
use axum::{Json, extract::State, http::StatusCode};
use control::{NewRule, SubjectName, World};
use domain::{
    AccessRuleId, Scope,
    access::{AccessRule, Actor},
};

use crate::{
    Doors,
    auth::Caller,
    rest::{Body, Id, List, Query, RestError},
};

/// Subjects or scopes of one batch at most.
const AT_ONCE_MAX: usize = 100;

/// Access rules
///
/// Besides the usual parameters: `subjectType`, `subjectIdFilter`, `subjectIds`, `scopeType`, `scopeId`, `roleId`,
/// `clusterId`, `lastUpdated`, `includeDeleted`.
#[utoipa::path(
    get, path = "/api/v1/authorization/access-rules", tag = "Access rules",
    operation_id = "get_access_rules", params(ListParams<AccessRuleRow>),
    responses((status = 200, description = "A page of them", body = AccessRules))
)]
pub async fn list(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
    List(list): List<AccessRuleRow>,
) -> Result<Json<AccessRules>, RestError> {
    let page = list.page(asked(&doors, &actor, &query).await?);
    Ok(Json(page_of(page)))
}

/// How many access rules there are
#[utoipa::path(
    get, path = "/api/v1/authorization/access-rules/count", tag = "Access rules",
    operation_id = "count_access_rules", params(ListParams<AccessRuleRow>),
    responses((status = 200, description = "Their number", body = Count))
)]
pub async fn count(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    query: Query,
    List(list): List<AccessRuleRow>,
) -> Result<Json<Count>, RestError> {
    Ok(Json(Count { count: list.count(asked(&doors, &actor, &query).await?) }))
}

/// One access rule
#[utoipa::path(
    get, path = "/api/v1/authorization/access-rules/{accessRuleId}", tag = "Access rules",
    operation_id = "get_access_rule", params(("accessRuleId" = i32, Path)),
    responses((status = 200, description = "The rule", body = AccessRuleView))
)]
pub async fn get(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<AccessRuleId>,
) -> Result<Json<AccessRuleView>, RestError> {
    let world = doors.control.world();
    let rule = doors.control.access_rule(&actor, &world, id)?;
    Ok(Json(view(&world, &rule)))
}

/// Give somebody a role on a place
///
/// Whoever has it already keeps the rule that there is.
#[utoipa::path(
    post, path = "/api/v1/authorization/access-rules", tag = "Access rules",
    operation_id = "create_access_rule", request_body = AccessRuleCreation,
    responses(
        (status = 201, description = "The rule", body = AccessRuleView),
        (status = 404, description = "Subject or scope are not there", body = api::ErrorBody),
    )
)]
pub async fn create(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<AccessRuleCreation>,
) -> Result<(StatusCode, Json<AccessRuleView>), RestError> {
    let subject = subject_of(&body.subject_type, body.subject_id)?;
    let role = role_of(body.role_id).map_err(|wrong| RestError::field("roleId", wrong))?;
    let scope = place_of(&body.scope_type, &body.scope_id)?;
    let rule = doors.control.create_access_rule(&actor, NewRule { subject, role, scope }).await?;
    Ok((StatusCode::CREATED, Json(view(&doors.control.world(), &rule))))
}

/// Take a role back
#[utoipa::path(
    delete, path = "/api/v1/authorization/access-rules/{accessRuleId}", tag = "Access rules",
    operation_id = "delete_access_rule", params(("accessRuleId" = i32, Path)),
    responses(
        (status = 204, description = "The rule has ended"),
        (status = 400, description = "It is the last administrator's", body = api::ErrorBody),
    )
)]
pub async fn delete(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<AccessRuleId>,
) -> Result<StatusCode, RestError> {
    doors.control.delete_access_rule(&actor, id, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take several roles back
#[utoipa::path(
    post, path = "/api/v1/authorization/access-rules/batch", tag = "Access rules",
    operation_id = "access_rules_batch", request_body = AccessRulesBatch,
    responses((status = 200, description = "Rule by rule", body = AccessRulesDeleted))
)]
pub async fn batch(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(body): Body<AccessRulesBatch>,
) -> Result<Json<AccessRulesDeleted>, RestError> {
    let try_only = match body.action.as_str() {
        "delete" => false,
        "validate_delete" => true,
        _ => return Err(RestError::field("action", "must be delete or validate_delete")),
    };
    at_most("ids", body.ids.len())?;
    let id = doors.control.new_id().to_string();
    let mut told = AccessRulesDeleted { id, succeeded: vec![], failed: vec![] };
    for id in body.ids {
        let done = match id.parse() {
            Ok(id) => doors.control.delete_access_rule(&actor, id, try_only).await,
            Err(_) => Err(control::Error::not_found("access rule", &id)),
        };
        match done {
            Ok(()) => told.succeeded.push(id),
            Err(error) => {
                let refused = RestError::from(error).body;
                let (code, message) = (refused.code, refused.message);
                told.failed.push(AccessRuleFailure { id, code, message });
            }
        }
    }
    Ok(Json(told))
}

/// Give several a role, on several places
#[utoipa::path(
    post, path = "/api/v1/authorization/access-rules/batch-create", tag = "Access rules",
    operation_id = "access_rules_batch_create", request_body = AccessRulesCreation,
    responses((status = 200, description = "Rule by rule", body = AccessRulesCreated))
)]
pub async fn batch_create(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Body(AccessRulesCreation { payload }): Body<AccessRulesCreation>,
) -> Result<Json<AccessRulesCreated>, RestError> {
    let wrong = |wrong| RestError::field("payload.roleId", wrong);
    let role = role_of(payload.role_id).map_err(wrong)?;
    for (field, count) in
        [("payload.subjects", payload.subjects.len()), ("payload.scopes", payload.scopes.len())]
    {
        if count == 0 {
            return Err(RestError::field(field, "name at least one"));
        }
        at_most(field, count)?;
    }
    let mut subjects = Vec::new();
    for subject in payload.subjects {
        subjects.push(subject_of(&subject.subject_type, subject.subject_id)?);
    }
    let mut scopes = Vec::new();
    for scope in payload.scopes {
        scopes.push(place_of(&scope.scope_type, &scope.scope_id)?);
    }
    let made = doors.control.create_access_rules(&actor, role, &subjects, &scopes).await;
    let world = doors.control.world();
    let mut told = AccessRulesCreated { succeeded: vec![], failed: vec![] };
    for (asked, outcome) in made {
        match outcome {
            Ok(rule) => told.succeeded.push(view(&world, &rule)),
            Err(error) => told.failed.push(refused(asked, error)),
        }
    }
    Ok(Json(told))
}

fn refused(asked: NewRule, error: control::Error) -> AccessRuleRefused {
    let body = RestError::from(error).body;
    let payload = AccessRuleCreation {
        subject_id: asked.subject.id,
        subject_type: asked.subject.kind.name().to_owned(),
        role_id: asked.role.id(),
        scope_id: scope_id(asked.scope),
        scope_type: asked.scope.level().name().to_owned(),
        cluster_id: None,
    };
    AccessRuleRefused { payload, code: body.code, message: body.message }
}

fn at_most(field: &str, count: usize) -> Result<(), RestError> {
    match count <= AT_ONCE_MAX {
        true => Ok(()),
        false => Err(RestError::field(field, format!("at most {AT_ONCE_MAX} at once"))),
    }
}

fn subject_of(kind: &str, id: String) -> Result<SubjectName, RestError> {
    let kind = subject_kind(kind).map_err(|wrong| RestError::field("subjectType", wrong))?;
    Ok(SubjectName { kind, id })
}

fn place_of(kind: &str, id: &str) -> Result<Scope, RestError> {
    scope_of(kind, id).map_err(|(field, wrong)| RestError::field(field, wrong))
}

/// The rules that the parameters of this list alone let through.
async fn asked(
    doors: &Doors,
    actor: &Actor,
    query: &Query,
) -> Result<Vec<AccessRuleRow>, RestError> {
    let world = doors.control.world();
    let mut rules = doors.control.access_rules(actor, &world)?;
    if flag("includeDeleted", query.get("includeDeleted").unwrap_or_default())? {
        rules.extend(doors.control.ended_access_rules(actor).await?);
    }
    let since = query.get("lastUpdated").map(|text| {
        let wrong = "must be a time such as 2026-11-24T10:00:00Z";
        text.parse::<domain::Timestamp>().map_err(|_| RestError::field("lastUpdated", wrong))
    });
    let since = since.transpose()?;
    let role = query.get("roleId").map(|text| {
        text.parse::<i32>().map_err(|_| RestError::field("roleId", "must be a number"))
    });
    let role = role.transpose()?;
    let is = |name: &str, own: &str| query.get(name).is_none_or(|wanted| wanted == own);
    let fits = |row: &AccessRuleRow| {
        let ids = query.get("subjectIds").map(|ids| ids.split(',').collect::<Vec<_>>());
        let part = query.get("subjectIdFilter").unwrap_or_default();
        let updated = row.rule.deleted_at.unwrap_or(row.rule.created_at);
        let cluster = row.cluster.map(|id| id.to_string()).unwrap_or_default();
        let kind = row.rule.subject.kind().name();
        (is("subjectType", kind)
            || query.get("subjectType") == Some("app") && kind == "service-account")
            && ids.is_none_or(|ids| ids.contains(&row.subject.as_str()))
            && row.subject.contains(part)
            && is("scopeType", row.rule.scope.level().name())
            && is("scopeId", &scope_id(row.rule.scope))
            && is("clusterId", &cluster)
            && role.is_none_or(|id| row.rule.role.id() == id)
            && since.is_none_or(|at| updated >= at)
    };
    Ok(rules.iter().map(|rule| row(&world, rule)).filter(fits).collect())
}

pub fn page_of(page: api::list::Paged<AccessRuleRow>) -> AccessRules {
    let access_rules: Vec<_> = page.items.iter().map(AccessRuleView::from).collect();
    AccessRules { total_records: page.total, display_records: access_rules.len(), access_rules }
}

pub fn row(world: &World, rule: &Arc<AccessRule>) -> AccessRuleRow {
    AccessRuleRow {
        subject: world.subject_name(&rule.subject),
        scope_name: world.scope_name(rule.scope),
        cluster: world.line_of(rule.scope).and_then(|line| line.cluster),
        rule: (**rule).clone(),
    }
}

fn view(world: &World, rule: &Arc<AccessRule>) -> AccessRuleView {
    AccessRuleView::from(&row(world, rule))
}
