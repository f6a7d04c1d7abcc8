//! The pages of policies: the table of those that are written, the editor of one, and what holds at a scope.

pub mod data;
mod draft;
mod editing;
mod holding;
mod list;
#[cfg(feature = "ssr")]
mod made;
mod new;
mod ruling;
mod tried;
mod versions;

use domain::{Scope, ScopeLevel};
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

pub use editing::EditPolicyPage;
pub use holding::{HoldingPage, PolicyTable};
pub use list::PoliciesPage;
pub use new::NewPolicyPage;

use crate::{browser::encode, error::UiError};

/// The table.
pub const PAGE: &str = "/policies";
/// Choosing what a new policy is for.
pub const NEW: &str = "/policies/new";
/// The editor; `scope` and `id` say of which policy.
pub const EDIT: &str = "/policies/edit";
/// What holds at a scope, named likewise.
pub const VIEW: &str = "/policies/view";

/// The address of a page about a scope.
pub fn address(page: &str, scope: Scope) -> String {
    let level = scope.level().name();
    match scope.id().as_str() {
        "" => format!("{page}?scope={level}"),
        id => format!("{page}?scope={level}&id={}", encode(id)),
    }
}

/// The scope that an address names.
fn scope_of(query: &ParamsMap) -> Result<Scope, UiError> {
    let level = query.get("scope").and_then(|level| ScopeLevel::named(&level));
    let scope = level.and_then(|level| Scope::of(level, &query.get("id").unwrap_or_default()));
    let wanted = "The address names no scope; choose a policy from the table.";
    scope.filter(|scope| *scope != Scope::System).ok_or_else(|| UiError::NotFound(wanted.into()))
}

/// The scope that the present address names.
fn asked_scope() -> Memo<Result<Scope, UiError>> {
    let query = use_query_map();
    Memo::new(move |_| query.with(scope_of))
}

#[cfg(test)]
mod tests {
    use domain::{DepartmentId, ProjectId};

    use super::*;

    #[test]
    fn an_address_names_its_scope() {
        for scope in
            [Scope::Account, Scope::Department(DepartmentId(4)), Scope::Project(ProjectId(7))]
        {
            let address = address(EDIT, scope);
            let search = address.split_once('?').map(|(_, search)| search).unwrap_or_default();
            let pairs = form_urlencoded::parse(search.as_bytes());
            let query =
                pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
            assert_eq!(scope_of(&query), Ok(scope), "{address}");
        }
        assert!(scope_of(&ParamsMap::new()).is_err());
    }
}
