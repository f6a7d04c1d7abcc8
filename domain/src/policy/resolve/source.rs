//! Where every value of a resolved spec came from (`why.md` §5).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ItemState, Resolution, platform};
use crate::policy::{
    WorkloadType,
    catalogue::{ListId, Unit},
    scope::{PolicyScope, Source},
    value::gathered,
};

/// Who supplied a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "from")]
pub enum ValueSource {
    /// The submitter.
    You,
    Template {
        name: String,
    },
    Asset {
        name: String,
    },
    Policy {
        scope: PolicyScope,
        name: String,
        rule: PolicyPart,
    },
    ProjectDefault,
    Platform,
}

/// What in a policy supplied it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PolicyPart {
    Default,
    /// A default that cannot be changed.
    Forced,
    Imposed,
}

fn policy(source: &Source, rule: PolicyPart) -> ValueSource {
    ValueSource::Policy { scope: source.scope, name: source.name.clone(), rule }
}

impl Resolution<'_> {
    /// The source of every value of [`final_spec`](Self::final_spec), by path, items by key.
    /// `submitted` says where submitted values really came from: a template, an asset.
    pub fn sources(
        &self,
        submitted: &dyn Fn(&str) -> Option<ValueSource>,
    ) -> BTreeMap<String, ValueSource> {
        let catalogue = self.effective.catalogue;
        let given = |path: &str| submitted(path).unwrap_or(ValueSource::You);
        let mut sources = BTreeMap::new();
        for state in self.fields.iter().filter(|state| state.value.is_some()) {
            let path = catalogue.field_path(state.id);
            let source = match (&state.submitted, &state.default) {
                (None, Some((_, source))) => policy(source, self.part(Unit::Field(state.id))),
                _ => given(path),
            };
            sources.insert(path.to_owned(), source);
        }
        for list in &self.lists {
            for item in &list.items {
                self.item_sources(list.id, item, &given, &mut sources);
            }
        }
        for (path, _) in flat(&platform_values(catalogue.workload_type(), self.spec())) {
            sources.entry(path).or_insert(ValueSource::Platform);
        }
        sources
    }

    fn item_sources(
        &self,
        list: ListId,
        item: &ItemState,
        given: &dyn Fn(&str) -> ValueSource,
        sources: &mut BTreeMap<String, ValueSource>,
    ) {
        let catalogue = self.effective.catalogue;
        let path = format!("{}[{}]", catalogue.list_path(list), item.shown_key());
        for at in item.value.iter().flat_map(|value| value.values.keys()) {
            let path = format!("{path}.{}", catalogue.attribute(list, *at).path);
            let submitted = item.submitted.as_ref().is_some_and(|s| s.values.contains_key(at));
            let unit = Unit::Attribute(list, *at);
            let source = match (&item.imposed_by, submitted) {
                (Some(source), _) => policy(source, PolicyPart::Imposed),
                (None, true) => given(&path),
                (None, false) => match self.attribute_source(unit, item) {
                    Some(source) => policy(source, self.item_part(list, item, unit)),
                    None => given(&path),
                },
            };
            sources.insert(path, source);
        }
    }

    fn attribute_source<'s>(&'s self, unit: Unit, item: &'s ItemState) -> Option<&'s Source> {
        let Unit::Attribute(list, at) = unit else { return None };
        let of_item = self
            .effective
            .instances
            .get(&list)
            .into_iter()
            .flatten()
            .any(|own| own.value.values.contains_key(&at) && own.key.matches(&item.key));
        let nameless = item.key.text().is_none();
        let of_item = item.default_of.as_ref().filter(|_| of_item || nameless);
        let filled = self.effective.defaults.get(&unit).map(|own| &own.source);
        let computed = self.effective.rule(unit).map(|own| &own.source);
        of_item.or(filled).or(computed).map(|source| &**source)
    }

    fn part(&self, unit: Unit) -> PolicyPart {
        match self.effective.rule(unit).is_some_and(|own| !own.value.may_edit()) {
            true => PolicyPart::Forced,
            false => PolicyPart::Default,
        }
    }

    fn item_part(&self, list: ListId, item: &ItemState, unit: Unit) -> PolicyPart {
        let rule = self.effective.rule(Unit::Instances(list));
        let locked =
            item.default_of.is_some() && rule.is_some_and(|own| own.value.locks(&item.shown_key()));
        if locked { PolicyPart::Forced } else { self.part(unit) }
    }
}

/// The values that the platform adds to `spec`.
fn platform_values(of: WorkloadType, spec: Value) -> Map<String, Value> {
    let mut filled = spec.clone();
    platform::fill(of, &mut filled);
    match (filled, spec) {
        (Value::Object(filled), Value::Object(spec)) => {
            gathered(filled.into_iter().filter(|(name, _)| !spec.contains_key(name)))
        }
        _ => Map::new(),
    }
}

fn flat(values: &Map<String, Value>) -> Vec<(String, &Value)> {
    values.iter().map(|(name, value)| (name.clone(), value)).collect()
}
