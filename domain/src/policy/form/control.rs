//! What the new-workspace form shows for one control (`policies.md` §9.2, `policy-tests.md` §8).
//! Page and tests read it from here; the server evaluates again what is sent.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use crate::policy::{
    catalogue::{Field, ListId, Unit},
    effective::Owned,
    evaluate::locked_by,
    resolve::{ItemState, Resolution},
    rule::{Bound, Choice, Rule},
    scope::Source,
    value::{Kind, gathered, shown},
    violation::{Broken, SourceView, Violation},
};

/// One control. What is `None` does not apply to it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Control {
    /// Typed, else default, else computed default, else the only option.
    pub value: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub editable: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<Vec<OptionView>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<Value>,
    /// Whose rules object is in force.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "source_view")]
    pub source: Option<Source>,
    /// The helper text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Why it cannot be changed, or nothing added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Of a list: whether items may be added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_add: Option<bool>,
    /// Of an item: whether it may be removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removable: Option<bool>,
}

/// A choice open to the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OptionView {
    pub value: String,
    pub label: String,
}

fn source_view<S: serde::Serializer>(source: &Option<Source>, to: S) -> Result<S::Ok, S::Error> {
    source.as_ref().map(SourceView::from).serialize(to)
}

impl From<&Choice> for OptionView {
    fn from(choice: &Choice) -> Self {
        Self { value: choice.value.clone(), label: choice.label().to_owned() }
    }
}

/// Every control that policy or submission mention, by path, items by key.
pub fn controls(resolution: &Resolution<'_>) -> BTreeMap<String, Control> {
    let catalogue = resolution.effective.catalogue;
    let mut controls = BTreeMap::new();
    for id in catalogue.fields() {
        let unit = Unit::Field(id);
        if resolution.field(id).is_some() || resolution.effective.rule(unit).is_some() {
            controls.insert(catalogue.field_path(id).to_owned(), field(resolution, unit));
        }
    }
    for list in mentioned_lists(resolution) {
        let path = catalogue.list_path(list);
        controls.insert(path.to_owned(), list_control(resolution, list));
        for state in resolution.list(list).iter().flat_map(|state| &state.items) {
            let path = format!("{path}[{}]", state.shown_key());
            item_attributes(resolution, list, state, &path, &mut controls);
            controls.insert(path, item_control(resolution, list, state));
        }
    }
    controls
}

/// The control of an attribute in an item that does not exist yet.
pub fn new_attribute(resolution: &Resolution<'_>, list: ListId, at: u8) -> Control {
    let unit = Unit::Attribute(list, at);
    let row = resolution.effective.catalogue.attribute(list, at);
    let default = resolution.effective.defaults.get(&unit).map(|own| &*own.value);
    let mut shown = control(row, resolution.effective.rule(unit), None, default);
    over(resolution, list, row, None, default, &mut shown);
    shown
}

fn mentioned_lists(resolution: &Resolution<'_>) -> BTreeSet<ListId> {
    let of_unit = |unit: &Unit| match unit {
        Unit::Field(_) => None,
        Unit::Instances(list) | Unit::Attribute(list, _) => Some(*list),
    };
    let effective = resolution.effective;
    let ruled = effective.rules.keys().filter_map(of_unit);
    let filled = effective.defaults.keys().filter_map(of_unit);
    gathered(ruled.chain(filled).chain(resolution.lists().iter().map(|list| list.id)))
}

/// The control of a field.
pub(super) fn field(resolution: &Resolution<'_>, unit: Unit) -> Control {
    let Unit::Field(id) = unit else { return Control::default() };
    let state = resolution.field(id);
    let typed = state.and_then(|state| state.submitted.as_ref());
    let default = state.and_then(|state| state.default.as_ref()).map(|(value, _)| value);
    let row = resolution.effective.catalogue.field(id);
    control(row, resolution.effective.rule(unit), typed, default)
}

/// The control of a field or attribute under its rules object.
pub(super) fn control(
    row: &Field,
    own: Option<&Owned<Rule>>,
    typed: Option<&Value>,
    default: Option<&Value>,
) -> Control {
    let value = typed.or(default).cloned();
    let Some(own) = own else {
        return Control {
            value,
            editable: Some(true),
            required: Some(false),
            ..Control::default()
        };
    };
    let rule = &*own.value;
    let written = |bound: &Option<Bound>| bound.as_ref().map(|bound| bound.written.clone());
    let reason = reason(row, own, default);
    let only = || only_option(row.kind, rule);
    Control {
        value: value.or_else(|| reason.is_none().then(only).flatten()),
        editable: Some(reason.is_none()),
        required: Some(rule.is_required()),
        options: rule.options.as_ref().map(|all| all.iter().map(OptionView::from).collect()),
        min: written(&rule.min),
        max: written(&rule.max),
        step: written(&rule.step),
        source: Some((*own.source).clone()),
        help: help(rule),
        reason,
        ..Control::default()
    }
}

/// Why the control is read-only, in the words of the violation that an edit would be.
fn reason(row: &Field, own: &Owned<Rule>, default: Option<&Value>) -> Option<String> {
    let broken = match default {
        _ if own.value.is_blocked() => Broken::Blocked,
        _ if own.value.may_edit() => return None,
        Some(default) => Broken::CanEdit { default: default.clone() },
        None => Broken::NoDefault,
    };
    let source = Some((*own.source).clone());
    Some(Violation { field: row.path.to_owned(), label: row.label, broken, source }.details())
}

fn only_option(kind: Kind, rule: &Rule) -> Option<Value> {
    match (rule.options.as_deref()?, kind) {
        ([only], Kind::Text | Kind::Choice(_)) => Some(Value::from(only.value.as_str())),
        _ => None,
    }
}

fn help(rule: &Rule) -> Option<String> {
    let written = |bound: &Option<Bound>| bound.as_ref().map(|bound| shown(&bound.written));
    range_words(written(&rule.min), written(&rule.max))
}

/// What is told of a range, beside the control.
pub fn range_words(min: Option<String>, max: Option<String>) -> Option<String> {
    match (min, max) {
        (Some(min), Some(max)) => Some(format!("Enter a value between {min} and {max}")),
        (Some(min), None) => Some(format!("Enter a value of at least {min}")),
        (None, Some(max)) => Some(format!("Enter a value of at most {max}")),
        (None, None) => None,
    }
}

/// The control of a list.
pub(super) fn list_control(resolution: &Resolution<'_>, list: ListId) -> Control {
    let section = resolution.effective.catalogue.list(list).section;
    let own = resolution.effective.rule(Unit::Instances(list));
    let can_add = own.is_none_or(|own| own.value.may_add());
    let source = own.map(|own| (*own.source).clone());
    let by = source.as_ref().filter(|_| !can_add);
    let reason =
        by.map(|by| format!("{section} can’t be added. It is disabled by the policy of {by}."));
    Control { can_add: Some(can_add), source, reason, ..Control::default() }
}

/// The control of a whole item.
pub(super) fn item_control(
    resolution: &Resolution<'_>,
    list: ListId,
    state: &ItemState,
) -> Control {
    let catalogue = resolution.effective.catalogue;
    let by = locked_by(resolution, list, state);
    let own = resolution.effective.rule(Unit::Instances(list)).map(|own| &*own.source);
    let value = state.value.as_ref().map(|value| value.to_value(catalogue, list));
    Control {
        value,
        editable: Some(by.is_none()),
        removable: Some(by.is_none()),
        source: by.or(own).cloned(),
        reason: locked_reason(resolution, list, state),
        ..Control::default()
    }
}

/// Why an item stays as it is.
pub(super) fn locked_reason(
    resolution: &Resolution<'_>,
    list: ListId,
    state: &ItemState,
) -> Option<String> {
    let by = locked_by(resolution, list, state)?;
    if state.imposed_by.is_some() {
        return Some(format!("Imposed by the policy of {by}."));
    }
    let label = resolution.effective.catalogue.list(list).section;
    let broken = Broken::LockedChanged { key: state.shown_key() };
    let violation = Violation { field: String::new(), label, broken, source: Some(by.clone()) };
    Some(violation.details())
}

/// The attributes that an item has or that rules govern.
fn item_attributes(
    resolution: &Resolution<'_>,
    list: ListId,
    state: &ItemState,
    path: &str,
    controls: &mut BTreeMap<String, Control>,
) {
    let effective = resolution.effective;
    let locked = locked_reason(resolution, list, state);
    for (at, row) in effective.catalogue.list(list).attributes.iter().enumerate() {
        let at = at as u8;
        let own = effective.rule(Unit::Attribute(list, at)).is_some();
        let ruled = (own && state.imposed_by.is_none())
            || !ruling(resolution, list, row).is_empty()
            || typed(state, at).is_some()
            || state.default.values.contains_key(&at);
        if row.rules_over.is_none() && ruled {
            let shown = attribute(resolution, list, state, at, locked.as_deref());
            controls.insert(format!("{path}.{}", row.path), shown);
        }
    }
}

fn typed(state: &ItemState, at: u8) -> Option<&Value> {
    let typed = state.submitted.as_ref().and_then(|item| item.values.get(&at));
    typed.filter(|_| state.imposed_by.is_none())
}

/// The control of one attribute of an item; `locked` says why the whole item stays as it is.
pub(super) fn attribute(
    resolution: &Resolution<'_>,
    list: ListId,
    state: &ItemState,
    at: u8,
    locked: Option<&str>,
) -> Control {
    let effective = resolution.effective;
    let row = effective.catalogue.attribute(list, at);
    let own = effective.rule(Unit::Attribute(list, at)).filter(|_| state.imposed_by.is_none());
    let (typed, default) = (typed(state, at), state.default.values.get(&at));
    let mut shown = control(row, own, typed, default);
    over(resolution, list, row, typed, default, &mut shown);
    if let Some(reason) = locked {
        shown.editable = Some(false);
        shown.reason.get_or_insert_with(|| reason.to_owned());
    }
    shown
}

/// Rules on whether a user may choose an attribute at all (`customExternalPort`, `customUrl`).
fn ruling<'r>(resolution: &'r Resolution<'_>, list: ListId, row: &Field) -> Vec<&'r Owned<Rule>> {
    let attributes = resolution.effective.catalogue.list(list).attributes.iter().enumerate();
    let ruling = attributes.filter(|(_, ruling)| ruling.rules_over == Some(row.path));
    let units = ruling.map(|(at, _)| Unit::Attribute(list, at as u8));
    units.filter_map(|unit| resolution.effective.rule(unit)).collect()
}

/// Adds what those rules say to the control of the attribute.
fn over(
    resolution: &Resolution<'_>,
    list: ListId,
    row: &Field,
    typed: Option<&Value>,
    default: Option<&Value>,
    shown: &mut Control,
) {
    for own in ruling(resolution, list, row) {
        let ruling = control(row, Some(own), typed, default);
        shown.required = Some(shown.required == Some(true) || ruling.required == Some(true));
        shown.source = shown.source.take().or(ruling.source);
        if ruling.editable == Some(false) {
            shown.editable = Some(false);
            shown.reason = shown.reason.take().or(ruling.reason);
        }
    }
}
