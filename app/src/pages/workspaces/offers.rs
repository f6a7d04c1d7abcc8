//! What the project has to choose from: node types, storage classes, credentials.

use domain::form::Offer;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ui::Choice;

/// What can be chosen, by what it is offered for. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Offers(RwSignal<Vec<Offered>>);

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offered {
    /// The place in the order of [`Offer`].
    pub to: u8,
    pub choice: Choice,
    /// What is said below the choice of it; empty where nothing is.
    pub about: String,
}

impl Offered {
    pub fn new(to: Offer, value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { to: to as u8, choice: Choice::new(value, label), about: String::new() }
    }

    /// The same with something to say of it.
    #[must_use]
    pub fn saying(self, about: Option<String>) -> Self {
        Self { about: about.unwrap_or_default(), ..self }
    }
}

impl Offers {
    pub fn new(all: Vec<Offered>) -> Self {
        Self(RwSignal::new(all))
    }

    /// What is offered to a field.
    pub fn of(self, offer: Offer) -> Vec<Choice> {
        let fits = |one: &&Offered| one.to == offer as u8;
        self.0.with(|all| all.iter().filter(fits).map(|one| one.choice.clone()).collect())
    }

    /// Other things instead.
    pub fn set(self, all: Vec<Offered>) {
        self.0.try_set(all);
    }

    /// The words for this value.
    pub fn called(self, offer: Offer, value: &str) -> Option<String> {
        let is_it = |one: &&Offered| one.to == offer as u8 && one.choice.value == value;
        self.0.with(|all| all.iter().find(is_it).map(|one| one.choice.label.clone()))
    }

    /// What is said of the choice of this value.
    pub fn about(self, offer: Offer, value: &str) -> Option<String> {
        let is_it = |one: &&Offered| one.to == offer as u8 && one.choice.value == value;
        let about = self.0.with(|all| all.iter().find(is_it).map(|one| one.about.clone()))?;
        (!about.is_empty()).then_some(about)
    }

    /// One thing more, wherever it fits.
    pub fn add(self, to: &[Offer], value: &str, label: &str) {
        self.0.update(|all| all.extend(to.iter().map(|to| Offered::new(*to, value, label))));
    }
}
