//! A tree becomes a document (`policies.md` §7, checks 3 to 6): unknown keys are refused with their
//! place, aliases folded, every rule and default looked at. All errors are found at once.

mod args;
mod defaults;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::Value;

pub use rules::{NO_CIRCLE, circular};

use super::{
    WorkloadType, alias,
    catalogue::{Catalogue, Entry, ListId, Section},
    document::Document,
    issue::{Fault, Issue},
    item::Item,
    tree::{Content, Key, Node, Place, short},
};

/// A document, and what reading it found. With errors the document holds what could be understood.
#[derive(Clone, Debug)]
pub struct Reading {
    pub document: Document,
    pub errors: Vec<Issue>,
    pub warnings: Vec<Issue>,
}

/// Reads a tree.
pub fn read(node: &Node, of: WorkloadType) -> Reading {
    let document = Document::empty(Catalogue::of(of));
    let mut reader = Reader { document, errors: Vec::new(), warnings: Vec::new() };
    reader.document(node);
    let Reader { document, errors, warnings } = reader;
    Reading { document, errors, warnings }
}

/// Reads JSON that is already parsed.
pub fn read_value(value: &Value, of: WorkloadType) -> Reading {
    read(&Node::from(value), of)
}

/// Reads what somebody typed, YAML or JSON.
#[cfg(feature = "policy-yaml")]
pub fn read_text(text: &str, of: WorkloadType) -> Reading {
    read_bytes(text.as_bytes(), of)
}

/// Reads what stands in a file.
#[cfg(feature = "policy-yaml")]
pub fn read_bytes(bytes: &[u8], of: WorkloadType) -> Reading {
    use super::{text::parse_bytes, tree::Limits};
    match parse_bytes(bytes, Limits::DOCUMENT) {
        Ok(node) => read(&node, of),
        Err(wrong) => {
            let issue = Issue::new("", Fault::Document(wrong.to_string()), Some(wrong.place));
            let document = Document::empty(Catalogue::of(of));
            Reading { document, errors: vec![issue], warnings: Vec::new() }
        }
    }
}

struct Reader {
    document: Document,
    errors: Vec<Issue>,
    warnings: Vec<Issue>,
}

/// What a tree of sections holds at its leaves.
enum Leaves<'a> {
    Defaults,
    Rules,
    AttributeDefaults(ListId),
    AttributeRules(ListId),
    Item(ListId, &'a mut Item),
}

impl Reader {
    fn document(&mut self, node: &Node) {
        let root = self.document.catalogue.root();
        for (name, key, value) in self.members(node, "", "", &|_| true) {
            match name.as_str() {
                "defaults" | "rules" if !matches!(value.content, Content::Map(_)) => {
                    self.shape(&name, "an object", value.place);
                }
                "defaults" => self.section(root, value, "", "", &mut Leaves::Defaults),
                "rules" => self.section(root, value, "", "", &mut Leaves::Rules),
                "imposedAssets" => self.imposed(value),
                _ => self.unknown("", key),
            }
        }
        self.limits();
        self.cycles();
    }

    fn imposed(&mut self, node: &Node) {
        let Content::List(ids) = &node.content else {
            return self.shape("imposedAssets", "a list of asset ids", node.place);
        };
        let mut known = BTreeSet::new();
        for id in ids.iter().filter(|id| !id.is_null()) {
            match &id.content {
                Content::Text(text) if !text.is_empty() => {
                    if known.insert(text) {
                        self.document.imposed.push(text.clone());
                    }
                }
                _ => self.shape("imposedAssets", "a list of asset ids", id.place),
            }
        }
    }

    /// Walks the members of `node`; `path` is what issues name, `context` where aliases belong.
    fn section(
        &mut self,
        section: &'static Section,
        node: &Node,
        path: &str,
        context: &str,
        leaves: &mut Leaves<'_>,
    ) {
        let known = |name: &str| find(section, name).is_some();
        for (name, key, value) in self.members(node, path, context, &known) {
            let below = joined(path, &name);
            match find(section, &name) {
                None => self.unknown(path, key),
                Some(Entry::Section(inner)) => {
                    let context = joined(context, &name);
                    self.section(inner, value, &below, &context, leaves);
                }
                Some(Entry::Ignored) => {
                    let fault = Fault::Deprecated { ignored: true };
                    self.warnings.push(Issue::new(below, fault, key.place));
                }
                Some(leaf) => self.leaf(leaf, key, value, &below, leaves),
            }
        }
    }

    fn leaf(
        &mut self,
        leaf: &'static Entry,
        key: &Key,
        node: &Node,
        path: &str,
        leaves: &mut Leaves<'_>,
    ) {
        use super::catalogue::Unit;
        match (leaf, leaves) {
            (Entry::Field(id), Leaves::Defaults) => self.default(Unit::Field(*id), node, path),
            (Entry::Field(id), Leaves::Rules) => self.rule(Unit::Field(*id), node, path),
            (Entry::List(list), Leaves::Defaults) => self.list_defaults(*list, node, path),
            (Entry::List(list), Leaves::Rules) => self.list_rules(*list, node, path),
            (Entry::Attribute(at), Leaves::AttributeDefaults(list)) => {
                self.attribute_default(*list, *at, key, node, path);
            }
            (Entry::Attribute(at), Leaves::AttributeRules(list)) => {
                self.attribute_rule(*list, *at, key, node, path);
            }
            (Entry::Attribute(at), Leaves::Item(list, item)) => {
                self.item_value(*list, *at, key, node, path, item);
            }
            _ => self.unknown(parent(path), key),
        }
    }

    /// The members of an object that are not null, under the names by which they are stored.
    fn members<'n>(
        &mut self,
        node: &'n Node,
        path: &str,
        context: &str,
        known: &dyn Fn(&str) -> bool,
    ) -> Vec<(String, &'n Key, &'n Node)> {
        let members = match &node.content {
            Content::Null => return Vec::new(),
            Content::Map(members) => members,
            _ => {
                self.shape(path, "an object", node.place);
                return Vec::new();
            }
        };
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        for (key, value) in members.iter().filter(|(_, value)| !value.is_null()) {
            let stored = alias::name(context, &key.text).filter(|stored| known(stored));
            if let Some(stored) = stored {
                self.alias(&joined(path, stored), &key.text, stored, key.place);
            }
            let name = stored.unwrap_or(&key.text).to_owned();
            match seen.insert(name.clone()) {
                true => found.push((name, key, value)),
                false => self.twice(&joined(path, &name), key.place),
            }
        }
        found
    }

    fn alias(&mut self, field: &str, written: &str, stored: &str, place: Option<Place>) {
        let fault = Fault::Alias { written: written.to_owned(), stored: stored.to_owned() };
        self.warnings.push(Issue::new(field, fault, place));
    }

    fn twice(&mut self, field: &str, place: Option<Place>) {
        let what = format!("“{field}” is written twice, under two names; write it once");
        self.errors.push(Issue::new(field, Fault::Document(what), place));
    }

    fn shape(&mut self, field: &str, wanted: &str, place: Option<Place>) {
        let what = match field {
            "" => format!("a policy must be {wanted} with defaults, rules and imposedAssets"),
            _ => format!("“{field}” must be {wanted}"),
        };
        self.errors.push(Issue::new(field, Fault::Document(what), place));
    }

    fn unknown(&mut self, path: &str, key: &Key) {
        let name = short(&key.text);
        let field = joined(path, &name);
        self.errors.push(Issue::new(field, Fault::UnknownField { name }, key.place));
    }
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(parent, _)| parent)
}

/// The entry of that name; dots only come from aliases.
fn find(section: &'static Section, name: &str) -> Option<&'static Entry> {
    let is_alias = name.starts_with("podAffinity.");
    match name.split_once('.').filter(|_| is_alias) {
        None => section.get(name),
        Some((first, rest)) => match section.get(first)? {
            Entry::Section(inner) => inner.get(rest),
            _ => None,
        },
    }
}
