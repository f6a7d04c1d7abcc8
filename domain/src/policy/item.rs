//! One item of a list, taken apart into its attributes, and the key by which items are recognised
//! (`policies.md` §3.6).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    catalogue::{Catalogue, Entry, ListId, Section},
    value::shown,
};

/// Attribute values by their place in the list's row. What is null or unknown is not there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    pub values: BTreeMap<u8, Value>,
}

/// What an item is recognised by. Different variants never match.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    Named(String),
    /// Of an item without a name.
    Natural(String),
    /// Nothing; matches no other item.
    None,
}

impl Key {
    /// The text that `locked` and paths use.
    pub fn text(&self) -> Option<&str> {
        match self {
            Key::Named(text) | Key::Natural(text) => Some(text),
            Key::None => None,
        }
    }

    /// Whether both mean the same item.
    pub fn matches(&self, other: &Self) -> bool {
        *self != Key::None && self == other
    }

    /// The key in paths and messages; the `n`th item of its list when it has none.
    pub fn shown(&self, n: usize) -> String {
        self.text().map_or_else(|| format!("#{n}"), str::to_owned)
    }
}

impl Item {
    /// Takes a submitted item apart. Unknown attributes are dropped, as `rest-api.md` §0 says.
    pub fn read(catalogue: &Catalogue, list: ListId, value: &Value) -> Self {
        let mut item = Self::default();
        if let Value::Object(members) = value {
            item.fill(catalogue, list, catalogue.attributes(list), members);
        }
        item
    }

    fn fill(
        &mut self,
        catalogue: &Catalogue,
        list: ListId,
        section: &Section,
        members: &Map<String, Value>,
    ) {
        for (name, entry) in section {
            match (entry, members.get(*name)) {
                (_, None | Some(Value::Null)) => {}
                (Entry::Attribute(at), Some(value)) => {
                    let row = catalogue.attribute(list, *at);
                    if row.rules_over.is_none() {
                        self.values.insert(*at, row.kind.on_the_wire(value));
                    }
                }
                (Entry::Section(inner), Some(Value::Object(members))) => {
                    self.fill(catalogue, list, inner, members);
                }
                _ => {}
            }
        }
    }

    pub fn key(&self, catalogue: &Catalogue, list: ListId) -> Key {
        let (key, natural) = catalogue.key(list);
        match self.values.get(&key).map(shown).filter(|name| !name.is_empty()) {
            Some(name) => Key::Named(name),
            None if !natural.iter().any(|at| self.values.contains_key(at)) => Key::None,
            None => {
                let parts = natural.iter().map(|at| self.values.get(at).map(shown));
                Key::Natural(parts.map(Option::unwrap_or_default).collect::<Vec<_>>().join("|"))
            }
        }
    }

    /// Puts one attribute, and takes out the other sources that it replaces.
    pub fn set(&mut self, catalogue: &Catalogue, list: ListId, at: u8, value: Value) {
        let row = catalogue.attribute(list, at);
        if row.source {
            let own = group(row.path);
            self.values.retain(|other, _| {
                let other = catalogue.attribute(list, *other);
                !other.source || group(other.path) == own
            });
        }
        self.values.insert(at, value);
    }

    /// The item as the wire writes it.
    pub fn to_value(&self, catalogue: &Catalogue, list: ListId) -> Value {
        let mut members = Map::new();
        for (at, value) in &self.values {
            put(&mut members, catalogue.attribute(list, *at).path, value.clone());
        }
        Value::Object(members)
    }
}

fn group(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

/// Puts `value` at a dotted path, making the objects on the way.
pub fn put(members: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            members.insert(path.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = members.entry(first).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

/// The value at a dotted path; null counts as absent.
pub fn get<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let found = path.split('.').try_fold(value, |value, name| value.get(name));
    found.filter(|found| !found.is_null())
}
