//! Templates: a whole submission to start from, with links to assets (`form-and-assets.md` §13,
//! `rest-api.md` §8). Linked assets are resolved when the template is used or looked at, so a later
//! edit of the asset shows; what was launched is not touched.

mod legacy;

use serde::{Deserialize, Serialize};

pub use legacy::{ConnectionOverride, SpecificRun};

use crate::{
    Problem, Scope, TemplateId, Timestamp,
    asset::{AssetChoice, AssetName},
    settings::Settings,
    submission::Submission,
};

/// Where it is said that a template of assets names no environment.
pub const ENVIRONMENT: &str = "spec.assets.environment";

/// A stored submission of a workspace, maybe incomplete.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Template {
    pub id: TemplateId,
    pub name: AssetName,
    pub description: Option<String>,
    pub scope: Scope,
    pub spec: Submission,
    /// The assets that it links.
    pub assets: AssetChoice,
    /// What it was made of as a template of assets alone, until it is changed as one of fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legacy: Option<SpecificRun>,
    pub created_by: String,
    pub created_at: Timestamp,
    pub updated_by: Option<String>,
    pub updated_at: Option<Timestamp>,
}

impl Template {
    /// Whether people find it in tables and at the beginning of a workspace: those that hold fields of their own only
    /// while the general settings have such templates.
    pub fn is_offered(&self, settings: &Settings) -> bool {
        self.legacy.is_some() || settings.has_flexible_templates()
    }
}

/// Why a combined template cannot be launched as it is; `None` when it can.
pub fn why_not_runnable(problems: &[Problem]) -> Option<String> {
    let one = problems.first()?;
    Some(match problems.len() {
        1 => format!("{}: {}", one.field, one.message),
        more => format!("{}: {} (and {} more)", one.field, one.message, more - 1),
    })
}
