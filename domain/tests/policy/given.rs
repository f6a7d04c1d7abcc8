//! What the tests share: policies written as text, and random ones made from the catalogue.

use domain::ScopeLevel;
use domain::policy::{
    Asset, Effective, Issue, Kind, Layer, Limits, Reading, RuleKind, SavePlace, SaveReport, Source,
    Violation, WorkloadType,
    catalogue::{Catalogue, Field, Unit},
    evaluate, parse, read_text, read_value, resolve, save, system,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

pub const WORKSPACE: WorkloadType = WorkloadType::Workspace;

pub fn catalogue() -> &'static Catalogue {
    Catalogue::of(WORKSPACE)
}

pub fn value(text: &str) -> Value {
    parse(text, Limits::DOCUMENT).expect("the test's own text").to_value()
}

pub fn source(scope: ScopeLevel) -> Source {
    let name = match scope {
        ScopeLevel::System => return Source::system(),
        ScopeLevel::Account => "acme",
        ScopeLevel::Cluster => "dgx-1",
        ScopeLevel::Department => "ml",
        ScopeLevel::Project => "vision",
    };
    Source::new(scope, "7", name)
}

pub fn reading(text: &str) -> Reading {
    read_text(text, WORKSPACE)
}

pub fn layer(scope: ScopeLevel, text: &str) -> Layer {
    let Reading { document, errors, .. } = reading(text);
    assert_eq!(errors, [], "{text}");
    Layer::new(source(scope), document)
}

/// The built-in policy and one of the cluster `dgx-1`.
pub fn cluster(text: &str) -> Effective {
    Effective::of(WORKSPACE, &[system(WORKSPACE), layer(ScopeLevel::Cluster, text)])
}

pub fn no_assets(_: &str) -> Option<Asset> {
    None
}

/// The NFS export `a` on `/data`, and an S3 bucket `b` that needs a key.
pub fn assets(id: &str) -> Option<Asset> {
    let asset = match id {
        "a" => json!({"id": "a", "kind": "nfs",
            "spec": {"server": "nfs.example", "path": "/export", "mountPath": "/data"}}),
        "b" => json!({"id": "b", "kind": "s3", "spec": {"bucket": "x", "accessKeyAssetId": "k"}}),
        "c" => json!({"id": "c", "kind": "compute", "spec": {}}),
        "d" => json!({"id": "d", "kind": "git", "scope": "project", "spec": {"path": "/code"}}),
        _ => return None,
    };
    serde_json::from_value(asset).ok()
}

/// `field: sentence`, one line a violation, or the final spec.
pub fn submitted(effective: &Effective, submission: &str) -> String {
    let resolution = resolve(effective, &value(submission), &assets);
    match evaluate(&resolution).as_slice() {
        [] => resolution.spec().to_string(),
        violations => told(violations),
    }
}

pub fn told(violations: &[Violation]) -> String {
    let line = |v: &Violation| format!("{}: {} [{}]", v.field, v.details(), v.code());
    violations.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Saves `text` at the cluster, beside `others` on one way from the account to a project.
pub fn saved(text: &str, others: &[Layer]) -> SaveReport {
    let scope = source(ScopeLevel::Cluster);
    let (mut above, below): (Vec<Layer>, Vec<Layer>) =
        others.iter().cloned().partition(|layer| layer.source.scope < scope.scope);
    above.push(system(WORKSPACE));
    let below: Vec<_> = (1..=below.len()).map(|to| below[..to].to_vec()).collect();
    let place = SavePlace { of: WORKSPACE, scope: &scope, above: &above, below: &below };
    save(&reading(text), place, Some(&assets))
}

/// Errors and warnings, one line each.
pub fn report(report: &SaveReport) -> String {
    let line = |level: &str, issue: &Issue| {
        let place = issue.place.map(|place| format!(" ({place})")).unwrap_or_default();
        format!("{level} {}{place}: {} [{}]", issue.field, issue.details(), issue.code())
    };
    let errors = report.errors.iter().map(|issue| line("error", issue));
    errors
        .chain(report.warnings.iter().map(|issue| line("warning", issue)))
        .collect::<Vec<_>>()
        .join("\n")
}

/// A value that the field takes, by a number.
pub fn some_value(row: &Field, n: u8) -> Value {
    const TEXTS: [&str; 9] = ["a", "b", "c", "/a", "/b", "1000", "0644", "high", "low"];
    let value = match row.kind {
        Kind::Boolean => json!(n.is_multiple_of(2)),
        Kind::Choice(of) => json!(of[usize::from(n) % of.len()]),
        Kind::Text => {
            let fitting: Vec<_> =
                TEXTS.iter().filter(|text| row.check(&json!(text)).is_ok()).collect();
            json!(fitting.get(usize::from(n) % fitting.len().max(1)).unwrap_or(&&"Memory"))
        }
        Kind::Integer => json!(1 + n % 12),
        Kind::Number if row.check(&json!(2)).is_err() => json!(f64::from(1 + n % 10) / 10.0),
        Kind::Number => json!(f64::from(1 + n % 12) / 2.0),
        Kind::Quantity { .. } => match n % 3 {
            0 => json!(format!("{}G", 1 + n % 12)),
            1 => json!(format!("{}Gi", 1 + n % 12)),
            _ => json!(format!("{}", 1_000_000_000_u64 * u64::from(1 + n % 12))),
        },
        Kind::Array(Some(of)) => json!([of[usize::from(n) % of.len()]]),
        Kind::Array(None) => json!([TEXTS[usize::from(n) % 3]]),
        Kind::Opaque => json!({"k": n % 3}),
    };
    assert_eq!(row.check(&value), Ok(()), "{}", row.path);
    value
}

/// An argument that the rule takes on this unit.
pub fn argument(unit: Unit, kind: RuleKind, n: u8) -> Value {
    let row = catalogue().row(unit);
    match (kind, row) {
        (RuleKind::Options, Some(row)) => {
            let options = [n, n.wrapping_add(1)].map(|n| match some_value(row, n) {
                Value::Array(all) => json!({"value": all[0]}),
                one => json!({"value": one}),
            });
            json!(options)
        }
        (RuleKind::Min, Some(row)) => some_value(row, 0),
        (RuleKind::Max, Some(row)) => some_value(row, 9),
        (RuleKind::Step, Some(row)) if row.kind == Kind::Number => json!(0.5),
        (RuleKind::Step, _) => json!(1 + n % 3),
        (RuleKind::DefaultFrom, _) => json!({"field": "x"}),
        (RuleKind::Locked, _) => json!(["a"]),
        _ => json!(n.is_multiple_of(2)),
    }
}

/// Puts `inner` at a dotted path.
pub fn put(tree: &mut Value, path: &str, inner: Value) {
    let mut at = tree;
    for name in path.split('.') {
        at = at.as_object_mut().expect("a tree").entry(name).or_insert(Value::Object(Map::new()));
    }
    *at = inner;
}

/// A random document: rules, defaults and items of some units.
pub fn documents() -> impl Strategy<Value = Value> {
    let units = catalogue().units();
    let rule = (0..units.len(), any::<u16>(), any::<u8>(), any::<bool>());
    let items = (0..catalogue().lists().count(), 0_u8..3, any::<u8>());
    let rules = proptest::collection::vec(rule, 0..25);
    (rules, proptest::collection::vec(items, 0..4)).prop_map(move |(rules, items)| {
        let mut document = json!({"defaults": {}, "rules": {}});
        for (unit, mask, n, default) in rules {
            one_unit(units[unit], mask, n, default, &mut document);
        }
        for (list, key, n) in items {
            one_item(list, key, n, &mut document);
        }
        document
    })
}

fn one_unit(unit: Unit, mask: u16, n: u8, default: bool, document: &mut Value) {
    let row = catalogue().row(unit);
    // A copy cannot leave out what its items are recognised by.
    let is_key = row.is_some_and(|row| matches!(row.path, "id" | "name"));
    let allowed = |kind: &RuleKind| match row {
        Some(row) => {
            let unfit = *kind == RuleKind::DefaultFrom || (*kind == RuleKind::Blocked && is_key);
            row.allows(*kind) && !unfit
        }
        None => matches!(kind, RuleKind::CanAdd | RuleKind::Locked),
    };
    let chosen = RuleKind::ALL.iter().enumerate();
    let chosen = chosen.filter(|(at, kind)| mask >> at & 1 == 1 && allowed(kind));
    let rule: Map<String, Value> =
        chosen.map(|(_, kind)| (kind.name().to_owned(), argument(unit, *kind, n))).collect();
    let path = catalogue().path(unit);
    let follows = [
        ("compute.cpuCoreRequest", "cpuCoreLimit"),
        ("compute.cpuMemoryRequest", "compute.cpuMemoryLimit"),
        ("backoffLimit", "terminationGracePeriodSeconds"),
    ];
    let mut rule = Value::Object(rule);
    if let Some((_, field)) = follows.iter().find(|(own, _)| *own == path) {
        rule["defaultFrom"] = json!({"field": field, "factor": f64::from(1 + n % 4) / 4.0});
    }
    put(&mut document["rules"], &path, rule);
    if let Some(row) = row.filter(|row| default && row.rules_over.is_none() && row.limits.is_none())
    {
        put(&mut document["defaults"], &path, some_value(row, n));
    }
}

fn one_item(list: usize, key: u8, n: u8, document: &mut Value) {
    let list = catalogue().lists().nth(list).expect("a list");
    let path = catalogue().path(Unit::Instances(list));
    put(&mut document["defaults"], &path, json!([item(list, key, n)]));
}

/// An item with a key out of three, and an attribute or two.
pub fn item(list: domain::policy::catalogue::ListId, key: u8, n: u8) -> Value {
    let attributes = catalogue().list(list).attributes;
    let (at, _) = catalogue().key(list);
    let mut item = json!({});
    let others: Vec<&Field> =
        attributes.iter().filter(|row| row.rules_over.is_none() && !row.source).collect();
    let row = others[usize::from(n) % others.len()];
    put(&mut item, row.path, some_value(row, n));
    put(&mut item, attributes[usize::from(at)].path, json!(["a", "b", "c"][usize::from(key) % 3]));
    item
}

/// A random submission.
pub fn submissions() -> impl Strategy<Value = Value> {
    let fields: Vec<_> = catalogue().fields().collect();
    let field = (0..fields.len(), any::<u8>());
    let items = (
        0..catalogue().lists().count(),
        proptest::collection::btree_set(0_u8..3, 0..3),
        any::<u8>(),
    );
    let given = proptest::collection::vec(field, 0..12);
    (given, proptest::collection::vec(items, 0..3)).prop_map(move |(given, items)| {
        let mut submission = json!({});
        for (id, n) in given {
            let id = fields[id];
            let value = some_value(catalogue().field(id), n);
            put(&mut submission, catalogue().field_path(id), value);
        }
        for (list, keys, n) in items {
            let list = catalogue().lists().nth(list).expect("a list");
            let items: Vec<_> = keys.into_iter().map(|key| item(list, key, n)).collect();
            put(&mut submission, catalogue().list_path(list), json!(items));
        }
        submission
    })
}

/// Policies of some scopes, understood without an error.
pub fn chains() -> impl Strategy<Value = Vec<Layer>> {
    proptest::collection::vec(proptest::option::of(documents()), 4).prop_map(|documents| {
        let scopes = ScopeLevel::ALL.into_iter().skip(1).zip(documents);
        let layers = scopes.filter_map(|(scope, document)| {
            let reading = read_value(&document?, WORKSPACE);
            let fine = reading.errors.is_empty();
            fine.then(|| Layer::new(source(scope), reading.document))
        });
        layers.chain([system(WORKSPACE)]).collect()
    })
}
