//! Access rules (`rest-api.md` §11.3).

use domain::{
    AccessRuleId, ClusterId, Scope, ScopeLevel, Timestamp,
    access::{AccessRule, Role, SubjectKind},
};
use serde::{Deserialize, Serialize};

use crate::{
    TENANT_ID,
    list::{Fields, Listed, lent, made},
};

/// A rule with the names around it.
#[derive(Clone, Debug)]
pub struct AccessRuleRow {
    pub rule: AccessRule,
    /// The e-mail address, client id or name of a group.
    pub subject: String,
    pub scope_name: String,
    /// The cluster of the place, where it lies in one.
    pub cluster: Option<ClusterId>,
}

/// A rule, as the public interface shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccessRuleView {
    pub id: i32,
    pub subject_id: String,
    pub subject_type: String,
    pub role_id: i32,
    pub role_name: String,
    pub scope_id: String,
    pub scope_type: String,
    pub scope_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_id: Option<ClusterId>,
    pub tenant_id: i32,
    pub created_by: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
    pub status: AccessRuleStatus,
}

/// How a rule stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessRuleStatus {
    pub phase: String,
}

/// A page of rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccessRules {
    /// On all pages.
    pub total_records: usize,
    /// On this page.
    pub display_records: usize,
    pub access_rules: Vec<AccessRuleView>,
}

/// A page of one's own rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MyAccessRules {
    pub access_rules: AccessRules,
}

/// What makes a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccessRuleCreation {
    pub subject_id: String,
    pub subject_type: String,
    pub role_id: i32,
    pub scope_id: String,
    pub scope_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_id: Option<ClusterId>,
}

/// Several rules at once: each subject on each scope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessRulesCreation {
    pub payload: AccessRulesPayload,
}

/// The role, who gets it, and where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccessRulesPayload {
    pub role_id: i32,
    #[serde(default)]
    pub cluster_id: Option<ClusterId>,
    pub subjects: Vec<SubjectView>,
    pub scopes: Vec<RuleScope>,
}

/// Who.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SubjectView {
    pub subject_id: String,
    pub subject_type: String,
}

/// Where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RuleScope {
    pub scope_id: String,
    pub scope_type: String,
}

/// What became of several rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessRulesCreated {
    pub succeeded: Vec<AccessRuleView>,
    pub failed: Vec<AccessRuleRefused>,
}

/// A rule that was not made, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessRuleRefused {
    pub payload: AccessRuleCreation,
    pub code: u16,
    pub message: String,
}

/// Something done to several rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessRulesBatch {
    /// `delete`, or `validate_delete` to only try it.
    pub action: String,
    pub ids: Vec<String>,
}

/// How it went, rule by rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessRulesDeleted {
    /// Of this batch; nothing is kept under it.
    pub id: String,
    pub succeeded: Vec<String>,
    pub failed: Vec<AccessRuleFailure>,
}

/// A rule that stays, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessRuleFailure {
    pub id: String,
    pub code: u16,
    pub message: String,
}

impl From<&AccessRuleRow> for AccessRuleView {
    fn from(row: &AccessRuleRow) -> Self {
        let rule = &row.rule;
        Self {
            id: rule.id.0,
            subject_id: row.subject.clone(),
            subject_type: rule.subject.kind().name().to_owned(),
            role_id: rule.role.id(),
            role_name: rule.role.name().to_owned(),
            scope_id: scope_id(rule.scope),
            scope_type: rule.scope.level().name().to_owned(),
            scope_name: row.scope_name.clone(),
            cluster_id: row.cluster,
            tenant_id: TENANT_ID,
            created_by: rule.created_by.clone(),
            created_at: rule.created_at,
            updated_at: rule.deleted_at.unwrap_or(rule.created_at),
            deleted_at: rule.deleted_at,
            status: AccessRuleStatus { phase: row.phase().to_owned() },
        }
    }
}

/// The id of a place on the wire.
pub fn scope_id(scope: Scope) -> String {
    match scope {
        Scope::System | Scope::Account => TENANT_ID.to_string(),
        place => place.id(),
    }
}

/// The place that somebody means; or which field is wrong, and what would be right.
pub fn scope_of(kind: &str, id: &str) -> Result<Scope, (&'static str, String)> {
    let below = "must be tenant, cluster, department or project";
    match ScopeLevel::named(kind) {
        None | Some(ScopeLevel::System) => Err(("scopeType", below.to_owned())),
        Some(ScopeLevel::Account) if id.is_empty() || id == TENANT_ID.to_string() => {
            Ok(Scope::Account)
        }
        Some(ScopeLevel::Account) => {
            Err(("scopeId", format!("the tenant of this installation is {TENANT_ID}")))
        }
        Some(level) => Scope::of(level, id)
            .ok_or_else(|| ("scopeId", format!("must be the id of a {}", level.noun()))),
    }
}

/// The role of that number; or what would be right.
pub fn role_of(id: i32) -> Result<Role, String> {
    let all = || Role::ALL.map(|role| format!("{} ({role})", role.id())).join(", ");
    Role::try_from(id).map_err(|_| format!("must be one of {}", all()))
}

/// The kind of subject of that name; or what would be right.
pub fn subject_kind(name: &str) -> Result<SubjectKind, String> {
    let wrong = || "must be one of user, service-account, group".to_owned();
    SubjectKind::named(name).ok_or_else(wrong)
}

impl AccessRuleRow {
    fn phase(&self) -> &'static str {
        if self.rule.deleted_at.is_some() { "Deleting" } else { "Ready" }
    }
}

impl Listed for AccessRuleRow {
    type Id = AccessRuleId;

    fn fields() -> Fields<Self> {
        Fields::<Self>::default()
            .text("subjectId", |row| lent(&row.subject))
            .text("subjectType", |row| lent(row.rule.subject.kind().name()))
            .number("roleId", |row| Some(f64::from(row.rule.role.id())))
            .text("scopeId", |row| made(scope_id(row.rule.scope)))
            .text("scopeType", |row| lent(row.rule.scope.level().name()))
            .text("roleName", |row| lent(row.rule.role.name()))
            .text("scopeName", |row| lent(&row.scope_name))
            .date("createdAt", |row| Some(row.rule.created_at))
            .date("deletedAt", |row| row.rule.deleted_at)
            .text("createdBy", |row| lent(&row.rule.created_by))
            .text("phase", |row| lent(row.phase()))
    }

    fn texts(&self) -> Vec<&str> {
        vec![&self.subject, &self.scope_name, self.rule.role.name()]
    }

    fn id(&self) -> AccessRuleId {
        self.rule.id
    }
}
