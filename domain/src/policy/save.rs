//! Saving a policy: what it means among the others (`policies.md` §7, checks 7 to 10). Whether the
//! document can be understood at all, `read` has said before.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    WorkloadType,
    asset::Assets,
    catalogue::{Field, ListId, Unit},
    document::Document,
    effective::{Effective, Layer, Owned},
    evaluate::values::{is_filled, value_rules},
    issue::{Fault, ImposedFault, Issue},
    item::Item,
    lockout::lockout,
    read::{NO_CIRCLE, Reading, circular},
    resolve::fill,
    rule::{Rule, RuleKind},
    scope::Source,
    value::shown,
    violation::{Broken, Violation},
};

/// What saving says. Warnings do not refuse.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SaveReport {
    pub errors: Vec<Issue>,
    pub warnings: Vec<Issue>,
}

impl SaveReport {
    pub fn is_accepted(&self) -> bool {
        self.errors.is_empty()
    }
}

/// Where a policy is to be saved.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub of: WorkloadType,
    pub scope: &'a Source,
    /// The policies of the scopes above, the built-in one included.
    pub above: &'a [Layer],
    /// For each policy of a scope below: the policies on the way down to it, itself the last.
    pub below: &'a [Vec<Layer>],
}

/// All checks on what was read. `assets` finds an asset by id; without it, check 9 is left out.
pub fn save(reading: &Reading, place: Place<'_>, assets: Option<Assets<'_>>) -> SaveReport {
    let mut report =
        SaveReport { errors: reading.errors.clone(), warnings: reading.warnings.clone() };
    if let Some(assets) = assets {
        report.errors.extend(imposed(&reading.document, place.scope, assets));
    }
    if reading.errors.iter().all(Issue::is_readable) {
        let own = Layer::new(place.scope.clone(), reading.document.clone());
        let above = Effective::of(place.of, place.above);
        let here = above.below(&own);
        report.errors.extend(circles(&here, &own));
        report.errors.extend(compliance(&here, &own.document));
        report.warnings.extend(locked(&here, &own));
        report.warnings.extend(shadowed(&above, &own));
        report.warnings.extend(descendants(place, &above, &here));
        report.warnings.extend(locked_out((&above, &here), &own, assets.unwrap_or(&|_| None)));
    }
    report
}

/// Check 5 again, over the scopes: a default that follows itself.
fn circles(here: &Effective, own: &Layer) -> Vec<Issue> {
    let rules = here.rules.iter().map(|(unit, rule)| (*unit, rule.value.clone())).collect();
    let within: BTreeSet<Unit> = circular(&own.document.rules).into_iter().collect();
    let is_own = |unit: &Unit| here.rules.get(unit).is_some_and(|rule| rule.source == own.source);
    let circles =
        circular(&rules).into_iter().filter(|unit| is_own(unit) && !within.contains(unit));
    let issue = |unit| {
        let fault = Fault::Argument(NO_CIRCLE.to_owned());
        Issue::new(here.catalogue.path(unit), fault, None).with_rule(RuleKind::DefaultFrom)
    };
    circles.map(issue).collect()
}

/// Check 7: defaults of its own against the rules in force.
fn compliance(here: &Effective, document: &Document) -> Vec<Issue> {
    let breach = |breach: Breach| {
        let Breach { field, value, broken, source } = breach;
        let rule = broken.rule();
        let issue = Issue::new(field, Fault::Compliance { value, broken }, None);
        Issue { rule, ..issue }.with_source(source)
    };
    breaches(here, document).into_iter().map(breach).collect()
}

/// A default that breaks a rule.
#[derive(Clone, Debug, PartialEq)]
struct Breach {
    field: String,
    value: Option<String>,
    broken: Broken,
    source: Source,
}

fn breaches(here: &Effective, document: &Document) -> Vec<Breach> {
    let catalogue = here.catalogue;
    let mut found = Vec::new();
    for (unit, value) in &document.defaults {
        if let (Some(row), Some(own)) = (catalogue.row(*unit), here.rule(*unit)) {
            breach(row, own, Some(value), || catalogue.path(*unit), &mut found);
        }
    }
    for (list, items) in &document.instances {
        for (n, item) in items.iter().enumerate() {
            let key = item.key(catalogue, *list).shown(n);
            let path = format!("{}[{key}]", catalogue.list_path(*list));
            item_breaches(here, *list, item, &path, &mut found);
        }
    }
    found
}

fn breach(
    row: &Field,
    own: &Owned<Rule>,
    value: Option<&Value>,
    path: impl Fn() -> String,
    found: &mut Vec<Breach>,
) {
    let missing = own.value.is_required() && !value.is_some_and(|value| is_filled(row, value));
    let of_value = value.iter().flat_map(|value| value_rules(row.kind, &own.value, value));
    for broken in missing.then_some(Broken::Required).into_iter().chain(of_value) {
        let value = value.map(shown);
        found.push(Breach { field: path(), value, broken, source: (*own.source).clone() });
    }
}

/// What an own default item has itself, and what it lacks once it is filled up.
fn item_breaches(here: &Effective, list: ListId, item: &Item, path: &str, found: &mut Vec<Breach>) {
    let mut filled = item.clone();
    fill(here, list, &mut filled, None);
    let range = Unit::Attribute(list, 0)..=Unit::Attribute(list, u8::MAX);
    for (unit, own) in here.rules.range(range) {
        let Unit::Attribute(_, at) = *unit else { continue };
        let ruled = here.catalogue.attribute(list, at);
        let over = ruled.rules_over.and_then(|name| here.catalogue.attribute_named(list, name));
        let at = over.unwrap_or(at);
        let row = here.catalogue.attribute(list, at);
        let value = item.values.get(&at);
        if value.is_some() || !filled.values.contains_key(&at) {
            breach(row, own, value, || format!("{path}.{}", row.path), found);
        }
    }
}

/// Check 8: locked keys that no default item has.
fn locked(here: &Effective, own: &Layer) -> Vec<Issue> {
    let mut found = Vec::new();
    for (unit, rule) in &own.document.rules {
        let Unit::Instances(list) = *unit else { continue };
        if here.rule(*unit).is_none_or(|winner| winner.source != own.source) {
            continue;
        }
        let items = here.instances.get(&list).into_iter().flatten();
        let keys: BTreeSet<_> = items.filter_map(|item| item.key.text()).collect();
        let has = |key: &&String| keys.contains(key.as_str());
        let missing: Vec<_> =
            rule.locked.iter().flatten().filter(|key| !has(key)).cloned().collect();
        if !missing.is_empty() {
            let fault = Fault::Locked { keys: missing };
            let issue = Issue::new(here.catalogue.path(*unit), fault, None);
            found.push(issue.with_rule(RuleKind::Locked));
        }
    }
    found
}

/// Check 9: only data sources that can be seen and need no credentials.
fn imposed(document: &Document, scope: &Source, assets: Assets<'_>) -> Vec<Issue> {
    let fault = |id: &String| match assets(id).filter(|asset| asset.scope <= scope.scope) {
        None => Some(ImposedFault::Unknown { id: id.clone() }),
        Some(asset) if !asset.is_data_source() => {
            Some(ImposedFault::NoDataSource { id: id.clone() })
        }
        Some(asset) => {
            asset.has_credentials().then(|| ImposedFault::Credentials { id: id.clone() })
        }
    };
    let faults = document.imposed.iter().filter_map(fault);
    faults.map(|fault| Issue::new("imposedAssets", Fault::Imposed(fault), None)).collect()
}

/// Check 10, first half: own rules that lose (`policies.md` §5.4).
fn shadowed(above: &Effective, own: &Layer) -> Vec<Issue> {
    let lost = own.document.rules.keys().filter(|unit| above.loses(**unit, &own.source));
    let issue = |unit: &Unit| {
        let by = &above.rule(*unit)?.source;
        let issue = Issue::new(above.catalogue.path(*unit), Fault::Shadowed, None);
        Some(issue.with_source((**by).clone()))
    };
    lost.filter_map(issue).collect()
}

/// What this policy takes away the last way to get right.
fn locked_out(
    (above, here): (&Effective, &Effective),
    own: &Layer,
    assets: Assets<'_>,
) -> Vec<Issue> {
    let standing = lockout(above, assets);
    let new = lockout(here, assets).into_iter().filter(|violation| !standing.contains(violation));
    let issue = |violation: Violation| {
        let fault = Fault::LockedOut { why: violation.details() };
        let source = violation.source.unwrap_or_else(|| (*own.source).clone());
        Issue::new(violation.field, fault, None).with_source(source)
    };
    new.map(issue).collect()
}

/// Check 10, second half: defaults further down that break a rule from now on.
fn descendants(place: Place<'_>, above: &Effective, here: &Effective) -> Vec<Issue> {
    let mut found = Vec::new();
    for way in place.below {
        let Some(layer) = way.last() else { continue };
        let down = |from: &Effective| way.iter().fold(from.clone(), |at, layer| at.below(layer));
        let standing = breaches(&down(above), &layer.document);
        let coming = breaches(&down(here), &layer.document);
        let new = coming.into_iter().filter(|breach| !standing.contains(breach));
        found.extend(new.map(|breach| descendant(&layer.source, breach)));
    }
    found
}

fn descendant(of: &Source, breach: Breach) -> Issue {
    let Breach { field, value, broken, source } = breach;
    let rule = broken.rule();
    let fault = Fault::Descendant { of: of.clone(), value, broken };
    Issue { rule, ..Issue::new(field, fault, None) }.with_source(source)
}

/// The defaults of a stored policy that break the rules now in force at its scope: what its
/// `status.validation.errorMessage` says. `None` when all is well.
pub fn standing_problem(here: &Effective, document: &Document) -> Option<String> {
    let issues = compliance(here, document);
    let lines: Vec<String> = issues.iter().map(Issue::details).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
