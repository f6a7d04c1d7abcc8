//! Priority, times, annotations and labels.

use std::{collections::BTreeSet, ops::RangeInclusive};

use super::{
    found::Found,
    names::{is_label_value, is_qualified_name},
};
use crate::submission::{NameValue, Preemptibility, Priority, Submission};

/// Seconds between the notice and the kill; what is allowed at most, a policy says.
pub const GRACE_RANGE: RangeInclusive<i64> = 0..=315_360_000;
/// Restarts before failure.
pub const BACKOFF_RANGE: RangeInclusive<i64> = 0..=100;
/// Seconds to deletion after the end; the upper bound is ten years.
pub const AUTO_DELETION_RANGE: RangeInclusive<i64> = 0..=315_360_000;
/// When a container that ended is started again.
pub const RESTART_POLICIES: [&str; 3] = ["Always", "Never", "OnFailure"];

pub fn check(submission: &Submission, found: &mut Found) {
    let priority = submission.priority_class.as_deref();
    found.one_of("priorityClass", priority, &Priority::ALL.map(Priority::name));
    let modes = [Preemptibility::Preemptible, Preemptibility::NonPreemptible];
    found.one_of(
        "preemptibility",
        submission.preemptibility.as_deref(),
        &modes.map(Preemptibility::name),
    );
    found.text("category", submission.category.as_deref());
    found.one_of("restartPolicy", submission.restart_policy.as_deref(), &RESTART_POLICIES);
    let grace = submission.termination_grace_period_seconds;
    found.range("terminationGracePeriodSeconds", "grace.range", grace, GRACE_RANGE);
    found.range("backoffLimit", "backoff.range", submission.backoff_limit, BACKOFF_RANGE);
    found.range(
        "autoDeletionTimeAfterCompletionSeconds",
        "autodelete.range",
        submission.auto_deletion_time_after_completion_seconds,
        AUTO_DELETION_RANGE,
    );
    pairs("annotations", submission.annotations.as_deref().unwrap_or_default(), false, found);
    pairs("labels", submission.labels.as_deref().unwrap_or_default(), true, found);
}

fn pairs(list: &str, items: &[NameValue], is_label: bool, found: &mut Found) {
    found.items(list, items.len());
    let mut names = BTreeSet::new();
    for (i, item) in items.iter().enumerate().filter(|(_, p)| p.exclude != Some(true)) {
        let name = item.name.as_deref().unwrap_or_default();
        let field = format!("{list}[{i}].name");
        if !is_qualified_name(name) || name.len() > 63 {
            let message = "1–63 letters, digits, \"-\", \"_\" and \".\", with an optional prefix/";
            found.add(&field, "pair.name", message);
        } else if !names.insert(name) {
            found.add(&field, "pair.duplicate", "Name already used");
        } else if name.starts_with("berth.dev/") || name.starts_with("run.ai/") {
            found.add(&field, "pair.reserved", "This prefix belongs to the platform");
        }
        let value = item.value.as_deref().unwrap_or_default();
        found.characters(&format!("{list}[{i}].value"), Some(value));
        if is_label && !is_label_value(value) {
            let message = "At most 63 letters, digits, \"-\", \"_\" and \".\"";
            found.add(&format!("{list}[{i}].value"), "pair.value", message);
        }
    }
}
