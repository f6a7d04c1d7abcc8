//! Whose a policy is, as messages call it, and the kinds of workload that have policies.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ScopeLevel;

/// The owner of a policy. `Display` is the `{scope}` of messages: `cluster “dgx-1”`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Source {
    pub scope: ScopeLevel,
    /// The scope's id, where there is one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    pub name: String,
}

impl Source {
    pub fn new(scope: ScopeLevel, id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { scope, id: id.into(), name: name.into() }
    }

    /// The built-in policies.
    pub fn system() -> Self {
        Self::new(ScopeLevel::System, "", "")
    }

    pub fn is_system(&self) -> bool {
        self.scope == ScopeLevel::System
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = self.scope.noun();
        match self.scope {
            ScopeLevel::System => write!(f, "the {noun}"),
            _ => write!(f, "{noun} “{}”", self.name),
        }
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
