//! What would happen if a submission were created now (`why.md` §1): the scheduler's own answer on
//! the real state, with reasons, fixes and consequences. It is never stored as a promise.

mod after;
mod words;

use serde::{Deserialize, Serialize};

pub use after::Remedy;
pub use words::{FIXES_TITLE, PREEMPTED_BY, PREEMPTS, WAYS_OUT_TITLE, ahead_words};

use crate::{
    Gpus, NodePoolName, Other, Problem, ProjectId, Reason, ScopeRef, Timestamp, duration::minute,
    reason::Amount, submission::Submission, workload::Placement,
};

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Present for all but `refused` and `leftTo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consequences: Option<Consequences>,
    /// When it is going to start, where it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimate: Option<Estimate>,
    /// Number of the state that was looked at; grows with every change.
    pub snapshot: u64,
}

/// When something that waits will start (`why.md` §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Estimate {
    /// In half of the futures it has started by then; `None` where it has not in so many.
    pub p50: Option<Timestamp>,
    /// In nine of ten.
    pub p90: Option<Timestamp>,
    pub basis: Basis,
    /// Finished workloads that this was learned from.
    pub samples: u32,
}

/// What an estimate rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Basis {
    /// All that runs ends at a known time.
    Limits,
    /// How long finished work ran.
    History,
    /// There is too little to judge by.
    None,
}

/// Which of its times an estimate kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Met {
    /// It started before the time that half do; so it did before the other.
    Half,
    /// It started before the time that nine of ten do.
    Most,
    Neither,
}

impl Met {
    pub fn words(self) -> &'static str {
        match self {
            Self::Half => "Before the even guess",
            Self::Most => "Before the safe guess",
            Self::Neither => "Later than said",
        }
    }
}

impl Estimate {
    /// Nothing is known but how little.
    pub fn none(samples: usize) -> Self {
        Self { p50: None, p90: None, basis: Basis::None, samples: samples as u32 }
    }

    /// How much of it came true for something that started then; `None` where it named no times.
    pub fn met(&self, started: Timestamp) -> Option<Met> {
        let (half, most) = (self.p50?, self.p90?);
        Some(match started {
            at if at <= half => Met::Half,
            at if at <= most => Met::Most,
            _ => Met::Neither,
        })
    }

    /// What it rests on, in words.
    pub fn rests(&self) -> String {
        match self.basis {
            Basis::None => "too little finished work to judge by".to_owned(),
            Basis::Limits => "all that runs ends at a known time".to_owned(),
            Basis::History => format!("judged by {} finished workloads", self.samples),
        }
    }

    /// When it will start, and what that rests on.
    pub fn sentence(&self) -> String {
        let rests = self.rests();
        match (self.p50, self.p90) {
            _ if self.basis == Basis::None => {
                format!("When it starts cannot be said yet: there is {rests}.")
            }
            (Some(half), Some(most)) => format!(
                "It will probably start by {}, in nine of ten cases by {} ({rests}).",
                minute(half),
                minute(most)
            ),
            (Some(half), None) => {
                format!("It will probably start by {}, perhaps much later ({rests}).", minute(half))
            }
            (None, _) => format!("It will not start as far as can be foreseen ({rests})."),
        }
    }
}

/// Five answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "verdict", rename_all = "camelCase")]
pub enum Outcome {
    /// Validation says no.
    Refused { violations: Vec<Problem> },
    /// No future of this cluster as it is configured runs it.
    Never { reason: Reason, others: Vec<Reason>, fixes: Vec<Fix> },
    /// It can run, not now.
    Waits { reason: Reason, others: Vec<Reason>, ahead: u32, fixes: Vec<Fix> },
    /// The next cycle places it.
    StartsNow { placement: Placement },
    /// Another scheduler finds its place. What Berth sees that is in the way; nothing where a node has room.
    LeftTo { scheduler: String, reason: Option<Reason> },
}

impl Verdict {
    /// The same where another scheduler decides: of what Berth would do, no more than what it sees of the nodes.
    pub fn left_to(self, scheduler: &str) -> Self {
        let reason = match self.outcome {
            Outcome::Never { reason, .. } | Outcome::Waits { reason, .. } => Some(reason),
            Outcome::StartsNow { .. } => None,
            Outcome::Refused { .. } | Outcome::LeftTo { .. } => return self,
        };
        let outcome = Outcome::LeftTo { scheduler: scheduler.to_owned(), reason };
        Self { outcome, consequences: None, estimate: None, snapshot: self.snapshot }
    }

    /// As somebody is told who sees the workloads of some projects.
    pub fn seen_by(mut self, sees: &impl Fn(ProjectId) -> bool) -> Self {
        if let Outcome::Never { reason, others, .. } | Outcome::Waits { reason, others, .. } =
            &mut self.outcome
        {
            for reason in others.iter_mut().chain([reason]) {
                *reason = reason.clone().seen_by(sees);
            }
        }
        if let Outcome::LeftTo { reason: Some(reason), .. } = &mut self.outcome {
            *reason = reason.clone().seen_by(sees);
        }
        for other in self.consequences.iter_mut().flat_map(|all| &mut all.preempts) {
            *other = other.clone().seen_by(sees);
        }
        self
    }
}

impl Outcome {
    pub fn kind(&self) -> VerdictKind {
        match self {
            Outcome::Refused { .. } => VerdictKind::Refused,
            Outcome::Never { .. } => VerdictKind::Never,
            Outcome::Waits { .. } => VerdictKind::Waits,
            Outcome::StartsNow { .. } => VerdictKind::StartsNow,
            Outcome::LeftTo { .. } => VerdictKind::LeftTo,
        }
    }
}

/// The five answers, without their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum VerdictKind {
    Refused,
    Never,
    Waits,
    StartsNow,
    LeftTo,
}

/// A change of the submission that was tried on the same state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Fix {
    pub code: FixCode,
    /// Verb and object, in the words of the form: `Ask for 1 GPU`.
    pub label: String,
    /// Merged over the submission (RFC 7396): `{"compute": {"gpuDevicesRequest": 2}}`. An action leaves it as it is:
    /// `{}`.
    pub patch: serde_json::Value,
    /// What is to be done besides, where the submission stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<FixAction>,
    /// What it costs, where that is not seen in the label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// The verdict it leads to.
    pub then: VerdictKind,
    /// Where it would start, when it starts now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement: Option<Placement>,
}

/// What helps without a change of the submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "do", rename_all = "camelCase")]
pub enum FixAction {
    /// One of the asker's own workloads makes room.
    Stop { workload: Other },
    /// Whoever owns a quota or a limit raises it.
    Ask {
        scope: ScopeRef,
        pool: String,
        /// What it would have to be.
        to: Amount,
        /// Whether that is the limit, rather than the quota.
        limit: bool,
        /// Who can, where the reader may see them.
        who: Vec<String>,
    },
    /// The same once more, after what had nothing to do with it.
    Retry,
}

/// What is changed by a fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum FixCode {
    FewerGpus,
    FewerCores,
    LessMemory,
    OtherPool,
    DropConstraint,
    Fraction,
    Preemptible,
    StopMine,
    AskOwner,
    MoreMemory,
    OtherTag,
    Retry,
}

/// What the submission would do to others and to the quota.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Consequences {
    /// Project first, then department, in the pool that is meant.
    pub quota: Vec<QuotaChange>,
    /// Workloads that are interrupted for it. Empty: nobody.
    pub preempts: Vec<Other>,
    pub preemptible_by: PreemptibleBy,
    /// From when on: the end of the minimum guaranteed runtime, if it started now. `None`: at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preemptible_from: Option<Timestamp>,
    pub price_per_hour: Option<f64>,
}

/// GPUs of one scope in one pool, before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct QuotaChange {
    pub scope: ScopeRef,
    pub pool: NodePoolName,
    /// Allocated now; with the submission `after`.
    pub before: Gpus,
    pub after: Gpus,
    /// The part of `before` that is non-preemptible.
    pub non_preemptible: Gpus,
    /// The quota; `None` is unlimited.
    pub deserved: Option<Gpus>,
}

/// Who may interrupt it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum PreemptibleBy {
    /// It is non-preemptible and inside the quota.
    Nobody,
    /// Projects whose quota it would borrow, and higher priorities of its own project.
    OwnersOfTheQuota,
}

/// Applies a JSON merge patch (RFC 7396) to a submission. `None` when the result is no submission.
pub fn apply_patch(submission: &Submission, patch: &serde_json::Value) -> Option<Submission> {
    let mut whole = serde_json::to_value(submission).ok()?;
    merge(&mut whole, patch);
    serde_json::from_value(whole).ok()
}

fn merge(into: &mut serde_json::Value, patch: &serde_json::Value) {
    let serde_json::Value::Object(changes) = patch else {
        *into = patch.clone();
        return;
    };
    if !into.is_object() {
        *into = serde_json::Value::Object(serde_json::Map::new());
    }
    let Some(whole) = into.as_object_mut() else { return };
    for (key, change) in changes {
        match change {
            serde_json::Value::Null => drop(whole.remove(key)),
            change => merge(whole.entry(key.clone()).or_insert(serde_json::Value::Null), change),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_says_when_and_what_it_rests_on() {
        let at = |text: &str| Some(text.parse().unwrap());
        let (half, most) = (at("2026-11-24T10:20:00Z"), at("2026-11-24T13:05:00Z"));
        let history = Estimate { p50: half, p90: most, basis: Basis::History, samples: 41 };
        let said = [
            history.sentence(),
            Estimate { p90: None, basis: Basis::Limits, ..history }.sentence(),
            Estimate { p50: None, p90: None, ..history }.sentence(),
            Estimate::none(3).sentence(),
        ];
        insta::assert_snapshot!(said.join("\n"), @r"
        It will probably start by 2026-11-24 10:20 UTC, in nine of ten cases by 2026-11-24 13:05 UTC (judged by 41 finished workloads).
        It will probably start by 2026-11-24 10:20 UTC, perhaps much later (all that runs ends at a known time).
        It will not start as far as can be foreseen (judged by 41 finished workloads).
        When it starts cannot be said yet: there is too little finished work to judge by.
        ");
    }
}
