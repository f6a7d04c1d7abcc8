//! What a submission breaks (`policies.md` §6.2): as data, with the words made here and nowhere
//! else.

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

use crate::ScopeLevel;

use super::{rule::RuleKind, scope::Source, value::shown};

/// One rule broken by one field or item.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// The path into the spec, items by key: `storage.pvc[claim-a].path`.
    pub field: String,
    /// The word of the form: of the field, or of the list for a whole item.
    pub label: &'static str,
    pub broken: Broken,
    /// Whose rules object it is; nobody's for a duplicate.
    pub source: Option<Source>,
}

/// How a rule is broken. Values are as they were written.
#[derive(Clone, Debug, PartialEq)]
pub enum Broken {
    Required,
    /// Another value than the default that cannot be changed.
    CanEdit {
        default: Value,
    },
    /// A value where there is no default and none can be set.
    NoDefault,
    Blocked,
    /// None of the options; all of them.
    Options {
        options: Vec<String>,
    },
    Min {
        min: Value,
        value: Value,
    },
    Max {
        max: Value,
        value: Value,
    },
    /// Beside the grid: its first values, and whether there are more.
    Step {
        grid: Vec<String>,
        more: bool,
    },
    /// An item that no policy has.
    CanAdd {
        key: String,
    },
    LockedChanged {
        key: String,
    },
    LockedExcluded {
        key: String,
    },
    /// The path in the container of an imposed data source is taken.
    Collision {
        path: String,
    },
    Duplicate {
        key: String,
    },
}

impl Broken {
    /// The kind of rule on the wire; a collision has none, a duplicate an own word.
    pub fn rule(&self) -> Option<RuleKind> {
        match self {
            Broken::Required => Some(RuleKind::Required),
            Broken::CanEdit { .. } | Broken::NoDefault => Some(RuleKind::CanEdit),
            Broken::Blocked => Some(RuleKind::Blocked),
            Broken::Options { .. } => Some(RuleKind::Options),
            Broken::Min { .. } => Some(RuleKind::Min),
            Broken::Max { .. } => Some(RuleKind::Max),
            Broken::Step { .. } => Some(RuleKind::Step),
            Broken::CanAdd { .. } => Some(RuleKind::CanAdd),
            Broken::LockedChanged { .. } | Broken::LockedExcluded { .. } => Some(RuleKind::Locked),
            Broken::Collision { .. } | Broken::Duplicate { .. } => None,
        }
    }

    /// The id of the message.
    pub fn code(&self) -> &'static str {
        match self {
            Broken::Required => "policy.required",
            Broken::CanEdit { .. } => "policy.canEdit",
            Broken::NoDefault => "policy.canEdit.noDefault",
            Broken::Blocked => "policy.blocked",
            Broken::Options { .. } => "policy.options",
            Broken::Min { .. } => "policy.min",
            Broken::Max { .. } => "policy.max",
            Broken::Step { .. } => "policy.step",
            Broken::CanAdd { .. } => "policy.canAdd",
            Broken::LockedChanged { .. } => "policy.locked.changed",
            Broken::LockedExcluded { .. } => "policy.locked.excluded",
            Broken::Collision { .. } => "policy.imposed.collision",
            Broken::Duplicate { .. } => "policy.item.duplicate",
        }
    }

    /// What a default must be that breaks this: the end of "Default of …".
    pub fn must(&self) -> String {
        match self {
            Broken::Required => "must have a value".into(),
            Broken::Options { options } => format!("must be one of: {}", options.join(", ")),
            Broken::Min { min, .. } => format!("must not be less than {}", shown(min)),
            Broken::Max { max, .. } => format!("must not be greater than {}", shown(max)),
            Broken::Step { grid, more } => {
                format!("must be one of {}{}", grid.join(", "), if *more { "…" } else { "" })
            }
            Broken::CanEdit { .. } | Broken::NoDefault => "can’t be changed".into(),
            Broken::Blocked => "is blocked".into(),
            Broken::CanAdd { .. } => "can’t be added".into(),
            Broken::LockedChanged { .. } => "is locked and can’t be changed".into(),
            Broken::LockedExcluded { .. } => "is locked and can’t be removed".into(),
            Broken::Collision { .. } => "is the container path of an imposed data source".into(),
            Broken::Duplicate { .. } => "appears more than once".into(),
        }
    }
}

impl Violation {
    pub fn code(&self) -> &'static str {
        self.broken.code()
    }

    /// The word of `rule` on the wire.
    pub fn rule(&self) -> Option<&'static str> {
        match &self.broken {
            Broken::Duplicate { .. } => Some("duplicate"),
            broken => broken.rule().map(RuleKind::name),
        }
    }

    /// The sentence (`policies.md` §6.2).
    pub fn details(&self) -> String {
        let label = self.label;
        let scope = self.source.as_ref().map(Source::to_string).unwrap_or_default();
        match &self.broken {
            Broken::Required => format!("{label} is required by the policy of {scope}."),
            Broken::CanEdit { default } => {
                let default = shown(default);
                format!(
                    "{label} is set to “{default}” by the policy of {scope} and can’t be changed."
                )
            }
            Broken::NoDefault => {
                format!("{label} can’t be set. It is disabled by the policy of {scope}.")
            }
            Broken::Blocked => format!("{label} is blocked by the policy of {scope}."),
            Broken::Min { value, .. } | Broken::Max { value, .. } => {
                format!("{label} {} (requested {}).", self.broken.must(), shown(value))
            }
            Broken::Step { more: true, .. } => format!("{label} {}", self.broken.must()),
            Broken::Options { .. } | Broken::Step { .. } => {
                format!("{label} {}.", self.broken.must())
            }
            Broken::CanAdd { key } => {
                format!("{label} can’t be added: “{key}” isn’t part of the policy of {scope}.")
            }
            Broken::LockedChanged { key } => {
                format!("“{key}” is locked by the policy of {scope} and can’t be changed.")
            }
            Broken::LockedExcluded { key } => {
                format!("“{key}” is locked by the policy of {scope} and can’t be removed.")
            }
            Broken::Collision { path } => format!(
                "Container path “{path}” is used by a data source imposed by the policy of {scope}."
            ),
            Broken::Duplicate { key } => format!("“{key}” appears more than once."),
        }
    }
}

impl Serialize for Violation {
    /// `{field, rule?, code, details, source?}`.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("field", &self.field)?;
        if let Some(rule) = self.rule() {
            map.serialize_entry("rule", rule)?;
        }
        map.serialize_entry("code", self.code())?;
        map.serialize_entry("details", &self.details())?;
        if let Some(source) = &self.source {
            map.serialize_entry("source", &SourceView::from(source))?;
        }
        map.end()
    }
}

/// A source as issues show it: scope and name.
#[derive(Serialize)]
pub struct SourceView<'a> {
    scope: ScopeLevel,
    name: &'a str,
}

impl<'a> From<&'a Source> for SourceView<'a> {
    fn from(source: &'a Source) -> Self {
        Self { scope: source.scope, name: &source.name }
    }
}
