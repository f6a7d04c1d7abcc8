//! Lists of items (`policies.md` §6, phases 2, 4 and 5): default items, what the submission adds,
//! overrides and excludes, attributes that are filled in, and imposed data sources.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::Value;

use super::field::default_from;
use crate::policy::{
    asset::Assets,
    catalogue::{ListId, Unit},
    effective::{Effective, OwnedItem},
    item::{Item, Key, get},
    scope::Source,
    value::{gathered, scaled},
};

/// One list of the submission or the policy.
#[derive(Clone, Debug)]
pub struct ListState {
    pub id: ListId,
    /// Default items, then what the submission adds, then imposed ones.
    pub items: Vec<ItemState>,
    /// Items of the submission whose key an earlier one has.
    pub duplicates: Vec<Duplicate>,
}

/// A submitted item that counts for nothing.
#[derive(Clone, Debug)]
pub struct Duplicate {
    pub key: Key,
    /// Its place in the submission.
    pub n: usize,
}

/// One item of a list.
#[derive(Clone, Debug)]
pub struct ItemState {
    pub key: Key,
    /// Its place among the default items or in the submission.
    pub n: usize,
    pub submitted: Option<Item>,
    /// Its place in the submitted list.
    pub place: Option<usize>,
    /// The submission wants it gone.
    pub excluded: bool,
    /// Whose default item it is.
    pub default_of: Option<Arc<Source>>,
    /// Who imposes it.
    pub imposed_by: Option<Arc<Source>>,
    /// What the policy gives: the default item, filled up; of an added item, its attribute defaults.
    pub default: Item,
    /// What it is in the end; `None` when it is excluded.
    pub value: Option<Item>,
}

impl ItemState {
    fn new(key: Key, n: usize) -> Self {
        Self {
            key,
            n,
            submitted: None,
            place: None,
            excluded: false,
            default_of: None,
            imposed_by: None,
            default: Item::default(),
            value: None,
        }
    }

    /// Whether a policy brought it.
    pub fn is_of_policy(&self) -> bool {
        self.default_of.is_some() || self.imposed_by.is_some()
    }

    /// The key in paths and messages.
    pub fn shown_key(&self) -> String {
        self.key.shown(self.n)
    }
}

pub fn resolve(effective: &Effective, submission: &Value, asset: Assets<'_>) -> Vec<ListState> {
    let mut imposed = imposed(effective, asset);
    let mut lists = Vec::new();
    for id in effective.catalogue.lists() {
        let submitted =
            get(submission, effective.catalogue.list_path(id)).and_then(Value::as_array);
        let defaults = effective.instances.contains_key(&id);
        let imposed = imposed.remove(&id).unwrap_or_default();
        if submitted.is_some() || defaults || !imposed.is_empty() {
            lists.push(list(effective, id, submitted.map_or(&[], Vec::as_slice), imposed));
        }
    }
    lists
}

fn imposed(effective: &Effective, asset: Assets<'_>) -> BTreeMap<ListId, Vec<ItemState>> {
    let mut imposed: BTreeMap<ListId, Vec<ItemState>> = BTreeMap::new();
    for (n, (id, source)) in effective.imposed.iter().enumerate() {
        let item = asset(id).and_then(|asset| asset.item(effective.catalogue));
        let Some((list, default)) = item else { continue };
        let key = default.key(effective.catalogue, list);
        let imposed_by = Some(source.clone());
        let state = ItemState { default, imposed_by, ..ItemState::new(key, n) };
        imposed.entry(list).or_default().push(state);
    }
    imposed
}

fn list(
    effective: &Effective,
    id: ListId,
    submitted: &[Value],
    imposed: Vec<ItemState>,
) -> ListState {
    let catalogue = effective.catalogue;
    let mut items = defaults(effective, id);
    items.extend(imposed);
    let mut duplicates = Vec::new();
    let known: BTreeMap<Key, usize> =
        gathered(items.iter().enumerate().map(|(at, item)| (item.key.clone(), at)));
    let mut seen = BTreeSet::new();
    let mut added = Vec::new();
    for (n, value) in submitted.iter().enumerate() {
        let item = Item::read(catalogue, id, value);
        let key = item.key(catalogue, id);
        if key != Key::None && !seen.insert(key.clone()) {
            duplicates.push(Duplicate { key, n });
            continue;
        }
        let excluded = value.get("exclude") == Some(&Value::Bool(true));
        match known.get(&key).filter(|_| key != Key::None) {
            Some(at) => {
                items[*at].submitted = Some(item);
                items[*at].place = Some(n);
                items[*at].excluded = excluded;
            }
            None if excluded => {}
            None => added.push(ItemState {
                submitted: Some(item),
                place: Some(n),
                ..ItemState::new(key, n)
            }),
        }
    }
    let first_imposed = items.iter().position(|item| item.imposed_by.is_some());
    let at = first_imposed.unwrap_or(items.len());
    items.splice(at..at, added);
    items.iter_mut().for_each(|item| finish(effective, id, item));
    ListState { id, items, duplicates }
}

fn defaults(effective: &Effective, id: ListId) -> Vec<ItemState> {
    let owned = effective.instances.get(&id).into_iter().flatten().enumerate();
    let state = |(n, own): (usize, &OwnedItem)| ItemState {
        default: (*own.value).clone(),
        default_of: Some(own.source.clone()),
        ..ItemState::new(own.key.clone(), n)
    };
    owned.map(state).collect()
}

/// Overrides attribute by attribute, then fills up what is missing.
fn finish(effective: &Effective, id: ListId, state: &mut ItemState) {
    let catalogue = effective.catalogue;
    let mut value = state.default.clone();
    if state.imposed_by.is_some() {
        state.value = Some(value);
        return;
    }
    for (at, given) in state.submitted.iter().flat_map(|item| &item.values) {
        value.set(catalogue, id, *at, given.clone());
    }
    fill(effective, id, &mut value, None);
    fill(effective, id, &mut state.default, Some(&value));
    state.value = (!state.excluded).then_some(value);
}

/// Fills the attributes that an item leaves out: from the attribute defaults, then computed ones.
/// What a default is computed from is taken from `whole`, the finished item, if there is one.
pub fn fill(effective: &Effective, id: ListId, item: &mut Item, whole: Option<&Item>) {
    let range = Unit::Attribute(id, 0)..=Unit::Attribute(id, u8::MAX);
    for (unit, own) in effective.defaults.range(range.clone()) {
        if let Unit::Attribute(_, at) = unit {
            item.values.entry(*at).or_insert_with(|| (*own.value).clone());
        }
    }
    let follows: Vec<_> = effective
        .rules
        .range(range)
        .filter_map(|(unit, _)| Some((*unit, default_from(effective, *unit)?.0)))
        .collect();
    for _ in 0..follows.len() {
        for (unit, from) in &follows {
            let (Unit::Attribute(_, at), Unit::Attribute(_, target)) = (unit, from.target) else {
                continue;
            };
            if item.values.contains_key(at) {
                continue;
            }
            let Some(value) = whole.unwrap_or(item).values.get(&target) else { continue };
            let kind = |at: u8| effective.catalogue.attribute(id, at).kind;
            let computed = kind(target)
                .exact(value)
                .and_then(|exact| scaled(kind(*at), exact, from.factor(), value));
            if let Some(computed) = computed {
                item.values.insert(*at, computed);
            }
        }
    }
}
