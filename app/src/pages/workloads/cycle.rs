//! The tab Cycle: the cycle of the scheduler that decided last about the workload, and why another one
//! started before it. It is asked for when somebody opens the tab.

use domain::WorkloadId;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::data::Opened;
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{
    error::UiError,
    ui::{Choice, Fact, Facts, Field, Muted, Note, Select, Skeleton, Stack, Tone},
    wire::Call,
};

/// A cycle, in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CycleShown {
    /// Label and text.
    pub facts: Vec<(String, String)>,
    /// What it decided about the workload.
    pub decided: Vec<String>,
    /// Others that started while it waited: id and name.
    pub others: Vec<(String, String)>,
}

/// The cycle that decided last; nothing where none has, or it is not kept any more.
#[server(prefix = "/ui", endpoint = "workload_cycle", protocol = Call)]
pub async fn workload_cycle(id: WorkloadId) -> Result<Option<CycleShown>, UiError> {
    let (control, actor) = caller()?;
    let look = control.cycle_of(&actor, id).await?;
    Ok(look.map(|look| CycleShown {
        facts: vec![
            ("Cycle".to_owned(), look.number.to_string()),
            ("Time".to_owned(), domain::duration::minute(look.at)),
            (
                "It decided".to_owned(),
                format!(
                    "{} started, {} had to go, {} were told anew why they wait",
                    look.started, look.evicted, look.waiting
                ),
            ),
        ],
        decided: look.decided,
        others: look
            .others
            .into_iter()
            .map(|(id, name)| (id.to_string(), name.to_string()))
            .collect(),
    }))
}

/// Why another workload started before this one, in sentences.
#[server(prefix = "/ui", endpoint = "workload_before", protocol = Call)]
pub async fn workload_before(id: WorkloadId, other: String) -> Result<Vec<String>, UiError> {
    let (control, actor) = caller()?;
    let unknown = || UiError::NotFound("There is no such workload.".to_owned());
    let other = other.parse().map_err(|_| unknown())?;
    let before = control.started_before(&actor, id, other).await?;
    let gone = "It has no place any more, or the cycle in which it started is not kept.";
    Ok(before.map_or_else(|| vec![gone.to_owned()], |before| before.sentences(id)))
}

type Asked = RwSignal<Option<Result<Option<CycleShown>, UiError>>>;

#[component]
pub fn CycleTab(shown: Signal<Opened>, tab: RwSignal<String>) -> impl IntoView {
    let asked: Asked = RwSignal::new(None);
    let version =
        Memo::new(move |_| shown.with(|opened| (opened.row.id, opened.row.version.clone())));
    crate::browser::effect(move || {
        let (id, _) = version.get();
        if tab.get() == "cycle" {
            crate::browser::spawn(async move {
                let answer = workload_cycle(id).await;
                asked.try_set(Some(answer));
            });
        }
    });
    move || match asked.get() {
        None => view! { <Skeleton lines=4/> }.into_any(),
        Some(Err(error)) => {
            view! { <Note tone=Tone::Bad alert=true>{error.to_string()}</Note> }.into_any()
        }
        Some(Ok(None)) => {
            view! { <Muted>"No cycle that decided about it is kept."</Muted> }.into_any()
        }
        Some(Ok(Some(cycle))) => {
            let (id, _) = version.get_untracked();
            view! { <Cycle id cycle/> }.into_any()
        }
    }
}

#[component]
fn Cycle(id: WorkloadId, cycle: CycleShown) -> impl IntoView {
    let facts = cycle.facts.into_iter().map(|(name, text)| view! { <Fact name>{text}</Fact> });
    let decided = cycle.decided.into_iter().map(|text| view! { <p>{text}</p> });
    view! {
        <Stack>
            <Facts>{facts.collect_view()}</Facts>
            {decided.collect_view()}
            <Before id others=cycle.others/>
        </Stack>
    }
    .into_any()
}

/// Asks of one of the others why it started first.
#[component]
fn Before(id: WorkloadId, others: Vec<(String, String)>) -> impl IntoView {
    if others.is_empty() {
        return view! { <Muted>"Nobody started while it waited."</Muted> }.into_any();
    }
    let (chosen, told) = (RwSignal::new(String::new()), RwSignal::new(Vec::<String>::new()));
    let choices = std::iter::once(Choice::new("", "Choose a workload"));
    let choices: Vec<_> =
        choices.chain(others.into_iter().map(|(id, name)| Choice::new(id, name))).collect();
    let ask = Callback::new(move |other: String| {
        told.set(vec![]);
        if other.is_empty() {
            return;
        }
        crate::browser::spawn(async move {
            let answer = workload_before(id, other.clone()).await;
            // An answer about another than the chosen one is dropped.
            if chosen.try_get_untracked() == Some(other) {
                told.try_set(answer.unwrap_or_else(|error| vec![error.to_string()]));
            }
        });
    });
    let sentences =
        move || told.get().into_iter().map(|text| view! { <p>{text}</p> }).collect_view();
    view! {
        <Field label="Why did this start before mine?" name="cycle-before">
            <Select name="cycle-before" value=chosen choices on_choose=ask/>
        </Field>
        <div aria-live="polite" data-before="">{sentences}</div>
    }
    .into_any()
}
