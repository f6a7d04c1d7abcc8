//! Decisions and verdicts as text.

use domain::{
    Reason, WorkloadId,
    verdict::{Fix, Outcome},
    workload::Placement,
};
use scheduler::{Decision, schedule, verdict};

use super::read;

/// What happens to a cluster: a line a waiting job in the order of the decisions, then the verdict
/// on the probe with its fixes.
pub fn story(text: &str) -> String {
    let cluster = read(text);
    let jobs = &cluster.snapshot.jobs;
    let name =
        |id: WorkloadId| jobs.iter().find(|job| job.id == id).map_or("?", |job| job.name.as_str());
    let mut lines: Vec<_> = schedule(&cluster.snapshot)
        .iter()
        .map(|decision| format!("{}: {}", name(decision.workload()), line(decision)))
        .collect();
    if let Some(probe) = &cluster.probe {
        lines.extend(outcome(&verdict(&cluster.snapshot, probe).outcome));
    }
    lines.join("\n")
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
