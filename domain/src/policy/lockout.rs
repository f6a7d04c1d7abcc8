//! Whether a policy leaves any workload that could be created: for every field there must be some
//! value, and items that nobody can change must be right. What is found here refuses everybody.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    asset::Assets,
    catalogue::{FieldId, Right, Unit},
    effective::Effective,
    evaluate::{evaluate, values::is_filled},
    item::put,
    resolve::resolve,
    rule::Rule,
    value::Kind,
    violation::Violation,
};
use crate::submission::Priority;

/// A field without which no workspace can be, whatever policies say.
const ESSENTIAL: &str = "image";

/// What nobody can get right: one violation for each field or item, empty where something remains
/// that can be created.
pub fn lockout(effective: &Effective, assets: Assets<'_>) -> Vec<Violation> {
    let ruled = effective.rules.keys().filter_map(|unit| match unit {
        Unit::Field(id) => Some(*id),
        Unit::Instances(_) | Unit::Attribute(..) => None,
    });
    let fields: BTreeSet<FieldId> = ruled.collect();
    let mut found: Vec<Violation> =
        fields.into_iter().filter_map(|id| hopeless(effective, id)).collect();
    let bare = resolve(effective, &without_items(effective), assets);
    let lists = evaluate(&bare).into_iter().filter(|violation| violation.field.contains('['));
    // What can be removed is gone; what is left cannot be mended by anybody.
    found.extend(lists);
    found
}

/// The violation that every value of the field brings, and its absence too.
fn hopeless(effective: &Effective, id: FieldId) -> Option<Violation> {
    let catalogue = effective.catalogue;
    let path = catalogue.field_path(id);
    let rule = &effective.rule(Unit::Field(id))?.value;
    let mut first = None;
    for candidate in candidates(effective, id, rule) {
        let mut submission = Map::new();
        if let Some(value) = candidate {
            put(&mut submission, path, value);
        }
        let resolution = resolve(effective, &Value::Object(submission), &|_| None);
        let broken = evaluate(&resolution).into_iter().find(|violation| violation.field == path);
        let value = resolution.field(id).and_then(|state| state.value.as_ref());
        let is_there = value.is_some_and(|value| is_filled(catalogue.field(id), value));
        match broken {
            None if path == ESSENTIAL && !is_there => {}
            None => return None,
            Some(violation) => first = first.or(Some(violation)),
        }
    }
    first
}

/// Absence, and values that could be right: if none of them is, none is.
fn candidates(effective: &Effective, id: FieldId, rule: &Rule) -> Vec<Option<Value>> {
    let row = effective.catalogue.field(id);
    let mut values = vec![None];
    let mut add = |value: Value| values.push(Some(value));
    if let Some(options) = &rule.options {
        let value = |text: &str| match row.kind {
            Kind::Array(_) => json!([text]),
            _ => json!(text),
        };
        options.iter().for_each(|option| add(value(&option.value)));
        // Some text, so that there is a violation to tell even where nothing is allowed.
        add(value("a"));
        return values;
    }
    for bound in [&rule.min, &rule.max].into_iter().flatten() {
        add(bound.written.clone());
    }
    match row.kind {
        Kind::Boolean => [true, false].into_iter().for_each(|value| add(json!(value))),
        Kind::Choice(of) | Kind::Array(Some(of)) if !of.is_empty() => {
            let many = matches!(row.kind, Kind::Array(_));
            add(if many { json!([of[0]]) } else { json!(of[0]) });
        }
        Kind::Integer | Kind::Number => {
            add(json!(0));
            add(json!(1));
        }
        Kind::Quantity { .. } => add(json!("1")),
        Kind::Array(_) => add(json!(["a"])),
        Kind::Opaque => add(json!({"nodeSelectorTerms": []})),
        Kind::Text | Kind::Choice(_) => add(match row.right {
            Right::Priority => json!(Priority::High.name()),
            _ => json!("a"),
        }),
    }
    values
}

/// Every default item taken out, but for those that nobody may take out.
fn without_items(effective: &Effective) -> Value {
    let catalogue = effective.catalogue;
    let mut submission = Map::new();
    for (list, items) in &effective.instances {
        let rule = effective.rule(Unit::Instances(*list)).map(|own| &own.value);
        let free = items.iter().filter(|own| {
            let key = own.key.text();
            !key.is_some_and(|key| rule.is_some_and(|rule| rule.locks(key)))
        });
        let excluded = free.map(|own| {
            let mut item = own.value.to_value(catalogue, *list);
            item["exclude"] = json!(true);
            item
        });
        put(&mut submission, catalogue.list_path(*list), excluded.collect());
    }
    Value::Object(submission)
}
