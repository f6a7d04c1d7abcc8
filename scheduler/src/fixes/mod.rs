//! What makes it start (`why.md` §3): changes of the submission, and what can be done besides. Each is tried on the same
//! snapshot before it is offered, as it would be submitted. At most four: what starts now before what waits, less
//! taken away before more.

mod besides;
mod less;

use domain::{
    Reason,
    node::Node,
    reason::{Amount, Constraint},
    submission::{Spec, Toleration},
    verdict::{Fix, FixCode, VerdictKind, apply_patch},
};
use serde_json::{Value, json};

use crate::{
    scheduler::Supposed,
    verdict::{Answer, Question},
};

const FIXES_MAX: usize = 4;

/// Fixes that help against these reasons; `was_never` says that even waiting would be better than now.
pub(crate) fn find(asked: &Question<'_>, reasons: &[Reason], was_never: bool) -> Vec<Fix> {
    let spec = &asked.probe.spec;
    let about = About::of(reasons);
    let mut fixes = Vec::new();
    fixes.extend(less::gpus(asked, spec, was_never));
    fixes.extend(about.cores.then(|| less::cores(asked, spec, was_never)).flatten());
    fixes.extend(about.memory.then(|| less::memory(asked, spec, was_never)).flatten());
    fixes.extend(other_pool(asked, spec));
    fixes.extend(without_constraint(asked, spec, reasons));
    // Who may have a whole one wants no part.
    if !fixes.iter().any(|fix| fix.code == FixCode::FewerGpus && starts_now(fix)) {
        fixes.extend(less::part(asked, spec, was_never));
    }
    fixes.extend(preemptible(asked, spec));
    let now = |fixes: &[Fix]| fixes.iter().filter(|fix| starts_now(fix)).count();
    if now(&fixes) < FIXES_MAX {
        fixes.extend(besides::stop_mine(asked, spec));
        fixes.extend(besides::ask_owner(asked, spec, reasons));
    }
    fixes.retain(|fix| starts_now(fix) || was_never);
    fixes.sort_by_key(|fix| !starts_now(fix));
    fixes.truncate(FIXES_MAX);
    fixes
}

fn starts_now(fix: &Fix) -> bool {
    fix.then == VerdictKind::StartsNow
}

/// Of which resources beside GPUs there is too little.
#[derive(Default)]
struct About {
    cores: bool,
    memory: bool,
}

impl About {
    fn of(reasons: &[Reason]) -> Self {
        let mut about = Self::default();
        for amount in reasons.iter().flat_map(amounts) {
            match amount {
                Amount::Cpu(_) => about.cores = true,
                Amount::Memory(_) => about.memory = true,
                Amount::Gpu(_) | Amount::GpuMemory(_) => {}
            }
        }
        about
    }
}

/// What a reason says was asked for.
fn amounts(reason: &Reason) -> Vec<Amount> {
    match reason {
        Reason::Busy { asked, beside, .. } | Reason::LargerThanAnyNode { asked, beside, .. } => {
            std::iter::once(*asked).chain(beside.iter().copied()).collect()
        }
        Reason::NonPreemptibleOverQuota { asked, .. } | Reason::OverLimit { asked, .. } => {
            vec![*asked]
        }
        _ => vec![],
    }
}

/// The spec with a patch, whatever policies say.
fn patched(spec: &Spec, patch: &Value) -> Option<Spec> {
    Spec::try_from(apply_patch(&spec.submission, patch)?).ok()
}

/// Tries a patch as it would be submitted; `None` when it is refused, or can never run.
fn tried(asked: &Question<'_>, code: FixCode, label: String, patch: Value) -> Option<Fix> {
    let spec = (asked.help.submitted)(&patch)?;
    let said = asked.ask(&spec, &Supposed::Nothing);
    let fix = promised(said.answer, code, label, patch)?;
    let is_dearer = code == FixCode::Preemptible;
    let warning = is_dearer.then(|| Fix::preemptible_warning(said.consequences.preemptible_from));
    Some(Fix { warning, ..fix })
}

/// A fix with what it leads to; `None` for what can never run.
fn promised(answer: Answer, code: FixCode, label: String, patch: Value) -> Option<Fix> {
    let (then, placement) = match answer {
        Answer::StartsNow(placement) => (VerdictKind::StartsNow, Some(placement)),
        Answer::Waits(..) => (VerdictKind::Waits, None),
        Answer::Never(_) => return None,
    };
    Some(Fix { code, label, patch, action: None, warning: None, then, placement })
}

/// Another pool first; the others stay behind it, the project's own order where none was named.
fn other_pool(asked: &Question<'_>, spec: &Spec) -> Option<Fix> {
    let snapshot = asked.scheduler.snapshot();
    let project = snapshot.projects.iter().find(|project| project.id == asked.probe.project);
    let own = project.map(|project| project.default_node_pools.as_slice()).unwrap_or_default();
    let named = if spec.node_pools.is_empty() { own } else { &spec.node_pools };
    let named: Vec<_> = named.iter().map(ToString::to_string).collect();
    let others = snapshot.pools.iter().map(|pool| pool.name.to_string());
    let others: Vec<_> = others.filter(|name| !named.contains(name)).collect();
    let fixes = others.into_iter().filter_map(|name| {
        let mut order = vec![name.clone()];
        order.extend(named.iter().cloned());
        let patch = json!({ "nodePools": order });
        tried(asked, FixCode::OtherPool, Fix::pool_first(&name), patch)
    });
    fixes.into_iter().find(starts_now)
}

/// Over quota, at the price that it may be interrupted.
fn preemptible(asked: &Question<'_>, spec: &Spec) -> Option<Fix> {
    if spec.is_preemptible() {
        return None;
    }
    let patch = json!({ "preemptibility": "preemptible" });
    tried(asked, FixCode::Preemptible, Fix::preemptible(), patch)
}

/// Without what a node has to match, or with a toleration more: the first that starts now, else one that could.
fn without_constraint(asked: &Question<'_>, spec: &Spec, reasons: &[Reason]) -> Option<Fix> {
    let mut all: Vec<Constraint> = reasons.iter().filter_map(constraint).cloned().collect();
    if let Some(wanted) = &spec.pod.node_type {
        all.push(Constraint::NodeType { wanted: wanted.clone() });
    }
    if !spec.pod.affinity.0.is_empty() {
        all.push(Constraint::Affinity);
    }
    if let Some(key) = &spec.pod.near_by {
        all.push(Constraint::PodAffinity { key: key.clone() });
    }
    all.extend(taints(asked).into_iter().map(|taint| Constraint::Toleration { taint }));
    let mut seen = vec![];
    all.retain(|one| {
        !seen.contains(one) && {
            seen.push(one.clone());
            true
        }
    });
    let fixes = all.iter().take(FIXES_MAX).filter_map(|constraint| {
        let patch = loosened(spec, constraint)?;
        tried(asked, FixCode::DropConstraint, Fix::without(constraint), patch)
    });
    fixes.min_by_key(|fix| !starts_now(fix))
}

fn constraint(reason: &Reason) -> Option<&Constraint> {
    match reason {
        Reason::NoNodeMatches { constraint, .. } => Some(constraint),
        _ => None,
    }
}

/// Taints of nodes that keep work away, the most frequent first.
fn taints(asked: &Question<'_>) -> Vec<String> {
    let nodes = &asked.scheduler.snapshot().nodes;
    let hard = |node: &Node| crate::fit::keeps_away(&asked.probe.spec.pod, node);
    let mut count = std::collections::BTreeMap::<String, usize>::new();
    nodes.iter().filter_map(hard).for_each(|taint| *count.entry(taint).or_default() += 1);
    let mut taints: Vec<_> = count.into_iter().collect();
    taints.sort_by_key(|(_, nodes)| std::cmp::Reverse(*nodes));
    taints.into_iter().map(|(taint, _)| taint).collect()
}

/// The patch that lifts a constraint.
fn loosened(spec: &Spec, constraint: &Constraint) -> Option<Value> {
    match constraint {
        Constraint::NodeType { .. } => Some(json!({ "nodeType": null })),
        Constraint::Affinity => Some(json!({ "nodeAffinityRequired": null })),
        Constraint::PodAffinity { .. } => Some(json!({ "podAffinity": null })),
        Constraint::Toleration { taint } => {
            let mut all = spec.submission.tolerations.clone().unwrap_or_default();
            let (key, operator) = (Some(taint.clone()), Some("Exists".to_owned()));
            all.push(Toleration { key, operator, ..Toleration::default() });
            Some(json!({ "tolerations": all }))
        }
        Constraint::ExtendedResource { name, .. } | Constraint::ExtendedFree { name, .. } => {
            let mut all = spec.submission.compute.as_ref()?.extended_resources.clone()?;
            all.retain(|item| item.resource.as_ref() != Some(name));
            Some(json!({ "compute": { "extendedResources": all } }))
        }
    }
}
