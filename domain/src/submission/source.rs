//! Where each value of a resolved submission came from (`why.md` §5), so that weeks later one still
//! sees why a workspace has four cores.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::scope::ScopeLevel;

/// Who gave a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "from")]
pub enum FieldSource {
    /// Whoever submitted it.
    You,
    Template {
        name: String,
    },
    Asset {
        name: String,
    },
    /// A policy of this scope.
    Policy {
        scope: ScopeLevel,
        /// The scope's name.
        name: String,
        rule: PolicyRule,
    },
    ProjectDefault,
    /// Berth's own default.
    Platform,
}

/// `template PyTorch`, `asset jupyter-lab`, `the policy of department ml`.
impl fmt::Display for FieldSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::You => f.write_str("you"),
            Self::Template { name } => write!(f, "template {name}"),
            Self::Asset { name } => write!(f, "asset {name}"),
            Self::Policy { scope, name, .. } => write!(f, "the policy of {} {name}", scope.noun()),
            Self::ProjectDefault => f.write_str("the project"),
            Self::Platform => f.write_str("Berth"),
        }
    }
}

/// The path of a value, `spec.storage.nfs[0]`, as a pointer (RFC 6901) into a spec.
pub fn pointer(path: &str) -> String {
    let path = path.trim_start_matches("spec.");
    format!("/{}", path.replace(['.', '['], "/").replace(']', ""))
}

/// How a policy gave a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PolicyRule {
    Default,
    Forced,
    Imposed,
}

/// The source of every value by its path, as problems name it: `spec.compute.gpuDevicesRequest`,
/// `spec.environmentVariables[0].value`. A list without items of its own has one source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sources(pub BTreeMap<String, FieldSource>);

impl Sources {
    /// Who gave the value at `path`.
    pub fn of(&self, path: &str) -> Option<&FieldSource> {
        self.0.get(path)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
