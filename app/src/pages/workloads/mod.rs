//! The Workloads page: the table with live rows, and the pane of one workload.

mod asked;
mod columns;
mod connect;
mod cycle;
pub mod data;
mod filters;
mod live;
mod log;
#[cfg(feature = "ssr")]
mod measured;
mod metrics;
#[cfg(feature = "ssr")]
mod opened;
mod pane;
#[cfg(feature = "ssr")]
pub mod rows;
mod table;
mod terminal;
mod tool;

pub use asked::Asked;
pub use tool::{TOOL, ToolPage};

use std::collections::BTreeSet;

use domain::workload::PhaseName;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use self::{
    connect::Connect,
    data::{Act, LiveEvent, PAGE_ROWS, Row as Shown, Rows, act_on_workloads, workload_rows},
    filters::Filters,
    pane::WorkloadPane,
    table::WorkloadTable,
};
use crate::{
    pages::{Loaded, say_outcome, workspaces::STEP_1},
    ui::{
        Announcer, BulkBar, Button, ButtonFace, ButtonKind, ButtonSize, Docked, Empty, IconName,
        LinkButton, Menu, MenuItem, Note, Page, Row, Stack, Tone,
    },
    wire::load,
};

/// The page's path.
pub const PAGE: &str = "/workloads";

/// Milliseconds in which changes are gathered before the table is loaded again.
const GATHER_MS: u64 = 300;

#[component]
pub fn WorkloadsPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let pairs: Vec<_> = query.get().into_iter().collect();
        Asked::of_pairs(pairs.iter().map(|(name, value)| (name.as_ref(), value.as_str())))
    });
    let open = Memo::new(move |_| query.with(|query| query.get("open")));
    let reload = RwSignal::new(0_u32);
    // The first rows come with the page; later ones replace them in place, so that the table stays.
    let asked_first = asked.get_untracked();
    let first = load(|| (), move |()| workload_rows(asked_first.clone()));
    let rows = RwSignal::new(None::<Rows>);
    let changed = RwSignal::new(BTreeSet::new());
    let columns = Signal::derive(move || asked.with(|asked| asked.shown_columns().join(",")));
    follow(columns, rows, changed, reload);
    Effect::watch(
        move || (asked.get(), reload.get()),
        move |(wanted, _), _, _| {
            let wanted = wanted.clone();
            crate::browser::spawn(async move {
                let loaded = workload_rows(wanted.clone()).await;
                // An answer to an older question is dropped.
                if let (Ok(loaded), Some(now)) = (loaded, asked.try_get_untracked())
                    && now == wanted
                {
                    rows.try_set(Some(loaded));
                }
            });
        },
        false,
    );
    // From a form that was sent without scripts.
    let refused = move || {
        let problem = query.with(|query| query.get("problem"));
        problem.map(|problem| view! { <Note tone=Tone::Bad alert=true>{problem}</Note> })
    };
    let new_face = || view! { <ButtonFace kind=ButtonKind::Primary text="+New workload"/> };
    let new = move || {
        view! {
            <Menu label="+New workload" face=new_face>
                <MenuItem icon=IconName::Notebook href=STEP_1>"Workspace"</MenuItem>
            </Menu>
        }
    };
    let table = move |first: Rows| {
        let shown = Signal::derive(move || rows.get().unwrap_or_else(|| first.clone()));
        view! { <Body shown asked=asked.into() changed=changed.into()/> }.into_any()
    };
    let pane = move || {
        let id = open.get()?.parse().ok()?;
        let close_href = asked.with(|asked| asked.address(PAGE, None));
        Some(view! { <WorkloadPane id close_href reload=rows/> })
    };
    view! {
        <Title text="Workloads"/>
        <Docked>
            <Page title="Workloads" actions=new>
                {refused}
                <Loaded of=first view=table/>
            </Page>
            {pane}
        </Docked>
    }
}

/// Takes over what the server pushes: rows on the page change in place; anything else loads the page
/// again, once for a burst of changes.
fn follow(
    columns: Signal<String>,
    rows: RwSignal<Option<Rows>>,
    changed: RwSignal<BTreeSet<domain::WorkloadId>>,
    reload: RwSignal<u32>,
) {
    let waiting = StoredValue::new(false);
    let load_again = move || {
        if waiting.try_get_value() != Some(false) {
            return;
        }
        waiting.set_value(true);
        crate::browser::after(GATHER_MS, move || {
            // Nobody is told when the page has been left.
            if waiting.try_set_value(false).is_none() {
                reload.try_update(|n| *n += 1);
            }
        });
    };
    live::listen(columns, move |event| match event {
        LiveEvent::Row(new) => {
            let id = new.id;
            let known = rows.try_update(|rows| {
                let row = rows.as_mut()?.rows.iter_mut().find(|row| row.id == id)?;
                *row = *new;
                Some(())
            });
            if known.flatten().is_some() {
                changed.try_update(|changed| changed.insert(id));
            }
            // The counts, and the order of a sorted table, come from the server.
            load_again();
        }
        LiveEvent::Gone(_) | LiveEvent::Reload => load_again(),
    });
}

#[component]
fn Body(
    shown: Signal<Rows>,
    asked: Signal<Asked>,
    changed: Signal<BTreeSet<domain::WorkloadId>>,
) -> impl IntoView {
    let selected = RwSignal::new(BTreeSet::<domain::WorkloadId>::new());
    let simulated = move || {
        shown.with(|rows| rows.simulated).then(|| {
            view! {
                <Note tone=Tone::Info>{domain::org::SIMULATED}</Note>
            }
        })
    };
    let silent = move || {
        let names = shown.with(|rows| rows.silent.join(", "));
        (!names.is_empty()).then(|| view! {
            <Note tone=Tone::Warn>{format!("No contact with cluster {names}. Running work is not affected; what is shown may be old.")}</Note>
        })
    };
    let wrong = move || {
        let wrong = shown.with(|rows| rows.wrong.clone());
        wrong.map(|wrong| view! { <Note tone=Tone::Bad alert=true>{wrong}</Note> })
    };
    let told = Signal::derive(move || {
        shown.with(|rows| {
            let count = |phase| rows.phases.get(&phase).copied().unwrap_or_default();
            format!("{} running, {} pending", count(PhaseName::Running), count(PhaseName::Pending))
        })
    });
    let is_empty = move || shown.with(|rows| rows.phases.is_empty());
    let table = move || match is_empty() {
        true => view! {
            <Empty icon=IconName::Workloads title="No workload yet"
                about="A workspace is a container with GPUs in which you work in the browser.">
                <LinkButton href=STEP_1.to_owned() kind=ButtonKind::Primary caps=true>
                    "New workspace"
                </LinkButton>
            </Empty>
        }
        .into_any(),
        false => view! { <WorkloadTable shown asked changed selected/> }.into_any(),
    };
    view! {
        <Stack>
            {simulated}
            {silent}
            {wrong}
            <Filters shown asked/>
            <Bulk shown selected/>
            {table}
            <Paging shown asked/>
            <Announcer text=told/>
        </Stack>
    }
    .into_any()
}

#[component]
fn Bulk(shown: Signal<Rows>, selected: RwSignal<BTreeSet<domain::WorkloadId>>) -> impl IntoView {
    let act = Action::new(move |act: &Act| {
        act_on_workloads(*act, selected.get_untracked().into_iter().collect())
    });
    say_outcome(act.value().into(), move || selected.update(|selected| selected.clear()));
    let press = move |wanted: Act| Callback::new(move |()| drop(act.dispatch(wanted)));
    let count = Signal::derive(move || selected.with(BTreeSet::len));
    let may = move |what: fn(&Shown) -> bool, word: &'static str| {
        Signal::derive(move || {
            let any = shown.with(|rows| {
                rows.rows.iter().any(|row| selected.with(|s| s.contains(&row.id)) && what(row))
            });
            (!any).then(|| format!("None of the selected can be {word}"))
        })
    };
    let clear = Callback::new(move |()| selected.update(|selected| selected.clear()));
    // One opens one workspace; several are a matter of the other buttons.
    let only = Memo::new(move |_| {
        let id = selected
            .with(|selected| selected.iter().next().copied().filter(|_| selected.len() == 1));
        shown.with(|rows| rows.rows.iter().find(|row| Some(row.id) == id).cloned())
    });
    let connect = move || only.get().map(|row| view! { <Connect row kind=ButtonKind::Plain/> });
    let bar = move || {
        view! {
            <BulkBar count on_clear=clear>
                {connect}
                <Button kind=ButtonKind::Plain size=ButtonSize::Small caps=true icon=IconName::Stop
                    not_now=may(|row| row.may_stop, "stopped") on_press=press(Act::Stop)>"Stop"</Button>
                <Button kind=ButtonKind::Plain size=ButtonSize::Small caps=true icon=IconName::Play
                    not_now=may(|row| row.may_run, "run") on_press=press(Act::Run)>"Run"</Button>
                <Button kind=ButtonKind::Plain size=ButtonSize::Small caps=true icon=IconName::Trash
                    on_press=press(Act::Delete)>"Delete"</Button>
            </BulkBar>
        }
    };
    move || (count.get() > 0).then(bar)
}

#[component]
fn Paging(shown: Signal<Rows>, asked: Signal<Asked>) -> impl IntoView {
    move || {
        let (total, count) = shown.with(|rows| (rows.total, rows.rows.len()));
        let asked = asked.get();
        let first = asked.offset;
        let link = |offset: usize, word: &'static str| {
            let href = Asked { offset, ..asked.clone() }.address(PAGE, None);
            view! { <LinkButton href size=ButtonSize::Small>{word}</LinkButton> }
        };
        let before = (first > 0).then(|| link(first.saturating_sub(PAGE_ROWS), "Earlier rows"));
        let after = (first + count < total).then(|| link(first + PAGE_ROWS, "Later rows"));
        (total > PAGE_ROWS || first > 0).then(|| {
            let words = format!("{}–{} of {total}", first + 1, first + count);
            view! { <Row>{before}<span>{words}</span>{after}</Row> }
        })
    }
}
