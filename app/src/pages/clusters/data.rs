//! What the page of clusters asks of the server. Everything but the state is worded there.

use domain::{abilities::Shortcoming, contact::ClusterState};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::made;
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{error::UiError, wire::Call};

/// A cluster, and what is to be known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClusterRow {
    pub name: String,
    /// What workspaces are there: pods, containers, or nothing real.
    pub runs: String,
    pub state: ClusterState,
    /// Why it is not as it should be, a sentence each.
    pub why: Vec<String>,
    /// Of what runs it.
    pub version: String,
    /// When it was heard of last, or since when it has not been.
    pub last: String,
    /// How many are ready.
    pub nodes: String,
    /// How many are in use.
    pub gpus: String,
    pub added: String,
    /// What it means that another scheduler binds its pods, where one does.
    pub left_to: Option<String>,
    pub shortcomings: Vec<Shortcoming>,
    /// What Berth does there, as far as somebody has to allow it.
    pub rights: Vec<RightRow>,
    /// What no workspace can have there.
    pub lacks: Vec<LackRow>,
}

/// Something that Berth does in a cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RightRow {
    pub purpose: String,
    /// The rights that it takes.
    pub rights: String,
    /// Those of them that are missing; empty where all are there.
    pub missing: String,
    /// Whether it is for an administrator to want it.
    pub is_optional: bool,
}

/// Something that workspaces cannot have in a cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LackRow {
    pub what: String,
    pub why: String,
    pub instead: String,
}

/// All clusters that the reader may see, the oldest first.
#[server(prefix = "/ui", endpoint = "clusters", protocol = Call)]
pub async fn list_clusters() -> Result<Vec<ClusterRow>, UiError> {
    let (control, actor) = caller()?;
    Ok(made::clusters(&control, &actor)?)
}
