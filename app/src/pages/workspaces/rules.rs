//! What the project's policy says of the form. The server words it (`ruled`); here it is found by the path
//! of a field.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use domain::form::{Draft, Pairs};

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
    /// The node pools that the policy gives, in order.
    pub pools: Vec<String>,
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
    /// Of memory in megabytes, of a share of a GPU in percent.
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub step: Option<f64>,
    /// What the value follows until somebody edits it.
    pub follows: Option<Follows>,
}

/// Another field, times a factor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Follows {
    /// Its path: `spec.compute.cpuCoreLimit`; in a row, below the row.
    pub path: String,
    pub factor: f64,
}

/// What is said of a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RuledList {
    /// Why nothing can be added.
    pub closed: Option<String>,
    /// The rows that the policy adds, by name.
    pub rows: Vec<(String, RuledRow)>,
    /// What is said of a field in every row, by its path below the row.
    pub attributes: Vec<(String, Ruled)>,
    /// What a new row opens with, by the names of fields.
    pub opens_with: Pairs,
}

/// A row that the policy adds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RuledRow {
    pub is_locked: bool,
    /// Whose the row is, in three words.
    pub what: String,
    /// Why it is there, and why it cannot be changed or removed.
    pub says: Vec<String>,
}

impl Rules {
    /// What is said of the field that fills in `path`; of a row's, what is said of it in every row.
    fn field(&self, path: &str) -> Ruled {
        let of_row = || found(&self.list(list_of(path)?).attributes, below(path)?);
        found(&self.fields, path).or_else(of_row).unwrap_or_default()
    }

    fn list(&self, path: &str) -> RuledList {
        found(&self.lists, path).unwrap_or_default()
    }

    /// The text that the policy fills in at `path`, in the field of that name.
    fn filled(&self, path: &str, name: &str) -> String {
        match list_of(path) {
            Some(list) => found(&self.list(list).opens_with, name).unwrap_or_default(),
            None => self.filled.text(name).to_owned(),
        }
    }
}

/// What is said of that name, in one of the lists above. A map would cost the browser's program more.
pub fn found<T: Clone>(of: &[(String, T)], name: &str) -> Option<T> {
    of.iter().find(|(own, _)| own == name).map(|(_, said)| said.clone())
}

/// The list in whose row a field lies.
fn list_of(path: &str) -> Option<&str> {
    path.split_once('[').map(|(list, _)| list)
}

/// The path of a field below its row.
fn below(path: &str) -> Option<&str> {
    path.rsplit_once("].").map(|(_, below)| below)
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
        self.0.with_value(|rules| rules.field(path))
    }

    /// What a new row of a list with these paths opens with.
    pub fn opens_with(self, paths: &[&str]) -> Pairs {
        let with = |path: &&str| self.list(path).opens_with;
        paths.iter().map(with).find(|pairs| !pairs.is_empty()).unwrap_or_default()
    }

    pub fn list(self, path: &str) -> RuledList {
        self.0.with_value(|rules| rules.list(path))
    }

    /// Why nothing can be done in the section of that id.
    pub fn closed(self, section: &str) -> Option<String> {
        self.0.with_value(|rules| found(&rules.closed, section))
    }

    /// The text that the policy fills in at `path`, in the field of that name.
    pub fn filled(self, path: &str, name: &str) -> String {
        self.0.with_value(|rules| rules.filled(path, name))
    }

    /// The form as it opened.
    pub fn opened(self) -> Draft {
        self.0.with_value(|rules| rules.filled.clone())
    }

    /// The node pools that the policy gives, in order.
    pub fn pools(self) -> Vec<String> {
        self.0.with_value(|rules| rules.pools.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_a_row_is_ruled_as_in_every_row() {
        let says = |text: &str| Ruled { says: vec![text.to_owned()], ..Ruled::default() };
        let git = RuledList {
            attributes: vec![("branch".to_owned(), says("of git"))],
            opens_with: vec![("revision".to_owned(), "main".to_owned())],
            ..RuledList::default()
        };
        let rules = Rules {
            fields: vec![("spec.image".to_owned(), says("of image"))],
            lists: vec![("spec.storage.git".to_owned(), git)],
            ..Rules::default()
        };
        assert_eq!(rules.field("spec.image").says, ["of image"]);
        assert_eq!(rules.field("spec.storage.git[0].branch").says, ["of git"]);
        assert!(rules.field("spec.storage.nfs[0].branch").says.is_empty());
        assert_eq!(rules.filled("spec.storage.git[0].branch", "revision"), "main");
    }
}
