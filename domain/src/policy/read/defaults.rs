//! Reading `defaults`: values of the right type and range, and the items that every workload gets
//! (`policies.md` §7, check 6).

use std::{collections::BTreeSet, sync::Arc};

use serde_json::Value;

use super::{Leaves, Reader};
use crate::{
    policy::{
        alias,
        catalogue::{Field, ListId, Unit},
        issue::{Fault, Issue},
        item::{Item, Key as ItemKey},
        tree::{Content, Key, Node, Place},
        value::gathered,
    },
    submission::check::NODE_PORT_RANGE,
};

impl Reader {
    pub(super) fn default(&mut self, unit: Unit, node: &Node, path: &str) {
        let Some(row) = self.document.catalogue.row(unit) else { return };
        let Some(value) = self.value(row, node, path) else { return };
        if self.document.defaults.insert(unit, Arc::new(value)).is_some() {
            self.twice(path, node.place);
        }
    }

    pub(super) fn list_defaults(&mut self, list: ListId, node: &Node, path: &str) {
        let known = |name: &str| name == "instances";
        for (name, key, value) in self.members(node, path, path, &known) {
            let below = format!("{path}.{name}");
            match name.as_str() {
                "instances" => self.items(list, value, path, &below),
                "attributes" if !self.document.catalogue.list(list).bare => {
                    let value = self.only_element(value, &below);
                    let section = self.document.catalogue.attributes(list);
                    let context = self.document.catalogue.list_path(list);
                    let leaves = &mut Leaves::AttributeDefaults(list);
                    self.section(section, value, &below, context, leaves);
                }
                _ => self.unknown(path, key),
            }
        }
    }

    /// `attributes` given as a list of one means the object inside it.
    pub(super) fn only_element<'n>(&mut self, node: &'n Node, path: &str) -> &'n Node {
        match &node.content {
            Content::List(items) if items.len() == 1 => {
                self.alias(path, "attributes: [{…}]", "attributes: {…}", node.place);
                &items[0]
            }
            _ => node,
        }
    }

    pub(super) fn attribute_default(
        &mut self,
        list: ListId,
        at: u8,
        key: &Key,
        node: &Node,
        path: &str,
    ) {
        let catalogue = self.document.catalogue;
        let row = catalogue.attribute(list, at);
        let names_items = catalogue.key(list).0 == at && !row.is_ruled();
        match row.rules_over.is_some() || names_items {
            true => self.unknown(super::parent(path), key),
            false => self.default(Unit::Attribute(list, at), node, path),
        }
    }

    pub(super) fn item_value(
        &mut self,
        list: ListId,
        at: u8,
        key: &Key,
        node: &Node,
        path: &str,
        item: &mut Item,
    ) {
        let row = self.document.catalogue.attribute(list, at);
        if row.rules_over.is_some() {
            return self.unknown(super::parent(path), key);
        }
        if row.deprecated {
            let fault = Fault::Deprecated { ignored: false };
            self.warnings.push(Issue::new(path, fault, key.place));
        }
        if let Some(value) = self.value(row, node, path)
            && item.values.insert(at, value).is_some()
        {
            self.twice(path, key.place);
        }
    }

    fn value(&mut self, row: &Field, node: &Node, path: &str) -> Option<Value> {
        let mut value = node.to_present_value();
        if let Some(stored) = value.as_str().and_then(|text| alias::value(path, text)) {
            self.alias(path, value.as_str().unwrap_or_default(), stored, node.place);
            value = Value::from(stored);
        }
        match row.check(&value) {
            Ok(()) => Some(row.kind.on_the_wire(&value)),
            Err(wanted) => {
                self.wrong_default(path, wanted, node.place);
                None
            }
        }
    }

    fn wrong_default(&mut self, path: &str, wanted: impl Into<String>, place: Option<Place>) {
        self.errors.push(Issue::new(path, Fault::Default(wanted.into()), place));
    }

    fn items(&mut self, list: ListId, node: &Node, path: &str, below: &str) {
        let Content::List(nodes) = &node.content else {
            return self.shape(below, "a list of items", node.place);
        };
        let mut seen = BTreeSet::new();
        let mut items = Vec::new();
        for (n, node) in nodes.iter().filter(|node| !node.is_null()).enumerate() {
            let (item, path) = self.item(list, node, n, path);
            let key = item.key(self.document.catalogue, list);
            if key != ItemKey::None && !seen.insert(key) {
                self.wrong_default(&path, "the only item with this key", node.place);
            }
            self.item_fits(list, &item, &path, node.place);
            items.push(Arc::new(item));
        }
        if !items.is_empty() {
            self.document.instances.insert(list, items);
        }
    }

    fn item(&mut self, list: ListId, node: &Node, n: usize, path: &str) -> (Item, String) {
        let catalogue = self.document.catalogue;
        let key = Item::read(catalogue, list, &node.to_value()).key(catalogue, list);
        let path = format!("{path}[{}]", key.shown(n));
        let mut item = Item::default();
        let Some(node) = self.without_exclude(node, &path) else { return (item, path) };
        let section = catalogue.attributes(list);
        let context = catalogue.list_path(list);
        self.section(section, &node, &path, context, &mut Leaves::Item(list, &mut item));
        (item, path)
    }

    /// Clients write `exclude: false` into every item; only submissions can exclude.
    fn without_exclude(&mut self, node: &Node, path: &str) -> Option<Node> {
        let Content::Map(members) = &node.content else {
            self.shape(path, "an object", node.place);
            return None;
        };
        let mut rest = Vec::new();
        for (key, value) in members {
            match (key.text.as_str(), &value.content) {
                ("exclude", Content::Bool(false) | Content::Null) => {}
                ("exclude", Content::Bool(true)) => {
                    self.wrong_default(path, "left out; only a submission can exclude", key.place);
                }
                _ => rest.push((key.clone(), value.clone())),
            }
        }
        Some(Node { content: Content::Map(rest), place: node.place })
    }

    /// What `rest-api.md` §6.4 says of attributes that belong together.
    fn item_fits(&mut self, list: ListId, item: &Item, path: &str, place: Option<Place>) {
        let catalogue = self.document.catalogue;
        let row = |at: &u8| catalogue.attribute(list, *at);
        let sources = item.values.keys().map(row).filter(|row| row.source);
        let sources: BTreeSet<_> = gathered(sources.map(|row| row.path.split('.').next()));
        if sources.len() > 1 {
            self.wrong_default(path, "given one source only, such as value or secret", place);
        }
        let filled = |name: &str| {
            let at = catalogue.attribute_named(list, name);
            let value = at.and_then(|at| item.values.get(&at));
            value.and_then(Value::as_array).is_some_and(|all| !all.is_empty())
        };
        let clash = item.values.keys().map(row).find_map(|row| {
            row.excludes
                .filter(|other| filled(row.path) && filled(other))
                .map(|other| (row.path, other))
        });
        if let Some((one, other)) = clash {
            self.wrong_default(path, format!("given {one} or {other}, not both"), place);
        }
        self.node_port(list, item, path, place);
    }

    fn node_port(&mut self, list: ListId, item: &Item, path: &str, place: Option<Place>) {
        let catalogue = self.document.catalogue;
        let value = |name: &str| item.values.get(&catalogue.attribute_named(list, name)?);
        let is_node_port = value("serviceType").is_some_and(|kind| kind == "NodePort");
        let external = value("external").and_then(Value::as_i64);
        if is_node_port && external.is_some_and(|port| !NODE_PORT_RANGE.contains(&port)) {
            let (from, to) = (NODE_PORT_RANGE.start(), NODE_PORT_RANGE.end());
            let wanted = format!("between {from} and {to} for a node port");
            self.wrong_default(&format!("{path}.external"), wanted, place);
        }
    }

    /// A limit below its request is wrong, as in a submission.
    pub(super) fn limits(&mut self) {
        let catalogue = self.document.catalogue;
        let exact = |unit: Unit| {
            let value = self.document.defaults.get(&unit)?;
            catalogue.row(unit)?.kind.exact(value)
        };
        let mut low = Vec::new();
        for limit in catalogue.fields() {
            let request = catalogue.field(limit).limits.and_then(|path| {
                let name = path.rsplit('.').next()?;
                catalogue.sibling(limit, name)
            });
            let Some(request) = request else { continue };
            let values = exact(Unit::Field(limit)).zip(exact(Unit::Field(request)));
            if values.is_some_and(|(limit, request)| limit < request) {
                let wanted = format!("at least “{}”", catalogue.field_path(request));
                low.push((catalogue.field_path(limit), wanted));
            }
        }
        low.into_iter().for_each(|(path, wanted)| self.wrong_default(path, wanted, None));
    }
}
