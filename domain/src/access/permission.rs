//! What may be done with what: sets of actions, by type of resource. A set is small and copied, for it is asked
//! again and again.

use serde::{Deserialize, Serialize};

use super::ResourceType;

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Action {
    Create,
    Read,
    Update,
    Delete,
}

impl Action {
    pub const ALL: [Self; 4] = [Self::Create, Self::Read, Self::Update, Self::Delete];

    /// As a sentence says it: `create projects`.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "see",
            Self::Update => "change",
            Self::Delete => "delete",
        }
    }

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// Several actions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Actions(u8);

impl Actions {
    pub const NONE: Self = Self(0);
    pub const READ: Self = Self::NONE.with(Action::Read);
    /// Read and change.
    pub const EDIT: Self = Self::READ.with(Action::Update);
    /// Create and read.
    pub const ADD: Self = Self::READ.with(Action::Create);
    pub const ALL: Self = Self::EDIT.with(Action::Create).with(Action::Delete);

    const fn with(self, action: Action) -> Self {
        Self(self.0 | 1 << action as u8)
    }

    pub fn has(self, action: Action) -> bool {
        self.0 & 1 << action as u8 != 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// In the order create, read, update, delete.
    pub fn iter(self) -> impl Iterator<Item = Action> {
        Action::ALL.into_iter().filter(move |action| self.has(*action))
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// Actions on each type of resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permissions([Actions; ResourceType::COUNT]);

impl Default for Permissions {
    fn default() -> Self {
        Self([Actions::NONE; ResourceType::COUNT])
    }
}

impl Permissions {
    /// All that can be done with anything.
    pub fn everything() -> Self {
        Self(ResourceType::ALL.map(|of| of.row().most))
    }

    pub fn on(&self, of: ResourceType) -> Actions {
        self.0[of as usize]
    }

    pub fn allow(&self, action: Action, of: ResourceType) -> bool {
        self.on(of).has(action)
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|actions| actions.is_empty())
    }

    /// Adds actions, as far as they can be done with this type at all.
    pub fn grant(&mut self, of: ResourceType, actions: Actions) {
        let actions = actions.and(of.row().most);
        self.0[of as usize].0 |= actions.0;
    }

    /// Adds all of `other`.
    pub fn add(&mut self, other: &Self) {
        ResourceType::ALL.into_iter().for_each(|of| self.grant(of, other.on(of)));
    }

    /// Whether all of `other` is in here.
    pub fn cover(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(own, wanted)| own.and(*wanted) == *wanted)
    }

    /// The part that `keep` says of each type.
    pub fn only(&self, keep: impl Fn(ResourceType) -> Actions) -> Self {
        Self(ResourceType::ALL.map(|of| self.on(of).and(keep(of))))
    }

    /// Each type with something that may be done, in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = (ResourceType, Actions)> {
        let all = ResourceType::ALL.map(|of| (of, self.on(of)));
        all.into_iter().filter(|(_, actions)| !actions.is_empty())
    }
}

/// A digit for each type: short enough to stand in every page.
impl From<Permissions> for String {
    fn from(of: Permissions) -> String {
        of.0.iter().filter_map(|actions| char::from_digit(u32::from(actions.0), 16)).collect()
    }
}

/// What [`String::from`] made; what is missing at the end is nothing.
impl From<&str> for Permissions {
    fn from(text: &str) -> Self {
        let mut permissions = Self::default();
        for (of, digit) in ResourceType::ALL.into_iter().zip(text.chars()) {
            let bits = digit.to_digit(16).and_then(|bits| u8::try_from(bits).ok());
            permissions.grant(of, Actions(bits.unwrap_or_default()));
        }
        permissions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_written_and_read_again() {
        let mut some = Permissions::default();
        some.grant(ResourceType::Projects, Actions::EDIT);
        some.grant(ResourceType::Nodes, Actions::ALL);
        assert_eq!(some.on(ResourceType::Nodes), Actions::READ, "nobody makes a node");
        for permissions in [some, Permissions::everything(), Permissions::default()] {
            assert_eq!(Permissions::from(&*String::from(permissions)), permissions);
        }
        assert_eq!(Permissions::from("zz"), Permissions::default());
        assert!(Permissions::everything().cover(&some) && !some.cover(&Permissions::everything()));
    }
}
