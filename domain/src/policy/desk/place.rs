//! Where an issue about a whole document stands in its text: the place that reading it noted, else
//! that of the field which it is about.

use crate::policy::{
    alias,
    catalogue::Catalogue,
    issue::{Fault, Issue},
    item::Item,
    rule::RuleKind,
    tree::{Content, Key, Node, Place},
};

/// The place of an issue in the tree that was read.
pub fn place(catalogue: &'static Catalogue, tree: &Node, issue: &Issue) -> Option<Place> {
    issue.place.or_else(|| match &issue.fault {
        Fault::Imposed(fault) => {
            let list = tree.member("imposedAssets")?;
            let id = fault.id();
            let named = |node: &&Node| matches!(&node.content, Content::Text(text) if text == id);
            let Content::List(ids) = &list.content else { return list.place };
            ids.iter().find(named).map_or(list.place, |node| node.place)
        }
        Fault::Compliance { .. } | Fault::Default(_) => {
            found(catalogue, tree, "defaults", &issue.field, None)
        }
        Fault::Document(_)
        | Fault::UnknownField { .. }
        | Fault::RuleKind
        | Fault::Argument(_)
        | Fault::Locked { .. }
        | Fault::Shadowed
        | Fault::Descendant { .. }
        | Fault::LockedOut { .. }
        | Fault::Alias { .. }
        | Fault::Deprecated { .. } => found(catalogue, tree, "rules", &issue.field, issue.rule)
            .or_else(|| found(catalogue, tree, "defaults", &issue.field, None)),
    })
}

/// The key that a field, or one rule of it, stands under; else the last key on the way.
fn found(
    catalogue: &'static Catalogue,
    tree: &Node,
    side: &str,
    field: &str,
    rule: Option<RuleKind>,
) -> Option<Place> {
    let mut way = Way { catalogue, at: tree.member(side)?, last: None, list: String::new() };
    for name in steps(field) {
        match name {
            Ok(name) => way.member(name)?,
            Err(key) => way.item(key)?,
        }
    }
    if let Some(rule) = rule {
        // Without the rule itself, its field will do.
        let _ = way.member(rule.name());
    }
    way.last
}

/// `a.b[k].c` as `a`, `b`, item `k`, `c`.
fn steps(field: &str) -> Vec<Result<&str, &str>> {
    let mut steps = Vec::new();
    let (list, below) = match field.split_once('[') {
        Some((list, rest)) => (list, rest.rsplit_once(']')),
        None => (field, None),
    };
    steps.extend(list.split('.').map(Ok));
    if let Some((key, rest)) = below {
        steps.push(Err(key));
        steps.extend(rest.split('.').filter(|name| !name.is_empty()).map(Ok));
    }
    steps
}

struct Way<'n> {
    catalogue: &'static Catalogue,
    at: &'n Node,
    last: Option<Place>,
    /// The path so far, as long as it is no item's.
    list: String,
}

impl Way<'_> {
    fn member(&mut self, name: &str) -> Option<()> {
        let Content::Map(members) = &self.at.content else { return None };
        let is = |(key, _): &&(Key, Node)| {
            key.text == name || alias::name(&self.list, &key.text) == Some(name)
        };
        let (key, value) = members.iter().find(is)?;
        self.at = value;
        self.last = key.place;
        if !self.list.is_empty() {
            self.list.push('.');
        }
        self.list.push_str(name);
        Some(())
    }

    fn item(&mut self, key: &str) -> Option<()> {
        let list = self.catalogue.list_at(&self.list)?;
        let Content::List(items) = &self.at.member("instances")?.content else { return None };
        let is = |(n, item): &(usize, &Node)| {
            Item::read(self.catalogue, list, &item.to_value()).key(self.catalogue, list).shown(*n)
                == key
        };
        let (_, item) = items.iter().enumerate().find(is)?;
        self.at = item;
        self.last = item.place;
        Some(())
    }
}
