//! What the pages ask of the server. Everything in a row is worded there.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    Shelf,
    fields::{Form, Known},
};
#[cfg(feature = "ssr")]
use super::{made, making};
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{error::UiError, ui::Choice, wire::Call};

/// What stands on a shelf.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shelved {
    pub lines: Vec<Line>,
    /// Where the viewer may put something new.
    pub places: Vec<Choice>,
    /// Whether they may make something here.
    pub may_make: bool,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    pub id: String,
    pub name: String,
    pub description: String,
    /// One a head of the shelf.
    pub cells: Vec<String>,
    /// The place that it belongs to, the widest above it first, as far as the viewer sees them.
    pub places: Vec<String>,
    /// The places that a data volume is shared with, as its form sends them.
    pub shared: String,
    /// What more there is to say of a claim.
    pub details: Vec<(String, String)>,
    pub state: Option<State>,
    /// Whether the viewer may rename and delete it.
    pub may_write: bool,
    /// Whether something uses it.
    pub is_used: bool,
}

impl Line {
    /// What stands in the columns of its row.
    pub fn texts(&self) -> Vec<String> {
        std::iter::once(&self.name).chain(&self.cells).cloned().collect()
    }
}

/// How it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub word: String,
    pub is_good: bool,
    pub reason: Option<String>,
}

/// Something that uses another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct User {
    pub name: String,
    /// Workspace, template, kind of data source.
    pub kind: String,
    pub status: String,
}

/// Who uses a thing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Users {
    pub users: Vec<User>,
    /// Others that the viewer may not see.
    pub hidden: usize,
}

/// The lists that the fields of a form choose from.
pub type Lists = Vec<(Known, Vec<Choice>)>;

/// What a form sends: the values by their paths.
pub type Values = Vec<(String, String)>;

/// What the signed-in person may see of a shelf.
#[server(prefix = "/ui", endpoint = "shelf", protocol = Call)]
pub async fn see_shelf(shelf: Shelf) -> Result<Shelved, UiError> {
    let (control, actor) = caller()?;
    Ok(made::shelved(&control, &actor, shelf)?)
}

/// Who uses one of its things.
#[server(prefix = "/ui", endpoint = "shelf_users", protocol = Call)]
pub async fn see_users(id: String) -> Result<Users, UiError> {
    let (control, actor) = caller()?;
    Ok(made::users(&control, &actor, &id)?)
}

/// Renames one of its things.
#[server(prefix = "/ui", endpoint = "rename_item", protocol = Call)]
pub async fn rename_item(
    shelf: Shelf,
    id: String,
    name: String,
    description: String,
) -> Result<(), UiError> {
    let (control, actor) = caller()?;
    Ok(making::rename(&control, &actor, shelf, &id, (name, description)).await?)
}

/// Describes a data volume anew, and shares it with these places alone, among those that one sees.
#[server(prefix = "/ui", endpoint = "share_item", protocol = Call)]
pub async fn share_item(id: String, description: String, places: String) -> Result<(), UiError> {
    let (control, actor) = caller()?;
    making::share(&control, &actor, &id, (description, places)).await
}

/// Makes another like it.
#[server(prefix = "/ui", endpoint = "copy_item", protocol = Call)]
pub async fn copy_item(
    shelf: Shelf,
    id: String,
    name: String,
    place: String,
) -> Result<(), UiError> {
    let (control, actor) = caller()?;
    Ok(making::copy(&control, &actor, shelf, &id, (name, place)).await?)
}

/// Deletes one of its things.
#[server(prefix = "/ui", endpoint = "delete_item", protocol = Call)]
pub async fn delete_item(shelf: Shelf, id: String) -> Result<(), UiError> {
    let (control, actor) = caller()?;
    Ok(making::delete(&control, &actor, shelf, &id).await?)
}

/// What the fields of a form choose from.
#[server(prefix = "/ui", endpoint = "item_lists", protocol = Call)]
pub async fn see_lists(form: Form) -> Result<Lists, UiError> {
    let (control, actor) = caller()?;
    Ok(made::lists(&control, &actor, form)?)
}

/// Makes what a form says; its id.
#[server(prefix = "/ui", endpoint = "make_item", protocol = Call)]
pub async fn make_item(form: Form, is_mine: bool, values: Values) -> Result<String, UiError> {
    let (control, actor) = caller()?;
    making::make(&control, &actor, (form, is_mine), values).await
}
