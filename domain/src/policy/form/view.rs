//! The form under a policy, as data that crosses to the browser. Sentences are whole and ready to be
//! shown or read out; whatever is read-only or closed says why.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;

use super::words::{RuleWords, Who};
use crate::policy::catalogue::FormSection;

/// Every field, list and section of the form, by path below `spec`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FormView {
    /// Whether any policy but the platform's own took part.
    pub is_governed: bool,
    pub fields: BTreeMap<String, FieldView>,
    pub lists: BTreeMap<String, ListView>,
    /// Sections in which nothing can be done, in the order of the form.
    pub sections: Vec<SectionView>,
}

/// One control.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FieldView {
    pub label: String,
    pub input: InputKind,
    /// What it holds: typed, else default, else computed, else the only option.
    pub value: Option<Value>,
    /// What the policy gives; pressing *Reset* goes back to it.
    pub default: Option<DefaultView>,
    /// Why it cannot be edited; absent where it can.
    pub read_only: Option<String>,
    /// Why it has to be filled in.
    pub required: Option<String>,
    /// The choices of a select, those that are closed with the reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<ChoiceView>,
    pub min: Option<String>,
    pub max: Option<String>,
    pub step: Option<String>,
    /// The helper text: `Enter a value between 1 and 4`.
    pub help: Option<String>,
    /// The field that the value follows until it is edited.
    pub follows: Option<FollowsView>,
    /// Everything that the rules say, one by one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleWords>,
    /// Whose rules they are.
    pub by: Option<Who>,
}

impl FieldView {
    /// Whether the form offers to go back to the default: not where it stands anyway.
    pub fn can_reset(&self) -> bool {
        self.read_only.is_none()
            && self.default.as_ref().is_some_and(|d| Some(&d.value) != self.value.as_ref())
    }

    /// What the information sign tells: every rule, and whose they are.
    pub fn explanation(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.read_only.iter().cloned().collect();
        if self.read_only.is_none() {
            lines.extend(self.rules.iter().map(|rule| format!("{}.", rule.says)));
        }
        lines.extend(self.default.as_ref().map(DefaultView::sentence));
        // Where nothing but a default is said, it is told who said it.
        let by = self.by.as_ref().or(self.default.as_ref().map(|default| &default.by));
        lines.extend(by.map(Who::sentence));
        lines
    }
}

/// What kind of control a field has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum InputKind {
    #[default]
    Text,
    Switch,
    /// One of the options.
    Select,
    Integer,
    Number,
    /// A number with a unit.
    Quantity,
    /// Texts in an order.
    Texts,
    /// Some of the options.
    SelectMany,
    /// Structured; not edited as one value.
    Opaque,
}

/// A default that a policy gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DefaultView {
    pub value: Value,
    /// As it is written in a sentence.
    pub words: String,
    /// Whether it is worked out from another field.
    pub is_computed: bool,
    pub by: Who,
}

impl DefaultView {
    /// `Policy default: “2”, of project “vision”.`
    pub fn sentence(&self) -> String {
        format!("Policy default: “{}”, of {}.", self.words, self.by.words)
    }
}

/// A choice of a select.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChoiceView {
    pub value: String,
    pub label: String,
    /// Why it cannot be chosen.
    pub closed: Option<String>,
}

/// `default = field × factor`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FollowsView {
    /// The path of the other field; inside an item, of its attribute.
    pub field: String,
    pub label: String,
    /// A decimal number.
    pub factor: String,
    /// Whether the result is floored.
    pub is_whole: bool,
}

/// A list of items.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListView {
    pub label: String,
    /// Why nothing can be added, nor loaded from the library; absent where it can.
    pub closed: Option<String>,
    pub rows: Vec<RowView>,
    /// The controls of an item that is about to be added.
    pub new_row: BTreeMap<String, FieldView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleWords>,
    pub by: Option<Who>,
}

/// One item.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RowView {
    /// What paths and messages call it.
    pub key: String,
    pub origin: Origin,
    /// Its place among what was typed.
    pub place: Option<usize>,
    /// A default item that the submitter has taken out; the form offers it again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_removed: bool,
    /// Why it can be neither edited nor removed.
    pub locked: Option<String>,
    /// Who brought it.
    pub by: Option<Who>,
    pub attributes: BTreeMap<String, FieldView>,
}

/// Where an item comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    Typed,
    /// A default item; deleting it sends `exclude: true`.
    Default,
    /// A data source that a policy attaches.
    Imposed,
}

/// A section in which nothing can be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SectionView {
    pub section: FormSection,
    /// One sentence below the heading.
    pub read_only: String,
    pub by: Vec<Who>,
}
