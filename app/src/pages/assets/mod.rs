//! The pages of what workspaces are made of: one table and one form for every kind, each described by
//! data ([`Shelf`], [`fields`]). Environments, compute resources and templates are made in the form of
//! workspaces; here they are listed, renamed, copied and deleted.

#[cfg(feature = "ssr")]
mod cells;
pub mod data;
mod dialogs;
pub mod fields;
mod form;
mod list;
#[cfg(feature = "ssr")]
mod made;
#[cfg(feature = "ssr")]
mod making;
mod shelf;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

pub use form::NewItemPage;
pub use list::ShelfPage;
pub use shelf::{Head, Says, Shelf};

use crate::error::UiError;

/// Below it lies one page a shelf.
pub const PAGE: &str = "/assets";

/// The shelf that the present address names.
fn asked() -> Memo<Result<Shelf, UiError>> {
    let path = use_location().pathname;
    Memo::new(move |_| {
        let named = path.with(|path| path.split('/').nth(2).and_then(Shelf::named));
        named.ok_or_else(|| {
            UiError::NotFound("There is no such list; choose one at the left.".into())
        })
    })
}
