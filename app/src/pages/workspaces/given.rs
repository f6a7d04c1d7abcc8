//! Where values came from, beside policies: the template, the copy or the assets that filled them in. A field that
//! still holds what it was given says by whom; one that was changed can go back.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A value that somebody else gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Given {
    /// The name of the field.
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

    /// Takes these over; they stand in the place of what their fields were given before.
    pub fn add(self, given: Vec<Given>) {
        self.0.update(|all| *all = taken_over(std::mem::take(all), given));
    }
}

/// `new` in the place of what its fields were given before.
pub fn taken_over(mut all: Vec<Given>, new: Vec<Given>) -> Vec<Given> {
    all.retain(|old| new.iter().all(|new| new.field != old.field));
    all.extend(new);
    all
}
