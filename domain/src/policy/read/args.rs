//! The arguments of rules (`policies.md` §4.2 and §7, check 5).

use rust_decimal::Decimal;
use serde_json::Value;

use super::Reader;
use crate::policy::{
    alias,
    catalogue::{Unit, is_quantity},
    rule::{Bound, Choice, DefaultFrom, Rule, RuleKind},
    tree::{Content, Node},
    value::{Kind, number},
};

impl Reader {
    pub(super) fn argument(
        &mut self,
        unit: Unit,
        kind: RuleKind,
        node: &Node,
        path: &str,
        rule: &mut Rule,
    ) {
        match kind {
            RuleKind::Required => rule.required = self.truth(kind, node, path),
            RuleKind::CanEdit => rule.can_edit = self.truth(kind, node, path),
            RuleKind::Blocked => rule.blocked = self.truth(kind, node, path),
            RuleKind::CanAdd => rule.can_add = self.truth(kind, node, path),
            RuleKind::Options => rule.options = self.options(unit, node, path),
            RuleKind::Min => rule.min = self.bound(unit, kind, node, path),
            RuleKind::Max => rule.max = self.bound(unit, kind, node, path),
            RuleKind::Step => rule.step = self.step(unit, node, path),
            RuleKind::DefaultFrom => rule.default_from = self.default_from(unit, node, path),
            RuleKind::Locked => rule.locked = self.locked(node, path),
        }
    }

    fn truth(&mut self, kind: RuleKind, node: &Node, path: &str) -> Option<bool> {
        match node.content {
            Content::Bool(truth) => Some(truth),
            _ => {
                self.wrong_argument(path, kind, "true or false", node);
                None
            }
        }
    }

    fn bound(&mut self, unit: Unit, rule: RuleKind, node: &Node, path: &str) -> Option<Bound> {
        let kind = self.document.catalogue.row(unit)?.kind;
        let value = node.to_value();
        let right = match kind {
            Kind::Quantity { of } => is_quantity(&value, of),
            _ => kind.fits(&value),
        };
        let bound = Bound::of(kind, kind.on_the_wire(&value)).filter(|_| right);
        if bound.is_none() {
            self.wrong_argument(path, rule, kind.wanted(), node);
        }
        bound
    }

    fn step(&mut self, unit: Unit, node: &Node, path: &str) -> Option<Bound> {
        let bound = self.bound(unit, RuleKind::Step, node, path)?;
        if bound.exact <= Decimal::ZERO {
            self.wrong_argument(path, RuleKind::Step, "above 0", node);
            return None;
        }
        Some(bound)
    }

    fn options(&mut self, unit: Unit, node: &Node, path: &str) -> Option<Vec<Choice>> {
        let kind = self.document.catalogue.row(unit)?.kind;
        let Content::List(items) = &node.content else {
            self.wrong_argument(path, RuleKind::Options, "a list of {value, displayed}", node);
            return None;
        };
        let choices = items
            .iter()
            .filter(|item| !item.is_null())
            .filter_map(|item| self.choice(kind, item, path));
        Some(choices.collect())
    }

    fn choice(&mut self, kind: Kind, node: &Node, path: &str) -> Option<Choice> {
        let below = format!("{path}.options");
        if !matches!(node.content, Content::Map(_)) {
            self.wrong_argument(path, RuleKind::Options, "a list of {value, displayed}", node);
            return None;
        }
        let (mut value, mut displayed) = (None, None);
        for (name, key, node) in self.members(node, &below, "", &|_| false) {
            match (name.as_str(), &node.content) {
                ("value", Content::Text(text)) => value = Some(text.clone()),
                ("displayed", Content::Text(text)) => displayed = Some(text.clone()),
                ("value" | "displayed", _) => {
                    self.wrong_argument(path, RuleKind::Options, "made of texts", node);
                    return None;
                }
                _ => self.unknown(&below, key),
            }
        }
        let Some(mut value) = value else {
            self.wrong_argument(path, RuleKind::Options, "a list of {value, displayed}", node);
            return None;
        };
        if let Some(stored) = alias::value(path, &value) {
            self.alias(path, &value, stored, node.place);
            value = stored.to_owned();
        }
        let member = match kind {
            Kind::Choice(of) | Kind::Array(Some(of)) => of.contains(&value.as_str()),
            _ => true,
        };
        if !member {
            let wanted = format!("made of values among {}", members_of(kind));
            self.wrong_argument(path, RuleKind::Options, wanted, node);
        }
        Some(Choice { value, displayed })
    }

    fn locked(&mut self, node: &Node, path: &str) -> Option<Vec<String>> {
        let Content::List(items) = &node.content else {
            self.wrong_argument(path, RuleKind::Locked, "a list of keys", node);
            return None;
        };
        let mut keys = Vec::new();
        for item in items.iter().filter(|item| !item.is_null()) {
            match &item.content {
                Content::Text(key) => keys.push(key.clone()),
                Content::Number(key) => keys.push(key.to_string()),
                _ => self.wrong_argument(path, RuleKind::Locked, "a list of keys", item),
            }
        }
        Some(keys)
    }

    fn default_from(&mut self, unit: Unit, node: &Node, path: &str) -> Option<DefaultFrom> {
        const WANTED: &str = "an object with a field and, perhaps, a factor";
        let below = format!("{path}.defaultFrom");
        if !matches!(node.content, Content::Map(_)) {
            self.wrong_argument(path, RuleKind::DefaultFrom, WANTED, node);
            return None;
        }
        let (mut field, mut factor) = (None, None);
        for (name, key, node) in self.members(node, &below, "", &|_| false) {
            match (name.as_str(), &node.content) {
                ("field", Content::Text(text)) => field = Some(text.clone()),
                ("field", _) => {}
                ("factor", _) => factor = Some(node),
                _ => self.unknown(&below, key),
            }
        }
        let Some(field) = field else {
            self.wrong_argument(path, RuleKind::DefaultFrom, WANTED, node);
            return None;
        };
        let target = self.target(unit, &field, node, path)?;
        let factor = match factor {
            Some(node) => Some(self.factor(node, path)?),
            None => None,
        };
        Some(DefaultFrom { field, target, factor })
    }

    fn factor(&mut self, node: &Node, path: &str) -> Option<Bound> {
        let written = node.to_value();
        let exact = number(&written).filter(|factor| *factor > Decimal::ZERO);
        if exact.is_none() {
            self.wrong_argument(path, RuleKind::DefaultFrom, "given a factor above 0", node);
        }
        exact.map(|exact| Bound { written, exact })
    }

    /// The field that is followed: of the same section or item, and of a kind that can be followed.
    fn target(&mut self, unit: Unit, name: &str, node: &Node, path: &str) -> Option<Unit> {
        let catalogue = self.document.catalogue;
        let target = match unit {
            Unit::Field(id) => catalogue.sibling(id, name).map(Unit::Field),
            Unit::Instances(_) => None,
            Unit::Attribute(list, _) => {
                let prefix = catalogue.list_path(list);
                let below = name.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('.'));
                let below = below.map(|rest| rest.strip_prefix("attributes.").unwrap_or(rest));
                let at = catalogue.attribute_named(list, below.unwrap_or(name));
                at.map(|at| Unit::Attribute(list, at))
            }
        };
        let rows = target.and_then(|target| catalogue.row(target)).zip(catalogue.row(unit));
        let fits = rows.is_some_and(|(target, own)| {
            target.rules_over.is_none() && own.kind.may_follow(target.kind)
        });
        if !fits {
            let wanted = "a field of the same section, numbers after numbers and quantities after \
                          quantities";
            self.wrong_argument(path, RuleKind::DefaultFrom, wanted, node);
        }
        target.filter(|_| fits)
    }
}

fn members_of(kind: Kind) -> String {
    match kind {
        Kind::Choice(of) | Kind::Array(Some(of)) => of.join(", "),
        Kind::Boolean
        | Kind::Text
        | Kind::Integer
        | Kind::Number
        | Kind::Quantity { .. }
        | Kind::Array(None)
        | Kind::Opaque => Value::Null.to_string(),
    }
}
