//! Why something waits, failed or was stopped: data first (`why.md` §2). The sentence is made here
//! and nowhere else, so page, REST, command line and events say the same words.

mod amount;
mod constraint;
mod examples;
mod help;
mod words;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use amount::Amount;
pub use constraint::Constraint;
pub use help::Help;

use crate::{Gpus, MemoryBytes, NodeName, Other, ProjectId, Timestamp, rules::RuleKind};

/// The page of the help on reasons; each has an anchor, its code (`why.md` §2).
pub const HELP_PAGE: &str = "/help/reasons";

/// Whose quota or limit stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScopeRef {
    pub kind: ScopeKind,
    pub name: String,
}

/// A level of the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ScopeKind {
    Project,
    Department,
}

/// Why a workload waits, failed or was stopped. Codes are stable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "code")]
pub enum Reason {
    /// Non-preemptible work may not go over quota, and this much of it is left.
    NonPreemptibleOverQuota {
        scope: ScopeRef,
        pool: String,
        asked: Amount,
        left: Amount,
        of: Amount,
    },
    /// The hard ceiling would be passed.
    OverLimit {
        scope: ScopeRef,
        pool: String,
        asked: Amount,
        left: Amount,
        of: Amount,
    },
    /// Everything is in use, and the queue has what is fair.
    OverFairShare {
        scope: ScopeRef,
        pool: String,
        share: Gpus,
        allocated: Gpus,
        asked: Gpus,
    },
    /// It fits a node, but not now.
    #[serde(rename_all = "camelCase")]
    Busy {
        pool: String,
        asked: Amount,
        /// Memory that each of the GPUs has to have free, where that is what was asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        per_device: Option<MemoryBytes>,
        /// Free in the whole pool.
        free: Amount,
        /// The most that is free on one node that matches.
        largest_hole: Amount,
        node: Option<NodeName>,
        /// What the same node must have too, where that narrows the choice.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        beside: Vec<Amount>,
        /// Workloads that are tried before this one.
        ahead: u32,
    },
    /// What could make room is within the minimum guaranteed runtime.
    VictimsProtected {
        pool: String,
        count: u32,
        until: Timestamp,
    },
    /// Some of its pods fit; all are needed.
    Gang {
        pool: String,
        placed: u32,
        needed: u32,
    },
    LargerThanAnyNode {
        pool: String,
        asked: Amount,
        /// What the same node must have too, where that narrows the choice.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        beside: Vec<Amount>,
        largest: Amount,
        node: Option<NodeName>,
    },
    NoNodeMatches {
        pool: String,
        constraint: Constraint,
        tried: u32,
    },
    PoolClosed {
        pool: String,
        project: String,
    },
    /// A volume that one node at a time may mount is on another one.
    VolumeBusy {
        claim: String,
        /// Who uses it.
        holder: Other,
        node: NodeName,
    },
    /// Where its volume lies there is no room.
    VolumeElsewhere {
        claim: String,
        nodes: Vec<NodeName>,
    },
    NodesNotReady {
        pool: String,
        nodes: Vec<NodeName>,
        since: Timestamp,
    },
    SharingOff {
        pool: String,
    },
    PoolEmpty {
        pool: String,
    },
    /// The submission names a pool that the cluster does not have.
    NoSuchPool {
        pool: String,
    },
    MakingRoom {
        node: NodeName,
        until: Timestamp,
    },
    ClusterUnreachable {
        cluster: String,
        since: Timestamp,
    },
    /// Another scheduler binds the pods of its cluster, and has not bound this one.
    LeftTo {
        scheduler: String,
        /// What it says, empty where it has said nothing.
        answer: String,
    },
    ImageUnavailable {
        image: String,
        kind: ImageTrouble,
        answer: String,
    },
    #[serde(rename_all = "camelCase")]
    Crashed {
        exit_code: i32,
        restarts: u32,
        after_secs: u64,
        last_lines: Vec<String>,
    },
    OutOfMemory {
        limit: MemoryBytes,
        peak: MemoryBytes,
    },
    /// The cluster cannot do what a field asks.
    NotHere {
        /// Path of the field: `spec.storage.git[0]`.
        field: String,
        /// Why, and what to do instead.
        why: String,
    },
    /// The container could not be made or started.
    NotStarted {
        kind: StartTrouble,
        /// What the engine said.
        answer: String,
    },
    StoppedBy {
        actor: String,
    },
    /// A scheduling rule ended it.
    #[serde(rename_all = "camelCase")]
    StoppedByRule {
        rule: RuleKind,
        scope: ScopeRef,
        limit_secs: i64,
    },
    /// The scheduler took its place; it waits for another one.
    Preempted {
        /// Who gained; nobody, where nobody did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Other>,
        how: Preemption,
        cycle: u64,
    },
    NodeLost {
        node: NodeName,
        since: Timestamp,
    },
    /// Its pod was taken away, or could not go where it was placed; it waits for another place.
    PlaceLost {
        node: NodeName,
        kind: PlaceTrouble,
        /// What the cluster said; empty where it said nothing.
        answer: String,
    },
    QueuedForCycle,
}

/// How a workload lost its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Preemption {
    /// Another queue took back what is fair.
    Reclaim,
    /// A higher priority of the same project.
    Priority,
    /// It is moved, so that another one fits.
    Consolidation,
    /// It ran with fewer pods than it needs.
    StaleGang,
}

/// What is wrong with an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ImageTrouble {
    Absent,
    Denied,
    Unreachable,
    Architecture,
}

/// What keeps a container from starting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum StartTrouble {
    /// A port of the node is in use.
    PortTaken,
    DiskFull,
    /// The engine refuses a limit of CPU, memory or processes.
    LimitRefused,
    /// Somebody else's container has the name.
    NameTaken,
    /// The image runs as root, and the workspace may not.
    RootUser,
    /// What should be started is not in the image.
    CommandAbsent,
    /// A volume could not be mounted.
    Mount,
    /// A GPU could not be given to it.
    Gpu,
    /// The cluster's admission control refuses the pod.
    Refused,
    /// A quota of the cluster itself is used up.
    ClusterQuota,
    /// The namespace is being deleted.
    NamespaceEnding,
    /// The namespace is somebody else's.
    NamespaceTaken,
    /// A secret or config map that it names is not there.
    ConfigAbsent,
    /// What a data volume shows is not there, or cannot be shown.
    DataVolume,
    Other,
}

/// What became of the place of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum PlaceTrouble {
    /// Somebody deleted the pod.
    Deleted,
    /// The node ran short of something and ended the pod.
    Evicted,
    /// The node is being emptied.
    Drained,
    /// The node was closed, or went, before the pod was there.
    Closed,
    /// Somebody else put the pod on another node.
    Moved,
}

/// The stable name of a reason.
pub type ReasonCode = &'static str;

impl Reason {
    /// The stable code, an anchor in the help.
    pub fn code(&self) -> ReasonCode {
        match self {
            Reason::NonPreemptibleOverQuota { .. } => "NonPreemptibleOverQuota",
            Reason::OverLimit { .. } => "OverLimit",
            Reason::OverFairShare { .. } => "OverFairShare",
            Reason::Busy { .. } => "Busy",
            Reason::VictimsProtected { .. } => "VictimsProtected",
            Reason::Gang { .. } => "Gang",
            Reason::LargerThanAnyNode { .. } => "LargerThanAnyNode",
            Reason::NoNodeMatches { .. } => "NoNodeMatches",
            Reason::PoolClosed { .. } => "PoolClosed",
            Reason::VolumeBusy { .. } => "VolumeBusy",
            Reason::VolumeElsewhere { .. } => "VolumeElsewhere",
            Reason::NodesNotReady { .. } => "NodesNotReady",
            Reason::SharingOff { .. } => "SharingOff",
            Reason::PoolEmpty { .. } => "PoolEmpty",
            Reason::NoSuchPool { .. } => "NoSuchPool",
            Reason::MakingRoom { .. } => "MakingRoom",
            Reason::ClusterUnreachable { .. } => "ClusterUnreachable",
            Reason::LeftTo { .. } => "LeftTo",
            Reason::ImageUnavailable { .. } => "ImageUnavailable",
            Reason::Crashed { .. } => "Crashed",
            Reason::OutOfMemory { .. } => "OutOfMemory",
            Reason::NotHere { .. } => crate::abilities::NOT_HERE,
            Reason::NotStarted { .. } => "NotStarted",
            Reason::StoppedBy { .. } => "StoppedBy",
            Reason::StoppedByRule { .. } => "StoppedByRule",
            Reason::Preempted { .. } => "Preempted",
            Reason::NodeLost { .. } => "NodeLost",
            Reason::PlaceLost { .. } => "PlaceLost",
            Reason::QueuedForCycle => "QueuedForCycle",
        }
    }

    /// Where the help on it is.
    pub fn help_href(&self) -> String {
        format!("{HELP_PAGE}#{}", self.code())
    }

    /// Whether it names another workload.
    pub fn speaks_of_others(&self) -> bool {
        matches!(
            self,
            Reason::Preempted { by: Some(Other::Named(_)), .. }
                | Reason::VolumeBusy { holder: Other::Named(_), .. }
        )
    }

    /// As somebody is told who sees the workloads of some projects.
    pub fn seen_by(mut self, sees: &impl Fn(ProjectId) -> bool) -> Self {
        match &mut self {
            Reason::Preempted { by: Some(other), .. }
            | Reason::VolumeBusy { holder: other, .. } => {
                *other = other.clone().seen_by(sees);
            }
            _ => {}
        }
        self
    }
}

impl fmt::Display for ScopeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            ScopeKind::Project => "project",
            ScopeKind::Department => "department",
        };
        write!(f, "{kind} {}", self.name)
    }
}

#[cfg(test)]
mod tests;
