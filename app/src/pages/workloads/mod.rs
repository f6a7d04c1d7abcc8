//! The Workloads page: the table with live rows, and the pane of one workload.

pub mod data;
mod live;
mod pane;
mod table;

use std::collections::BTreeSet;

use api::events::LiveEvent;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use self::{
    data::{Asked, PAGE_ROWS, Rows, act_on_workloads, workload_rows},
    pane::WorkloadPane,
    table::WorkloadTable,
};
use crate::{
    error::UiError,
    pages::Loaded,
    ui::{
        Announcer, BulkBar, Button, ButtonFace, ButtonKind, ButtonSize, Docked, Empty, IconName,
        LinkButton, Menu, MenuItem, Note, Page, PickChip, Row, SearchInput, Stack, Toasts, Tone,
        Toolbar,
    },
};

/// Milliseconds in which changes are gathered before the table is loaded again.
const GATHER_MS: u64 = 300;

#[component]
pub fn WorkloadsPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| {
            let get = |name: &str| query.get(name).unwrap_or_default();
            Asked {
                search: get("search"),
                phase: get("phase"),
                sort: get("sort"),
                descending: get("order") == "desc",
                offset: get("offset").parse().unwrap_or_default(),
            }
        })
    });
    let open = Memo::new(move |_| query.with(|query| query.get("open")));
    let reload = RwSignal::new(0_u32);
    // The first rows come with the page; later ones replace them in place, so that the table stays.
    let asked_first = asked.get_untracked();
    let first = Resource::new(|| (), move |()| workload_rows(asked_first.clone()));
    let rows = RwSignal::new(None::<Rows>);
    let changed = RwSignal::new(BTreeSet::new());
    follow(rows, changed, reload);
    Effect::watch(
        move || (asked.get(), reload.get()),
        move |(wanted, _), _, _| {
            let wanted = wanted.clone();
            leptos::task::spawn_local(async move {
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
    let new_face = || view! { <ButtonFace kind=ButtonKind::Primary text="+New workload"/> };
    let new = move || {
        view! {
            <Menu label="+New workload" face=new_face>
                <MenuItem icon=IconName::Notebook href="/workloads/new">"Workspace"</MenuItem>
            </Menu>
        }
    };
    let table = move |first: Rows| {
        let shown = Signal::derive(move || rows.get().unwrap_or_else(|| first.clone()));
        view! { <Body shown asked=asked.into() changed=changed.into()/> }.into_any()
    };
    let pane = move || {
        let id = open.get()?.parse().ok()?;
        let close_href = address(&asked.get(), None);
        Some(view! { <WorkloadPane id close_href reload=rows/> })
    };
    view! {
        <Title text="Workloads"/>
        <Docked>
            <Page title="Workloads" actions=new>
                <Loaded of=first view=table/>
            </Page>
            {pane}
        </Docked>
    }
}

/// Takes over what the server pushes: rows on the page change in place; anything else loads the page
/// again, once for a burst of changes.
fn follow(
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
    live::listen(move |event| match event {
        LiveEvent::Workload(view) => {
            let id = view.id;
            let known = rows.try_update(|rows| {
                let row = rows.as_mut()?.rows.iter_mut().find(|row| row.id == id)?;
                *row = *view;
                Some(())
            });
            if known.flatten().is_some() {
                changed.try_update(|changed| changed.insert(id));
            }
            // The counts, and the order of a sorted table, come from the server.
            load_again();
        }
        LiveEvent::WorkloadGone { .. } | LiveEvent::Reload => load_again(),
    });
}

/// The address of the table as asked, with one workload opened.
pub fn address(asked: &Asked, open: Option<&str>) -> String {
    let mut pairs = Vec::new();
    let mut add = |name: &str, value: &str| {
        if !value.is_empty() {
            pairs.push(format!("{name}={}", crate::browser::encode(value)));
        }
    };
    add("search", &asked.search);
    add("phase", &asked.phase);
    add("sort", &asked.sort);
    add("order", if asked.descending { "desc" } else { "" });
    add("offset", &if asked.offset > 0 { asked.offset.to_string() } else { String::new() });
    add("open", open.unwrap_or_default());
    match pairs.is_empty() {
        true => "/workloads".to_owned(),
        false => format!("/workloads?{}", pairs.join("&")),
    }
}

#[component]
fn Body(
    shown: Signal<Rows>,
    asked: Signal<Asked>,
    changed: Signal<BTreeSet<domain::WorkloadId>>,
) -> impl IntoView {
    let selected = RwSignal::new(BTreeSet::<domain::WorkloadId>::new());
    let simulated =
        move || {
            shown.with(|rows| rows.simulated).then(|| view! {
            <Note tone=Tone::Info>"This cluster is simulated: nothing real runs on it."</Note>
        })
        };
    let silent = move || {
        let names = shown.with(|rows| rows.silent.join(", "));
        (!names.is_empty()).then(|| view! {
            <Note tone=Tone::Warn>{format!("No contact with cluster {names}. Running work is not affected; what is shown may be old.")}</Note>
        })
    };
    let told = Signal::derive(move || {
        shown.with(|rows| {
            let count = |word: &str| rows.phases.get(word).copied().unwrap_or_default();
            format!("{} running, {} pending", count("Running"), count("Pending"))
        })
    });
    let is_empty = move || shown.with(|rows| rows.phases.is_empty());
    let table = move || match is_empty() {
        true => view! {
            <Empty icon=IconName::Workloads title="No workload yet"
                about="A workspace is a container with GPUs in which you work in the browser.">
                <LinkButton href="/workloads/new".to_owned() kind=ButtonKind::Primary caps=true>
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
fn Filters(shown: Signal<Rows>, asked: Signal<Asked>) -> impl IntoView {
    let navigate = use_navigate();
    let search = RwSignal::new(asked.get_untracked().search);
    let go = Callback::new({
        let navigate = navigate.clone();
        move |asked: Asked| {
            let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
            navigate(&address(&asked, None), options);
        }
    });
    Effect::watch(
        move || search.get(),
        move |search, _, _| {
            let old = asked.get_untracked();
            if old.search != *search {
                go.run(Asked { search: search.clone(), offset: 0, ..old });
            }
        },
        false,
    );
    let chips = move || {
        let phases = shown.with(|rows| rows.phases.clone());
        let chip = |(word, count): (String, usize)| {
            let own = word.clone();
            let chosen = Signal::derive(move || asked.with(|asked| asked.phase == own));
            let press = Callback::new({
                let word = word.clone();
                move |()| {
                    let old = asked.get_untracked();
                    let phase = if old.phase == word { String::new() } else { word.clone() };
                    go.run(Asked { phase, offset: 0, ..old });
                }
            });
            view! { <PickChip chosen on_press=press>{format!("{word} {count}")}</PickChip> }
        };
        phases.into_iter().map(chip).collect_view()
    };
    let csv = Callback::new(move |()| {
        crate::browser::save_file("workloads.csv", &table::csv(&shown.get_untracked().rows));
    });
    let end = move || {
        view! {
            <Button kind=ButtonKind::Plain size=ButtonSize::Small caps=true icon=IconName::Download on_press=csv>
                "Download CSV"
            </Button>
        }
    };
    view! {
        <Stack>
            <Row>{chips}</Row>
            <Toolbar end>
                <form method="get" action="/workloads" role="search">
                    <SearchInput name="search" value=search label="Search"/>
                </form>
            </Toolbar>
        </Stack>
    }
    .into_any()
}

#[component]
fn Bulk(shown: Signal<Rows>, selected: RwSignal<BTreeSet<domain::WorkloadId>>) -> impl IntoView {
    let act = Action::new(move |action: &&'static str| {
        let ids: Vec<_> = selected.get_untracked().iter().map(ToString::to_string).collect();
        let action = (*action).to_owned();
        async move { act_on_workloads(action, ids.join(",")).await }
    });
    say_outcome(act.value().into(), move || selected.update(|selected| selected.clear()));
    let press = move |action: &'static str| Callback::new(move |()| drop(act.dispatch(action)));
    let count = Signal::derive(move || selected.with(BTreeSet::len));
    let may = move |what: fn(&api::workloads::WorkloadView) -> bool, word: &'static str| {
        Signal::derive(move || {
            let any = shown.with(|rows| {
                rows.rows.iter().any(|row| selected.with(|s| s.contains(&row.id)) && what(row))
            });
            (!any).then(|| format!("None of the selected can be {word}"))
        })
    };
    let clear = Callback::new(move |()| selected.update(|selected| selected.clear()));
    let bar = move || {
        view! {
            <BulkBar count on_clear=clear>
                <Button kind=ButtonKind::Plain size=ButtonSize::Small caps=true icon=IconName::Stop
                    not_now=may(|row| row.may_stop(), "stopped") on_press=press("stop")>"Stop"</Button>
                <Button kind=ButtonKind::Plain size=ButtonSize::Small caps=true icon=IconName::Play
                    not_now=may(|row| row.may_run(), "run") on_press=press("run")>"Run"</Button>
                <Button kind=ButtonKind::Plain size=ButtonSize::Small caps=true icon=IconName::Trash
                    on_press=press("delete")>"Delete"</Button>
            </BulkBar>
        }
    };
    move || (count.get() > 0).then(bar)
}

/// Says an action's failure in a toast, and does `then` when it went well.
pub fn say_outcome(outcome: Signal<Option<Result<(), UiError>>>, then: impl Fn() + 'static) {
    let toasts = use_context::<Toasts>();
    Effect::new(move |_| match outcome.get() {
        Some(Ok(())) => then(),
        Some(Err(error)) => {
            if let Some(toasts) = toasts {
                toasts.say(Tone::Bad, error.to_string());
            }
        }
        None => {}
    });
}

#[component]
fn Paging(shown: Signal<Rows>, asked: Signal<Asked>) -> impl IntoView {
    move || {
        let (total, count) = shown.with(|rows| (rows.total, rows.rows.len()));
        let asked = asked.get();
        let first = asked.offset;
        let link = |offset: usize, word: &'static str| {
            let href = address(&Asked { offset, ..asked.clone() }, None);
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
