//! The rules that look at a value alone: options, bounds, steps.

use rust_decimal::Decimal;
use serde_json::Value;

use crate::policy::{
    catalogue::{Field, Right},
    rule::{Bound, Rule},
    value::{Kind, on_grid},
    violation::Broken,
};

/// Values of a grid that are told in full.
const GRID_IN_FULL: usize = 8;
/// Values of a longer grid that are told.
const GRID_BEGINNING: usize = 3;

/// Whether a value satisfies `required`: an empty list or text does not, except where the empty text
/// means something (`policies.md` §13, 21).
pub fn is_filled(row: &Field, value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(all) => !all.is_empty(),
        Value::String(text) => !text.is_empty() || row.right == Right::Groups,
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => true,
    }
}

/// What `value` breaks of options, `min`, `max` and `step`. A value that cannot be compared breaks
/// every bound.
pub fn value_rules(kind: Kind, rule: &Rule, value: &Value) -> Vec<Broken> {
    let mut broken = Vec::new();
    if !rule.offers(value) {
        let options = rule.options.iter().flatten().map(|choice| choice.value.clone());
        broken.push(Broken::Options { options: options.collect() });
    }
    let exact = kind.exact(value);
    let beyond = |bound: &Bound, right: fn(Decimal, Decimal) -> bool| {
        !exact.is_some_and(|exact| right(exact, bound.exact))
    };
    if let Some(min) = rule.min.as_ref().filter(|min| beyond(min, |exact, min| exact >= min)) {
        broken.push(Broken::Min { min: min.written.clone(), value: value.clone() });
    }
    if let Some(max) = rule.max.as_ref().filter(|max| beyond(max, |exact, max| exact <= max)) {
        broken.push(Broken::Max { max: max.written.clone(), value: value.clone() });
    }
    if let Some(step) = &rule.step {
        let base = rule.min.as_ref().map_or(Decimal::ZERO, |min| min.exact);
        if !exact.is_some_and(|exact| on_grid(exact, base, step.exact)) {
            broken.push(beside(rule, base, step.exact));
        }
    }
    broken
}

fn beside(rule: &Rule, base: Decimal, step: Decimal) -> Broken {
    let last = rule.max.as_ref().map(|max| max.exact);
    let points = std::iter::successors(Some(base), |point| point.checked_add(step));
    let points = points.take_while(|point| last.is_none_or(|last| *point <= last));
    let mut grid: Vec<String> =
        points.take(GRID_IN_FULL + 1).map(|point| point.normalize().to_string()).collect();
    let more = grid.len() > GRID_IN_FULL;
    if more {
        grid.truncate(GRID_BEGINNING);
    }
    Broken::Step { grid, more }
}
