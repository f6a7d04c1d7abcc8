//! Reconciliation: the policies from the root to a project become one (`policies.md` §5). Adding a
//! scope to the effective policy above it is all there is, so whoever recomputes thousands of
//! projects shares what they have in common.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Map, Value, json};

use super::{
    WorkloadType,
    catalogue::{Catalogue, ListId, Unit},
    document::Document,
    item::{Item, Key, put},
    rule::Rule,
    scope::Source,
    value::gathered,
};

/// The policy of one scope.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    pub source: Arc<Source>,
    pub document: Arc<Document>,
}

impl Layer {
    pub fn new(source: Source, document: Document) -> Self {
        Self { source: Arc::new(source), document: Arc::new(document) }
    }
}

/// A part of an effective policy, and whose it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Owned<T> {
    pub value: Arc<T>,
    pub source: Arc<Source>,
}

/// A default item, what it is recognised by, and whose it is.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnedItem {
    pub key: Key,
    pub value: Arc<Item>,
    pub source: Arc<Source>,
}

/// The only thing a submission is checked against.
#[derive(Clone, Debug, PartialEq)]
pub struct Effective {
    pub catalogue: &'static Catalogue,
    pub defaults: BTreeMap<Unit, Owned<Value>>,
    pub instances: BTreeMap<ListId, Vec<OwnedItem>>,
    pub rules: BTreeMap<Unit, Owned<Rule>>,
    /// Ids of data source assets, and who imposes each; the one nearest to the root.
    pub imposed: Vec<(String, Arc<Source>)>,
}

impl Effective {
    /// Nothing is said at all.
    pub fn empty(of: WorkloadType) -> Self {
        Self {
            catalogue: Catalogue::of(of),
            defaults: BTreeMap::new(),
            instances: BTreeMap::new(),
            rules: BTreeMap::new(),
            imposed: Vec::new(),
        }
    }

    /// Reconciles the policies on the way to one scope, given in any order.
    pub fn of<'a>(of: WorkloadType, layers: impl IntoIterator<Item = &'a Layer>) -> Self {
        let mut layers: Vec<&Layer> = layers.into_iter().collect();
        layers.sort_by_key(|layer| layer.source.scope);
        let mut effective = Self::empty(of);
        layers.into_iter().for_each(|layer| effective.add(layer));
        effective
    }

    /// The effective policy one scope further down.
    pub fn below(&self, layer: &Layer) -> Self {
        let mut effective = self.clone();
        effective.add(layer);
        effective
    }

    fn add(&mut self, layer: &Layer) {
        let Layer { source, document } = layer;
        debug_assert_eq!(document.catalogue.workload_type(), self.catalogue.workload_type());
        for (unit, value) in &document.defaults {
            let own = Owned { value: value.clone(), source: source.clone() };
            self.defaults.insert(*unit, own);
        }
        for (list, items) in &document.instances {
            let into = self.instances.entry(*list).or_default();
            items.iter().for_each(|item| add_item(self.catalogue, *list, into, item, source));
        }
        for (unit, rule) in &document.rules {
            if self.loses(*unit, source) {
                continue;
            }
            let own = Owned { value: rule.clone(), source: source.clone() };
            self.rules.insert(*unit, own);
        }
        let known: BTreeSet<String> = gathered(self.imposed.iter().map(|(id, _)| id.clone()));
        let new = document.imposed.iter().filter(|id| !known.contains(*id));
        self.imposed.extend(new.map(|id| (id.clone(), source.clone())));
    }

    /// Whether a rules object of `source`, further down, loses to the one that is in force
    /// (`policies.md` §5.2).
    pub fn loses(&self, unit: Unit, source: &Source) -> bool {
        let standing = self.rules.get(&unit).map(|rule| &rule.source);
        self.catalogue.is_strict(unit)
            && !source.is_system()
            && standing.is_some_and(|standing| !standing.is_system())
    }

    /// The rules object of a unit.
    pub fn rule(&self, unit: Unit) -> Option<&Owned<Rule>> {
        self.rules.get(&unit)
    }

    /// Whether any policy of a scope took part, not only the platform's own.
    pub fn is_explicit(&self) -> bool {
        let rules = self.rules.values().map(|own| &own.source);
        let defaults = self.defaults.values().map(|own| &own.source);
        let items = self.instances.values().flatten().map(|own| &own.source);
        let imposed = self.imposed.iter().map(|(_, source)| source);
        rules.chain(defaults).chain(items).chain(imposed).any(|source| !source.is_system())
    }

    /// The effective policy as it is sent; `source_of` writes `sourceOfRule`.
    pub fn to_value(&self, source_of: impl Fn(&Source) -> Value) -> Value {
        let catalogue = self.catalogue;
        let (mut defaults, mut rules) = (Map::new(), Map::new());
        for (unit, own) in &self.defaults {
            put(&mut defaults, &catalogue.path(*unit), (*own.value).clone());
        }
        for (list, items) in &self.instances {
            let items = items.iter().map(|own| own.value.to_value(catalogue, *list)).collect();
            put(&mut defaults, &catalogue.path(Unit::Instances(*list)), items);
        }
        for (unit, own) in &self.rules {
            let mut rule = own.value.to_value();
            rule.insert("sourceOfRule".into(), source_of(&own.source));
            put(&mut rules, &catalogue.path(*unit), Value::Object(rule));
        }
        let imposed: Vec<_> = self.imposed.iter().map(|(id, _)| id).collect();
        json!({"defaults": defaults, "rules": rules, "imposedAssets": imposed})
    }
}

/// `sourceOfRule` without ids: the scope, and whether it is the platform's own rule.
pub fn source_of_rule(source: &Source) -> Value {
    match source.is_system() {
        true => json!({"scope": source.scope, "isFallback": true}),
        false => json!({"scope": source.scope}),
    }
}

/// The closest scope's item of a key wins as a whole (`policies.md` §13, 7).
fn add_item(
    catalogue: &Catalogue,
    list: ListId,
    into: &mut Vec<OwnedItem>,
    item: &Arc<Item>,
    source: &Arc<Source>,
) {
    let key = item.key(catalogue, list);
    let standing = into.iter_mut().find(|known| known.key.matches(&key));
    let own = OwnedItem { key, value: item.clone(), source: source.clone() };
    match standing {
        Some(known) => *known = own,
        None => into.push(own),
    }
}
