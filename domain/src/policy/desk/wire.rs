//! The questions and answers of the desk, as they cross between the browser's programs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    ScopeLevel,
    policy::{
        asset::Asset,
        scope::{Source, WorkloadType},
        view::LayerView,
    },
};

/// Where a document stands, or a submission is made. All of it may be left out: then it is a policy
/// for workspaces with nothing but the built-in one above it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Around {
    pub workload_type: WorkloadType,
    /// Whose the document is.
    pub scope: Source,
    /// The policies above it, or all those that a submission is judged by; the built-in one counts
    /// as there.
    pub above: Vec<LayerView>,
    /// For each policy below it: the policies on the way down, itself the last.
    pub below: Vec<Vec<LayerView>>,
    /// What can be imposed.
    pub assets: Vec<Asset>,
    /// The assets' names, by id.
    pub names: BTreeMap<String, String>,
}

impl Default for Around {
    fn default() -> Self {
        Self {
            workload_type: WorkloadType::Workspace,
            scope: Source::new(ScopeLevel::Account, "", ""),
            above: Vec::new(),
            below: Vec::new(),
            assets: Vec::new(),
            names: BTreeMap::new(),
        }
    }
}

/// Everything there is to say about a document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Checked {
    /// In the order in which they stand in the text.
    pub problems: Vec<Mark>,
}

impl Checked {
    /// Whether the document could be saved.
    pub fn is_accepted(&self) -> bool {
        self.problems.iter().all(|mark| mark.severity == Severity::Warning)
    }
}

/// One mistake, or something worth knowing, and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// Of what is wrong, on its first line; at least one character.
    pub length: usize,
    /// The path below `defaults` or `rules`, else the top-level key; empty for the whole text.
    pub field: String,
    /// The message's id: `save.unknownField`.
    pub code: String,
    pub message: String,
    /// What would be right, where the message does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right: Option<String>,
    pub severity: Severity,
}

/// Whether it refuses the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    Error,
    Warning,
}

/// What may stand at the caret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// The columns of the caret's line that an offer replaces: the first, and the one after the
    /// last. From 1, in characters.
    pub from: usize,
    pub to: usize,
    /// The best first.
    pub items: Vec<Offer>,
}

/// One of the things that may stand there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// What is written in place of the columns.
    pub text: String,
    pub label: String,
    /// What it is, in a few words.
    pub detail: String,
}

/// What the policies make of a submission.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    pub violations: Vec<Refusal>,
    /// The spec with everything that the policies add to it.
    pub spec: Value,
}

/// One rule broken, in the words of every interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The path into the spec, items by key.
    pub field: String,
    pub code: String,
    pub message: String,
}
