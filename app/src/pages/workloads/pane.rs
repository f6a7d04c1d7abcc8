//! The pane of one workload: status and reason, actions, history, details, pods, log. Its buttons are
//! forms, so that stopping and deleting work without scripts.

use domain::WorkloadId;
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    connect::Connect,
    cycle::CycleTab,
    data::{
        Act, ActOnWorkloads, ConnectionRow, HistoryKind, HistoryRow, Opened, PodRow, Row as Shown,
        Rows, workload_opened,
    },
    log::LogTab,
    metrics::MetricsTab,
    terminal::TerminalTab,
};
use crate::{
    pages::{Loaded, say_outcome},
    ui::{
        Button, ButtonKind, ButtonSize, CodeBlock, Column, Event, Fact, Facts, IconName,
        LinkButton, Muted, NameCell, Pane, PaneBody, PaneTabs, Row, Stack, StatusShape, Tab,
        TabPanel, Table, Tabs, Td, Timeline, Tone, Tr, Why,
    },
    widgets::{PhaseStatus, WaysOut},
    wire::load,
};

#[component]
pub fn WorkloadPane(
    id: WorkloadId,
    #[prop(into)] close_href: String,
    /// Changes with every row that changes; the pane loads again with it.
    reload: RwSignal<Option<Rows>>,
) -> impl IntoView {
    let act = ServerAction::<ActOnWorkloads>::new();
    let version = Memo::new(move |_| {
        reload.with(|rows| {
            let row = rows.as_ref()?.rows.iter().find(|row| row.id == id)?;
            Some(row.version.clone())
        })
    });
    say_outcome(act.value().into(), || {});
    let first = load(|| (), move |()| workload_opened(id));
    let later = RwSignal::new(None::<Opened>);
    // What changes comes into the pane that is there, so that focus and scrolling stay.
    Effect::watch(
        move || (version.get(), act.version().get()),
        move |_, _, _| {
            crate::browser::spawn(async move {
                if let Ok(opened) = workload_opened(id).await {
                    later.try_set(Some(opened));
                }
            });
        },
        false,
    );
    let tab = RwSignal::new("events".to_owned());
    view! {
        <Loaded of=first view=move |first: Opened| {
            let close_href = close_href.clone();
            let shown = Signal::derive(move || later.get().unwrap_or_else(|| first.clone()));
            view! { <Content shown close_href act tab/> }.into_any()
        }/>
    }
}

#[component]
fn Content(
    shown: Signal<Opened>,
    close_href: String,
    act: ServerAction<ActOnWorkloads>,
    tab: RwSignal<String>,
) -> impl IntoView {
    let first = shown.get_untracked();
    let id = first.row.id;
    let actions = move || view! { {move || shown.with(|opened| actions(opened, act))} };
    let tabs = vec![
        Tab { key: "events", label: "Event history" },
        Tab { key: "details", label: "Details" },
        Tab { key: "connections", label: "Connections" },
        Tab { key: "pods", label: "Pods" },
        Tab { key: "metrics", label: "Metrics" },
        Tab { key: "logs", label: "Logs" },
        Tab { key: "terminal", label: "Terminal" },
        Tab { key: "cycle", label: "Cycle" },
    ];
    let status = move || {
        let Shown { phase, message, .. } = shown.get().row;
        view! { <PhaseStatus phase message/> }
    };
    let help = move || {
        let link = |(code, href)| view! { <Muted small=true><a href=href>{format!("What {code} means")}</a></Muted> };
        shown.get().reason.map(link)
    };
    let fixes = move || view! { <WaysOut ways=shown.get().fixes/> };
    let events = move || shown.get().history.into_iter().map(event).collect_view();
    let details = move || details(shown.get());
    let connections =
        move || shown.get().connections.into_iter().map(connection_row).collect_view();
    let pods = move || shown.get().pods.into_iter().map(pod_row).collect_view();
    let connections_head = || {
        view! {
            <Column title="Connection"/>
            <Column title="Connection type"/>
            <Column title="Access"/>
            <Column title="Port" number=true/>
            <Column title="Address"/>
        }
    };
    let head = || {
        view! {
            <Column title="Pod"/>
            <Column title="Node"/>
            <Column title="Image"/>
            <Column title="IP"/>
        }
    };
    view! {
        <Pane title=first.row.name about=Some(first.about) actions close_href>
            <Why>{status} {help} {fixes}</Why>
            <PaneTabs><Tabs label="About the workload" id="about" tabs current=tab/></PaneTabs>
            <PaneBody>
                <TabPanel id="about" tab="events" current=tab>
                    <Timeline>{events}</Timeline>
                </TabPanel>
                <TabPanel id="about" tab="details" current=tab>{details}</TabPanel>
                <TabPanel id="about" tab="connections" current=tab>
                    <Table label="Connections" head=connections_head small=true>{connections}</Table>
                </TabPanel>
                <TabPanel id="about" tab="pods" current=tab>
                    <Table label="Pods" head small=true>{pods}</Table>
                </TabPanel>
                <TabPanel id="about" tab="metrics" current=tab><MetricsTab id tab/></TabPanel>
                <TabPanel id="about" tab="logs" current=tab><LogTab id shown tab/></TabPanel>
                <TabPanel id="about" tab="terminal" current=tab><TerminalTab id shown tab/></TabPanel>
                <TabPanel id="about" tab="cycle" current=tab><CycleTab shown tab/></TabPanel>
            </PaneBody>
        </Pane>
    }
    .into_any()
}

fn pod_row(pod: PodRow) -> AnyView {
    view! {
        <Tr>
            <NameCell>{pod.name}</NameCell>
            <Td label="Node">{pod.node}</Td>
            <Td label="Image">{pod.image}</Td>
            <Td label="IP">{pod.ip}</Td>
        </Tr>
    }
    .into_any()
}

fn actions(opened: &Opened, act: ServerAction<ActOnWorkloads>) -> AnyView {
    let Shown { id, phase, may_stop, may_run, may_delete, .. } = opened.row;
    let phase = phase.label();
    let form = move |wanted: Act, word: &'static str, icon: IconName, may: bool| {
        let not_now = (!may).then(|| format!("A workload that is {phase} cannot do that"));
        let submit = move |event: SubmitEvent| {
            event.prevent_default();
            act.dispatch(ActOnWorkloads { act: wanted, ids: vec![id] });
        };
        view! {
            <form method="post" action="/workloads/act" on:submit=submit>
                <input type="hidden" name="act" value=wanted.word()/>
                <input type="hidden" name="id" value=id.to_string()/>
                <Button size=ButtonSize::Small caps=true submit=true icon not_now=not_now>{word}</Button>
            </form>
        }
    };
    let copy = opened.copy_href.clone();
    let row = opened.row.clone();
    let stop = form(Act::Stop, "Stop", IconName::Stop, may_stop);
    let run = form(Act::Run, "Run", IconName::Play, may_run);
    let delete = form(Act::Delete, "Delete", IconName::Trash, may_delete);
    view! {
        <Row>
            <Connect row/>
            {stop}
            {run}
            <LinkButton href=copy size=ButtonSize::Small caps=true icon=IconName::Copy>"Make a copy"</LinkButton>
            {delete}
        </Row>
    }
    .into_any()
}

fn event(entry: HistoryRow) -> AnyView {
    let (shape, tone) = match entry.kind {
        HistoryKind::Phase => (StatusShape::Half, Tone::Info),
        HistoryKind::Event => (StatusShape::Disc, Tone::Plain),
        HistoryKind::Warning => (StatusShape::Triangle, Tone::Warn),
    };
    let HistoryRow { title, more, time, datetime, .. } = entry;
    view! { <Event shape tone title time datetime more/> }.into_any()
}

fn details(opened: Opened) -> AnyView {
    let facts = opened.details.into_iter().map(|(name, text)| view! { <Fact name>{text}</Fact> });
    view! {
        <Stack>
            <Facts>{facts.collect_view()}</Facts>
            <CodeBlock text=opened.spec label="Submission"/>
        </Stack>
    }
    .into_any()
}

fn connection_row(connection: ConnectionRow) -> AnyView {
    let ConnectionRow { name, kind, access, port, address, href } = connection;
    let address = match href {
        Some(href) => {
            view! { <LinkButton href kind=ButtonKind::Link outside=true>{address}</LinkButton> }
                .into_any()
        }
        None => address.into_any(),
    };
    view! {
        <Tr>
            <NameCell>{name}</NameCell>
            <Td label="Connection type">{kind}</Td>
            <Td label="Access">{access}</Td>
            <Td label="Port" number=true>{port}</Td>
            <Td label="Address">{address}</Td>
        </Tr>
    }
    .into_any()
}
