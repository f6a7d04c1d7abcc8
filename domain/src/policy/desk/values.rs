//! Words for what may stand in a policy: what a field is, what a rule does, which values there are.

use crate::{
    policy::{
        catalogue::{Field, Right},
        rule::RuleKind,
        value::Kind,
    },
    submission::Priority,
};

/// `GPU devices per pod: a whole number, at least 0`.
pub fn about_field(row: &Field) -> String {
    let kind = match row.kind {
        Kind::Array(_) => "a list of texts".to_owned(),
        kind => kind.wanted(),
    };
    let right = match row.right {
        Right::Any | Right::Object | Right::NonEmpty => None,
        right => right.wanted(),
    };
    let what = match right {
        // It says the type too.
        Some(right) if matches!(row.kind, Kind::Text) => right,
        Some(right) => format!("{kind}, {right}"),
        None => kind,
    };
    match row.is_on_form() {
        true => format!("{}: {what}", row.label),
        false => what,
    }
}

/// What a rule of this kind demands.
pub fn about_rule(kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::Required => "true: there must be a value, typed or by default",
        RuleKind::CanEdit => "false: the default can’t be changed",
        RuleKind::Blocked => "true: a submission may not give a value at all",
        RuleKind::Options => "the values that may be chosen",
        RuleKind::Min => "the smallest value that is allowed",
        RuleKind::Max => "the largest value that is allowed",
        RuleKind::Step => "the distance between allowed values, counted from min",
        RuleKind::DefaultFrom => "the default follows another field, times a factor",
        RuleKind::CanAdd => "false: no items besides the default ones",
        RuleKind::Locked => "default items that can be neither changed nor removed",
    }
}

/// The values of a field, where they can be listed; of a list of texts, those of one text.
pub fn values(row: &Field) -> Vec<&'static str> {
    match (row.kind, row.right) {
        (Kind::Boolean, _) => vec!["true", "false"],
        (Kind::Choice(of) | Kind::Array(Some(of)), _) => of.to_vec(),
        (Kind::Text, Right::OneOf(of)) => of.to_vec(),
        (Kind::Text, Right::Priority) => Priority::ALL.map(Priority::name).to_vec(),
        _ => Vec::new(),
    }
}
