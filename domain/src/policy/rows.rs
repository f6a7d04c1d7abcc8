//! Items of lists by their place, for forms that count rows: policies call an item by its key.

use serde_json::Value;

use super::{
    catalogue::Catalogue,
    item::{Item, get},
    scope::WorkloadType,
};

/// The path of a problem, `spec.environmentVariables[EPOCHS].value`, with the item's place among those of `spec`
/// as they were typed: `spec.environmentVariables[2].value`. What concerns a whole item belongs to its name.
pub fn by_place(of: WorkloadType, spec: &Value, path: &str) -> String {
    let catalogue = Catalogue::of(of);
    let Some(below) = path.strip_prefix("spec.") else { return path.to_owned() };
    for list in catalogue.lists() {
        let name = catalogue.list_path(list);
        let Some(rest) = below.strip_prefix(name).filter(|rest| rest.starts_with('[')) else {
            continue;
        };
        let items = get(spec, name).and_then(Value::as_array);
        for (n, item) in items.into_iter().flatten().enumerate() {
            let key = Item::read(catalogue, list, item).key(catalogue, list).shown(n);
            let key_attribute = || catalogue.attribute(list, catalogue.key(list).0).path;
            match rest.strip_prefix(&format!("[{key}]")) {
                Some("") => return format!("spec.{name}[{n}].{}", key_attribute()),
                Some(tail) => return format!("spec.{name}[{n}]{tail}"),
                None => {}
            }
        }
    }
    path.to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_item_is_found_by_its_key() {
        let spec = json!({
            "environmentVariables": [{"name": "A", "value": "1"}, {"name": "B[0]", "value": "2"}],
            "tolerations": [{"key": "gpu", "operator": "Exists"}],
        });
        let said = |path| by_place(WorkloadType::Workspace, &spec, path);
        assert_eq!(
            said("spec.environmentVariables[B[0]].value"),
            "spec.environmentVariables[1].value"
        );
        assert_eq!(said("spec.environmentVariables[A]"), "spec.environmentVariables[0].name");
        assert_eq!(
            said("spec.environmentVariables[C].value"),
            "spec.environmentVariables[C].value"
        );
        assert_eq!(said("spec.image"), "spec.image");
        assert_eq!(said("name"), "name");
    }
}
