//! What the description promises of each answer. Every answer that a test gets is held against it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use jsonschema::Validator;
use serde_json::{Value, json};

/// The description, as JSON.
pub fn description() -> &'static Value {
    static DESCRIPTION: OnceLock<Value> = OnceLock::new();
    DESCRIPTION.get_or_init(|| serde_json::to_value(server::rest::description()).unwrap())
}

/// Fails where an answer is not what the description says of it.
pub fn check(method: &str, path: &str, status: u16, text: &str) {
    let Some(operation) = operation(method, path) else { return };
    let declared = &operation["responses"][status.to_string()];
    assert!(declared.is_object(), "{method} {path} answered {status}, which is not described");
    let Some(schema) = declared["content"]["application/json"].get("schema") else { return };
    let answer: Value = serde_json::from_str(text).unwrap_or_else(|wrong| {
        panic!("{method} {path} answered {status} with what is no JSON: {wrong}")
    });
    let wrong: Vec<_> = validator(schema)
        .iter_errors(&answer)
        .map(|wrong| format!("{}: {wrong}", wrong.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{method} {path} {status}: {}\n{text}", wrong.join("\n"));
}

/// What a schema of the description asks for; compiled once, for that takes longer than the answer.
fn validator(schema: &Value) -> Arc<Validator> {
    static COMPILED: Mutex<BTreeMap<String, Arc<Validator>>> = Mutex::new(BTreeMap::new());
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let new = || {
        let whole = json!({"allOf": [schema], "components": description()["components"]});
        Arc::new(jsonschema::draft202012::new(&whole).unwrap())
    };
    compiled.entry(schema.to_string()).or_insert_with(new).clone()
}

/// The operation that serves a path: one without parameters wins.
fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let path = path.split('?').next().unwrap_or_default();
    let paths = description()["paths"].as_object()?;
    let fits = |template: &str| {
        let (a, b) = (template.split('/'), path.split('/'));
        a.clone().count() == b.clone().count()
            && a.zip(b).all(|(wanted, part)| wanted.starts_with('{') || wanted == part)
    };
    let fitting = paths.iter().filter(|(template, _)| fits(template));
    let best = fitting.min_by_key(|(template, _)| template.matches('{').count())?;
    best.1.get(method.to_lowercase())
}
