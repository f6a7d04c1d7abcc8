//! Quotas as bars: what is in use, what would be, and the quota as a tick.

use domain::{
    Gpus,
    quantity::{decimals, rounded},
};
use leptos::prelude::*;

use crate::pages::workspaces::data::ProjectFacts;

/// A project's figure; projects keep theirs everywhere. The ninth begins again.
#[component]
pub fn Flag(project: i32) -> impl IntoView {
    let href = format!("/icons.svg#flag-{}", (project - 1).rem_euclid(8) + 1);
    view! { <svg class="flag flag-12" aria-hidden="true"><use href=href></use></svg> }
}

/// One scope's GPUs: in use, with the submission, and promised.
#[component]
pub fn QuotaBar(
    #[prop(into)] name: String,
    /// The name is for screen readers alone.
    #[prop(optional)]
    bare: bool,
    before: Gpus,
    /// With the submission; the same as `before` where there is none.
    after: Gpus,
    /// The part of `before` that cannot be interrupted.
    solid: Gpus,
    quota: Option<Gpus>,
) -> impl IntoView {
    let number = |gpus: Gpus| decimals(gpus.as_f64());
    let of = match quota {
        Some(quota) => format!("of {quota}"),
        None => "GPUs, no quota set".to_owned(),
    };
    // Without a quota the bar has nothing to be full of; twice what is used keeps it readable.
    let whole = quota.map_or(after.as_f64() * 2.0, |q| q.as_f64().max(after.as_f64())).max(0.001);
    let percent = |gpus: Gpus| format!("{}%", rounded(100.0 * gpus.as_f64() / whole, 2));
    let words = match before == after {
        true => format!("{name}: {} {of} in use", number(before)),
        false => format!("{name}: {} {of} in use, {} afterwards", number(before), number(after)),
    };
    let added = after.saturating_sub(before);
    let figures = if before == after {
        view! { <b class="ink">{number(before)}</b> }.into_any()
    } else {
        view! { {number(before)} " → " <b class="ink">{number(after)}</b> }.into_any()
    };
    view! {
        <div class="quota">
            {(!bare).then(|| view! { <span class="truncate">{name}</span> })}
            <span class="num muted">{figures} " " {of}</span>
            <svg class="bar" role="img" aria-label=words>
                <rect class="bar-track" y="3.5" width="100%" height="7" rx="2"></rect>
                <rect class="bar-a" x="0%" y="3" width=percent(solid) height="8" rx="1.5"></rect>
                <rect class="bar-p" x=percent(solid) y="3" width=percent(before.saturating_sub(solid))
                    height="8" rx="1.5"></rect>
                {(!added.is_zero()).then(|| view! {
                    <rect class="bar-new" x=percent(before) y="3.75" width=percent(added) height="6.5"
                        rx="1.5"></rect>
                })}
                {quota.map(|quota| view! {
                    <svg x=percent(quota) overflow="visible">
                        <rect class="bar-quota" x="-1" y="0" width="2" height="14" rx="1"></rect>
                    </svg>
                })}
            </svg>
        </div>
    }
    .into_any()
}

/// A project's use of all its pools.
#[component]
pub fn QuotaLine(
    facts: ProjectFacts,
    /// The name stands beside it already.
    #[prop(optional)]
    bare: bool,
) -> impl IntoView {
    let ProjectFacts { name, used, used_non_preemptible, quota, .. } = facts;
    view! { <QuotaBar name bare before=used after=used solid=used_non_preemptible quota/> }
}
