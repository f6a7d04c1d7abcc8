//! Where every value of a resolved spec came from (`why.md` §5).

use std::collections::BTreeMap;

use serde_json::Value;

use super::{ItemState, Resolution};
use crate::{
    policy::{
        catalogue::{ListId, Unit},
        item::Item,
        scope::Source,
    },
    submission::{FieldSource, PolicyRule, Sources},
};

fn policy(source: &Source, rule: PolicyRule) -> FieldSource {
    FieldSource::Policy { scope: source.scope, name: source.name.clone(), rule }
}

/// What is told so far.
struct Told<'a> {
    submitted: &'a Sources,
    sources: BTreeMap<String, FieldSource>,
}

impl Told<'_> {
    /// `source` gave the value at `path`, with everything inside it.
    fn by(&mut self, path: &str, value: &Value, source: &FieldSource) {
        leaves("", value, &mut |below| {
            self.sources.insert(format!("{path}{below}"), source.clone());
        });
    }

    /// The submission gave it; there it stood at `was`.
    fn given(&mut self, path: &str, was: &str, value: &Value) {
        leaves("", value, &mut |below| {
            let source = self.submitted.of(&format!("{was}{below}"));
            let source = source.cloned().unwrap_or(FieldSource::You);
            self.sources.insert(format!("{path}{below}"), source);
        });
    }
}

/// The paths of what is no object, as [`Sources`] count it.
fn leaves(path: &str, value: &Value, tell: &mut impl FnMut(&str)) {
    match value {
        Value::Object(members) => {
            for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
                leaves(&format!("{path}.{name}"), value, tell);
            }
        }
        _ => tell(path),
    }
}

impl Resolution<'_> {
    /// The source of every value of [`spec`](Self::spec). `submitted` knows who gave the values of
    /// the submission: a template, an asset.
    pub fn sources(&self, submitted: &Sources) -> Sources {
        let catalogue = self.effective.catalogue;
        let mut told = Told { submitted, sources: BTreeMap::new() };
        for state in &self.fields {
            let Some(value) = &state.value else { continue };
            let path = format!("spec.{}", catalogue.field_path(state.id));
            match (&state.submitted, &state.default) {
                (None, Some((_, source))) => {
                    let rule = self.part(Unit::Field(state.id));
                    told.by(&path, value, &policy(source, rule));
                }
                _ => told.given(&path, &path, value),
            }
        }
        for list in &self.lists {
            let kept = list.items.iter().filter_map(|item| Some((item, item.value.as_ref()?)));
            for (n, (item, value)) in kept.enumerate() {
                self.item_sources(list.id, (n, item), value, &mut told);
            }
        }
        Sources(told.sources)
    }

    fn item_sources(
        &self,
        list: ListId,
        (n, item): (usize, &ItemState),
        value: &Item,
        told: &mut Told<'_>,
    ) {
        let catalogue = self.effective.catalogue;
        let path = format!("spec.{}", catalogue.list_path(list));
        for (at, value) in &value.values {
            let name = catalogue.attribute(list, *at).path;
            let is_at = format!("{path}[{n}].{name}");
            let unit = Unit::Attribute(list, *at);
            let submitted = item.submitted.as_ref().is_some_and(|s| s.values.contains_key(at));
            let by = match &item.imposed_by {
                Some(source) => Some(policy(source, PolicyRule::Imposed)),
                None if submitted => None,
                None => self
                    .attribute_source(unit, item)
                    .map(|source| policy(source, self.item_part(list, item, unit))),
            };
            match by {
                Some(source) => told.by(&is_at, value, &source),
                None => {
                    let was = item.place.unwrap_or(n);
                    told.given(&is_at, &format!("{path}[{was}].{name}"), value);
                }
            }
        }
    }

    /// Who gave the default of an attribute: the default item, else the attribute's own default, else
    /// the rule that computes it.
    pub(in crate::policy) fn attribute_source<'s>(
        &'s self,
        unit: Unit,
        item: &'s ItemState,
    ) -> Option<&'s Source> {
        let of_item = item.default_of.as_deref().filter(|_| self.is_of_item(unit, item));
        let filled = || self.effective.defaults.get(&unit).map(|own| &*own.source);
        let computed = || self.effective.rule(unit).map(|own| &*own.source);
        of_item.or_else(filled).or_else(computed)
    }

    /// Whether the policy's default item itself has the attribute.
    pub(in crate::policy) fn is_of_item(&self, unit: Unit, item: &ItemState) -> bool {
        let Unit::Attribute(list, at) = unit else { return false };
        let items = self.effective.instances.get(&list).into_iter().flatten();
        let mut same = items.filter(|own| own.key.matches(&item.key));
        let nameless = item.key.text().is_none();
        nameless || same.any(|own| own.value.values.contains_key(&at))
    }

    fn part(&self, unit: Unit) -> PolicyRule {
        match self.effective.rule(unit).is_some_and(|own| !own.value.may_edit()) {
            true => PolicyRule::Forced,
            false => PolicyRule::Default,
        }
    }

    fn item_part(&self, list: ListId, item: &ItemState, unit: Unit) -> PolicyRule {
        let rule = self.effective.rule(Unit::Instances(list));
        let locked =
            item.default_of.is_some() && rule.is_some_and(|own| own.value.locks(&item.shown_key()));
        if locked { PolicyRule::Forced } else { self.part(unit) }
    }
}
