//! A policy as it is kept: whose it is, what it says, and who wrote it when.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::scope::{PolicyScope, WorkloadType};
use crate::{ClusterId, DepartmentId, PolicyId, ProjectId, Timestamp};

/// The node of the organisation that a written policy belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "scope", content = "id")]
pub enum PolicyOwner {
    /// The account.
    Tenant,
    Cluster(ClusterId),
    Department(DepartmentId),
    Project(ProjectId),
}

impl PolicyOwner {
    pub fn scope(self) -> PolicyScope {
        match self {
            PolicyOwner::Tenant => PolicyScope::Tenant,
            PolicyOwner::Cluster(_) => PolicyScope::Cluster,
            PolicyOwner::Department(_) => PolicyScope::Department,
            PolicyOwner::Project(_) => PolicyScope::Project,
        }
    }

    /// The id within the scope; empty for the account.
    pub fn id(self) -> String {
        match self {
            PolicyOwner::Tenant => String::new(),
            PolicyOwner::Cluster(id) => id.to_string(),
            PolicyOwner::Department(id) => id.to_string(),
            PolicyOwner::Project(id) => id.to_string(),
        }
    }
}

impl fmt::Display for PolicyOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PolicyOwner::Tenant => f.write_str("the account"),
            owner => write!(f, "{} {}", owner.scope().name(), owner.id()),
        }
    }
}

/// The policy of one owner for one workload type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredPolicy {
    pub id: PolicyId,
    pub owner: PolicyOwner,
    pub workload_type: WorkloadType,
    /// A free label.
    pub name: String,
    /// What `Document::to_value` writes and `read_value` reads.
    pub document: Value,
    pub created_by: String,
    pub created_at: Timestamp,
    pub updated_by: String,
    pub updated_at: Timestamp,
}
