//! Templates: a whole submission to start from, with links to assets (`form-and-assets.md` §13,
//! `rest-api.md` §8). Linked assets are resolved when the template is used or looked at, so a later
//! edit of the asset shows; what was launched is not touched.

mod legacy;

use serde::{Deserialize, Serialize};

pub use legacy::{ConnectionOverride, SpecificRun};

use crate::{
    Problem, Scope, TemplateId, Timestamp,
    asset::{AssetChoice, AssetName},
    submission::Submission,
};

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

/// Why a combined template cannot be launched as it is; `None` when it can.
pub fn why_not_runnable(problems: &[Problem]) -> Option<String> {
    let one = problems.first()?;
    Some(match problems.len() {
        1 => format!("{}: {}", one.field, one.message),
        more => format!("{}: {} (and {} more)", one.field, one.message, more - 1),
    })
}
