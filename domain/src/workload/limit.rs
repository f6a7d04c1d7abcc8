//! How long a workload may run, and how long its GPUs may idle: rules of its project or department, as they were when
//! it was submitted.

use super::{DesiredPhase, Phase, Workload};
use crate::{
    Reason, Timestamp, duration,
    event::EventType,
    rules::{RuleKind, TimeLimit},
};

/// Seconds before its end in which its owner is warned.
const WARNED_SECS: i64 = 15 * 60;

/// How often it is looked whether GPUs are used.
pub const WINDOW_SECS: i64 = 30;

/// How long the GPUs of a workload have idled without a break.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IdleTime(i64);

impl IdleTime {
    /// One window later: any use begins the count anew.
    pub fn after(self, is_used: bool) -> Self {
        if is_used { Self::default() } else { Self(self.0.saturating_add(WINDOW_SECS)) }
    }

    pub fn secs(self) -> i64 {
        self.0
    }
}

impl Workload {
    /// Seconds that it has run, all runs together.
    pub fn has_run_secs(&self, now: Timestamp) -> i64 {
        let since = (now.as_second() - self.phase_since.as_second()).max(0);
        match self.phase {
            Phase::Running { .. } | Phase::Degraded { .. } => self.running_secs + since,
            _ => self.running_secs,
        }
    }

    /// When its limit ends it, while it runs.
    pub fn ends_by(&self, now: Timestamp) -> Option<Timestamp> {
        let limit = self.run_limit.as_ref()?;
        let left = limit.secs.saturating_sub(self.has_run_secs(now)).max(0);
        self.placement()?;
        Timestamp::from_second(now.as_second().saturating_add(left)).ok()
    }

    /// Whether it is to be warned or stopped for the time that it has run.
    pub fn limit_is_due(&self, now: Timestamp) -> bool {
        let may_run_on = self.desired == DesiredPhase::Running && self.placement().is_some();
        may_run_on && is_due(self.run_limit.as_ref(), self.has_run_secs(now))
    }

    /// Whether it is of interest whether its GPUs are used.
    pub fn is_watched_for_idling(&self) -> bool {
        let runs = matches!(self.phase, Phase::Running { .. });
        let has_gpus = self.placement().is_some_and(|placement| !placement.gpus.is_empty());
        self.idle_limit.is_some() && runs && has_gpus && self.desired == DesiredPhase::Running
    }

    /// Whether it is to be warned or stopped for idling so long, or was warned and has worked since.
    pub fn idling_is_due(&self, idle: IdleTime) -> bool {
        let was_warned = self.idle_limit.as_ref().is_some_and(|limit| limit.is_warned);
        let is_over = was_warned && idle == IdleTime::default();
        self.is_watched_for_idling() && (is_over || is_due(self.idle_limit.as_ref(), idle.secs()))
    }

    /// Warns of the end of the time that it may run, or ends it.
    pub fn heed_limit(&mut self, now: Timestamp) {
        if self.limit_is_due(now)
            && let Some(limit) = self.run_limit.clone()
        {
            let left = limit.secs - self.has_run_secs(now);
            self.run_limit = Some(TimeLimit { is_warned: true, ..limit.clone() });
            self.warn_or_end(RuleKind::TimeLimit, limit, left, now);
        }
    }

    /// Warns of the end of the time that its GPUs may idle, or ends it.
    pub fn heed_idling(&mut self, idle: IdleTime, now: Timestamp) {
        if self.idling_is_due(idle)
            && let Some(limit) = self.idle_limit.clone()
        {
            let idles = idle != IdleTime::default();
            self.idle_limit = Some(TimeLimit { is_warned: idles, ..limit.clone() });
            match idles {
                true => {
                    let left = limit.secs - idle.secs();
                    self.warn_or_end(RuleKind::IdleGpu, limit, left, now);
                }
                false => self.updated_at = now,
            }
        }
    }

    fn warn_or_end(&mut self, rule: RuleKind, limit: TimeLimit, left: i64, now: Timestamp) {
        let TimeLimit { scope, secs: limit_secs, .. } = limit;
        if left > 0 {
            let (rule, name) = match rule {
                RuleKind::TimeLimit => (rule.word(), "TimeLimitNear"),
                RuleKind::IdleGpu => (rule.word(), "IdleLimitNear"),
            };
            let text = duration::text(left);
            let told = format!("It is stopped in {text}: the {rule} of {scope} ends");
            self.tell(EventType::Warning, name, told, "scheduler");
            self.updated_at = now;
            return;
        }
        let why = Reason::StoppedByRule { rule, scope, limit_secs };
        self.tell(EventType::Warning, "StoppedByRule", why.to_string(), "scheduler");
        self.desired = DesiredPhase::Stopped;
        let next = match self.placement().cloned() {
            Some(placement) => Phase::Stopping { placement, why },
            None => Phase::Stopped { why },
        };
        self.enter(next, now);
    }
}

/// Whether a limit of which so much has been used is near or reached, and its owner does not know.
fn is_due(limit: Option<&TimeLimit>, used_secs: i64) -> bool {
    let Some(limit) = limit else { return false };
    let left = limit.secs - used_secs;
    // A limit that is shorter than the warning is not warned of before it has begun.
    let is_near = left <= WARNED_SECS && used_secs > 0;
    left <= 0 || (is_near && !limit.is_warned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_use_begins_the_count_anew() {
        let windows = |count, from: IdleTime| (0..count).fold(from, |idle, _| idle.after(false));
        let almost = windows(119, IdleTime::default());
        assert_eq!(almost.secs(), 59 * 60 + 30);
        assert_eq!(almost.after(true), IdleTime::default());
        assert_eq!(windows(120, almost.after(true)).secs(), 3_600);
    }
}
