//! Node pools, node types, tolerations and affinities.

use std::collections::BTreeSet;

use super::{
    found::{Found, kept},
    names::{is_label_value, is_qualified_name},
};
use crate::{
    name::check_name,
    submission::{MatchExpression, Submission, Toleration},
};

/// What a taint does; `Any` stands for all of them.
pub const TOLERATION_EFFECTS: [&str; 4] = ["NoSchedule", "NoExecute", "PreferNoSchedule", "Any"];
/// Whether the taint's value must be the same.
pub const TOLERATION_OPERATORS: [&str; 2] = ["Equal", "Exists"];
/// How a node's label is compared.
pub const AFFINITY_OPERATORS: [&str; 6] = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];
/// Whether lying beside each other is a must.
pub const POD_AFFINITIES: [&str; 2] = ["Required", "Preferred"];

pub fn check(submission: &Submission, found: &mut Found) {
    let pools = submission.node_pools.as_deref().unwrap_or_default();
    found.items("nodePools", pools.len());
    let mut seen = BTreeSet::new();
    for (i, pool) in pools.iter().enumerate() {
        let field = format!("nodePools[{i}]");
        match check_name(pool) {
            Err(wrong) => found.add(&field, "pool.name", wrong.to_string()),
            Ok(()) if !seen.insert(pool) => {
                found.add(&field, "pool.duplicate", "This node pool is already in the list");
            }
            Ok(()) => {}
        }
    }
    found.text("nodeType", submission.node_type.as_deref());
    found.items("tolerations", submission.tolerations.as_ref().map_or(0, Vec::len));
    for (path, item) in kept("tolerations", &submission.tolerations, |item| item.exclude) {
        toleration(&path, item, found);
    }
    affinity(submission, found);
    pod_affinity(submission, found);
}

fn toleration(field: &str, item: &Toleration, found: &mut Found) {
    let operator = item.operator.as_deref().unwrap_or("Equal");
    found.one_of(&format!("{field}.operator"), Some(operator), &TOLERATION_OPERATORS);
    found.one_of(&format!("{field}.effect"), item.effect.as_deref(), &TOLERATION_EFFECTS);
    if !is_qualified_name(item.key.as_deref().unwrap_or_default()) {
        found.add(&format!("{field}.key"), "toleration.key", "Enter the key of the taint");
    }
    found.text(&format!("{field}.name"), item.name.as_deref());
    let value = item.value.as_deref().is_some_and(|v| !v.is_empty());
    let value_field = format!("{field}.value");
    match operator {
        "Exists" if value => {
            found.add(&value_field, "toleration.value", "Exists takes no value; use Equal");
        }
        "Equal" if !value => {
            found.add(&value_field, "toleration.value", "Enter the value, or choose Exists");
        }
        _ => {}
    }
    if item.seconds.is_some() && item.effect.as_deref() != Some("NoExecute") {
        let message = "Seconds go with the effect NoExecute only";
        found.add(&format!("{field}.seconds"), "toleration.seconds", message);
    }
    if item.seconds.is_some_and(|seconds| seconds < 1) {
        found.add(&format!("{field}.seconds"), "toleration.seconds", "Must be 1 or more");
    }
}

fn affinity(submission: &Submission, found: &mut Found) {
    let list = "nodeAffinityRequired.nodeSelectorTerms";
    let terms = submission.node_affinity_required.iter().flat_map(|a| &a.node_selector_terms);
    found.items(list, terms.clone().count());
    for (i, term) in terms.enumerate() {
        let list = format!("{list}[{i}].matchExpressions");
        found.items(&list, term.match_expressions.len());
        for (j, item) in term.match_expressions.iter().enumerate() {
            expression(&format!("{list}[{j}]"), item, found);
        }
    }
}

fn expression(field: &str, item: &MatchExpression, found: &mut Found) {
    let operator = item.operator.as_deref().unwrap_or_default();
    found.one_of(&format!("{field}.operator"), Some(operator), &AFFINITY_OPERATORS);
    if !is_qualified_name(item.key.as_deref().unwrap_or_default()) {
        found.add(&format!("{field}.key"), "affinity.key", "Enter the key of a label");
    }
    let values = item.values.as_deref().unwrap_or_default();
    let field = format!("{field}.values");
    found.items(&field, values.len());
    let is_number = |text: &String| text.parse::<i64>().is_ok();
    let (right, wanted) = match operator {
        "In" | "NotIn" => (!values.is_empty(), "at least one value"),
        "Gt" | "Lt" => (values.len() == 1 && values.iter().all(is_number), "one whole number"),
        _ => (values.is_empty(), "no value"),
    };
    if !right {
        found.add(&field, "affinity.values", format!("{operator} takes {wanted}"));
    }
    for (i, value) in values.iter().enumerate().filter(|(_, value)| !is_label_value(value)) {
        let message = format!("No label has the value {value:?}");
        found.add(&format!("{field}[{i}]"), "affinity.value", message);
    }
}

fn pod_affinity(submission: &Submission, found: &mut Found) {
    let Some(affinity) = &submission.pod_affinity else { return };
    let kind = affinity.kind.as_deref().unwrap_or_default();
    found.one_of("podAffinity.type", Some(kind), &POD_AFFINITIES);
    if !is_qualified_name(affinity.key.as_deref().unwrap_or_default()) {
        found.add("podAffinity.key", "affinity.key", "Enter the key of a label");
    }
}
