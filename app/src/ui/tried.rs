//! What a trial found: problems with their places, how many of how many, and tallies with bars.

use domain::quantity::rounded;
use leptos::prelude::*;

use super::{
    icon::IconSize,
    marks::{StatusMark, StatusShape, Tone},
};

/// An editor at the left, what comes of it at the right.
#[component]
pub fn Editing(children: Children) -> impl IntoView {
    view! { <div class="editing">{children()}</div> }.into_any()
}

/// What is wrong in a text; said politely when it changes.
#[component]
pub fn Diagnoses(#[prop(into)] id: String, children: Children) -> impl IntoView {
    view! { <div id=id role="status">{children()}</div> }.into_any()
}

/// The list of them.
#[component]
pub fn DiagnosisList(children: Children) -> impl IntoView {
    view! { <ul class="diags" aria-label="What is wrong">{children()}</ul> }.into_any()
}

/// One thing that is wrong, or worth a look.
#[component]
pub fn Diagnosis(
    bad: bool,
    #[prop(into)] place: Option<String>,
    children: Children,
) -> impl IntoView {
    let (shape, tone) = match bad {
        true => (StatusShape::Cross, Tone::Bad),
        false => (StatusShape::Triangle, Tone::Warn),
    };
    view! {
        <li>
            <StatusMark shape tone size=IconSize::Small/>
            <span class="min-w-0">{place.map(|place| view! { <b>{place}</b> })} " " {children()}</span>
        </li>
    }
    .into_any()
}

/// A part of a whole, from the right.
#[component]
pub fn ReplayBar(refused: usize, total: usize) -> impl IntoView {
    let part = if total == 0 { 0.0 } else { 100.0 * refused as f64 / total as f64 };
    let percent = |part: f64| format!("{}%", rounded(part, 1));
    let label = format!("{} accepted, {refused} refused", total.saturating_sub(refused));
    view! {
        <svg width="100%" height="16" role="img" aria-label=label>
            <rect class="fill-strong" y="4" width="100%" height="8" rx="2"></rect>
            <rect class="fill-bad" x=percent(100.0 - part) y="4" width=percent(part) height="8" rx="2"></rect>
        </svg>
    }
    .into_any()
}

/// Counts, most first.
#[component]
pub fn Tallies(children: Children) -> impl IntoView {
    view! { <ul class="tallies">{children()}</ul> }.into_any()
}

/// One count with its bar, `most` being the longest.
#[component]
pub fn Tally(count: usize, most: usize, children: Children) -> impl IntoView {
    let width = format!("{}%", rounded(100.0 * count as f64 / most.max(1) as f64, 1));
    view! {
        <li>
            <span>{children()}</span>
            <svg width="100%" height="8" aria-hidden="true"><rect class="fill-bad" width=width height="8" rx="2"></rect></svg>
            <b>{count}</b>
        </li>
    }
    .into_any()
}

/// A figure with the sentence that it belongs to, and what it rests on.
#[component]
pub fn Finding(
    #[prop(into)] figure: String,
    #[prop(into)] says: String,
    #[prop(into)] about: String,
) -> impl IntoView {
    view! {
        <div class="grid gap-1">
            <p class="replay-n"><b>{figure}</b> " " {says}</p>
            <p class="help">{about}</p>
        </div>
    }
    .into_any()
}
