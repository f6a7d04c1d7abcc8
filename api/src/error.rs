//! Bodies of refusals, and of accepted actions (`openapi-notes.md` §6).

use domain::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::policies::source_of_issue;

/// Every answer of 400 and above.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// The HTTP status.
    pub code: u16,
    /// One sentence for people; names the field where one is at fault.
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    /// One item a problem, each with its field.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub compliance_issues: Vec<ComplianceIssue>,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ComplianceIssue {
    pub field: String,
    pub details: String,
    /// The rule of a policy that is broken: `max`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Whose policy has that rule: scope, id and name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub source: Option<Value>,
}

/// An accepted action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HttpResponse {
    pub code: u16,
    pub message: String,
}

/// How many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Count {
    pub count: usize,
}

impl ErrorBody {
    pub fn new(code: u16, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: None, compliance_issues: vec![] }
    }

    /// A 400 that names every field at fault.
    pub fn of_problems(problems: &[Problem]) -> Self {
        let issue = |problem: &Problem| ComplianceIssue {
            field: field(problem).to_owned(),
            details: problem.message.clone(),
            rule: problem.rule.clone(),
            source: problem.source.as_deref().map(source_of_issue),
        };
        let broken = problems.iter().filter(|problem| is_violation(problem)).count();
        let message = match problems {
            [] => "the request is wrong".to_owned(),
            [one] => format!("{}: {}", one.field, one.message),
            [one, rest @ ..] => {
                format!("{}: {} (and {} more)", one.field, one.message, rest.len())
            }
        };
        let compliance_issues = problems.iter().map(issue).collect();
        let (message, details) = match broken {
            0 => (message, None),
            1 => (NOT_COMPLIANT.to_owned(), Some("1 policy violation".to_owned())),
            many => (NOT_COMPLIANT.to_owned(), Some(format!("{many} policy violations"))),
        };
        Self { code: 400, message, details, compliance_issues }
    }

    /// Whether a policy refuses, rather than the form of what was sent.
    pub fn is_policy_violation(&self) -> bool {
        self.message == NOT_COMPLIANT
    }
}

/// What is said where a policy refuses (`rest-api.md` §9.4).
const NOT_COMPLIANT: &str = "The workload does not comply with the policy";

fn is_violation(problem: &Problem) -> bool {
    problem.key.starts_with("policy.")
}

/// Violations name the path below `spec`.
fn field(problem: &Problem) -> &str {
    let below = problem.field.strip_prefix("spec.").filter(|_| is_violation(problem));
    below.unwrap_or(&problem.field)
}
