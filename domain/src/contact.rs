//! Whether a cluster answers, and what is to be known of that (`scheduling-and-organisation.md` §8.1).

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What state a cluster is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClusterState {
    /// It has never answered.
    #[default]
    WaitingToConnect,
    Connected,
    Disconnected,
    /// It answers, and something that Berth has to have there is missing.
    MissingPrerequisites,
    /// It answers, and cannot serve.
    ServiceIssues,
}

impl ClusterState {
    /// As programs write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::WaitingToConnect => "WaitingToConnect",
            Self::Connected => "Connected",
            Self::Disconnected => "Disconnected",
            Self::MissingPrerequisites => "MissingPrerequisites",
            Self::ServiceIssues => "ServiceIssues",
        }
    }

    /// As people read it.
    pub fn words(self) -> &'static str {
        match self {
            Self::WaitingToConnect => "Waiting to connect",
            Self::Connected => "Connected",
            Self::Disconnected => "Disconnected",
            Self::MissingPrerequisites => "Missing prerequisites",
            Self::ServiceIssues => "Service issues",
        }
    }
}

/// What is known of a cluster's state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterSeen {
    pub state: ClusterState,
    /// What is to be known of that, a sentence each.
    pub why: Vec<String>,
    /// When it was heard of last, or since when it has not been.
    pub last: Option<Timestamp>,
    /// Of what runs it; empty where nobody has said.
    pub version: String,
}
