//! What of a kept spec a copy is submitted with (`policies.md` §11, 3): not what is blocked, which a
//! submission may not even repeat, and not what a policy imposed, which comes back by itself.

use serde_json::{Map, Value};

use super::{
    asset::IMPOSED_KEY,
    catalogue::{ListId, Unit},
    effective::Effective,
};

/// The spec of a copy under a policy.
pub fn copied(effective: &Effective, mut spec: Value) -> Value {
    let blocked = effective.rules.iter().filter(|(_, own)| own.value.is_blocked());
    for (unit, _) in blocked {
        match *unit {
            Unit::Field(id) => take(&mut spec, effective.catalogue.field_path(id)),
            Unit::Attribute(list, at) => without_attribute(effective, &mut spec, list, at),
            Unit::Instances(_) => {}
        }
    }
    for list in effective.catalogue.lists() {
        let key = effective.catalogue.attribute(list, effective.catalogue.key(list).0).path;
        if let Some(items) = items(&mut spec, effective.catalogue.list_path(list)) {
            let name = |item: &Value| item.get(key).and_then(Value::as_str).map(str::to_owned);
            items.retain(|item| !name(item).is_some_and(|name| name.starts_with(IMPOSED_KEY)));
        }
    }
    spec
}

fn without_attribute(effective: &Effective, spec: &mut Value, list: ListId, at: u8) {
    let row = effective.catalogue.attribute(list, at);
    let path = row.rules_over.unwrap_or(row.path);
    let items = items(spec, effective.catalogue.list_path(list));
    items.into_iter().flatten().for_each(|item| take(item, path));
}

fn items<'a>(spec: &'a mut Value, path: &str) -> Option<&'a mut Vec<Value>> {
    let found = path.split('.').try_fold(spec, |at, name| at.get_mut(name));
    found.and_then(Value::as_array_mut)
}

/// Removes what stands at a dotted path.
fn take(tree: &mut Value, path: &str) {
    let (parents, name) = path.rsplit_once('.').unwrap_or(("", path));
    let mut names = parents.split('.').filter(|name| !name.is_empty());
    let parent = names.try_fold(tree, |at, name| at.get_mut(name));
    let members: Option<&mut Map<String, Value>> = parent.and_then(Value::as_object_mut);
    if let Some(members) = members {
        members.remove(name);
    }
}
