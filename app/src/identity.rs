//! Who is signed in, for the frame round the pages.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{error::UiError, wire::Json};

/// The signed-in person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Me {
    pub name: String,
    pub is_admin: bool,
    /// The token that forms carry.
    pub csrf: String,
}

/// Who is signed in; `None` on the pages where nobody has to be.
#[server(prefix = "/ui", endpoint = "me", input = Json, output = Json)]
pub async fn who_am_i() -> Result<Option<Me>, UiError> {
    let Ok(signed_in) = crate::caller::signed_in() else { return Ok(None) };
    let control::SignedIn { actor, csrf } = signed_in;
    Ok(Some(Me { name: actor.name, is_admin: actor.is_admin, csrf }))
}
