//! Changing a stored policy in part (`policies.md` §8): some paths are cleared, then objects are
//! merged member by member; lists are replaced.

use serde_json::Value;

use super::{
    WorkloadType,
    document::Document,
    issue::{Fault, Issue},
    read::{Reading, read_value},
};

/// The stored document with `changes` merged into it, after the defaults and rules at the paths of
/// `reset` are gone.
pub fn patched(stored: &Document, changes: &Value, reset: &[String], of: WorkloadType) -> Reading {
    let mut tree = stored.to_value();
    let mut errors = Vec::new();
    for path in reset {
        if !clear(&mut tree, path, stored) {
            let name = path.rsplit('.').next().unwrap_or(path).to_owned();
            errors.push(Issue::new(path.as_str(), Fault::UnknownField { name }, None));
        }
    }
    let read = read_value(changes, of);
    let mut folded = read.document.to_value();
    if let Value::Object(members) = &mut folded
        && changes.get("imposedAssets").is_none_or(Value::is_null)
    {
        members.remove("imposedAssets");
    }
    merge(&mut tree, folded);
    let Reading { document, errors: of_whole, warnings: _ } = read_value(&tree, of);
    let new = of_whole.into_iter().filter(|issue| !read.errors.contains(issue));
    errors.extend(read.errors.iter().cloned().chain(new));
    Reading { document, errors, warnings: read.warnings }
}

/// Takes out what stands at `path`; false when no policy can have anything there.
fn clear(tree: &mut Value, path: &str, stored: &Document) -> bool {
    if path == "imposedAssets" {
        tree["imposedAssets"] = Value::Array(Vec::new());
        return true;
    }
    let known = stored.catalogue.units().into_iter().any(|unit| {
        let unit = stored.catalogue.path(unit);
        unit == path || unit.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'))
    });
    if known {
        for part in ["defaults", "rules"] {
            remove(&mut tree[part], path);
        }
    }
    known
}

fn remove(tree: &mut Value, path: &str) {
    let Value::Object(members) = tree else { return };
    match path.split_once('.') {
        None => {
            members.remove(path);
        }
        Some((first, rest)) => {
            if let Some(inner) = members.get_mut(first) {
                remove(inner, rest);
            }
        }
    }
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}
