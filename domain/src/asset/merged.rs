//! What a form changes about something that says more than the form has fields for.

use std::collections::BTreeSet;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// `old` with what `now` says otherwise than `was`: both are what the form makes of it, before and after. What the form
/// left as it was stays as it is in `old`, whole items of lists included.
pub fn merged<T: Serialize + DeserializeOwned>(
    old: &T,
    was: &T,
    now: &T,
) -> Result<T, serde_json::Error> {
    let value = |of: &T| serde_json::to_value(of);
    serde_json::from_value(merge(value(old)?, &value(was)?, value(now)?))
}

fn merge(old: Value, was: &Value, now: Value) -> Value {
    match (old, was, now) {
        (old, was, now) if *was == now => old,
        (Value::Object(old), Value::Object(was), Value::Object(now)) => {
            Value::Object(merge_fields(old, was, now))
        }
        (Value::Array(old), Value::Array(was), Value::Array(now)) if old.len() == was.len() => {
            Value::Array(now.into_iter().map(|item| merge_item(&old, was, item)).collect())
        }
        (_, _, now) => now,
    }
}

fn merge_fields(
    mut old: Map<String, Value>,
    was: &Map<String, Value>,
    mut now: Map<String, Value>,
) -> Map<String, Value> {
    let names: BTreeSet<_> = was.keys().chain(now.keys()).cloned().collect();
    for name in names {
        let (was, said) = (was.get(&name).unwrap_or(&Value::Null), now.remove(&name));
        let said = said.unwrap_or(Value::Null);
        if *was == said {
            continue;
        }
        let own = old.remove(&name).unwrap_or(Value::Null);
        match merge(own, was, said) {
            Value::Null => {}
            value => drop(old.insert(name, value)),
        }
    }
    old
}

/// An item that the form left alone is the old one; one with a known name is that one, changed.
fn merge_item(old: &[Value], was: &[Value], now: Value) -> Value {
    let own_of = |at: usize| {
        let name = was[at].get("name");
        let named = name.and_then(|name| old.iter().find(|one| one.get("name") == Some(name)));
        named.unwrap_or(&old[at]).clone()
    };
    if let Some(at) = was.iter().position(|one| *one == now) {
        return own_of(at);
    }
    let same = |one: &Value| one.get("name").is_some() && one.get("name") == now.get("name");
    match was.iter().position(same) {
        Some(at) => merge(own_of(at), &was[at], now),
        None => now,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_form_has_no_field_for_stays() {
        let old = json!({ "image": "a", "tty": true, "probes": { "readiness": 1 } });
        let now = merge(old.clone(), &json!({ "image": "a" }), json!({ "image": "b" }));
        assert_eq!(now, json!({ "image": "b", "tty": true, "probes": { "readiness": 1 } }));
        let now = merge(old, &json!({ "image": "a" }), json!({}));
        assert_eq!(now, json!({ "tty": true, "probes": { "readiness": 1 } }));
    }

    #[test]
    fn items_are_known_by_their_names_and_keep_what_is_unseen() {
        let old = json!([{ "name": "x", "own": 1 }, { "name": "y", "own": 2, "port": 1 }]);
        // The form has them in another order, and sees less of them.
        let was = json!([{ "name": "y", "port": 1 }, { "name": "x" }]);
        let now = json!([{ "name": "y", "port": 9 }, { "name": "x" }, { "name": "z" }]);
        assert_eq!(
            merge(old, &was, now),
            json!([{ "name": "y", "own": 2, "port": 9 }, { "name": "x", "own": 1 }, { "name": "z" }])
        );
    }

    #[test]
    fn nothing_changed_changes_nothing() {
        let old = json!({ "a": [1, { "b": null }], "c": {} });
        assert_eq!(merge(old.clone(), &json!({ "a": [] }), json!({ "a": [] })), old);
    }
}
