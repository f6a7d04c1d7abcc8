//! Where a policy belongs: the scope, its name, and how messages call it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A level of the tree that can own a policy, from the root down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PolicyScope {
    /// The built-in policies.
    System,
    /// The account; the wire calls it tenant.
    Tenant,
    Cluster,
    Department,
    Project,
}

impl PolicyScope {
    pub const ALL: [Self; 5] =
        [Self::System, Self::Tenant, Self::Cluster, Self::Department, Self::Project];

    /// The word of the wire.
    pub fn name(self) -> &'static str {
        match self {
            PolicyScope::System => "system",
            PolicyScope::Tenant => "tenant",
            PolicyScope::Cluster => "cluster",
            PolicyScope::Department => "department",
            PolicyScope::Project => "project",
        }
    }

    /// The scope of that word of the wire.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

/// The owner of a policy. `Display` is the `{scope}` of messages: `cluster “dgx-1”`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Source {
    pub scope: PolicyScope,
    /// The scope's id, where there is one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    pub name: String,
}

impl Source {
    pub fn new(scope: PolicyScope, id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { scope, id: id.into(), name: name.into() }
    }

    /// The built-in policies.
    pub fn system() -> Self {
        Self::new(PolicyScope::System, "", "")
    }

    pub fn is_system(&self) -> bool {
        self.scope == PolicyScope::System
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.scope {
            PolicyScope::System => return f.write_str("the platform"),
            PolicyScope::Tenant => "account",
            PolicyScope::Cluster => "cluster",
            PolicyScope::Department => "department",
            PolicyScope::Project => "project",
        };
        write!(f, "{level} “{}”", self.name)
    }
}

/// The kinds of workload that have policies of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WorkloadType {
    Workspace,
    Training,
    Distributed,
    Inference,
    DistributedInference,
    NimService,
}

impl WorkloadType {
    pub const ALL: [Self; 6] = [
        Self::Workspace,
        Self::Training,
        Self::Distributed,
        Self::Inference,
        Self::DistributedInference,
        Self::NimService,
    ];

    /// The word of the wire.
    pub fn name(self) -> &'static str {
        match self {
            WorkloadType::Workspace => "workspace",
            WorkloadType::Training => "training",
            WorkloadType::Distributed => "distributed",
            WorkloadType::Inference => "inference",
            WorkloadType::DistributedInference => "distributedInference",
            WorkloadType::NimService => "nimService",
        }
    }

    /// The type of that word of the wire.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|of| of.name() == name)
    }
}
