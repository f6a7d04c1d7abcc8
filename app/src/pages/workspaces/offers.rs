//! What the project has to choose from: node types, storage classes, credentials.

use domain::form::Offer;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ui::Choice;

/// What can be chosen, by what it is offered for. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Offers(StoredValue<Vec<Offered>>);

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offered {
    /// The place in the order of [`Offer`].
    pub to: u8,
    pub choice: Choice,
}

impl Offered {
    pub fn new(to: Offer, value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { to: to as u8, choice: Choice::new(value, label) }
    }
}

impl Offers {
    pub fn new(all: Vec<Offered>) -> Self {
        Self(StoredValue::new(all))
    }

    /// What is offered to a field.
    pub fn of(self, offer: Offer) -> Vec<Choice> {
        let fits = |one: &&Offered| one.to == offer as u8;
        self.0.with_value(|all| all.iter().filter(fits).map(|one| one.choice.clone()).collect())
    }
}
