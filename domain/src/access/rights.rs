//! What somebody's access rules come to, place by place. A rule holds for its place and for everything below it;
//! of what belongs to the places above it gives what the table of types says, so that people see what they inherit.

use std::collections::BTreeMap;

use crate::{Line, Scope};

use super::{Action, Actions, Permissions, ResourceType, Role};

/// The union of somebody's rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// In the whole account.
    everywhere: Permissions,
    /// In places, beyond what holds everywhere.
    places: BTreeMap<Scope, Permissions>,
}

impl Rights {
    /// All there is.
    pub fn everything() -> Self {
        Self { everywhere: Permissions::everything(), places: BTreeMap::new() }
    }

    /// What `role` gives at the end of `line`; `below` are the places further down.
    pub fn of(role: Role, line: &Line, below: impl IntoIterator<Item = Scope>) -> Self {
        let mut rights = Self::default();
        rights.add(role, line, below);
        rights
    }

    /// Adds a rule: `role` at the end of `line`; `below` are the places further down.
    pub fn add(&mut self, role: Role, line: &Line, below: impl IntoIterator<Item = Scope>) {
        let permissions = role.permissions();
        let mut way = line.scopes();
        let Some(place) = way.pop().filter(|place| *place != Scope::Account) else {
            self.everywhere.add(&permissions);
            return;
        };
        for scope in [Scope::System].into_iter().chain(way) {
            let seen = |of: ResourceType| match of.belongs_to(scope.level()) {
                true => of.row().above,
                false => Actions::NONE,
            };
            self.places.entry(scope).or_default().add(&permissions.only(seen));
        }
        for scope in [place].into_iter().chain(below) {
            let held = |of: ResourceType| match of.belongs_to(scope.level().max(place.level())) {
                true => of.row().most,
                false => Actions::NONE,
            };
            self.places.entry(scope).or_default().add(&permissions.only(held));
        }
    }

    /// What may be done in a place.
    pub fn at(&self, scope: Scope) -> Permissions {
        let mut all = self.everywhere;
        all.add(&self.places.get(&scope).copied().unwrap_or_default());
        all
    }

    pub fn allow(&self, action: Action, of: ResourceType, scope: Scope) -> bool {
        let here = || self.places.get(&scope).is_some_and(|own| own.allow(action, of));
        self.everywhere.allow(action, of) || here()
    }

    /// What may be done somewhere.
    pub fn anywhere(&self) -> Permissions {
        let mut all = self.everywhere;
        self.places.values().for_each(|own| all.add(own));
        all
    }

    /// Whether anything at all may be done in the whole account.
    pub fn reach_everywhere(&self) -> bool {
        !self.everywhere.is_empty()
    }

    /// The places, beyond the whole account, where this may be done.
    pub fn places_for(&self, action: Action, of: ResourceType) -> impl Iterator<Item = Scope> {
        let fit = self.places.iter().filter(move |(_, own)| own.allow(action, of));
        fit.map(|(scope, _)| *scope)
    }

    /// Whether all of `other` is in here: whoever has these rights could do everything that `other` allows.
    pub fn cover(&self, other: &Self) -> bool {
        self.everywhere.cover(&other.everywhere)
            && other.places.iter().all(|(scope, wanted)| self.at(*scope).cover(wanted))
    }
}
