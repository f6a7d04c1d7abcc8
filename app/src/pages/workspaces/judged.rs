//! A verdict, worded for the form. Only the server words.

use control::ControlPlane;
use domain::{
    ClusterId, Gpus, Other, Problem,
    access::Actor,
    form::Draft,
    policy::{WorkloadType, by_place},
    quantity::decimals,
    submission::{Submission, check},
    verdict::{Consequences, Fix, FixAction, Outcome, Verdict, apply_patch},
    workload::Placement,
};

use super::data::{CardFacts, CardPart, Costs, FixRow, FixWay, Judged, QuotaFacts};

/// The verdict on `submission` in words, with the card that it would lie on.
pub fn judged(
    control: &ControlPlane,
    actor: &Actor,
    cluster: ClusterId,
    submission: &Submission,
    verdict: Verdict,
) -> Judged {
    let kind = verdict.outcome.kind();
    let (sentence, also) = (verdict.sentence(), verdict.outcome.also());
    let (card, fixes, problems) = match verdict.outcome {
        Outcome::StartsNow { placement } => {
            (card(control, actor, cluster, &placement), vec![], vec![])
        }
        Outcome::LeftTo { .. } => (None, vec![], vec![]),
        Outcome::Waits { fixes, .. } | Outcome::Never { fixes, .. } => (None, fixes, vec![]),
        Outcome::Refused { violations } => (None, vec![], at_rows(violations, submission)),
    };
    let own = check(submission);
    let is_own = |problem: &Problem| {
        own.iter().any(|own| (&own.field, &own.key) == (&problem.field, &problem.key))
    };
    let (problems, beyond) = problems.into_iter().partition(is_own);
    Judged {
        kind,
        sentence,
        also,
        problems,
        beyond,
        costs: verdict.consequences.map(costs),
        fixes: fixes.into_iter().filter_map(|fix| fix_row(fix, submission)).collect(),
        card,
        notes: vec![],
        gone: vec![],
    }
}

/// Problems at the rows of the form.
fn at_rows(mut problems: Vec<Problem>, submission: &Submission) -> Vec<Problem> {
    if let Ok(spec) = submission.to_spec() {
        for problem in &mut problems {
            problem.field = by_place(WorkloadType::Workspace, &spec, &problem.field);
        }
    }
    problems
}

/// `1 × 50 % GPU, 4 cores, 16 GB`.
pub fn summary(submission: &Submission) -> String {
    let draft = Draft::from_submission(submission);
    let gpu = draft.gpu_words();
    let image = submission.image.as_deref().unwrap_or("no image yet");
    let [cpu, cpu_unit, memory, memory_unit] =
        ["cpu", "cpu_unit", "memory", "memory_unit"].map(|name| draft.text(name));
    format!("{image}; {gpu}, {cpu} {cpu_unit}, {memory} {memory_unit}")
}

fn costs(consequences: Consequences) -> Costs {
    let (preempts, preempted_by) =
        (consequences.preempts_words(), consequences.preempted_by_words());
    let pool = consequences.quota.first().map(|change| change.pool.to_string());
    let quota = consequences.quota.into_iter().map(|change| QuotaFacts {
        scope: change.scope.to_string(),
        before: change.before,
        after: change.after,
        solid: change.non_preemptible,
        quota: change.deserved,
    });
    Costs { pool: pool.unwrap_or_default(), quota: quota.collect(), preempts, preempted_by }
}

/// A fix as the form that it makes, or as where it is done.
fn fix_row(fix: Fix, submission: &Submission) -> Option<FixRow> {
    let way = match &fix.action {
        None => {
            let fixed = apply_patch(submission, &fix.patch)?;
            FixWay::Draft(Box::new(Draft::from_submission(&fixed)))
        }
        Some(action) => FixWay::Elsewhere(place_of(action)),
    };
    Some(FixRow {
        more: fix.more(),
        label: fix.label,
        way,
        then: fix.then,
        node: fix.placement.map(|placement| placement.node.to_string()),
    })
}

/// The workload that is to stop, or a letter to those who can raise a quota.
pub fn place_of(action: &FixAction) -> Option<String> {
    match action {
        FixAction::Stop { workload: Other::Named(own) } => {
            Some(format!("/workloads?open={}", own.id))
        }
        FixAction::Ask { who, .. } if !who.is_empty() => Some(format!("mailto:{}", who.join(","))),
        FixAction::Stop { .. } | FixAction::Ask { .. } | FixAction::Retry => None,
    }
}

/// The first device of the placement, with what lies on it.
fn card(
    control: &ControlPlane,
    actor: &Actor,
    cluster: ClusterId,
    placement: &Placement,
) -> Option<CardFacts> {
    let world = control.world();
    let node = world.node(cluster, placement.node.as_str())?;
    let own = placement.gpus.first()?;
    let device = node.gpus.get(own.index as usize)?;
    let gb = device.memory.0 as f64 / 1e9;
    let size =
        |portion: Gpus| format!("{} GB", decimals((portion.as_f64() * gb * 10.0).round() / 10.0));
    let part = |name: &str, portion: Gpus| CardPart {
        words: format!("{name} {}", size(portion)),
        portion: portion.as_f64(),
    };
    // Who may not see hardware gets no picture.
    let mut devices = control.devices(actor, &world, cluster).ok()?.remove(&placement.node)?;
    let lies_there = devices.get_mut(own.index as usize).map(std::mem::take).unwrap_or_default();
    let parts = lies_there
        .iter()
        .map(|there| part(there.workload.name().unwrap_or("another project"), there.portion));
    let parts = parts.collect();
    let more = match placement.gpus.len() {
        1 => String::new(),
        n => format!(" and {} more", n - 1),
    };
    Some(CardFacts {
        title: format!("{}, GPU {}{more}", placement.node, own.index),
        about: format!("{}, {} GB", device.kind, decimals(gb.round())),
        size: size(Gpus::whole(1)),
        parts,
        own: part("this workspace", own.portion),
    })
}
