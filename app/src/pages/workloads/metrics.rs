//! The tab Metrics: what the workload used, as charts over one time. The server measures every half minute; while
//! the tab is open the charts go on with it.

use domain::WorkloadId;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{
    error::UiError,
    ui::{Chart, Choice, LineChart, Muted, Note, Segmented, Skeleton, Stack, Tone},
    wire::Call,
};

/// How often the charts are asked for anew: as often as the server measures.
const AGAIN_MS: u64 = domain::sample::SAMPLE_SECS as u64 * 1_000;

/// How far back somebody looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Range {
    Hour,
    SixHours,
    Day,
    Week,
    /// Since it first ran, as far as that is kept.
    All,
}

impl Range {
    const ALL: [(Self, &str, &str); 5] = [
        (Self::Hour, "1h", "Last hour"),
        (Self::SixHours, "6h", "6 hours"),
        (Self::Day, "1d", "24 hours"),
        (Self::Week, "7d", "7 days"),
        (Self::All, "all", "Since first run"),
    ];

    fn of(key: &str) -> Self {
        let found = Self::ALL.iter().find(|(_, own, _)| *own == key);
        found.map_or(Self::Hour, |(range, ..)| *range)
    }
}

/// What was measured in a range of time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Under every chart, from the first to the last.
    pub times: Vec<String>,
    pub charts: Vec<Chart>,
    /// Why there are none, or fewer than one might expect.
    pub note: Option<String>,
}

/// What a workload used.
#[server(prefix = "/ui", endpoint = "workload_metrics", protocol = Call)]
pub async fn workload_metrics(id: WorkloadId, range: Range) -> Result<Measured, UiError> {
    let (control, actor) = caller()?;
    Ok(super::measured::measured(&control, &actor, id, range).await?)
}

#[component]
pub fn MetricsTab(id: WorkloadId, tab: RwSignal<String>) -> impl IntoView {
    let range = RwSignal::new("1h".to_owned());
    let seen = RwSignal::new(None::<Result<Measured, UiError>>);
    let turn = RwSignal::new(0_u32);
    crate::browser::effect(move || {
        let range = Range::of(&range.get());
        let now = turn.get();
        if tab.get() != "metrics" {
            return;
        }
        crate::browser::spawn(async move {
            let answer = workload_metrics(id, range).await;
            seen.try_set(Some(answer));
        });
        // Whoever has left, or asked for something else meanwhile, asks by themselves.
        crate::browser::after(AGAIN_MS, move || {
            if turn.try_get_untracked() == Some(now) {
                turn.set(now.wrapping_add(1));
            }
        });
    });
    let choices: Vec<_> =
        Range::ALL.into_iter().map(|(_, key, label)| Choice::new(key, label)).collect();
    let charts = move || match seen.get() {
        None => view! { <Skeleton lines=6/> }.into_any(),
        Some(Err(error)) => {
            view! { <Note tone=Tone::Bad alert=true>{error.to_string()}</Note> }.into_any()
        }
        Some(Ok(Measured { times, charts, note })) => {
            let charts = charts.into_iter().map(move |chart| {
                let times = times.clone();
                view! { <LineChart chart times/> }
            });
            let note = note.map(|note| view! { <Muted>{note}</Muted> });
            view! { <Stack>{note}{charts.collect_view()}</Stack> }.into_any()
        }
    };
    view! {
        <Stack>
            <Segmented legend="Time range" name="metrics_range" value=range choices small=true/>
            {charts}
        </Stack>
    }
    .into_any()
}
