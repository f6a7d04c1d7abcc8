//! How long policies take, against what was promised: `cargo bench -p domain --bench policy
//! --features policy-yaml`. Ends with 1 when a promise is broken.

use std::{
    hint::black_box,
    process::ExitCode,
    time::{Duration, Instant},
};

use domain::ScopeLevel;
use domain::policy::{
    Effective, Kind, Layer, RuleKind, Source, WorkloadType,
    catalogue::{Catalogue, Field, Unit},
    evaluate, read_text, read_value, resolve, system,
};
use serde_json::{Map, Value, json};

const WORKSPACE: WorkloadType = WorkloadType::Workspace;
const RULES_OF_A_POLICY: usize = 50;
const FIELDS: usize = 60;

fn main() -> ExitCode {
    let chain = chain();
    let rules: usize = chain.iter().map(|layer| layer.document.rules.len()).sum();
    let effective = Effective::of(WORKSPACE, &chain);
    let submission = submission();
    println!("{} policies, {rules} rules, {} fields submitted", chain.len(), leaves(&submission));
    let kept = [
        promise(
            "resolve and evaluate one submission",
            20_000,
            0.99,
            Duration::from_micros(100),
            || {
                let resolution = resolve(&effective, &submission, &|_| None);
                black_box(evaluate(&resolution).len() + usize::from(resolution.spec().is_object()));
            },
        ),
        promise(
            "the same, reconciling the policies first",
            5_000,
            0.99,
            Duration::from_micros(200),
            || {
                let effective = Effective::of(WORKSPACE, &chain);
                black_box(evaluate(&resolve(&effective, &submission, &|_| None)).len());
            },
        ),
        promise(
            "5000 projects after a change of the account",
            5,
            1.0,
            Duration::from_secs(1),
            || {
                black_box(recompute(&chain));
            },
        ),
        refusal("a text of 1 MB", &format!("a: {}", "x".repeat(1 << 20))),
        refusal("1000 levels", &format!("{}{}", "[".repeat(1_000), "]".repeat(1_000))),
        refusal("256 kB of brackets", &"[".repeat(256 << 10)),
        refusal("256 kB of dashes", &"- ".repeat(128 << 10)),
        refusal("exploding anchors", &anchors()),
        refusal("9000 keys", &(0..9_000).map(|n| format!("k{n}: 1\n")).collect::<String>()),
    ];
    if kept.iter().all(|kept| *kept) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Measures, and prints the median and the quantile that was promised.
fn promise(what: &str, times: usize, quantile: f64, most: Duration, mut run: impl FnMut()) -> bool {
    run();
    let mut took: Vec<Duration> = (0..times)
        .map(|_| {
            let begin = Instant::now();
            run();
            begin.elapsed()
        })
        .collect();
    took.sort();
    let at = |quantile: f64| took[((took.len() - 1) as f64 * quantile) as usize];
    let slow = at(quantile);
    let verdict = if slow <= most { "kept" } else { "BROKEN" };
    println!(
        "{what}: median {:?}, p{:.0} {slow:?}, promised {most:?}: {verdict}",
        at(0.5),
        quantile * 100.0
    );
    slow <= most
}

fn refusal(what: &str, text: &str) -> bool {
    promise(&format!("refuse {what}"), 20, 1.0, Duration::from_millis(100), || {
        assert!(!read_text(text, WORKSPACE).errors.is_empty());
    })
}

fn anchors() -> String {
    let mut text = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (one, next) in "abcdefgh".chars().zip("bcdefghi".chars()) {
        text += &format!("{next}: &{next} [{}]\n", vec![format!("*{one}"); 9].join(", "));
    }
    text
}

/// The built-in policy and one of each scope, with different units.
fn chain() -> Vec<Layer> {
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
fn submission() -> Value {
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

fn leaves(value: &Value) -> usize {
    match value {
        Value::Object(members) => members.values().map(leaves).sum(),
        Value::Array(items) if items.iter().any(Value::is_object) => items.iter().map(leaves).sum(),
        _ => 1,
    }
}

/// One account, one cluster, 50 departments with 100 projects each; every scope has a policy.
fn recompute(chain: &[Layer]) -> usize {
    let [system, account, cluster, department, project] = chain else { return 0 };
    let cluster = Effective::of(WORKSPACE, [system, account, cluster]);
    let mut rules = 0;
    for _ in 0..50 {
        let department = cluster.below(department);
        let projects: Vec<_> = (0..100).map(|_| department.below(project)).collect();
        rules += projects.iter().map(|project| project.rules.len()).sum::<usize>();
    }
    rules
}

fn put(tree: &mut Value, path: &str, inner: Value) {
    let mut at = tree;
    for name in path.split('.') {
        let Value::Object(members) = at else { return };
        at = members.entry(name).or_insert(Value::Object(Map::new()));
    }
    *at = inner;
}
