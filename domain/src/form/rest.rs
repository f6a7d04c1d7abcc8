//! What items of a submission say beyond the fields of their rows: a row keeps it as JSON, unseen, and gives it back.
//! Nothing that a copy or an asset brings along is lost because the form has no control for it.

use serde_json::{Map, Value};

use super::{Draft, LISTS, List, Row};
use crate::submission::{Submission, layers::rivals, pointer};

/// The unseen field of a row.
const FIELD: &str = "rest";

impl Draft {
    /// Remembers what `of`, which this form was opened from, says beyond its rows.
    pub(super) fn keep_rest(&mut self, of: &Submission) {
        let (Ok(was), Ok(now)) = (of.to_spec(), self.submission().to_spec()) else { return };
        for list in keepers() {
            for at in 0..self.rows(list.name).len() {
                let Some(pointer) = self.row_path(list.name, at).map(|path| pointer(&path)) else {
                    continue;
                };
                let both = was.pointer(&pointer).zip(now.pointer(&pointer));
                if let Some(rest) = both.and_then(|(was, now)| beyond(was, now)) {
                    self.rows_mut(list.name)[at].set(FIELD, rest.to_string());
                }
            }
        }
    }

    /// The same submission with what its rows remember.
    pub(super) fn with_rest(&self, of: Submission) -> Submission {
        let rows = keepers().flat_map(|list| {
            let rows = self.rows(list.name).iter().enumerate();
            rows.filter_map(|(at, row)| Some((self.row_path(list.name, at)?, remembered(row)?)))
        });
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            return of;
        }
        let Ok(mut spec) = of.to_spec() else { return of };
        for (path, rest) in rows {
            if let Some(Value::Object(item)) = spec.pointer_mut(&pointer(&path)) {
                fill(item, rest, rivals(list_of(&path)));
            }
        }
        // A text of the address may say anything; what fits no field is left out.
        Submission::from_spec(spec).unwrap_or(of)
    }
}

/// The lists whose rows remember.
fn keepers() -> impl Iterator<Item = &'static List> {
    let keeps = |list: &&'static List| list.fields.iter().any(|field| field.name == FIELD);
    LISTS.into_iter().filter(keeps)
}

fn remembered(row: &Row) -> Option<Map<String, Value>> {
    serde_json::from_str(row.text(FIELD)).ok()
}

/// `storage.nfs` of `spec.storage.nfs[0]`.
fn list_of(path: &str) -> &str {
    let path = path.trim_start_matches("spec.");
    path.split_once('[').map_or(path, |(list, _)| list)
}

/// What `was` has and `now` lacks.
fn beyond(was: &Value, now: &Value) -> Option<Value> {
    let (Value::Object(was), Value::Object(now)) = (was, now) else { return None };
    let more = was.iter().filter(|(_, value)| !value.is_null()).filter_map(|(name, value)| {
        let more = match now.get(name).filter(|value| !value.is_null()) {
            Some(now) => beyond(value, now)?,
            None => value.clone(),
        };
        Some((name.clone(), more))
    });
    let more: Map<_, _> = more.collect();
    (!more.is_empty()).then_some(Value::Object(more))
}

/// Adds what is missing; of fields that replace each other the row's own stands.
fn fill(item: &mut Map<String, Value>, rest: Map<String, Value>, rivals: &[&[&str]]) {
    for (name, value) in rest {
        let is_said = |field: &&str| item.get(*field).is_some_and(|value| !value.is_null());
        let mut groups = rivals.iter().filter(|group| group.contains(&name.as_str()));
        if groups.any(|group| group.iter().any(is_said)) {
            continue;
        }
        match (item.get_mut(&name).filter(|value| !value.is_null()), value) {
            (Some(Value::Object(own)), Value::Object(more)) => fill(own, more, &[]),
            (Some(_), _) => {}
            (None, value) => drop(item.insert(name, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every field that `rest-api.md` §6.3 names.
    const EVERY_FIELD: &str = include_str!("../submission/every-field.json");

    /// The leaves that differ, before and after.
    fn differences(path: &str, was: &Value, now: &Value, into: &mut Vec<String>) {
        match (was, now) {
            (Value::Object(fields), _) => {
                for (name, was) in fields {
                    let now = now.get(name).unwrap_or(&Value::Null);
                    differences(&format!("{path}.{name}"), was, now, into);
                }
            }
            (Value::Array(all), Value::Array(_)) => {
                for (at, was) in all.iter().enumerate() {
                    let now = now.get(at).unwrap_or(&Value::Null);
                    differences(&format!("{path}[{at}]"), was, now, into);
                }
            }
            (was, now) if was == now => {}
            // Saying that nothing is taken out is saying nothing.
            (Value::Bool(false), Value::Null) if path.ends_with(".exclude") => {}
            (was, now) => into.push(format!("{path}: {was} -> {now}")),
        }
    }

    #[test]
    fn a_copy_loses_nothing_that_the_form_has_no_field_for() {
        let original: Submission = serde_json::from_str(EVERY_FIELD).unwrap();
        let copy = Draft::from_submission(&original).submission_over(original.clone());
        let mut told = vec![];
        let (was, now) = (original.to_spec().unwrap(), copy.to_spec().unwrap());
        differences("spec", &was, &now, &mut told);
        // Of what replaces each other one is kept.
        insta::assert_snapshot!(told.join("\n"), @r#"
        spec.compute.gpuMemoryLimit: "20G" -> null
        spec.compute.gpuMemoryRequest: "10G" -> null
        spec.storage.git[0].branch: "main" -> null
        "#);
    }

    #[test]
    fn what_somebody_types_stands_before_what_a_row_remembers() {
        let of = r#"{"environmentVariables": [{"name": "A", "podFieldRef": {"path": "metadata.name"}}]}"#;
        let mut draft = Draft::from_submission(&serde_json::from_str(of).unwrap());
        assert_eq!(
            draft.submission().to_spec().unwrap()["environmentVariables"][0].to_string(),
            r#"{"name":"A","podFieldRef":{"path":"metadata.name"}}"#
        );
        let row = &mut draft.rows_mut("variable")[0];
        row.set("source", "custom");
        row.set("value", "1");
        assert_eq!(
            draft.submission().to_spec().unwrap()["environmentVariables"][0].to_string(),
            r#"{"name":"A","value":"1"}"#
        );
    }

    #[test]
    fn a_strange_address_does_no_harm() {
        for rest in ["", "[", "[]", "{\"server\": 5}", "{\"nothing\": true}"] {
            let row = [("kind", "nfs"), ("path", "/n"), ("rest", rest)];
            let submission = Draft::default().and("data", &row).submission();
            assert_eq!(submission.storage.unwrap().nfs.unwrap()[0].server, None, "{rest}");
        }
    }
}
