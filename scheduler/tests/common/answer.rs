//! Decisions and verdicts as text.

use domain::{
    Reason,
    verdict::{Fix, Outcome},
    workload::Placement,
};
use scheduler::{Decision, Job, Snapshot, schedule, verdict};

use super::read;

/// What happens to a cluster: a line a waiting job in the order of the decisions, then the verdict
/// on the probe with its fixes.
pub fn story(text: &str) -> String {
    let cluster = read(text);
    let mut lines: Vec<_> =
        Some(told(&cluster.snapshot)).into_iter().filter(|told| !told.is_empty()).collect();
    if let Some(probe) = &cluster.probe {
        lines.extend(outcome(&verdict(&cluster.snapshot, probe).outcome));
    }
    lines.join("\n")
}

/// What the next cycle decides, a line a decision.
pub fn told(snapshot: &Snapshot) -> String {
    let of = |id| snapshot.jobs.iter().find(|job| job.id == id);
    let name = |id| of(id).map_or("?", |job: &Job| job.name.as_str());
    let decisions = schedule(snapshot);
    let lines = decisions.iter().map(|made| format!("{}: {}", name(made.workload()), line(made)));
    lines.collect::<Vec<_>>().join("\n")
}

/// One decision.
pub fn line(decision: &Decision) -> String {
    match decision {
        Decision::Bind { placement, .. } => place(placement),
        Decision::Pipeline { placement, .. } => format!("later {}", place(placement)),
        Decision::Evict { by, .. } => format!("evicted by {}", by.name()),
        Decision::Wait { reasons: all, .. } => reasons(all),
    }
}

/// The reasons, main one first.
pub fn reasons(reasons: &[Reason]) -> String {
    reasons.iter().map(reason).collect::<Vec<_>>().join(" | ")
}

fn reason(reason: &Reason) -> String {
    format!("{} {reason}", reason.code())
}

/// `a100/n1 [0 1]`, with the part of each device that is not taken whole.
fn place(placement: &Placement) -> String {
    let devices = placement.gpus.iter().map(|gpu| match gpu.portion.as_f64() {
        1.0 => gpu.index.to_string(),
        part => format!("{}*{}", gpu.index, domain::quantity::decimals(part)),
    });
    let devices: Vec<_> = devices.collect();
    format!("{}/{} [{}]", placement.pool, placement.node, devices.join(" "))
}

fn outcome(outcome: &Outcome) -> Vec<String> {
    let (word, reason, others, fixes) = match outcome {
        Outcome::StartsNow { placement } => {
            return vec![format!("starts now {}", place(placement))];
        }
        Outcome::Refused { .. } => return vec!["refused".to_owned()],
        Outcome::LeftTo { scheduler, .. } => return vec![format!("left to {scheduler}")],
        Outcome::Waits { reason, others, fixes, .. } => ("waits", reason, others, fixes),
        Outcome::Never { reason, others, fixes } => ("never", reason, others, fixes),
    };
    let all: Vec<_> = std::iter::once(reason.clone()).chain(others.iter().cloned()).collect();
    let mut lines = vec![format!("{word}: {}", reasons(&all))];
    lines.extend(fixes.iter().map(fix));
    lines
}

fn fix(fix: &Fix) -> String {
    let place = fix.placement.as_ref().map(|p| format!(" on {}", place(p))).unwrap_or_default();
    format!("  {:?}: {} -> {:?}{place}", fix.code, fix.label, fix.then)
}
