//! `expect` (`policy-tests.md` §4): what must hold, and what of it does not.

use std::collections::BTreeMap;

use crate::{ScopeLevel, policy::catalogue::Catalogue};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    case::Case,
    matching::{At, compare, shown},
    path,
};

/// Every key given must hold.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    accepted: Option<bool>,
    issues: Option<Vec<IssueLike>>,
    spec: Option<Value>,
    absent: Option<Vec<String>>,
    effective: Option<EffectiveLike>,
    save: Option<SaveLike>,
    form: Option<BTreeMap<String, ControlLike>>,
}

/// An issue; what it leaves out is not compared.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct IssueLike {
    field: Option<String>,
    rule: Option<String>,
    code: Option<String>,
    details: Option<String>,
    source: Option<SourceLike>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceLike {
    scope: Option<String>,
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct EffectiveLike {
    defaults: Option<Value>,
    rules: Option<Value>,
    imposed_assets: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SaveLike {
    scope: ScopeLevel,
    accepted: Option<bool>,
    errors: Option<Vec<IssueLike>>,
    warnings: Option<Vec<IssueLike>>,
}

/// Keys of `policy-tests.md` §8, each as it was written, null included.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
struct ControlLike(Map<String, Value>);

const CONTROL: [&str; 12] = [
    "value",
    "editable",
    "required",
    "options",
    "min",
    "max",
    "step",
    "source",
    "help",
    "reason",
    "canAdd",
    "removable",
];

impl TryFrom<Map<String, Value>> for ControlLike {
    type Error = String;

    fn try_from(members: Map<String, Value>) -> Result<Self, String> {
        match members.keys().find(|key| !CONTROL.contains(&key.as_str())) {
            Some(key) => {
                Err(format!("unknown field `{key}`, a control has {}", CONTROL.join(", ")))
            }
            None => Ok(Self(members)),
        }
    }
}

impl Expect {
    /// The first key that makes sense only when something is submitted.
    pub fn needs_submission(&self) -> Option<&'static str> {
        let keys = [
            ("accepted", self.accepted.is_some()),
            ("issues", self.issues.is_some()),
            ("spec", self.spec.is_some()),
            ("absent", self.absent.is_some()),
        ];
        keys.into_iter().find(|(_, given)| *given).map(|(key, _)| key)
    }
}

/// What does not hold, as `path: expected X, found Y`.
pub fn differences(case: &Case, actual: &Value) -> Vec<String> {
    let expect = &case.expect;
    let mut found = Differences { catalogue: Catalogue::of(case.workload_type), told: Vec::new() };
    if let Some(accepted) = expect.accepted {
        found.truth("accepted", accepted, &actual["accepted"]);
    }
    if let Some(issues) = &expect.issues {
        found.issues("issues", issues, &actual["issues"]);
    }
    if let Some(spec) = &expect.spec {
        found.compare("spec", spec, &actual["spec"], At::spec(found.catalogue));
    }
    for path in expect.absent.iter().flatten() {
        found.absent(path, &actual["spec"]);
    }
    if let Some(effective) = &expect.effective {
        found.effective(effective, &actual["effective"]);
    }
    if let Some(save) = &expect.save {
        found.save(save, &actual["save"]);
    }
    for (path, control) in expect.form.iter().flatten() {
        found.control(path, control, &actual["form"]);
    }
    found.told
}

struct Differences {
    catalogue: &'static Catalogue,
    told: Vec<String>,
}

impl Differences {
    fn add(&mut self, path: &str, expected: &str, found: &str) {
        self.told.push(format!("{path}: expected {expected}, found {found}"));
    }

    fn truth(&mut self, path: &str, expected: bool, actual: &Value) {
        if *actual != Value::Bool(expected) {
            self.add(path, &expected.to_string(), &shown(actual));
        }
    }

    fn compare(&mut self, path: &str, expected: &Value, actual: &Value, at: At) {
        compare(path, expected, actual, at, &mut self.told);
    }

    fn absent(&mut self, path: &str, spec: &Value) {
        let value = path::lookup(self.catalogue, spec, path);
        if let Some(value) =
            value.filter(|value| value.as_array().is_none_or(|all| !all.is_empty()))
        {
            self.add(&format!("spec.{path}"), "no value", &shown(value));
        }
    }

    fn effective(&mut self, expected: &EffectiveLike, actual: &Value) {
        let EffectiveLike { defaults, rules, imposed_assets } = expected;
        if let Some(defaults) = defaults {
            let at = At::defaults(self.catalogue);
            self.compare("effective.defaults", defaults, &actual["defaults"], at);
        }
        if let Some(rules) = rules {
            let at = At::rules(self.catalogue);
            self.compare("effective.rules", rules, &actual["rules"], at);
        }
        if let Some(imposed) = imposed_assets {
            let path = "effective.imposedAssets";
            self.compare(path, imposed, &actual["imposedAssets"], At::Plain);
        }
    }

    fn save(&mut self, expected: &SaveLike, actual: &Value) {
        let path = format!("save.{}", expected.scope.name());
        let report = &actual[expected.scope.name()];
        if report.is_null() {
            return self.add(&path, "a policy of that scope", "none");
        }
        if let Some(accepted) = expected.accepted {
            self.truth(&format!("{path}.accepted"), accepted, &report["accepted"]);
        }
        if let Some(errors) = &expected.errors {
            self.issues(&format!("{path}.errors"), errors, &report["errors"]);
        }
        if let Some(warnings) = &expected.warnings {
            self.issues(&format!("{path}.warnings"), warnings, &report["warnings"]);
        }
    }

    /// Exactly these, in any order: each expected one needs a partner of its own.
    fn issues(&mut self, path: &str, expected: &[IssueLike], actual: &Value) {
        let Some(actual) = actual.as_array() else {
            return self.add(path, "a list", &shown(actual));
        };
        let mut partner_of: Vec<Option<usize>> = vec![None; actual.len()];
        for n in 0..expected.len() {
            let mut tried = vec![false; actual.len()];
            if !pair(n, expected, actual, &mut partner_of, &mut tried) {
                self.add(&format!("{path}[{n}]"), &expected[n].shown(), "no such entry");
            }
        }
        let alone = actual.iter().zip(&partner_of).filter(|(_, partner)| partner.is_none());
        for (issue, _) in alone.collect::<Vec<_>>() {
            self.add(path, "no other entry", &shown(issue));
        }
    }

    fn control(&mut self, path: &str, expected: &ControlLike, actual: &Value) {
        let shown_path = format!("form[{path}]");
        let control = match &actual[path] {
            Value::Null if actual.is_null() => return self.add(&shown_path, "a control", "null"),
            control => control,
        };
        let at = At::control(path::kind(self.catalogue, path));
        for (key, wanted) in &expected.0 {
            let missing = match key.as_str() {
                "editable" | "canAdd" | "removable" => Value::Bool(true),
                "required" => Value::Bool(false),
                _ => Value::Null,
            };
            let found = control.get(key).filter(|found| !found.is_null()).unwrap_or(&missing);
            let below = format!("{shown_path}.{key}");
            match wanted.is_null() {
                true => self.compare(&below, wanted, &control[key.as_str()], At::Plain),
                false => self.compare(&below, wanted, found, at.member(key)),
            }
        }
    }
}

/// Finds a partner for the `n`th expected issue, moving others to another one where that helps.
fn pair(
    n: usize,
    expected: &[IssueLike],
    actual: &[Value],
    partner_of: &mut [Option<usize>],
    tried: &mut [bool],
) -> bool {
    for (at, issue) in actual.iter().enumerate() {
        if tried[at] || !expected[n].matches(issue) {
            continue;
        }
        tried[at] = true;
        let free = match partner_of[at] {
            None => true,
            Some(other) => pair(other, expected, actual, partner_of, tried),
        };
        if free {
            partner_of[at] = Some(n);
            return true;
        }
    }
    false
}

impl IssueLike {
    fn matches(&self, actual: &Value) -> bool {
        let same = |wanted: &Option<String>, key: &str| {
            wanted.as_ref().is_none_or(|wanted| actual[key] == wanted.as_str())
        };
        let source = self.source.as_ref().is_none_or(|source| {
            let actual = &actual["source"];
            let same = |wanted: &Option<String>, key: &str| {
                wanted.as_ref().is_none_or(|wanted| actual[key] == wanted.as_str())
            };
            same(&source.scope, "scope") && same(&source.name, "name")
        });
        same(&self.field, "field")
            && same(&self.rule, "rule")
            && same(&self.code, "code")
            && same(&self.details, "details")
            && source
    }

    fn shown(&self) -> String {
        let parts = [
            ("field", &self.field),
            ("rule", &self.rule),
            ("code", &self.code),
            ("details", &self.details),
        ];
        let mut given: Vec<String> = parts
            .into_iter()
            .filter_map(|(key, value)| Some(format!("{key}: {}", value.as_ref()?)))
            .collect();
        if let Some(SourceLike { scope, name }) = &self.source {
            let of = scope.iter().chain(name).cloned().collect::<Vec<_>>().join(" ");
            given.push(format!("source: {of}"));
        }
        format!("{{{}}}", given.join(", "))
    }
}
