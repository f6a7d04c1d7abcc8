//! Where values came from, beside policies: the template, the copy or the assets that filled them in. A field that
//! still holds what it was given says by whom; one that was changed can go back.

use domain::form::List;
#[cfg(feature = "ssr")]
use domain::form::{Draft, LISTS, row_key};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A value that somebody else gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Given {
    /// The name of the field; of a row's, after the row's [`prefix`].
    pub field: String,
    pub text: String,
    /// `Template PyTorch`, `Environment jupyter-lab`.
    pub by: String,
}

/// What was given, where the fields find it. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Gifts(RwSignal<Vec<Given>>);

impl Gifts {
    pub fn of(given: Vec<Given>) -> Self {
        Self(RwSignal::new(given))
    }

    /// What the field was given. Whoever reads it is told of every change.
    pub fn of_field(self, field: &str) -> Option<Given> {
        self.0.with(|all| all.iter().find(|given| given.field == field).cloned())
    }

    /// Who gave the row of this [`prefix`].
    pub fn of_row(self, prefix: &str) -> Option<String> {
        let of =
            |all: &Vec<Given>| all.iter().find(|given| given.field.starts_with(prefix)).cloned();
        self.0.with(of).map(|given| given.by)
    }

    /// The asset that this field names is gone: what it gave stays, and says so.
    pub fn lose(self, field: &str) {
        let Some(lost) = untrack(|| self.of_field(field)) else { return };
        self.0.update(|all| {
            all.retain(|given| given.field != field);
            for given in all.iter_mut().filter(|given| given.by == lost.by) {
                given.by = format!("{}, which is gone", lost.by);
            }
        });
    }

    /// Takes these over; they stand in the place of what their fields were given before.
    pub fn add(self, given: Vec<Given>) {
        self.0.update(|all| *all = taken_over(std::mem::take(all), given));
    }
}

/// How the names of what the fields of a row were given begin.
pub fn prefix(list: &List, key: &str) -> String {
    format!("{}:{key}:", list.name)
}

/// What the rows of a draft were given: `by` says who gave what lies at a path. Data says itself where it is from, and
/// node pools are one choice.
#[cfg(feature = "ssr")]
pub fn of_rows(draft: &Draft, by: impl Fn(&str) -> Option<String>) -> Vec<Given> {
    let mut all = vec![];
    for list in LISTS.iter().filter(|list| !["data", "node_pools"].contains(&list.name)) {
        for (index, row) in draft.rows(list.name).iter().enumerate() {
            let Some(by) = draft.row_path(list.name, index).and_then(|path| by(&path)) else {
                continue;
            };
            let prefix = prefix(list, &row_key(list, |name| row.text(name).to_owned()));
            all.extend(list.fields.iter().map(|field| Given {
                field: format!("{prefix}{}", field.name),
                text: row.text(field.name).to_owned(),
                by: by.clone(),
            }));
        }
    }
    all
}

/// `new` in the place of what its fields were given before.
pub fn taken_over(mut all: Vec<Given>, new: Vec<Given>) -> Vec<Given> {
    all.retain(|old| new.iter().all(|new| new.field != old.field));
    all.extend(new);
    all
}
