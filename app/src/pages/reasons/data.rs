//! What the help on reasons asks of the server: its texts need not be in every browser.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{error::UiError, wire::Call};

/// A reason in the help.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReasonRow {
    pub code: String,
    /// What it says of a workload.
    pub example: String,
    pub means: String,
    pub remedy: String,
}

/// Every reason, those of a kind beside each other.
#[server(prefix = "/ui", endpoint = "reasons", protocol = Call)]
pub async fn list_reasons() -> Result<Vec<ReasonRow>, UiError> {
    caller()?;
    let row = |reason: domain::Reason| ReasonRow {
        code: reason.code().to_owned(),
        example: reason.to_string(),
        means: reason.help().means.to_owned(),
        remedy: reason.help().remedy.to_owned(),
    };
    Ok(domain::Reason::examples().map(row).collect())
}
