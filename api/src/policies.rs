//! Policies of workspaces (`rest-api.md` §9): what writes one, and the answers.

use domain::{
    AuditId, ClusterId, DepartmentId, PolicyId, ProjectId, Scope, ScopeLevel, Timestamp,
    WorkloadId,
    audit::Difference,
    policy::{Issue, RuleKind, Source, StoredPolicy, Violation, WorkloadType},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use serde_with::skip_serializing_none;

use crate::{TENANT_ID, error::ComplianceIssue};

/// Where a policy is to be written, and its label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PolicyMetaRequest {
    /// `tenant`, `cluster`, `department` or `project`.
    pub scope: String,
    /// With the scope `project`, and only there.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i32>))]
    pub project_id: Option<ProjectId>,
    pub department_id: Option<DepartmentId>,
    pub cluster_id: Option<ClusterId>,
    pub name: String,
}

/// Writes the whole policy of a scope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PolicyOverwrite {
    pub meta: PolicyMetaRequest,
    /// `defaults`, `rules`, `imposedAssets`.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub policy: Option<Value>,
}

/// Merges into the policy of a scope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PolicyChange {
    pub meta: PolicyMetaRequest,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub policy: Option<Value>,
    /// Paths whose default and rule go first: `compute.gpuDevicesRequest`.
    pub reset: Option<Vec<String>>,
}

/// Whose a policy is, and who wrote it.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PolicyMeta {
    pub id: PolicyId,
    /// The change that made it what it is; `If-Match` takes it.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub revision: Option<AuditId>,
    pub tenant_id: i32,
    pub name: String,
    pub scope: String,
    /// A number here, as nowhere else.
    pub project_id: Option<i32>,
    pub department_id: Option<DepartmentId>,
    pub cluster_id: Option<ClusterId>,
    pub created_by: String,
    pub created_at: Timestamp,
    pub updated_by: String,
    pub updated_at: Timestamp,
}

/// The policy at a scope.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PolicyView {
    /// Absent where the scope has no policy of its own.
    pub meta: Option<PolicyMeta>,
    /// What was written at exactly this scope.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub policy: Option<Value>,
    /// After merging what stands above; each rules object says whose it is.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub effective: Value,
    pub effective_updated_at: Option<Timestamp>,
    /// What saving warns of; it refuses nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<ComplianceIssue>,
}

/// A written policy in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyRow {
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub of: WorkloadType,
    pub meta: PolicyMeta,
    pub status: PolicyStatus,
}

/// How a written policy stands.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyStatus {
    /// There when its defaults break rules of the scopes above it.
    pub validation: Option<PolicyValidation>,
    /// Policies are enforced here and never sent to a cluster, so this is always empty.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub clusters: Vec<Value>,
}

/// What is wrong with a policy that was right when it was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PolicyValidation {
    pub error_message: String,
}

/// The last changes of the policy of a scope, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyVersions {
    pub versions: Vec<PolicyVersionView>,
}

/// A policy as one change left it.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PolicyVersionView {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub revision: AuditId,
    pub by: String,
    pub at: Timestamp,
    /// Its label; absent where the change removed it, and so is the policy.
    pub name: Option<String>,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub policy: Option<Value>,
    /// Against the version before.
    pub differences: Vec<DifferenceView>,
}

/// One value that is different.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DifferenceView {
    pub path: String,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Value>))]
    pub before: Option<Value>,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Value>))]
    pub after: Option<Value>,
}

/// Which version is to be written again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PolicyRestore {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub revision: AuditId,
}

/// A draft, and how many submissions it is to be tried on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PolicyReplayRequest {
    pub meta: PolicyMetaRequest,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub policy: Option<Value>,
    /// 1 to 1000; 200 where nobody says.
    pub last: Option<u16>,
}

/// What a draft would have refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PolicyReplayView {
    /// `14 of 312 would have been refused`.
    pub summary: String,
    pub total: usize,
    pub refused: Vec<ReplayedView>,
    /// What saving the draft would warn of.
    pub warnings: Vec<ComplianceIssue>,
}

/// A workload that would not have been made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReplayedView {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub workload_id: WorkloadId,
    pub name: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub project_id: ProjectId,
    pub created_by: String,
    pub created_at: Timestamp,
    pub compliance_issues: Vec<ComplianceIssue>,
}

impl From<Difference> for DifferenceView {
    fn from(Difference { path, before, after }: Difference) -> Self {
        Self { path, before, after }
    }
}

/// The written policies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyRows {
    pub policies: Vec<PolicyRow>,
}

impl PolicyMeta {
    pub fn of(policy: &StoredPolicy) -> Self {
        let (mut project_id, mut department_id, mut cluster_id) = (None, None, None);
        match policy.owner {
            Scope::System | Scope::Account => {}
            Scope::Cluster(id) => cluster_id = Some(id),
            Scope::Department(id) => department_id = Some(id),
            Scope::Project(id) => project_id = Some(id.0),
        }
        Self {
            id: policy.id,
            revision: policy.revision,
            tenant_id: TENANT_ID,
            name: policy.name.clone(),
            scope: policy.owner.level().name().to_owned(),
            project_id,
            department_id,
            cluster_id,
            created_by: policy.created_by.clone(),
            created_at: policy.created_at,
            updated_by: policy.updated_by.clone(),
            updated_at: policy.updated_at,
        }
    }
}

impl PolicyRow {
    /// `wrong` says what is wrong with it by now.
    pub fn of(policy: &StoredPolicy, wrong: Option<String>) -> Self {
        let validation = wrong.map(|error_message| PolicyValidation { error_message });
        let status = PolicyStatus { validation, ..PolicyStatus::default() };
        Self { of: policy.workload_type, meta: PolicyMeta::of(policy), status }
    }
}

/// A violation of a submission.
pub fn violation(violation: &Violation) -> ComplianceIssue {
    ComplianceIssue {
        field: violation.field.clone(),
        details: violation.details(),
        rule: violation.rule().map(str::to_owned),
        source: violation.source.as_ref().map(source_of_issue),
    }
}

/// A warning of saving.
pub fn warning(issue: &Issue) -> ComplianceIssue {
    ComplianceIssue {
        field: issue.field.clone(),
        details: issue.details(),
        rule: issue.rule.map(RuleKind::name).map(str::to_owned),
        source: issue.source.as_ref().map(source_of_issue),
    }
}

/// `sourceOfRule`: whose a rules object is.
pub fn source_of_rule(source: &Source) -> Value {
    let id = source.id.as_str();
    match source.scope {
        ScopeLevel::System => json!({"scope": "system", "isFallback": true}),
        ScopeLevel::Account => json!({"scope": "tenant"}),
        ScopeLevel::Cluster => json!({"scope": "cluster", "clusterId": id}),
        ScopeLevel::Department => json!({"scope": "department", "departmentId": id}),
        ScopeLevel::Project => {
            json!({"scope": "project", "projectId": id.parse::<ProjectId>().map(|id| id.0).ok()})
        }
    }
}

/// The source of a violation: as `sourceOfRule`, with the name of the scope.
pub fn source_of_issue(source: &Source) -> Value {
    let mut of = source_of_rule(source);
    if !source.is_system() {
        of["name"] = source.name.as_str().into();
    }
    of
}
