//! Where a workload stands. Each phase holds what is true only there, so nothing running can be
//! without a node.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Gpus, NodeName, NodePoolName, ProjectId, Reason};

/// What people asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DesiredPhase {
    Running,
    Stopped,
    Deleted,
}

/// Where a workload stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all_fields = "camelCase")]
pub enum Phase {
    /// Accepted; no scheduler has looked at it yet.
    Creating,
    /// In the queue. The first reason is the main one.
    Pending {
        reasons: Vec<Reason>,
    },
    /// Its pod is in the cluster, where another scheduler is to bind it. The first reason is the main one.
    HandedOver {
        reasons: Vec<Reason>,
    },
    /// Placed; the image is pulled and the container started. `doing` says how far it is.
    Initializing {
        placement: Placement,
        doing: String,
    },
    Running {
        placement: Placement,
    },
    /// Its pod is unwell, or its node does not answer.
    Degraded {
        placement: Placement,
        reason: Reason,
    },
    /// Coming back from a stop; no scheduler has looked at it yet.
    Resuming,
    /// Being removed from its node; comes to rest as Stopped.
    Stopping {
        placement: Placement,
        why: Reason,
    },
    Stopped {
        why: Reason,
    },
    /// Being removed for good.
    Deleting {
        placement: Option<Placement>,
    },
    Failed {
        reason: Reason,
    },
    Completed,
}

/// Which devices of which node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Placement {
    pub pool: NodePoolName,
    pub node: NodeName,
    pub gpus: Vec<PlacedGpu>,
}

/// One device, or a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlacedGpu {
    /// Index on the node.
    pub index: u32,
    /// At most one whole GPU.
    pub portion: Gpus,
}

impl Placement {
    /// GPUs taken on the node.
    pub fn gpu_total(&self) -> Gpus {
        self.gpus.iter().map(|gpu| gpu.portion).sum()
    }
}

/// The phases by the names that the public API knows (`openapi-notes.md` §7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PhaseName {
    Creating,
    Initializing,
    Resuming,
    Pending,
    Deleting,
    Running,
    Updating,
    Stopped,
    Stopping,
    Degraded,
    Failed,
    Completed,
    Terminating,
    Unknown,
}

impl PhaseName {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Creating => "Creating",
            Self::Initializing => "Initializing",
            Self::Resuming => "Resuming",
            Self::Pending => "Pending",
            Self::Deleting => "Deleting",
            Self::Running => "Running",
            Self::Updating => "Updating",
            Self::Stopped => "Stopped",
            Self::Stopping => "Stopping",
            Self::Degraded => "Degraded",
            Self::Failed => "Failed",
            Self::Completed => "Completed",
            Self::Terminating => "Terminating",
            Self::Unknown => "Unknown",
        }
    }

    /// The word in the Status column (`form-and-assets.md` §15.3).
    pub fn label(self) -> &'static str {
        match self {
            Self::Stopping => "Suspending",
            Self::Terminating => "Deleting",
            other => other.as_str(),
        }
    }
}

impl fmt::Display for PhaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Phase {
    pub fn name(&self) -> PhaseName {
        match self {
            Phase::Creating => PhaseName::Creating,
            Phase::Pending { .. } | Phase::HandedOver { .. } => PhaseName::Pending,
            Phase::Initializing { .. } => PhaseName::Initializing,
            Phase::Running { .. } => PhaseName::Running,
            Phase::Degraded { .. } => PhaseName::Degraded,
            Phase::Resuming => PhaseName::Resuming,
            Phase::Stopping { .. } => PhaseName::Stopping,
            Phase::Stopped { .. } => PhaseName::Stopped,
            Phase::Deleting { .. } => PhaseName::Deleting,
            Phase::Failed { .. } => PhaseName::Failed,
            Phase::Completed => PhaseName::Completed,
        }
    }

    /// Where it holds resources, if it does.
    pub fn placement(&self) -> Option<&Placement> {
        match self {
            Phase::Initializing { placement, .. }
            | Phase::Running { placement }
            | Phase::Degraded { placement, .. }
            | Phase::Stopping { placement, .. } => Some(placement),
            Phase::Deleting { placement } => placement.as_ref(),
            Phase::Creating | Phase::Pending { .. } | Phase::Resuming => None,
            Phase::HandedOver { .. } => None,
            Phase::Stopped { .. } | Phase::Failed { .. } | Phase::Completed => None,
        }
    }

    /// The reasons to show, main one first.
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Phase::Pending { reasons } | Phase::HandedOver { reasons } => reasons,
            Phase::Degraded { reason, .. } | Phase::Failed { reason } => {
                std::slice::from_ref(reason)
            }
            Phase::Stopping { why, .. } | Phase::Stopped { why } => std::slice::from_ref(why),
            Phase::Creating | Phase::Initializing { .. } | Phase::Running { .. } => &[],
            Phase::Resuming | Phase::Deleting { .. } | Phase::Completed => &[],
        }
    }

    /// Whether one of the reasons names another workload.
    pub fn speaks_of_others(&self) -> bool {
        self.reasons().iter().any(Reason::speaks_of_others)
    }

    /// As somebody is told who sees the workloads of some projects.
    pub fn seen_by(self, sees: &impl Fn(ProjectId) -> bool) -> Self {
        match self {
            Phase::Pending { reasons } => {
                let reasons = reasons.into_iter().map(|reason| reason.seen_by(sees));
                Phase::Pending { reasons: reasons.collect() }
            }
            Phase::HandedOver { reasons } => {
                let reasons = reasons.into_iter().map(|reason| reason.seen_by(sees));
                Phase::HandedOver { reasons: reasons.collect() }
            }
            Phase::Degraded { placement, reason } => {
                Phase::Degraded { placement, reason: reason.seen_by(sees) }
            }
            Phase::Failed { reason } => Phase::Failed { reason: reason.seen_by(sees) },
            Phase::Stopping { placement, why } => {
                Phase::Stopping { placement, why: why.seen_by(sees) }
            }
            Phase::Stopped { why } => Phase::Stopped { why: why.seen_by(sees) },
            Phase::Creating | Phase::Initializing { .. } | Phase::Running { .. } => self,
            Phase::Resuming | Phase::Deleting { .. } | Phase::Completed => self,
        }
    }

    /// One plain sentence under the status, empty where there is nothing to say.
    pub fn message(&self) -> String {
        match self {
            Phase::Initializing { doing, .. } => doing.clone(),
            phase => phase.reasons().first().map(ToString::to_string).unwrap_or_default(),
        }
    }

    /// Whether it has ended by itself and never moves again.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Phase::Failed { .. } | Phase::Completed)
    }
}
