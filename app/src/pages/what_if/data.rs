//! What the page of suppositions asks of the server.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::made;
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{error::UiError, wire::Call};

/// What can be supposed: value and label of each choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choices {
    pub nodes: Vec<(String, String)>,
    /// Projects and departments.
    pub units: Vec<(String, String)>,
    pub pools: Vec<(String, String)>,
}

/// Who would stand elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Would {
    pub starts: Vec<AffectedRow>,
    pub moves: Vec<AffectedRow>,
    pub evicted: Vec<AffectedRow>,
    pub waits: Vec<AffectedRow>,
    /// The first of those who stay, and how many do.
    pub stays: Vec<AffectedRow>,
    pub staying: usize,
    pub still_waiting: usize,
}

/// A workload for which something would be different; a dash where nothing is to be said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AffectedRow {
    pub name: String,
    pub project: String,
    pub from: String,
    pub to: String,
    pub why: String,
}

/// What somebody supposes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// `drain`, `add` or `quota`.
    pub kind: String,
    pub node: String,
    pub count: String,
    /// `project/7` or `department/2`.
    pub unit: String,
    pub pool: String,
    /// GPUs; empty is unlimited.
    pub gpus: String,
}

/// What can be chosen.
#[server(prefix = "/ui", endpoint = "what_if_choices", protocol = Call)]
pub async fn what_if_choices() -> Result<Choices, UiError> {
    let (control, actor) = caller()?;
    Ok(made::choices(&control, &actor)?)
}

/// What it would come to. Nothing is changed.
#[server(prefix = "/ui", endpoint = "what_if", protocol = Call)]
pub async fn what_if(asked: Asked) -> Result<Would, UiError> {
    let (control, actor) = caller()?;
    let supposed = made::supposed(&control, &actor, &asked)?;
    Ok(made::would(control.what_if(&actor, supposed).await?))
}
