//! The JSON types of a submission (`rest-api.md` §6.4): what the engine needs to be right before
//! rules make sense. Unknown members are none of its business.

use serde_json::Value;

use super::{
    WorkloadType,
    catalogue::{Catalogue, Entry, ListId, Section},
};
use crate::Problem;

/// Every value of `spec` whose JSON type is not the field's, at `spec.PATH`.
pub fn wrong_types(spec: &Value, of: WorkloadType) -> Vec<Problem> {
    let catalogue = Catalogue::of(of);
    let mut found = Found { catalogue, problems: Vec::new() };
    found.section(catalogue.root(), spec, "spec", None);
    found.problems
}

struct Found {
    catalogue: &'static Catalogue,
    problems: Vec<Problem>,
}

impl Found {
    fn section(&mut self, section: &Section, value: &Value, path: &str, list: Option<ListId>) {
        let Value::Object(members) = value else { return self.add(path, "an object") };
        for (name, entry) in section {
            let Some(value) = members.get(*name).filter(|value| !value.is_null()) else { continue };
            let path = format!("{path}.{name}");
            match entry {
                Entry::Section(inner) => self.section(inner, value, &path, list),
                Entry::Field(id) => self.leaf(self.catalogue.field(*id).kind, value, &path),
                Entry::List(id) => self.list(*id, value, &path),
                Entry::Attribute(at) => {
                    let Some(list) = list else { continue };
                    let row = self.catalogue.attribute(list, *at);
                    if row.rules_over.is_none() {
                        self.leaf(row.kind, value, &path);
                    }
                }
                Entry::Ignored => {}
            }
        }
    }

    fn list(&mut self, list: ListId, value: &Value, path: &str) {
        let Value::Array(items) = value else { return self.add(path, "a list") };
        for (n, item) in items.iter().enumerate() {
            let path = format!("{path}[{n}]");
            self.section(self.catalogue.attributes(list), item, &path, Some(list));
            let exclude = item.get("exclude").filter(|exclude| !exclude.is_null());
            if exclude.is_some_and(|exclude| !exclude.is_boolean()) {
                self.add(&format!("{path}.exclude"), "true or false");
            }
        }
    }

    fn leaf(&mut self, kind: super::value::Kind, value: &Value, path: &str) {
        if !kind.fits(value) {
            self.add(path, &kind.wanted());
        }
    }

    fn add(&mut self, path: &str, wanted: &str) {
        self.problems.push(Problem::new(path, "type", format!("Must be {wanted}")));
    }
}
