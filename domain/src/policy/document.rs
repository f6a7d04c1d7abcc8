//! A policy document that is understood: defaults, rules and imposed assets of one scope, by the
//! catalogue's units. `read` makes one from a tree.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Map, Value, json};

use super::{
    catalogue::{Catalogue, ListId, Unit},
    item::{Item, put},
    rule::Rule,
};

/// What one scope says about one workload type.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    pub catalogue: &'static Catalogue,
    /// Of fields, and of the attributes that items leave out.
    pub defaults: BTreeMap<Unit, Arc<Value>>,
    /// Items that every workload gets.
    pub instances: BTreeMap<ListId, Vec<Arc<Item>>>,
    pub rules: BTreeMap<Unit, Arc<Rule>>,
    /// Ids of data source assets, each once.
    pub imposed: Vec<String>,
}

impl PartialEq for Catalogue {
    /// There is one catalogue of each type.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Document {
    pub fn empty(catalogue: &'static Catalogue) -> Self {
        Self {
            catalogue,
            defaults: BTreeMap::new(),
            instances: BTreeMap::new(),
            rules: BTreeMap::new(),
            imposed: Vec::new(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.defaults.is_empty()
            && self.instances.is_empty()
            && self.rules.is_empty()
            && self.imposed.is_empty()
    }

    /// The document as it is stored and sent.
    pub fn to_value(&self) -> Value {
        let catalogue = self.catalogue;
        let mut defaults = Map::new();
        for (unit, value) in &self.defaults {
            put(&mut defaults, &catalogue.path(*unit), (**value).clone());
        }
        for (list, items) in &self.instances {
            let items: Value = items.iter().map(|item| item.to_value(catalogue, *list)).collect();
            put(&mut defaults, &catalogue.path(Unit::Instances(*list)), items);
        }
        let mut rules = Map::new();
        for (unit, rule) in &self.rules {
            put(&mut rules, &catalogue.path(*unit), Value::Object(rule.to_value()));
        }
        json!({"defaults": defaults, "rules": rules, "imposedAssets": self.imposed})
    }
}
