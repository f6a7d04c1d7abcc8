//! A policy as it is kept: whose it is, what it says, and who wrote it when.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::scope::WorkloadType;
use crate::{AuditId, PolicyId, Scope, Timestamp};

/// The policy of one owner for one workload type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredPolicy {
    pub id: PolicyId,
    pub owner: Scope,
    pub workload_type: WorkloadType,
    /// A free label.
    pub name: String,
    /// What `Document::to_value` writes and `read_value` reads.
    pub document: Value,
    /// What was typed, comments and all; absent where a program sent JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The change that made it what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<AuditId>,
    pub created_by: String,
    pub created_at: Timestamp,
    pub updated_by: String,
    pub updated_at: Timestamp,
}
