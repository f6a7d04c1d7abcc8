//! When two values count as equal (`policy-tests.md` §7). Where in a spec or policy one stands
//! decides: whether it is a quantity, an item with a key, a rules object with its defaults.

use crate::policy::{
    Kind,
    catalogue::{Catalogue, Entry, ListId, Section},
    quantity,
};
use serde_json::Value;

const TOLERANCE: f64 = 1e-9;

/// What stands where two values are compared.
#[derive(Clone, Copy, Debug)]
pub enum At {
    Tree(Tree, &'static Section),
    /// The items of a list.
    Items(&'static Catalogue, ListId),
    /// Members of an item, or of its attribute defaults.
    Attributes(Tree, ListId, &'static Section),
    /// `{instances, attributes}`.
    List(Tree, ListId),
    /// A rules object, with the kind of what it rules.
    Rule(Option<Kind>),
    DefaultFrom,
    Control(Option<Kind>),
    Value(Option<Kind>),
    /// Nothing that needs to be known.
    Plain,
}

/// Which of three trees of the same shape.
#[derive(Clone, Copy, Debug)]
pub struct Tree {
    catalogue: &'static Catalogue,
    leaves: Leaves,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leaves {
    Spec,
    Defaults,
    Rules,
}

impl At {
    pub fn spec(catalogue: &'static Catalogue) -> Self {
        Self::Tree(Tree { catalogue, leaves: Leaves::Spec }, catalogue.root())
    }

    pub fn defaults(catalogue: &'static Catalogue) -> Self {
        Self::Tree(Tree { catalogue, leaves: Leaves::Defaults }, catalogue.root())
    }

    pub fn rules(catalogue: &'static Catalogue) -> Self {
        Self::Tree(Tree { catalogue, leaves: Leaves::Rules }, catalogue.root())
    }

    pub fn control(kind: Option<Kind>) -> Self {
        Self::Control(kind)
    }

    /// Where the member `name` stands.
    pub fn member(self, name: &str) -> Self {
        match self {
            At::Tree(tree, section) => match section.get(name) {
                Some(Entry::Section(inner)) => At::Tree(tree, inner),
                Some(Entry::Field(id)) => tree.leaf(tree.catalogue.field(*id).kind),
                Some(Entry::List(list)) if tree.leaves == Leaves::Spec => {
                    At::Items(tree.catalogue, *list)
                }
                Some(Entry::List(list)) => At::List(tree, *list),
                _ => At::Plain,
            },
            At::Attributes(tree, list, section) => match section.get(name) {
                Some(Entry::Section(inner)) => At::Attributes(tree, list, inner),
                Some(Entry::Attribute(at)) => tree.leaf(tree.catalogue.attribute(list, *at).kind),
                _ => At::Plain,
            },
            At::List(tree, list) => match (name, tree.leaves) {
                ("instances", Leaves::Rules) => At::Rule(None),
                ("instances", _) => At::Items(tree.catalogue, list),
                ("attributes", _) => At::Attributes(tree, list, tree.catalogue.attributes(list)),
                _ => At::Plain,
            },
            At::Rule(kind) => match name {
                "min" | "max" | "step" => At::Value(kind),
                "defaultFrom" => At::DefaultFrom,
                _ => At::Plain,
            },
            At::Control(kind) => match name {
                "value" | "min" | "max" | "step" => At::Value(kind),
                _ => At::Plain,
            },
            At::Items(..) | At::DefaultFrom | At::Value(_) | At::Plain => At::Plain,
        }
    }

    /// What a missing member stands for.
    fn missing(self, name: &str) -> Value {
        match (self, name) {
            (At::Rule(_), "required" | "blocked") => Value::Bool(false),
            (At::Rule(_), "canEdit" | "canAdd") => Value::Bool(true),
            (At::Rule(_), "locked") => Value::Array(Vec::new()),
            (At::DefaultFrom, "factor") => Value::from(1),
            _ => Value::Null,
        }
    }
}

impl Tree {
    fn leaf(self, kind: Kind) -> At {
        match self.leaves {
            Leaves::Spec | Leaves::Defaults => At::Value(Some(kind)),
            Leaves::Rules => At::Rule(Some(kind)),
        }
    }
}

/// Tells how `actual` fails to be what was expected.
pub fn compare(path: &str, expected: &Value, actual: &Value, at: At, told: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(members), Value::Object(_)) => {
            for (name, wanted) in members {
                let found = actual.get(name).filter(|found| !found.is_null());
                let missing = if wanted.is_null() { Value::Null } else { at.missing(name) };
                let below = format!("{path}.{name}");
                compare(&below, wanted, found.unwrap_or(&missing), at.member(name), told);
            }
        }
        (Value::Array(wanted), Value::Array(found)) => match at {
            At::Items(catalogue, list) => items(path, wanted, found, (catalogue, list), told),
            _ => lists(path, expected, actual, (wanted, found), told),
        },
        _ if same(expected, actual, at) => {}
        _ => told.push(format!("{path}: expected {}, found {}", shown(expected), shown(actual))),
    }
}

fn same(expected: &Value, actual: &Value, at: At) -> bool {
    if let At::Value(Some(Kind::Quantity { .. })) = at
        && let (Some(expected), Some(actual)) = (quantity(expected), quantity(actual))
    {
        return expected == actual;
    }
    match (expected.as_f64(), actual.as_f64()) {
        (Some(expected), Some(actual)) => (expected - actual).abs() <= TOLERANCE,
        _ => expected == actual,
    }
}

/// Same length, same order.
fn lists(
    path: &str,
    expected: &Value,
    actual: &Value,
    (wanted, found): (&[Value], &[Value]),
    told: &mut Vec<String>,
) {
    if wanted.len() != found.len() {
        told.push(format!("{path}: expected {}, found {}", shown(expected), shown(actual)));
        return;
    }
    for (n, (wanted, found)) in wanted.iter().zip(found).enumerate() {
        compare(&format!("{path}[{n}]"), wanted, found, At::Plain, told);
    }
}

/// By key where an item has one, else with any item that contains it. More items may be there.
fn items(
    path: &str,
    wanted: &[Value],
    found: &[Value],
    (catalogue, list): (&'static Catalogue, ListId),
    told: &mut Vec<String>,
) {
    let key = catalogue.attribute(list, catalogue.key(list).0).path;
    let at =
        At::Attributes(Tree { catalogue, leaves: Leaves::Spec }, list, catalogue.attributes(list));
    for item in wanted {
        let name = item.get(key).filter(|name| !name.is_null());
        let partner = name.map(|name| found.iter().find(|found| found.get(key) == Some(name)));
        match (name, partner) {
            (Some(name), Some(Some(found))) => {
                compare(&format!("{path}[{}]", plain(name)), item, found, at, told);
            }
            (Some(name), _) => {
                let path = format!("{path}[{}]", plain(name));
                told.push(format!("{path}: expected {}, found no such item", shown(item)));
            }
            (None, _) => {
                let contains = |found: &Value| {
                    let mut differences = Vec::new();
                    compare("", item, found, at, &mut differences);
                    differences.is_empty()
                };
                if !found.iter().any(contains) {
                    let found = shown(&Value::Array(found.to_vec()));
                    told.push(format!("{path}: expected an item {}, found {found}", shown(item)));
                }
            }
        }
    }
}

fn plain(name: &Value) -> String {
    name.as_str().map_or_else(|| name.to_string(), str::to_owned)
}

/// A value in a line of text.
pub fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        other => other.to_string(),
    }
}
