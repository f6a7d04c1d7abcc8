//! What an administrator supposes, and what it would come to.

use domain::{ClusterId, WorkloadId};
use serde::{Deserialize, Serialize};

use crate::resources::Resources;

/// One thing that might be different.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum WhatIf {
    /// A node takes no work any more, and what runs there goes.
    Drain {
        node: String,
        /// Needed where several clusters have a node of that name.
        #[serde(default)]
        cluster_id: Option<ClusterId>,
    },
    /// More nodes like one that is there.
    AddNodes {
        like: String,
        count: u32,
        /// Needed where several clusters have a node of that name.
        #[serde(default)]
        cluster_id: Option<ClusterId>,
    },
    /// Other quotas; what is not said of a pool stays as it is.
    ProjectQuota {
        project_id: domain::ProjectId,
        resources: Vec<Resources>,
    },
    DepartmentQuota {
        department_id: domain::DepartmentId,
        resources: Vec<Resources>,
    },
}

/// Who would stand elsewhere, on the state as it is. Nothing was changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WouldBe {
    /// Those who wait now, and would not.
    pub starts: Vec<Affected>,
    /// Those who would run elsewhere.
    pub moves: Vec<Affected>,
    /// Those who run now, and would wait.
    pub evicted: Vec<Affected>,
    /// Those who would start as things are, and would wait.
    pub waits: Vec<Affected>,
    /// Those who run now and would stay where they are: the first of them.
    #[serde(default)]
    pub stays: Vec<Affected>,
    /// How many stay in all.
    #[serde(default)]
    pub staying: usize,
    /// Those who wait in any case.
    pub still_waiting: usize,
}

/// A workload for which something would be different.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Affected {
    pub workload_id: WorkloadId,
    pub name: String,
    pub project: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Why it would wait, in sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub why: Vec<String>,
}
