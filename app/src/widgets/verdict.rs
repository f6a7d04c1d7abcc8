//! The verdict: what would happen, what it costs, and what would help.

use domain::{
    quantity::decimals,
    verdict::{Fix, Outcome, PreemptibleBy, Verdict, VerdictKind},
    workload::Placement,
};
use leptos::prelude::*;

use super::QuotaBar;
use crate::ui::{
    Button, ButtonSize, Fact, Facts, Gap, IconSize, Muted, Stack, StatusMark, StatusShape, Tone,
};

/// The answer in a word and a sentence. Said politely to screen readers when it changes.
#[component]
pub fn VerdictHead(verdict: Verdict, #[prop(into)] asking: Signal<bool>) -> impl IntoView {
    let kind = verdict.outcome.kind();
    let (shape, tone, word) = look(kind);
    let sentence = sentence(&verdict.outcome);
    let busy = move || if asking.get() { "true" } else { "false" };
    view! {
        <div class=format!("verdict-{}", class(kind)) role="status" aria-busy=busy>
            <div class="verdict-head" data-verdict=class(kind)>
                <StatusMark shape tone size=IconSize::Usual/>
                <h2>{word}</h2>
                <p>{sentence}</p>
            </div>
        </div>
    }
    .into_any()
}

fn look(kind: VerdictKind) -> (StatusShape, Tone, &'static str) {
    match kind {
        VerdictKind::StartsNow => (StatusShape::Tick, Tone::Good, "Starts now"),
        VerdictKind::Waits => (StatusShape::Clock, Tone::Warn, "Waits"),
        VerdictKind::Never => (StatusShape::Barred, Tone::Bad, "Can never run here"),
        VerdictKind::Refused => (StatusShape::Barred, Tone::Bad, "Not complete yet"),
    }
}

fn class(kind: VerdictKind) -> &'static str {
    match kind {
        VerdictKind::StartsNow => "now",
        VerdictKind::Waits => "waits",
        VerdictKind::Never => "never",
        VerdictKind::Refused => "refused",
    }
}

fn sentence(outcome: &Outcome) -> String {
    match outcome {
        Outcome::StartsNow { placement } => format!("On {}.", place(placement)),
        Outcome::Waits { reason, .. } | Outcome::Never { reason, .. } => reason.to_string(),
        Outcome::Refused { violations } => match violations.as_slice() {
            [one] => format!("{}.", one.message),
            many => format!("{} things to fix first.", many.len()),
        },
    }
}

/// `gpu-03, GPU 5 (50 %), in node pool a100`.
fn place(placement: &Placement) -> String {
    let gpus = placement.gpus.iter().map(|gpu| match gpu.portion.as_f64() {
        whole if whole >= 1.0 => gpu.index.to_string(),
        part => format!("{} ({} %)", gpu.index, decimals(part * 100.0)),
    });
    let gpus: Vec<_> = gpus.collect();
    let devices = match gpus.len() {
        0 => String::new(),
        1 => format!("GPU {}, ", gpus[0]),
        _ => format!("GPUs {}, ", gpus.join(", ")),
    };
    format!("{}, {devices}in node pool {}", placement.node, placement.pool)
}

/// Quota before and after, who is preempted and by whom.
#[component]
pub fn Consequences(verdict: Verdict) -> impl IntoView {
    let Some(consequences) = verdict.consequences else { return ().into_any() };
    let pool = consequences.quota.first().map(|change| change.pool.to_string()).unwrap_or_default();
    let bars = consequences.quota.into_iter().map(|change| {
        view! {
            <QuotaBar name=change.scope.to_string() before=change.before after=change.after
                solid=change.non_preemptible quota=change.deserved/>
        }
    });
    let preempts = match consequences.preempts.is_empty() {
        true => "Nobody".to_owned(),
        false => consequences.preempts.join(", "),
    };
    let by = match consequences.preemptible_by {
        PreemptibleBy::Nobody => "Nobody: it is non-preemptible and inside the quota",
        PreemptibleBy::OwnersOfTheQuota => {
            "Whoever the GPUs are promised to, and higher priorities"
        }
    };
    view! {
        <Stack gap=Gap::Small>
            <Muted small=true>{format!("Quota in {pool}, before and after")}</Muted>
            {bars.collect_view()}
            <Facts>
                <Fact name="It preempts">{preempts}</Fact>
                <Fact name="Preempted by">{by}</Fact>
            </Facts>
        </Stack>
    }
    .into_any()
}

/// Changes that were tried on the same state; each is a button.
#[component]
pub fn Fixes(verdict: Verdict, on_fix: Callback<serde_json::Value>) -> impl IntoView {
    let fixes = match verdict.outcome {
        Outcome::Waits { fixes, .. } | Outcome::Never { fixes, .. } => fixes,
        Outcome::StartsNow { .. } | Outcome::Refused { .. } => vec![],
    };
    if fixes.is_empty() {
        return ().into_any();
    }
    let rows = fixes.into_iter().map(|fix| row(fix, on_fix)).collect_view();
    view! {
        <Stack gap=Gap::Small>
            <Muted small=true>"What starts it sooner, each tried on the cluster as it is now"</Muted>
            {rows}
        </Stack>
    }
    .into_any()
}

fn row(fix: Fix, on_fix: Callback<serde_json::Value>) -> AnyView {
    let Fix { label, patch, then, placement, .. } = fix;
    let then = match (then, &placement) {
        (VerdictKind::StartsNow, Some(on)) => format!("Starts now on {}", on.node),
        (kind, _) => look(kind).2.to_owned(),
    };
    let press = Callback::new(move |()| on_fix.run(patch.clone()));
    view! {
        <div>
            <Button size=ButtonSize::Small wide=true on_press=press>{label}</Button>
            <Muted small=true>{then}</Muted>
        </div>
    }
    .into_any()
}
