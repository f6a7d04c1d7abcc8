//! Who calls a server function. The guard in front of the pages has put it into the request.

use control::{ControlPlane, SignedIn};
use domain::access::Actor;
use leptos::prelude::use_context;

use crate::error::UiError;

/// The use cases, and who asks for one.
pub fn caller() -> Result<(ControlPlane, Actor), UiError> {
    let control = use_context::<ControlPlane>();
    let control = control.ok_or_else(|| UiError::Lost("no control plane in context".into()))?;
    Ok((control, signed_in()?.actor))
}

/// The session of this request.
pub fn signed_in() -> Result<SignedIn, UiError> {
    let parts = use_context::<axum::http::request::Parts>().ok_or(UiError::SignedOut)?;
    parts.extensions.get::<SignedIn>().cloned().ok_or(UiError::SignedOut)
}
