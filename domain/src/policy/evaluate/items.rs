//! Rules on lists: duplicates, collisions with imposed data sources, `canAdd`, `locked`, and the
//! rules on attributes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Governed, source_of};
use crate::policy::{
    asset::normal_path,
    catalogue::{ListId, Unit},
    item::Item,
    resolve::{ItemState, ListState, Resolution},
    scope::Source,
    violation::{Broken, Violation},
};

pub fn evaluate(resolution: &Resolution<'_>, found: &mut Vec<Violation>) {
    let taken = imposed_paths(resolution);
    for list in resolution.lists() {
        duplicates(resolution, list, found);
        for item in &list.items {
            let whole = WholeItem { resolution, list: list.id, item };
            whole.collision(&taken, found);
            whole.can_add(found);
            whole.locked(found);
            whole.attributes(found);
        }
    }
}

/// Paths in the container that imposed data sources use, and who imposes them.
fn imposed_paths<'r>(resolution: &'r Resolution<'_>) -> BTreeMap<String, &'r Source> {
    let mut taken = BTreeMap::new();
    for list in resolution.lists() {
        for item in &list.items {
            let Some(by) = &item.imposed_by else { continue };
            if let Some(path) = target(resolution, list.id, item.value.as_ref()) {
                taken.entry(path).or_insert(&**by);
            }
        }
    }
    taken
}

fn target(resolution: &Resolution<'_>, list: ListId, item: Option<&Item>) -> Option<String> {
    let at = resolution.effective.catalogue.target(list)?;
    let path = item?.values.get(&at).and_then(Value::as_str);
    path.filter(|path| !path.is_empty()).map(normal_path)
}

fn duplicates(resolution: &Resolution<'_>, list: &ListState, found: &mut Vec<Violation>) {
    let catalogue = resolution.effective.catalogue;
    let mut told = BTreeSet::new();
    for duplicate in &list.duplicates {
        let key = duplicate.key.shown(duplicate.n);
        if !told.insert(key.clone()) {
            continue;
        }
        found.push(Violation {
            field: format!("{}[{key}]", catalogue.list_path(list.id)),
            label: catalogue.list(list.id).section,
            broken: Broken::Duplicate { key },
            source: None,
        });
    }
}

struct WholeItem<'r> {
    resolution: &'r Resolution<'r>,
    list: ListId,
    item: &'r ItemState,
}

impl WholeItem<'_> {
    fn path(&self) -> String {
        let catalogue = self.resolution.effective.catalogue;
        format!("{}[{}]", catalogue.list_path(self.list), self.item.shown_key())
    }

    fn violation(&self, broken: Broken, source: Option<Source>) -> Violation {
        let label = self.resolution.effective.catalogue.list(self.list).section;
        Violation { field: self.path(), label, broken, source }
    }

    fn collision(&self, taken: &BTreeMap<String, &Source>, found: &mut Vec<Violation>) {
        if self.item.imposed_by.is_some() {
            return;
        }
        let path = target(self.resolution, self.list, self.item.value.as_ref());
        if let Some((path, by)) = path.and_then(|path| taken.get_key_value(&path)) {
            let broken = Broken::Collision { path: path.clone() };
            found.push(self.violation(broken, Some((*by).clone())));
        }
    }

    fn can_add(&self, found: &mut Vec<Violation>) {
        let rule = self.resolution.effective.rule(Unit::Instances(self.list));
        let Some(own) = rule.filter(|own| !own.value.may_add()) else { return };
        if !self.item.is_of_policy() {
            let broken = Broken::CanAdd { key: self.item.shown_key() };
            found.push(self.violation(broken, source_of(own)));
        }
    }

    fn locked(&self, found: &mut Vec<Violation>) {
        let Some(by) = locked_by(self.resolution, self.list, self.item) else { return };
        let key = self.item.shown_key();
        let broken = match self.item.excluded {
            true => Broken::LockedExcluded { key },
            false if self.is_changed() => Broken::LockedChanged { key },
            false => return,
        };
        found.push(self.violation(broken, Some(by.clone())));
    }

    /// Whether the submission gives an attribute that the item does not have, or another value.
    fn is_changed(&self) -> bool {
        let catalogue = self.resolution.effective.catalogue;
        let mut given = self.item.submitted.iter().flat_map(|item| &item.values);
        given.any(|(at, value)| {
            let kind = catalogue.attribute(self.list, *at).kind;
            let own = self.item.default.values.get(at);
            !own.is_some_and(|own| kind.same(value, own))
        })
    }

    fn attributes(&self, found: &mut Vec<Violation>) {
        let Some(value) = self.item.value.as_ref().filter(|_| self.item.imposed_by.is_none())
        else {
            return;
        };
        let effective = self.resolution.effective;
        let before = found.len();
        let range = Unit::Attribute(self.list, 0)..=Unit::Attribute(self.list, u8::MAX);
        for (unit, own) in effective.rules.range(range) {
            let Unit::Attribute(_, at) = *unit else { continue };
            let ruled = effective.catalogue.attribute(self.list, at);
            let over = ruled.rules_over;
            let over = over.and_then(|path| effective.catalogue.attribute_named(self.list, path));
            let at = over.unwrap_or(at);
            let row = effective.catalogue.attribute(self.list, at);
            let governed = Governed {
                row,
                submitted: self.item.submitted.as_ref().and_then(|item| item.values.get(&at)),
                default: self.item.default.values.get(&at),
                value: value.values.get(&at),
            };
            for broken in governed.broken(&own.value) {
                let field = format!("{}.{}", self.path(), row.path);
                let source = source_of(own);
                let violation = Violation { field, label: row.label, broken, source };
                // Two rules can govern one attribute; it is told once.
                if !found[before..].contains(&violation) {
                    found.push(violation);
                }
            }
        }
    }
}

/// Who locks an item: the rule that names it, or who imposes it.
pub fn locked_by<'r>(
    resolution: &'r Resolution<'_>,
    list: ListId,
    item: &'r ItemState,
) -> Option<&'r Source> {
    if let Some(by) = &item.imposed_by {
        return Some(by);
    }
    let own = resolution.effective.rule(Unit::Instances(list))?;
    let locked =
        item.default_of.is_some() && item.key.text().is_some_and(|key| own.value.locks(key));
    locked.then_some(&*own.source)
}
