//! What the project's policy says of the form. The server words it (`ruled`); here it is found by the path
//! of a field.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use domain::form::Draft;

use super::given::Given;
use crate::ui::Choice;

/// The policy of the form, in words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    /// The form as it opens: what a template, a copy and the policy fill in.
    pub filled: Draft,
    /// By the path of what they fill in: `spec.compute.gpuDevicesRequest`.
    pub fields: Vec<(String, Ruled)>,
    /// By path: `spec.environmentVariables`.
    pub lists: Vec<(String, RuledList)>,
    /// What the template or the assets gave.
    pub given: Vec<Given>,
    /// What the browser's engine has to know to judge by the policies: an `Around` in JSON, empty without any.
    pub around: String,
    /// Sections in which nothing can be done: id and the sentence that says why.
    pub closed: Vec<(String, String)>,
}

/// What is said of one field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ruled {
    /// Every rule, the default, and whose they are. Empty where only the platform has a say.
    pub says: Vec<String>,
    pub is_locked: bool,
    pub is_required: bool,
    /// Whether a policy gives the value that the form opens with.
    pub has_default: bool,
    pub help: Option<String>,
    /// What can be chosen, and what cannot, with the reason.
    pub options: Vec<Choice>,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub step: Option<f64>,
}

/// What is said of a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RuledList {
    /// Why nothing can be added.
    pub closed: Option<String>,
    /// The rows that the policy adds, by name.
    pub rows: Vec<(String, RuledRow)>,
}

/// A row that the policy adds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RuledRow {
    pub is_locked: bool,
    /// Why it is there, and why it cannot be changed or removed.
    pub says: Vec<String>,
}

/// What is said of that name, in one of the lists above. A map would cost the browser's program more.
pub fn found<T: Clone>(of: &[(String, T)], name: &str) -> Option<T> {
    of.iter().find(|(own, _)| own == name).map(|(_, said)| said.clone())
}

/// The rules where the controls find them. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Governed(StoredValue<Rules>);

impl Governed {
    pub fn of(rules: Rules) -> Self {
        Self(StoredValue::new(rules))
    }

    /// What is said of the field that fills in `path`.
    pub fn field(self, path: &str) -> Ruled {
        self.0.with_value(|rules| found(&rules.fields, path).unwrap_or_default())
    }

    pub fn list(self, path: &str) -> RuledList {
        self.0.with_value(|rules| found(&rules.lists, path).unwrap_or_default())
    }

    /// Why nothing can be done in the section of that id.
    pub fn closed(self, section: &str) -> Option<String> {
        self.0.with_value(|rules| found(&rules.closed, section))
    }

    /// The text that the form opened with in the plain field of that name.
    pub fn filled(self, name: &str) -> String {
        self.0.with_value(|rules| rules.filled.text(name).to_owned())
    }

    /// The form as it opened.
    pub fn opened(self) -> Draft {
        self.0.with_value(|rules| rules.filled.clone())
    }
}
