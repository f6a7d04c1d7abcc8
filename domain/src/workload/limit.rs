//! How long a workload may run: a rule of its project or department, as it was when it was submitted.

use super::{DesiredPhase, Phase, Workload};
use crate::{Reason, Timestamp, duration, event::EventType, rules::RuleKind};

/// Seconds before its end in which its owner is warned.
const WARNED_SECS: i64 = 15 * 60;

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

    /// Whether it is to be warned or stopped.
    pub fn limit_is_due(&self, now: Timestamp) -> bool {
        let Some(limit) = &self.run_limit else { return false };
        let left = limit.secs - self.has_run_secs(now);
        let may_run_on = self.desired == DesiredPhase::Running && self.placement().is_some();
        may_run_on && (left <= 0 || (left <= WARNED_SECS && !limit.is_warned))
    }

    /// Warns of the end of the time that it may run, or ends it.
    pub fn heed_limit(&mut self, now: Timestamp) {
        if !self.limit_is_due(now) {
            return;
        }
        let left = self.run_limit.as_ref().map_or(0, |limit| limit.secs - self.has_run_secs(now));
        let Some(limit) = &mut self.run_limit else { return };
        if left > 0 {
            limit.is_warned = true;
            let (scope, text) = (limit.scope.to_string(), duration::text(left));
            let told = format!("It is stopped in {text}: the time limit of {scope} ends");
            self.tell(EventType::Warning, "TimeLimitNear", told, "scheduler");
            self.updated_at = now;
            return;
        }
        let (scope, limit_secs) = (limit.scope.clone(), limit.secs);
        let why = Reason::StoppedByRule { rule: RuleKind::TimeLimit, scope, limit_secs };
        self.tell(EventType::Warning, "StoppedByRule", why.to_string(), "scheduler");
        self.desired = DesiredPhase::Stopped;
        let next = match self.placement().cloned() {
            Some(placement) => Phase::Stopping { placement, why },
            None => Phase::Stopped { why },
        };
        self.enter(next, now);
    }
}
