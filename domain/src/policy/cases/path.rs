//! Paths of `policy-tests.md`: `compute.cpuCoreLimit`, `environmentVariables[PROXY]`,
//! `storage.pvc[home].claimInfo.size`.

use crate::policy::{
    Item, Kind,
    catalogue::{Catalogue, Unit},
};
use serde_json::Value;

/// A path taken apart at its first item: the list, the key, and the path below the item.
fn item_path(path: &str) -> Option<(&str, &str, &str)> {
    let (list, rest) = path.split_once('[')?;
    // A key may hold brackets and dots itself; the last bracket that ends a step closes it.
    let end = rest.rmatch_indices(']').map(|(at, _)| at);
    let end =
        end.into_iter().find(|at| matches!(rest.as_bytes().get(at + 1), None | Some(b'.')))?;
    Some((list, &rest[..end], rest[end + 1..].trim_start_matches('.')))
}

/// The value at `path` of a spec.
pub fn lookup<'v>(catalogue: &Catalogue, spec: &'v Value, path: &str) -> Option<&'v Value> {
    let Some((list_path, key, below)) = item_path(path) else { return plain(spec, path) };
    let list = catalogue.list_at(list_path)?;
    let items = plain(spec, list_path)?.as_array()?;
    let is_meant = |(n, item): &(usize, &Value)| {
        Item::read(catalogue, list, item).key(catalogue, list).shown(*n) == key
    };
    let (_, item) = items.iter().enumerate().find(is_meant)?;
    if below.is_empty() { Some(item) } else { plain(item, below) }
}

fn plain<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let found = path.split('.').try_fold(value, |value, name| value.get(name));
    found.filter(|found| !found.is_null())
}

/// The kind of the field or attribute at `path`.
pub fn kind(catalogue: &Catalogue, path: &str) -> Option<Kind> {
    let unit = match item_path(path) {
        None => Unit::Field(catalogue.field_at(path)?),
        Some((list, _, below)) => {
            let list = catalogue.list_at(list)?;
            Unit::Attribute(list, catalogue.attribute_named(list, below)?)
        }
    };
    catalogue.row(unit).map(|row| row.kind)
}
