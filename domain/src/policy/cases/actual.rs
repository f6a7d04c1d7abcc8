//! What the engine says of a case, in full and without a look at what is expected
//! (`policy-tests.md` §3 and §6).

use crate::ScopeLevel;
use crate::policy::{
    Asset, Effective, Issue, Layer, Reading, SavePlace, Source, controls, evaluate as violations,
    read_text, read_value, resolve, save, source_of_rule, system, wrong_types,
};
use serde_json::{Map, Value, json};

use super::case::{Case, Link};

/// The whole of it; `Err` says why nothing can be evaluated.
pub fn evaluate(case: &Case) -> Result<Value, String> {
    if let Some(submission) = &case.submission {
        let wrong = wrong_types(submission, case.workload_type);
        if !wrong.is_empty() {
            let told = wrong.iter().map(|p| format!("{}: {}", p.field, p.message));
            return Err(format!("submission: {}", told.collect::<Vec<_>>().join("; ")));
        }
    }
    let read: Vec<(Source, Reading)> =
        case.chain.iter().filter_map(|link| reading(case, link)).collect();
    let readable = |reading: &Reading| reading.errors.iter().all(Issue::is_readable);
    let mut layers: Vec<Layer> = read
        .iter()
        .filter(|(_, reading)| readable(reading))
        .map(|(source, reading)| Layer::new(source.clone(), reading.document.clone()))
        .collect();
    if !case.without_system_policies {
        layers.push(system(case.workload_type));
    }
    let mut actual = json!({
        "accepted": null, "spec": null, "issues": null, "effective": null,
        "save": saved(case, &read, &layers), "form": null,
    });
    if read.iter().all(|(_, reading)| readable(reading)) {
        let effective = Effective::of(case.workload_type, &layers);
        submitted(case, &effective, &mut actual);
    }
    Ok(actual)
}

fn source(link: &Link) -> Source {
    match link.scope {
        ScopeLevel::System => Source::system(),
        scope => Source::new(scope, "", link.name.as_str()),
    }
}

/// The policy of a link, as it was understood.
pub fn reading(case: &Case, link: &Link) -> Option<(Source, Reading)> {
    let reading = match (&link.policy, &link.policy_text) {
        (Some(policy), _) => read_value(policy, case.workload_type),
        (None, Some(text)) => read_text(text, case.workload_type),
        (None, None) => return None,
    };
    Some((source(link), reading))
}

fn saved(case: &Case, read: &[(Source, Reading)], layers: &[Layer]) -> Value {
    let assets = |id: &str| asset(case, id);
    let reports = read.iter().map(|(source, reading)| {
        let (above, below) = around(source.scope, layers);
        let place =
            SavePlace { of: case.workload_type, scope: source, above: &above, below: &below };
        let report = save(reading, place, Some(&assets));
        let report = json!({
            "accepted": report.is_accepted(),
            "errors": report.errors,
            "warnings": report.warnings,
        });
        (source.scope.name().to_owned(), report)
    });
    Value::Object(reports.collect::<Map<_, _>>())
}

/// The policies above a scope, and the ways down to those below it.
fn around(scope: ScopeLevel, layers: &[Layer]) -> (Vec<Layer>, Vec<Vec<Layer>>) {
    let mut sorted = layers.to_vec();
    sorted.sort_by_key(|layer| layer.source.scope);
    let above = sorted.iter().filter(|layer| layer.source.scope < scope).cloned().collect();
    let below: Vec<Layer> = sorted.into_iter().filter(|layer| layer.source.scope > scope).collect();
    (above, (1..=below.len()).map(|to| below[..to].to_vec()).collect())
}

fn asset(case: &Case, id: &str) -> Option<Asset> {
    case.assets.iter().find(|asset| asset.id == id).cloned()
}

fn submitted(case: &Case, effective: &Effective, actual: &mut Value) {
    let assets = |id: &str| asset(case, id);
    let nothing = Value::Object(Map::new());
    let submission = case.submission.as_ref();
    let resolution = resolve(effective, submission.unwrap_or(&nothing), &assets);
    actual["effective"] = effective.to_value(source_of_rule);
    actual["form"] = json!(controls(&resolution));
    if submission.is_some() {
        let issues = violations(&resolution);
        actual["accepted"] = json!(issues.is_empty());
        if issues.is_empty() {
            actual["spec"] = resolution.final_spec();
        }
        actual["issues"] = json!(issues);
    }
}
