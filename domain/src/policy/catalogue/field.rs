//! The row types of the table: a field, a list of items, and what their values must look like.

use std::ops::RangeInclusive;

use rust_decimal::Decimal;
use serde_json::Value;

use crate::{
    policy::{
        WorkloadType,
        rule::RuleKind,
        value::{Amount, Kind, is_written_quantity},
    },
    submission::Priority,
};

/// The name of a section that describes one pod of several.
pub type Replica = &'static str;

/// One field, or one attribute of the items of a list.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// As written in policies; of an attribute, below its item.
    pub path: &'static str,
    pub kind: Kind,
    /// The word of the form.
    pub label: &'static str,
    pub right: Right,
    pub types: Types,
    /// A field that it must not be below: the request of a limit.
    pub limits: Option<&'static str>,
    /// An attribute that cannot be given beside it.
    pub excludes: Option<&'static str>,
    /// The attribute that the rules of this one govern; it has no value of its own.
    pub rules_over: Option<&'static str>,
    /// Whether it is one of the sources of a value that replace each other.
    pub source: bool,
    /// Whether it belongs to the workload and not to one pod of it.
    pub of_workload: bool,
    pub deprecated: bool,
    ruled: Ruled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ruled {
    Yes,
    NeverRequired,
    No,
}

/// A field without peculiarities.
pub const fn field(path: &'static str, kind: Kind, label: &'static str) -> Field {
    Field {
        path,
        kind,
        label,
        right: Right::Any,
        types: Types::Every,
        limits: None,
        excludes: None,
        rules_over: None,
        source: false,
        of_workload: false,
        deprecated: false,
        ruled: Ruled::Yes,
    }
}

impl Field {
    pub const fn right(self, right: Right) -> Self {
        Self { right, ..self }
    }

    pub const fn only(self, types: Types) -> Self {
        Self { types, of_workload: true, ..self }
    }

    pub const fn limits(self, request: &'static str) -> Self {
        Self { limits: Some(request), ..self }
    }

    pub const fn excludes(self, other: &'static str) -> Self {
        Self { excludes: Some(other), ..self }
    }

    pub const fn rules_over(self, attribute: &'static str) -> Self {
        Self { rules_over: Some(attribute), ..self }
    }

    pub const fn source(self) -> Self {
        Self { source: true, ..self }
    }

    pub const fn of_workload(self) -> Self {
        Self { of_workload: true, ..self }
    }

    pub const fn deprecated(self) -> Self {
        Self { deprecated: true, ..self }
    }

    pub const fn never_required(self) -> Self {
        Self { ruled: Ruled::NeverRequired, ..self }
    }

    /// An attribute that items have and rules do not reach.
    pub const fn item_only(self) -> Self {
        Self { ruled: Ruled::No, ..self }
    }

    /// Whether rules objects may name it.
    pub fn is_ruled(&self) -> bool {
        self.ruled != Ruled::No
    }

    /// The table of `policies.md` §4.1.
    pub fn allows(&self, rule: RuleKind) -> bool {
        let numeric = matches!(self.kind, Kind::Integer | Kind::Number);
        let measured = numeric || matches!(self.kind, Kind::Quantity { .. });
        match rule {
            RuleKind::Required => self.ruled == Ruled::Yes,
            RuleKind::CanEdit | RuleKind::Blocked => self.is_ruled(),
            RuleKind::Options => {
                matches!(self.kind, Kind::Text | Kind::Choice(_) | Kind::Array(_))
            }
            RuleKind::Min | RuleKind::Max | RuleKind::DefaultFrom => measured,
            RuleKind::Step => numeric,
            RuleKind::CanAdd | RuleKind::Locked => false,
        }
    }
}

/// A list of items.
#[derive(Clone, Copy, Debug)]
pub struct List {
    pub path: &'static str,
    /// What it holds, as the form says it.
    pub section: &'static str,
    pub key: ItemKey,
    /// The attribute that holds the path in the container.
    pub target: Option<&'static str>,
    /// Whether policies know `instances` only.
    pub bare: bool,
    pub attributes: &'static [Field],
}

/// What names an item (`policies.md` §3.6).
#[derive(Clone, Copy, Debug)]
pub enum ItemKey {
    Only(&'static str),
    /// The name, else what makes an item without a name recognisable.
    Or(&'static str, &'static [&'static str]),
}

/// What a value must look like besides its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    Any,
    NonEmpty,
    UpTo63,
    Absolute,
    /// Absolute and not the root.
    ContainerPath,
    /// Four octal digits.
    OctalMode,
    /// Whole numbers with commas between them, or nothing.
    Groups,
    /// An object, not a list.
    Object,
    OneOf(&'static [&'static str]),
    /// The name of a priority.
    Priority,
    From(i64),
    Between(i64, i64),
    /// Above 0, at most 1.
    Portion,
}

impl Right {
    pub const fn within(range: RangeInclusive<i64>) -> Self {
        Self::Between(*range.start(), *range.end())
    }

    fn accepts_text(self, text: &str) -> bool {
        match self {
            Right::NonEmpty => !text.is_empty(),
            Right::UpTo63 => (1..=63).contains(&text.chars().count()),
            Right::Absolute => text.starts_with('/'),
            Right::ContainerPath => text.starts_with('/') && !text.trim_matches('/').is_empty(),
            Right::OctalMode => {
                text.len() == 4
                    && text.starts_with('0')
                    && text.bytes().all(|digit| matches!(digit, b'0'..=b'7'))
            }
            Right::Groups => {
                let number =
                    |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
                text.is_empty() || text.split(',').all(number)
            }
            Right::OneOf(of) => of.contains(&text),
            Right::Priority => Priority::named(text).is_some(),
            Right::Any | Right::Object | Right::From(_) | Right::Between(..) | Right::Portion => {
                true
            }
        }
    }

    fn accepts_number(self, number: Decimal) -> bool {
        match self {
            Right::From(least) => number >= Decimal::from(least),
            Right::Between(least, most) => {
                number >= Decimal::from(least) && number <= Decimal::from(most)
            }
            Right::Portion => number > Decimal::ZERO && number <= Decimal::ONE,
            _ => true,
        }
    }

    /// What must be true of a value, as the end of "must be …".
    pub fn wanted(self) -> Option<String> {
        match self {
            Right::Any => None,
            Right::NonEmpty => Some("a text that is not empty".into()),
            Right::UpTo63 => Some("a text of 1 to 63 characters".into()),
            Right::Absolute => Some("a path that starts with “/”".into()),
            Right::ContainerPath => Some("a path that starts with “/” and is not “/”".into()),
            Right::OctalMode => Some("four octal digits such as 0644, as text".into()),
            Right::Groups => Some("whole numbers with commas between them, as text".into()),
            Right::OneOf(of) => {
                let of: Vec<_> =
                    of.iter().map(|one| if one.is_empty() { "“”" } else { one }).collect();
                Some(format!("one of {}", of.join(", ")))
            }
            Right::Object => Some("an object".into()),
            Right::Priority => {
                Some(format!("one of {}", Priority::ALL.map(Priority::name).join(", ")))
            }
            Right::From(least) => Some(format!("at least {least}")),
            Right::Between(least, most) => Some(format!("between {least} and {most}")),
            Right::Portion => Some("above 0 and at most 1".into()),
        }
    }
}

impl Field {
    /// Whether `value` may be a default of this field; else what it must be, as the end of
    /// "must be …".
    pub fn check(&self, value: &Value) -> Result<(), String> {
        let Self { kind, right, .. } = self;
        if !kind.fits(value) {
            return Err(kind.wanted());
        }
        let member =
            |of: &[&str], value: &Value| value.as_str().is_some_and(|text| of.contains(&text));
        let right_kind = match kind {
            Kind::Choice(of) => member(of, value),
            Kind::Array(Some(of)) => {
                value.as_array().is_some_and(|all| all.iter().all(|v| member(of, v)))
            }
            Kind::Quantity { of } => is_quantity(value, *of),
            _ => true,
        };
        if !right_kind {
            return Err(kind.wanted());
        }
        let accepted = match value {
            Value::String(text) => right.accepts_text(text),
            Value::Array(_) => *right != Right::Object,
            _ => kind.exact(value).is_none_or(|number| right.accepts_number(number)),
        };
        if accepted { Ok(()) } else { Err(right.wanted().unwrap_or_else(|| kind.wanted())) }
    }
}

/// Whether a document may write this value for a quantity.
pub fn is_quantity(value: &Value, of: Amount) -> bool {
    match value {
        Value::String(text) => is_written_quantity(text, of),
        _ => is_written_quantity(&value.to_string(), of),
    }
}

/// The workload types that have a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Types {
    Every,
    Training,
    Distributed,
    Inference,
    /// Inference over several nodes, with its leader.
    Leader,
}

impl Types {
    pub fn has(self, of: WorkloadType) -> bool {
        match self {
            Types::Every => true,
            Types::Training => of == WorkloadType::Training,
            Types::Distributed => of == WorkloadType::Distributed,
            Types::Leader => of == WorkloadType::DistributedInference,
            Types::Inference => matches!(
                of,
                WorkloadType::Inference
                    | WorkloadType::DistributedInference
                    | WorkloadType::NimService
            ),
        }
    }
}
