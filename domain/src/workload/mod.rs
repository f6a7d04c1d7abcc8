//! A workload: something that runs, or is meant to. What people asked for (desired phase) stands
//! beside where it is (phase); both change by the methods of [`change`] alone, the state machine of
//! `form-and-assets.md` §15.3–15.4.

mod change;
mod limit;
mod observation;
mod phase;

use serde::{Deserialize, Serialize};

use crate::{
    ClusterId, ProjectId, Reason, Timestamp, WorkloadId, WorkloadName, asset::MadeFrom,
    event::Happening, rules::TimeLimit, submission::Spec, tool::ToolHost,
};

pub use change::WrongPhase;
pub use limit::{IdleTime, WINDOW_SECS};
pub use observation::{Observation, PodState};
pub use phase::{DesiredPhase, Phase, PhaseName, PlacedGpu, Placement};

/// What kind of thing runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WorkloadKind {
    Workspace,
}

/// Which door a submission came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Source {
    #[serde(rename = "CLI")]
    Cli,
    #[serde(rename = "Control-plane")]
    ControlPlane,
    Other,
}

/// A cycle of the scheduler that gave a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    pub cycle: u64,
    pub at: Timestamp,
}

/// Something that runs, with its whole state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Workload {
    pub id: WorkloadId,
    pub kind: WorkloadKind,
    pub cluster: ClusterId,
    pub project: ProjectId,
    pub name: WorkloadName,
    /// As asked for; differs from `name` when that was a prefix.
    pub requested_name: String,
    pub created_by: String,
    pub created_at: Timestamp,
    pub source: Source,
    pub spec: Spec,
    /// Template, assets, and who gave each value of the spec.
    #[serde(default)]
    pub made_from: MadeFrom,
    pub desired: DesiredPhase,
    pub phase: Phase,
    pub phase_since: Timestamp,
    /// Counts the runs: pods of an older generation are not this run's.
    pub generation: u32,
    /// Times its container was restarted in this run.
    pub restarts: u32,
    pub updated_at: Timestamp,
    /// When it ended by itself.
    pub completed_at: Option<Timestamp>,
    /// Set once it is gone; it is listed under deleted workloads for 14 days.
    pub deleted_at: Option<Timestamp>,
    /// Seconds spent waiting and running in phases that have ended.
    pub pending_secs: i64,
    pub running_secs: i64,
    /// Grows with every change; a stored copy with another number is not this one.
    pub version: i64,
    /// How long it may run, as the rules were when it was submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_limit: Option<TimeLimit>,
    /// How long its GPUs may idle, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle_limit: Option<TimeLimit>,
    /// When it began to wait for the run that it is in; absent in its first one, which begins with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumed_at: Option<Timestamp>,
    /// The cycle of the scheduler that decided about it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_in: Option<u64>,
    /// The cycle that gave it the place that it has, or had last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placed: Option<Placed>,
    /// When the run that it is in first ran; absent until it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ran_at: Option<Timestamp>,
    /// Why the scheduler took the last place that it had, until it runs again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub displaced: Option<Reason>,
    /// Where its tools are opened: for as long as it is there, whoever comes and goes beside it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<ToolHost>,
    /// What its history is told about the changes since the last save.
    #[serde(skip)]
    pub news: Vec<Happening>,
}

/// Everything that is said when a workload is made.
#[derive(Clone, Debug)]
pub struct NewWorkload {
    pub id: WorkloadId,
    pub cluster: ClusterId,
    pub project: ProjectId,
    pub name: WorkloadName,
    pub requested_name: String,
    pub created_by: String,
    pub source: Source,
    pub spec: Spec,
    pub made_from: MadeFrom,
}

impl Workload {
    /// A workload that was just accepted.
    pub fn new(new: NewWorkload, now: Timestamp) -> Self {
        let NewWorkload { id, cluster, project, name, requested_name, created_by, .. } = new;
        let NewWorkload { source, spec, made_from, .. } = new;
        let message = String::new();
        let first = Happening::PhaseUpdate { phase: PhaseName::Creating, message, why: None };
        Self {
            id,
            kind: WorkloadKind::Workspace,
            cluster,
            project,
            name,
            requested_name,
            created_by,
            created_at: now,
            source,
            spec,
            made_from,
            desired: DesiredPhase::Running,
            phase: Phase::Creating,
            phase_since: now,
            generation: 1,
            restarts: 0,
            updated_at: now,
            completed_at: None,
            deleted_at: None,
            pending_secs: 0,
            running_secs: 0,
            version: 0,
            run_limit: None,
            idle_limit: None,
            resumed_at: None,
            decided_in: None,
            placed: None,
            ran_at: None,
            displaced: None,
            tools: Vec::new(),
            news: vec![first],
        }
    }

    /// Where its pod is or is being started, while it holds resources.
    pub fn placement(&self) -> Option<&Placement> {
        self.phase.placement()
    }

    /// Whether it waits for Berth's scheduler.
    pub fn is_waiting(&self) -> bool {
        matches!(self.phase, Phase::Creating | Phase::Pending { .. } | Phase::Resuming)
    }

    /// Whether it waits for a place, whoever is to give it one.
    pub fn is_pending(&self) -> bool {
        self.is_waiting() || matches!(self.phase, Phase::HandedOver { .. })
    }

    /// Since when it has waited for the run that it is in, or did before that began.
    pub fn waits_since(&self) -> Timestamp {
        self.resumed_at.unwrap_or(self.created_at)
    }

    /// From when its minimum runtime is guaranteed, while it holds a place: the moment that this run first ran, or
    /// was placed. What comes and goes in the run moves it no more.
    pub fn guaranteed_from(&self) -> Option<Timestamp> {
        self.placement()?;
        let placed = self.placed.map(|placed| placed.at);
        Some(self.ran_at.or(placed).unwrap_or(self.phase_since))
    }

    /// The reasons to show: the main one first, why it lost its last place at the end.
    pub fn reasons(&self) -> Vec<Reason> {
        let displaced = self.displaced.iter().filter(|_| self.is_pending());
        self.phase.reasons().iter().chain(displaced).cloned().collect()
    }

    /// What stands under the status, empty where there is nothing to say.
    pub fn message(&self) -> String {
        let message = self.phase.message();
        match self.displaced.as_ref().filter(|_| self.is_pending()) {
            Some(why) if message.is_empty() => why.to_string(),
            Some(why) => format!("{message} {why}"),
            None => message,
        }
    }

    /// Whether one of the reasons names another workload.
    pub fn speaks_of_others(&self) -> bool {
        let displaced = self.displaced.as_ref();
        self.phase.speaks_of_others() || displaced.is_some_and(Reason::speaks_of_others)
    }

    /// As somebody is told who sees the workloads of some projects.
    pub fn seen_by(self, sees: &impl Fn(ProjectId) -> bool) -> Self {
        let displaced = self.displaced.map(|why| why.seen_by(sees));
        Self { phase: self.phase.seen_by(sees), displaced, ..self }
    }

    pub fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    /// Whether STOP does something.
    pub fn may_stop(&self) -> bool {
        use Phase::*;
        match self.phase {
            Creating | Pending { .. } | Initializing { .. } | Running { .. } | Resuming => true,
            HandedOver { .. } | Degraded { .. } => true,
            Stopping { .. } | Stopped { .. } | Deleting { .. } | Failed { .. } | Completed => false,
        }
    }

    /// Whether RUN does something.
    pub fn may_run(&self) -> bool {
        matches!(self.phase, Phase::Stopped { .. } | Phase::Stopping { .. })
            && self.desired == DesiredPhase::Stopped
    }

    /// Whether DELETE does something.
    pub fn may_delete(&self) -> bool {
        self.desired != DesiredPhase::Deleted
    }
}
