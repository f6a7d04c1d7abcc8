//! The verdict: what would happen, what it costs, and what would help.

use domain::verdict::VerdictKind;
use leptos::prelude::*;

use super::QuotaBar;
use crate::{
    pages::workspaces::{
        data::{Costs, FixRow, Judged},
        draft::Draft,
    },
    ui::{
        Button, ButtonSize, Fact, Facts, Gap, IconSize, Muted, Stack, StatusMark, StatusShape, Tone,
    },
};

/// The answer in a word and a sentence. Said politely to screen readers when it changes.
#[component]
pub fn VerdictHead(judged: Judged, #[prop(into)] asking: Signal<bool>) -> impl IntoView {
    let Judged { kind, sentence, .. } = judged;
    let (shape, tone, word) = look(kind);
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
        VerdictKind::Refused => (StatusShape::Half, Tone::Info, "Not complete yet"),
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

/// Quota before and after, who is preempted and by whom.
#[component]
pub fn Consequences(costs: Costs) -> impl IntoView {
    let bars = costs.quota.into_iter().map(|change| {
        view! {
            <QuotaBar name=change.scope before=change.before after=change.after
                solid=change.solid quota=change.quota/>
        }
    });
    view! {
        <Stack gap=Gap::Small>
            <Muted small=true>{format!("Quota in {}, before and after", costs.pool)}</Muted>
            {bars.collect_view()}
            <Facts>
                <Fact name="It preempts">{costs.preempts}</Fact>
                <Fact name="Preempted by">{costs.preempted_by}</Fact>
            </Facts>
        </Stack>
    }
    .into_any()
}

/// Changes that were tried on the same state; each is a button.
#[component]
pub fn Fixes(fixes: Vec<FixRow>, on_fix: Callback<Draft>) -> impl IntoView {
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

fn row(fix: FixRow, on_fix: Callback<Draft>) -> AnyView {
    let FixRow { label, draft, then, node } = fix;
    let then = match (then, node) {
        (VerdictKind::StartsNow, Some(node)) => format!("Starts now on {node}"),
        (kind, _) => look(kind).2.to_owned(),
    };
    let press = Callback::new(move |()| on_fix.run(draft.clone()));
    view! {
        <div>
            <Button size=ButtonSize::Small wide=true on_press=press>{label}</Button>
            <Muted small=true>{then}</Muted>
        </div>
    }
    .into_any()
}
