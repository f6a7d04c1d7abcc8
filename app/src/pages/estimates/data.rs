//! What the page of estimates asks of the server. Everything is worded there.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::made;
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{error::UiError, wire::Call};

/// How estimates of starts came true.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimates {
    pub count: u64,
    /// Of 100; nothing while there is nothing to judge by.
    pub before_half: Option<u64>,
    pub before_most: Option<u64>,
    /// The last of them, the newest first.
    pub rows: Vec<EstimateRow>,
}

/// One estimate, and what came true.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EstimateRow {
    /// Where the workload is seen, while it is there.
    pub href: Option<String>,
    /// In the order of the columns.
    pub cells: Vec<String>,
}

/// What came true of what was said.
#[server(prefix = "/ui", endpoint = "estimates", protocol = Call)]
pub async fn see_estimates() -> Result<Estimates, UiError> {
    let (control, actor) = caller()?;
    Ok(made::estimates(&control, &actor)?)
}
