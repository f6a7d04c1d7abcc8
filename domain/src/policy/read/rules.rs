//! Reading `rules`: which rule may stand where (`policies.md` §4.1), and that no default follows
//! itself.

use std::{collections::BTreeMap, sync::Arc};

use super::{Leaves, Reader};
use crate::policy::{
    catalogue::{ListId, Unit},
    issue::{Fault, Issue},
    rule::{Rule, RuleKind},
    tree::{Key, Node},
};

/// Written by the server into effective policies; clients send it back.
const SOURCE_OF_RULE: &str = "sourceOfRule";

impl Reader {
    pub(super) fn list_rules(&mut self, list: ListId, node: &Node, path: &str) {
        let known = |name: &str| name == "instances";
        for (name, key, value) in self.members(node, path, path, &known) {
            let below = format!("{path}.{name}");
            match name.as_str() {
                "instances" => self.rule(Unit::Instances(list), value, &below),
                "attributes" if !self.document.catalogue.list(list).bare => {
                    let value = self.only_element(value, &below);
                    let section = self.document.catalogue.attributes(list);
                    let context = self.document.catalogue.list_path(list);
                    let leaves = &mut Leaves::AttributeRules(list);
                    self.section(section, value, &below, context, leaves);
                }
                _ => self.unknown(path, key),
            }
        }
    }

    pub(super) fn attribute_rule(
        &mut self,
        list: ListId,
        at: u8,
        key: &Key,
        node: &Node,
        path: &str,
    ) {
        match self.document.catalogue.attribute(list, at).is_ruled() {
            true => self.rule(Unit::Attribute(list, at), node, path),
            false => self.unknown(super::parent(path), key),
        }
    }

    pub(super) fn rule(&mut self, unit: Unit, node: &Node, path: &str) {
        let mut rule = Rule::default();
        for (name, key, value) in self.members(node, path, path, &|name| name == "step") {
            match RuleKind::named(&name) {
                None if name == SOURCE_OF_RULE => {}
                None => self.unknown(path, key),
                Some(kind) if !self.document.catalogue.allows(unit, kind) => {
                    let issue = Issue::new(path, Fault::RuleKind, key.place);
                    self.errors.push(issue.with_rule(kind));
                }
                Some(kind) => self.argument(unit, kind, value, path, &mut rule),
            }
        }
        self.bounds(&rule, path, node);
        if !rule.is_empty() && self.document.rules.insert(unit, Arc::new(rule)).is_some() {
            self.twice(path, node.place);
        }
    }

    fn bounds(&mut self, rule: &Rule, path: &str, node: &Node) {
        if let (Some(min), Some(max)) = (&rule.min, &rule.max)
            && min.exact > max.exact
        {
            let most = super::super::value::shown(&max.written);
            let min = node.member(RuleKind::Min.name()).unwrap_or(node);
            self.wrong_argument(path, RuleKind::Min, format!("at most {most}, the max"), min);
        }
    }

    pub(super) fn wrong_argument(
        &mut self,
        path: &str,
        rule: RuleKind,
        wanted: impl Into<String>,
        node: &Node,
    ) {
        let issue = Issue::new(path, Fault::Argument(wanted.into()), node.place);
        self.errors.push(issue.with_rule(rule));
    }

    /// Refuses defaults of one document that follow each other in a circle.
    pub(super) fn cycles(&mut self) {
        for unit in circular(&self.document.rules) {
            let fault = Fault::Argument(NO_CIRCLE.to_owned());
            let issue = Issue::new(self.document.catalogue.path(unit), fault, None);
            self.errors.push(issue.with_rule(RuleKind::DefaultFrom));
        }
    }
}

/// What a `defaultFrom` must be that is part of a circle.
pub const NO_CIRCLE: &str = "a field whose own default does not follow this one";

/// The units whose default follows itself over some others.
pub fn circular(rules: &BTreeMap<Unit, Arc<Rule>>) -> Vec<Unit> {
    let next = |unit: Unit| Some(rules.get(&unit)?.default_from.as_ref()?.target);
    let returns = |start: Unit| {
        let steps = std::iter::successors(next(start), |unit| next(*unit));
        steps.take(rules.len()).any(|unit| unit == start)
    };
    rules.keys().copied().filter(|unit| returns(*unit)).collect()
}
