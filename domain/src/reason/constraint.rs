//! What on a node has to match.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What on a node had to match and did not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Constraint {
    NodeType {
        wanted: String,
    },
    Affinity,
    /// Where it would be near the pods that it has to be near, or far from the others.
    PodAffinity {
        /// The label that makes nodes neighbours.
        key: String,
    },
    Toleration {
        taint: String,
    },
    /// It is not there, or not as much of it.
    ExtendedResource {
        name: String,
        asked: i64,
    },
    /// It is there, and in use.
    ExtendedFree {
        name: String,
        asked: i64,
    },
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Constraint::NodeType { wanted } => write!(f, "has node type {wanted}"),
            Constraint::Affinity => f.write_str("matches the node affinity"),
            Constraint::PodAffinity { key } => {
                write!(f, "matches the affinity to other pods by the label {key}")
            }
            Constraint::Toleration { taint } => {
                write!(f, "takes work that does not tolerate the taint {taint}")
            }
            Constraint::ExtendedResource { name, asked } => write!(f, "offers {asked} {name}"),
            Constraint::ExtendedFree { name, asked } => write!(f, "has {asked} {name} free"),
        }
    }
}

impl Constraint {
    /// What to call the nodes that were tried.
    pub(super) fn fitting(&self) -> &'static str {
        match self {
            Constraint::ExtendedFree { .. } => "fitting ",
            Constraint::NodeType { .. } | Constraint::Affinity => "",
            Constraint::PodAffinity { .. } => "",
            Constraint::Toleration { .. } | Constraint::ExtendedResource { .. } => "",
        }
    }

    /// The same, said of one node that does not meet it.
    pub(super) fn negated(&self) -> String {
        match self {
            Constraint::NodeType { wanted } => format!("is not of node type {wanted}"),
            Constraint::Affinity => "does not match the node affinity".to_owned(),
            Constraint::PodAffinity { key } => {
                format!("does not match the affinity to other pods by the label {key}")
            }
            Constraint::Toleration { taint } => {
                format!("keeps work away that does not tolerate the taint {taint}")
            }
            Constraint::ExtendedResource { name, asked } => {
                format!("does not offer {asked} {name}")
            }
            Constraint::ExtendedFree { name, asked } => {
                format!("does not have {asked} {name} free")
            }
        }
    }
}
