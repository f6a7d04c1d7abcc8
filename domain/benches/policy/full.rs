//! As much of everything as the promise is about: policies of five scopes with 200 rules, and a
//! submission of 60 fields. The native measurement and the browser's (`trials`) share it.

use domain::ScopeLevel;
use domain::policy::{
    Kind, Layer, RuleKind, Source, WorkloadType,
    catalogue::{Catalogue, Field, Unit},
    read_value, system,
};
use serde_json::{Map, Value, json};

pub const WORKSPACE: WorkloadType = WorkloadType::Workspace;
const RULES_OF_A_POLICY: usize = 50;
const FIELDS: usize = 60;

/// The built-in policy and one of each scope, with different units.
pub fn chain() -> Vec<Layer> {
    let scopes = ScopeLevel::ALL.into_iter().skip(1).enumerate();
    let written = scopes.map(|(n, scope)| layer(scope, n));
    [system(WORKSPACE)].into_iter().chain(written).collect()
}

fn layer(scope: ScopeLevel, n: usize) -> Layer {
    let catalogue = Catalogue::of(WORKSPACE);
    let mut units = catalogue.units();
    let count = units.len();
    units.rotate_left(n * 31 % count);
    let mut document = json!({"defaults": {}, "rules": {}});
    for unit in units.into_iter().take(RULES_OF_A_POLICY) {
        put(&mut document["rules"], &catalogue.path(unit), rule(unit));
        if let Some(row) = catalogue.row(unit).filter(|row| row.rules_over.is_none()) {
            put(&mut document["defaults"], &catalogue.path(unit), value(row));
        }
    }
    let reading = read_value(&document, WORKSPACE);
    assert!(reading.errors.is_empty(), "{:?}", reading.errors);
    Layer::new(Source::new(scope, "1", "one"), reading.document)
}

fn rule(unit: Unit) -> Value {
    let Some(row) = Catalogue::of(WORKSPACE).row(unit) else {
        return json!({"canAdd": true, "locked": ["a", "b"]});
    };
    let mut rule = Map::new();
    for (kind, argument) in [
        (RuleKind::Required, json!(false)),
        (RuleKind::CanEdit, json!(true)),
        (RuleKind::Min, value(row)),
        (RuleKind::Max, value(row)),
        (RuleKind::Step, json!(1)),
    ] {
        if row.allows(kind) {
            rule.insert(kind.name().into(), argument);
        }
    }
    if row.allows(RuleKind::Options)
        && let Some(text) = value(row).as_str()
    {
        rule.insert("options".into(), json!([{"value": text}, {"value": text}]));
    }
    Value::Object(rule)
}

fn value(row: &Field) -> Value {
    let text = ["a", "/a", "1000", "0644", "high", "Memory"].map(Value::from);
    match row.kind {
        Kind::Boolean => json!(true),
        Kind::Choice(of) => json!(of[0]),
        Kind::Text => text.into_iter().find(|text| row.check(text).is_ok()).unwrap_or_default(),
        Kind::Integer | Kind::Number => json!(1),
        Kind::Quantity { .. } => json!("4G"),
        Kind::Array(of) => json!([of.map_or("a", |of| of[0])]),
        Kind::Opaque => json!({}),
    }
}

/// Every field that there is, then items of lists until there are enough.
pub fn submission() -> Value {
    let catalogue = Catalogue::of(WORKSPACE);
    let mut submission = json!({});
    for id in catalogue.fields() {
        put(&mut submission, catalogue.field_path(id), value(catalogue.field(id)));
    }
    for list in catalogue.lists() {
        if leaves(&submission) >= FIELDS {
            break;
        }
        let mut item = json!({});
        for row in catalogue.list(list).attributes.iter().filter(|row| !row.source) {
            put(&mut item, row.path, value(row));
        }
        put(&mut submission, catalogue.list_path(list), json!([item]));
    }
    submission
}

/// The values in it.
pub fn leaves(value: &Value) -> usize {
    match value {
        Value::Object(members) => members.values().map(leaves).sum(),
        Value::Array(items) if items.iter().any(Value::is_object) => items.iter().map(leaves).sum(),
        _ => 1,
    }
}

fn put(tree: &mut Value, path: &str, inner: Value) {
    let mut at = tree;
    for name in path.split('.') {
        let Value::Object(members) = at else { return };
        at = members.entry(name).or_insert(Value::Object(Map::new()));
    }
    *at = inner;
}
