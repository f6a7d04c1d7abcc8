//! Bodies of refusals, and of accepted actions (`openapi-notes.md` §6).

use domain::Problem;
use serde::{Deserialize, Serialize};

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
            field: problem.field.clone(),
            details: problem.message.clone(),
        };
        let message = match problems {
            [] => "the request is wrong".to_owned(),
            [one] => format!("{}: {}", one.field, one.message),
            [one, rest @ ..] => {
                format!("{}: {} (and {} more)", one.field, one.message, rest.len())
            }
        };
        let compliance_issues = problems.iter().map(issue).collect();
        Self { code: 400, message, details: None, compliance_issues }
    }
}
