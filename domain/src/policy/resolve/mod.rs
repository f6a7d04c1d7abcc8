//! Phases 2 to 5 of a submission (`policies.md` §6): imposed assets, defaults, items, computed
//! defaults. Nothing is judged here; `evaluate` does that on what comes out.

mod field;
mod list;
mod platform;
mod source;

use serde_json::{Map, Value};

pub use field::FieldState;
pub use list::{ItemState, ListState, fill};

use super::{
    asset::Assets,
    catalogue::{FieldId, ListId},
    effective::Effective,
    item::put,
};

/// A submission with everything that the policy adds to it.
#[derive(Clone, Debug)]
pub struct Resolution<'e> {
    pub effective: &'e Effective,
    /// Fields that anybody says something about, in the order of the catalogue.
    fields: Vec<FieldState>,
    lists: Vec<ListState>,
}

/// Resolves `submission`, a spec after templates and assets were merged (`rest-api.md` §6.3).
/// `asset` finds the assets that the policy imposes; what it does not find is not imposed.
pub fn resolve<'e>(
    effective: &'e Effective,
    submission: &Value,
    asset: Assets<'_>,
) -> Resolution<'e> {
    let fields = field::resolve(effective, submission);
    let lists = list::resolve(effective, submission, asset);
    Resolution { effective, fields, lists }
}

impl Resolution<'_> {
    /// What is known about a field; `None` when nobody said anything.
    pub fn field(&self, id: FieldId) -> Option<&FieldState> {
        let at = self.fields.binary_search_by_key(&id, |state| state.id).ok()?;
        Some(&self.fields[at])
    }

    pub fn fields(&self) -> &[FieldState] {
        &self.fields
    }

    pub fn lists(&self) -> &[ListState] {
        &self.lists
    }

    pub fn list(&self, id: ListId) -> Option<&ListState> {
        self.lists.iter().find(|state| state.id == id)
    }

    /// The spec after phase 5: what a copy of the workload would be submitted with.
    pub fn spec(&self) -> Value {
        let catalogue = self.effective.catalogue;
        let mut spec = Map::new();
        for state in &self.fields {
            if let Some(value) = &state.value {
                put(&mut spec, catalogue.field_path(state.id), value.clone());
            }
        }
        for state in &self.lists {
            let items = state.items.iter().filter_map(|item| item.value.as_ref());
            let items: Vec<_> = items.map(|item| item.to_value(catalogue, state.id)).collect();
            if !items.is_empty() {
                put(&mut spec, catalogue.list_path(state.id), Value::Array(items));
            }
        }
        Value::Object(spec)
    }

    /// The spec after phase 7, with what the platform fills in.
    pub fn final_spec(&self) -> Value {
        let mut spec = self.spec();
        platform::fill(self.effective.catalogue.workload_type(), &mut spec);
        spec
    }
}
