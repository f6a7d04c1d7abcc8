//! Fields outside lists: submitted, static default, computed default (`policies.md` §6, phases 3
//! and 5).

use std::sync::Arc;

use serde_json::Value;

use crate::policy::{
    catalogue::{FieldId, Unit},
    effective::Effective,
    item::get,
    rule::DefaultFrom,
    scope::Source,
    value::scaled,
};

/// What is known about one field.
#[derive(Clone, Debug)]
pub struct FieldState {
    pub id: FieldId,
    /// What the submission says; never null.
    pub submitted: Option<Value>,
    /// What the policy would give: the static default, else the computed one.
    pub default: Option<(Value, Arc<Source>)>,
    /// What it is in the end.
    pub value: Option<Value>,
}

pub fn resolve(effective: &Effective, submission: &Value) -> Vec<FieldState> {
    let catalogue = effective.catalogue;
    let mut states = Vec::new();
    for id in catalogue.fields() {
        let unit = Unit::Field(id);
        let submitted = get(submission, catalogue.field_path(id));
        let submitted = submitted.map(|value| catalogue.field(id).kind.on_the_wire(value));
        let default = effective.defaults.get(&unit);
        let default = default.map(|own| ((*own.value).clone(), own.source.clone()));
        let follows = default_from(effective, unit).is_some();
        if submitted.is_some() || default.is_some() || follows {
            let static_default = default.as_ref().map(|(value, _)| value.clone());
            let value = submitted.clone().or(static_default);
            states.push(FieldState { id, submitted, default, value });
        }
    }
    compute(effective, &mut states);
    states
}

pub fn default_from(effective: &Effective, unit: Unit) -> Option<(&DefaultFrom, &Arc<Source>)> {
    let own = effective.rule(unit)?;
    own.value.default_from.as_ref().map(|from| (from, &own.source))
}

/// Computed defaults in the order in which they depend on each other: each pass fills those whose
/// source is known. A circle stays empty.
fn compute(effective: &Effective, states: &mut [FieldState]) {
    for _ in 0..states.len() {
        let mut changed = false;
        for at in 0..states.len() {
            if states[at].default.is_some() {
                continue;
            }
            let Some(computed) = computed(effective, states, states[at].id) else { continue };
            states[at].value.get_or_insert_with(|| computed.0.clone());
            states[at].default = Some(computed);
            changed = true;
        }
        if !changed {
            return;
        }
    }
}

fn computed(
    effective: &Effective,
    states: &[FieldState],
    id: FieldId,
) -> Option<(Value, Arc<Source>)> {
    let (from, source) = default_from(effective, Unit::Field(id))?;
    let Unit::Field(target) = from.target else { return None };
    let at = states.binary_search_by_key(&target, |state| state.id).ok()?;
    let value = states[at].value.as_ref()?;
    let exact = effective.catalogue.field(target).kind.exact(value)?;
    let kind = effective.catalogue.field(id).kind;
    Some((scaled(kind, exact, from.factor(), value)?, source.clone()))
}
