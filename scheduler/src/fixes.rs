//! Changes of a submission that make it start, each tried on the same snapshot before it is offered
//! (`why.md` §3). At most four: what starts now before what waits, less taken away before more.

use domain::{
    quantity::decimals,
    submission::{GpuRequest, Spec},
    verdict::{Fix, FixCode, VerdictKind, apply_patch},
};
use serde_json::{Value, json};

use crate::verdict::{Answer, Question};

const FIXES_MAX: usize = 4;
/// Parts of one GPU that are tried, in percent, the largest first.
const PARTS: [i64; 3] = [50, 25, 10];

/// Fixes that help; `was_never` says that even waiting would be better than now.
pub(crate) fn find(asked: &Question<'_>, was_never: bool) -> Vec<Fix> {
    let spec = &asked.probe.spec;
    let mut fixes = Vec::new();
    fixes.extend(fewer_gpus(asked, spec));
    fixes.extend(other_pool(asked, spec));
    fixes.extend(fraction(asked, spec));
    fixes.extend(preemptible(asked, spec));
    fixes.retain(|fix| fix.then == VerdictKind::StartsNow || was_never);
    fixes.sort_by_key(|fix| fix.then != VerdictKind::StartsNow);
    fixes.truncate(FIXES_MAX);
    fixes
}

/// Tries a patch; `None` when it makes no submission, or one that can never run.
fn tried(asked: &Question<'_>, code: FixCode, label: String, patch: Value) -> Option<Fix> {
    let submission = apply_patch(&asked.probe.spec.submission, &patch)?;
    let spec = Spec::try_from(submission).ok()?;
    let (then, placement) = match asked.answer(&spec) {
        Answer::StartsNow(placement) => (VerdictKind::StartsNow, Some(placement)),
        Answer::Waits(_) => (VerdictKind::Waits, None),
        Answer::Never(_) => return None,
    };
    Some(Fix { code, label, patch, then, placement })
}

/// The most GPUs that start now; where none do, the most that could ever.
fn fewer_gpus(asked: &Question<'_>, spec: &Spec) -> Option<Fix> {
    let devices = i64::from(spec.pod.gpu.devices());
    let with = |n: i64| {
        let unit = if n == 1 { "GPU" } else { "GPUs" };
        let patch = json!({ "compute": { "gpuDevicesRequest": n } });
        tried(asked, FixCode::FewerGpus, format!("Ask for {n} {unit}"), patch)
    };
    let starts = |n: i64| with(n).is_some_and(|fix| fix.then == VerdictKind::StartsNow);
    // More GPUs never start where fewer do not, so halving finds the most.
    let most = |is_good: &dyn Fn(i64) -> bool| {
        let (mut good, mut bad) = (0, devices);
        while bad - good > 1 {
            let middle = good + (bad - good) / 2;
            if is_good(middle) { good = middle } else { bad = middle }
        }
        good
    };
    match most(&starts) {
        0 => match most(&|n| with(n).is_some()) {
            0 => None,
            n => with(n),
        },
        n => with(n),
    }
}

/// A part of one GPU instead of whole ones.
fn fraction(asked: &Question<'_>, spec: &Spec) -> Option<Fix> {
    let below = match spec.pod.gpu {
        GpuRequest::None | GpuRequest::Memory { .. } => return None,
        GpuRequest::Whole { devices: 1 } => 100.0,
        GpuRequest::Whole { .. } => 100.0,
        GpuRequest::Portion { portion, .. } => portion.as_f64() * 100.0,
    };
    let parts = PARTS.into_iter().filter(|part| (*part as f64) < below);
    let fixes = parts.filter_map(|percent| {
        let portion = percent as f64 / 100.0;
        let patch = json!({ "compute": {
            "gpuDevicesRequest": 1, "gpuRequestType": "portion", "gpuPortionRequest": portion,
            "gpuPortionLimit": null,
        }});
        tried(
            asked,
            FixCode::Fraction,
            format!("Ask for {} % of one GPU", decimals(percent as f64)),
            patch,
        )
    });
    let mut fixes = fixes.collect::<Vec<_>>().into_iter();
    fixes.find(|fix| fix.then == VerdictKind::StartsNow)
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
        tried(asked, FixCode::OtherPool, format!("Use node pool {name} first"), patch)
    });
    fixes.into_iter().find(|fix| fix.then == VerdictKind::StartsNow)
}

/// Over quota, at the price that it may be interrupted.
fn preemptible(asked: &Question<'_>, spec: &Spec) -> Option<Fix> {
    if spec.is_preemptible() {
        return None;
    }
    let patch = json!({ "preemptibility": "preemptible" });
    tried(asked, FixCode::Preemptible, "Make it preemptible".to_owned(), patch)
}
