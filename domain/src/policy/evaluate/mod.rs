//! Phase 6: the rules, on what was submitted and on what came of it (`policies.md` §6.1). All
//! violations are found, in the order of the catalogue.

mod items;
pub use items::locked_by;
pub mod values;

use serde_json::Value;

use super::{
    catalogue::{Field, Unit},
    effective::Owned,
    resolve::Resolution,
    rule::Rule,
    scope::Source,
    violation::{Broken, Violation},
};
use values::{is_filled, value_rules};

/// Everything that the submission breaks; nothing means that it is accepted.
pub fn evaluate(resolution: &Resolution<'_>) -> Vec<Violation> {
    let catalogue = resolution.effective.catalogue;
    let mut found = Vec::new();
    for (unit, own) in &resolution.effective.rules {
        let Unit::Field(id) = *unit else { break };
        let state = resolution.field(id);
        let governed = Governed {
            row: catalogue.field(id),
            submitted: state.and_then(|state| state.submitted.as_ref()),
            default: state.and_then(|state| state.default.as_ref()).map(|(value, _)| value),
            value: state.and_then(|state| state.value.as_ref()),
        };
        let field = || catalogue.field_path(id).to_owned();
        found.extend(governed.broken(&own.value).into_iter().map(|broken| Violation {
            field: field(),
            label: governed.row.label,
            broken,
            source: Some((*own.source).clone()),
        }));
    }
    items::evaluate(resolution, &mut found);
    found
}

/// The violations of what `resolution` was submitted with, and nothing of what it lacks: whether an
/// asset or a template complies (`policies.md` §8).
pub fn evaluate_submitted(resolution: &Resolution<'_>) -> Vec<Violation> {
    let catalogue = resolution.effective.catalogue;
    let fields = resolution.fields().iter().filter(|state| state.submitted.is_some());
    let mut mentioned: Vec<String> =
        fields.map(|state| catalogue.field_path(state.id).to_owned()).collect();
    for list in resolution.lists() {
        let items = list.items.iter().filter(|item| item.submitted.is_some());
        let path = catalogue.list_path(list.id);
        mentioned.extend(items.map(|item| format!("{path}[{}]", item.shown_key())));
    }
    let is_mentioned = |violation: &Violation| {
        mentioned.iter().any(|path| {
            let rest = violation.field.strip_prefix(path.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    evaluate(resolution).into_iter().filter(is_mentioned).collect()
}

/// One field or attribute under a rules object.
struct Governed<'a> {
    row: &'a Field,
    submitted: Option<&'a Value>,
    /// The effective default.
    default: Option<&'a Value>,
    /// The final value.
    value: Option<&'a Value>,
}

impl Governed<'_> {
    /// In the order of `policies.md` §6.1: after `blocked` or `canEdit` nothing else is told.
    fn broken(&self, rule: &Rule) -> Vec<Broken> {
        if let Some(broken) = self.untouchable(rule) {
            return vec![broken];
        }
        let missing =
            rule.is_required() && !self.value.is_some_and(|value| is_filled(self.row, value));
        let mut broken = Vec::new();
        if missing {
            broken.push(Broken::Required);
        }
        if let Some(value) = self.value {
            broken.extend(value_rules(self.row.kind, rule, value));
        }
        broken
    }

    fn untouchable(&self, rule: &Rule) -> Option<Broken> {
        let submitted = self.submitted?;
        if rule.is_blocked() {
            return Some(Broken::Blocked);
        }
        match self.default {
            _ if rule.may_edit() => None,
            Some(default) if self.row.kind.same(submitted, default) => None,
            Some(default) => Some(Broken::CanEdit { default: default.clone() }),
            None => Some(Broken::NoDefault),
        }
    }
}

fn source_of(own: &Owned<Rule>) -> Option<Source> {
    Some((*own.source).clone())
}
