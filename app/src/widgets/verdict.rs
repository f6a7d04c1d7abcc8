//! The verdict: what would happen, what it costs, and what would help.

use domain::{
    form::Draft,
    verdict::{
        Consequences as Costly, FIXES_TITLE, Fix, PREEMPTED_BY, PREEMPTS, VerdictKind,
        WAYS_OUT_TITLE,
    },
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::QuotaBar;
use crate::{
    pages::workspaces::data::{Costs, FixRow, FixWay, Judged},
    ui::{Fact, Facts, Icon, IconName, IconSize, StatusMark, StatusShape, Tone},
};

/// The panel: the answer in a word and a sentence, what it costs, what helps; `foot` ends it. On a phone it
/// lies at the bottom and unfolds.
#[component]
pub fn VerdictPanel(
    judged: Signal<Option<Judged>>,
    #[prop(into)] asking: Signal<bool>,
    on_fix: Callback<Draft>,
    /// What must be mended, between costs and foot.
    problems: ViewFn,
    foot: ViewFn,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let kind = Memo::new(move |_| judged.with(|judged| judged.as_ref().map(|judged| judged.kind)));
    let classes = move || match kind.get() {
        Some(kind) => format!("verdict verdict-{}", class(kind)),
        None => "verdict".to_owned(),
    };
    let blocks = move || {
        let Judged { costs, fixes, .. } = judged.get()?;
        let costs = costs.map(|costs| view! { <Consequences costs/> });
        Some(view! { <Fixes fixes on_fix/> {costs} })
    };
    view! {
        <section class=classes data-open=move || open.get().then_some("")>
            <Head judged asking open/>
            <div class="verdict-body">
                {blocks}
                {problems.run()}
            </div>
            <div class="verdict-foot">{foot.run()}</div>
        </section>
    }
    .into_any()
}

/// Said politely to screen readers when it changes.
#[component]
fn Head(
    judged: Signal<Option<Judged>>,
    asking: Signal<bool>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let said = move || match judged.get() {
        Some(Judged { kind, sentence, also, .. }) => {
            let (shape, tone) = look(kind);
            view! {
                <StatusMark shape tone size=IconSize::Large/>
                <h2>{kind.word()}</h2>
                <Toggle open/>
                <p>{sentence}</p>
                {also.into_iter().map(|more| view! { <p>{more}</p> }).collect_view()}
            }
            .into_any()
        }
        None => view! {
            <StatusMark shape=StatusShape::Half tone=Tone::Info size=IconSize::Large/>
            <h2>"Asking"</h2>
            <Toggle open/>
            <p>"The verdict comes with the first answer of the scheduler."</p>
        }
        .into_any(),
    };
    let kind = move || judged.with(|judged| judged.as_ref().map(|judged| class(judged.kind)));
    let busy = move || if asking.get() { "true" } else { "false" };
    view! {
        <div class="verdict-head" role="status" aria-busy=busy data-verdict=kind>{said}</div>
    }
    .into_any()
}

#[component]
fn Toggle(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <button type="button" class="verdict-toggle" aria-label="The whole verdict"
            aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|open| *open = !*open)>
            <Icon name=IconName::Up/>
        </button>
    }
    .into_any()
}

fn look(kind: VerdictKind) -> (StatusShape, Tone) {
    match kind {
        VerdictKind::StartsNow => (StatusShape::Tick, Tone::Good),
        VerdictKind::Waits => (StatusShape::Clock, Tone::Warn),
        VerdictKind::Never => (StatusShape::Barred, Tone::Bad),
        VerdictKind::Refused | VerdictKind::LeftTo => (StatusShape::Half, Tone::Info),
    }
}

fn class(kind: VerdictKind) -> &'static str {
    match kind {
        VerdictKind::StartsNow => "now",
        VerdictKind::Waits => "waits",
        VerdictKind::Never => "never",
        VerdictKind::Refused => "refused",
        VerdictKind::LeftTo => "left",
    }
}

/// Quota before and after, who is preempted and by whom.
#[component]
fn Consequences(costs: Costs) -> impl IntoView {
    let bars = costs.quota.into_iter().map(|change| {
        view! {
            <QuotaBar name=change.scope before=change.before after=change.after
                solid=change.solid quota=change.quota/>
        }
    });
    view! {
        <div class="verdict-block grid gap-2">
            <h3>{Costly::quota_title(&costs.pool)}</h3>
            {bars.collect_view()}
        </div>
        <div class="verdict-block">
            <h3>"Consequences"</h3>
            <Facts>
                <Fact name=PREEMPTS>{costs.preempts}</Fact>
                <Fact name=PREEMPTED_BY>{costs.preempted_by}</Fact>
            </Facts>
        </div>
    }
    .into_any()
}

/// Changes that were tried on the same state; each is a button.
#[component]
fn Fixes(fixes: Vec<FixRow>, on_fix: Callback<Draft>) -> impl IntoView {
    if fixes.is_empty() {
        return ().into_any();
    }
    let rows = fixes.into_iter().map(|fix| row(fix, on_fix)).collect_view();
    view! {
        <div class="verdict-block">
            <h3>{FIXES_TITLE}</h3>
            <ul class="fixes">{rows}</ul>
        </div>
    }
    .into_any()
}

fn row(fix: FixRow, on_fix: Callback<Draft>) -> AnyView {
    let FixRow { label, more, way, then, node } = fix;
    let words = words(label, more, (then, node));
    match way {
        FixWay::Draft(draft) => view! {
            <li>
                <button type="button" class="fix" on:click=move |_| on_fix.run((*draft).clone())>
                    {words}
                    <span class="go" aria-hidden="true">"Use"</span>
                </button>
            </li>
        }
        .into_any(),
        FixWay::Elsewhere(href) => {
            view! { <li><a class="fix" href=href>{words}</a></li> }.into_any()
        }
    }
}

/// What is to be done, what comes of it, and what it costs.
fn words(label: String, more: Vec<String>, then: (VerdictKind, Option<String>)) -> AnyView {
    let (shape, tone) = look(then.0);
    let then = Fix::then_words(then.0, then.1.as_deref());
    view! {
        <span>{label}</span>
        <span class="then"><StatusMark shape tone size=IconSize::Small/><span>{then}</span></span>
        {more.into_iter().map(|more| view! { <span class="then">{more}</span> }).collect_view()}
    }
    .into_any()
}

/// A fix for a workload that is there: a copy of it that is filled in so, or what is done elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WayOut {
    pub label: String,
    pub more: Vec<String>,
    pub then: VerdictKind,
    pub node: Option<String>,
    pub href: Option<String>,
}

/// What would help a workload that is there; each is a link.
#[component]
pub fn WaysOut(ways: Vec<WayOut>) -> impl IntoView {
    let row = |way: WayOut| {
        let words = words(way.label, way.more, (way.then, way.node));
        view! { <li><a class="fix" href=way.href>{words}</a></li> }
    };
    (!ways.is_empty()).then(|| {
        view! {
            <h3>{WAYS_OUT_TITLE}</h3>
            <ul class="fixes">{ways.into_iter().map(row).collect_view()}</ul>
        }
        .into_any()
    })
}
