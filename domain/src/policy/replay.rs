//! Replay: what a draft would have said to submissions that were made (issue: "14 of 312 would have
//! been refused"). What a policy or the platform gave is taken out first, so that the draft judges
//! what people asked for.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    asset::Assets, catalogue::Catalogue, effective::Effective, evaluate::evaluate,
    resolve::resolve, violation::Violation,
};
use crate::submission::{FieldSource, Sources};

/// What the draft refuses, each by its place among the submissions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replayed {
    pub total: usize,
    pub refused: Vec<(usize, Vec<Violation>)>,
}

/// A kept spec, and who gave its values.
pub type Kept<'a> = (&'a Value, &'a Sources);

/// Judges each submission by the policy that would hold for it. `effective` gives that policy and
/// the assets it may impose, by the submission's place.
pub fn replay<'e>(
    submissions: &[Kept<'_>],
    effective: impl Fn(usize) -> (&'e Effective, Assets<'e>),
) -> Replayed {
    let judged = submissions.iter().enumerate().map(|(n, (spec, sources))| {
        let (effective, assets) = effective(n);
        let asked = asked(effective.catalogue, spec, sources);
        (n, evaluate(&resolve(effective, &asked, assets)))
    });
    let refused = judged.filter(|(_, violations)| !violations.is_empty()).collect();
    Replayed { total: submissions.len(), refused }
}

/// What the submitter, a template or an asset asked for: the spec without what came of itself.
pub fn asked(catalogue: &Catalogue, spec: &Value, sources: &Sources) -> Value {
    let lists: BTreeMap<&str, ()> =
        catalogue.lists().map(|list| (catalogue.list_path(list), ())).collect();
    given(spec, "", "spec", sources, &lists).unwrap_or_else(|| Value::Object(Map::new()))
}

/// The part of `value` that was asked for; `None` where nothing of it was.
fn given(
    value: &Value,
    path: &str,
    at: &str,
    sources: &Sources,
    lists: &BTreeMap<&str, ()>,
) -> Option<Value> {
    let below = |path: &str, name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter_map(|(name, value)| {
                let (path, at) = (below(path, name), format!("{at}.{name}"));
                Some((name.clone(), given(value, &path, &at, sources, lists)?))
            });
            let kept: Map<String, Value> = kept.collect();
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        Value::Array(items) if lists.contains_key(path) => {
            let item = |(n, item): (usize, &Value)| {
                given(item, "[]", &format!("{at}[{n}]"), sources, lists)
            };
            let kept: Vec<Value> = items.iter().enumerate().filter_map(item).collect();
            (!kept.is_empty()).then_some(Value::Array(kept))
        }
        Value::Null => None,
        leaf => match sources.of(at) {
            Some(
                FieldSource::Policy { .. } | FieldSource::Platform | FieldSource::ProjectDefault,
            ) => None,
            Some(FieldSource::You | FieldSource::Template { .. } | FieldSource::Asset { .. })
            | None => Some(leaf.clone()),
        },
    }
}
