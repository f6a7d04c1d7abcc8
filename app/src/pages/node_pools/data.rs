//! What the pages of node pools ask of the server.

use domain::Gpus;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::made;
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{error::UiError, wire::Call};

/// A node pool as the table shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoolRow {
    pub id: i32,
    pub name: String,
    pub cluster: String,
    pub is_default: bool,
    pub label: String,
    pub nodes: usize,
    pub placement: String,
    pub guaranteed: String,
    /// How past usage counts.
    pub history: String,
    pub gpus: Gpus,
    pub used: Gpus,
    pub solid: Gpus,
    pub updated: String,
}

/// What is said of a pool, as text in fields.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PoolDraft {
    /// Absent for a new one.
    pub id: Option<i32>,
    pub is_default: bool,
    pub name: String,
    /// Of a new one.
    pub cluster: String,
    pub label_key: String,
    pub label_value: String,
    /// `binpack` or `spread`.
    pub gpu_placement: String,
    pub cpu_placement: String,
    pub gpu_fractions: bool,
    /// `5d8h40m`; empty for none.
    pub guaranteed: String,
    pub time_based: bool,
    pub weight: String,
    pub window: String,
    pub half_life: String,
}

/// The form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoolForm {
    pub draft: PoolDraft,
    /// Id and name.
    pub clusters: Vec<(String, String)>,
}

/// All node pools.
#[server(prefix = "/ui", endpoint = "node_pools", protocol = Call)]
pub async fn list_pools() -> Result<Vec<PoolRow>, UiError> {
    let (control, actor) = caller()?;
    Ok(made::rows(&control, &actor)?)
}

/// The form of a pool, or of a new one.
#[server(prefix = "/ui", endpoint = "node_pool_form", protocol = Call)]
pub async fn load_pool(id: Option<i32>) -> Result<PoolForm, UiError> {
    let (control, actor) = caller()?;
    Ok(made::form(&control, &actor, id)?)
}

/// Makes it, or changes it.
#[server(prefix = "/ui", endpoint = "save_node_pool", protocol = Call)]
pub async fn save_pool(draft: PoolDraft) -> Result<(), UiError> {
    let (control, actor) = caller()?;
    Ok(made::save(&control, &actor, draft).await?)
}

/// Deletes it.
#[server(prefix = "/ui", endpoint = "delete_node_pool", protocol = Call)]
pub async fn delete_pool(id: i32) -> Result<(), UiError> {
    let (control, actor) = caller()?;
    Ok(control.delete_node_pool(&actor, domain::NodePoolId(id)).await?)
}
