//! The pane of one workload: status and reason, actions, history, details, pods, log. Its buttons are
//! forms, so that stopping and deleting work without scripts.

use api::events::{HistoryRecord, HistorySpec};
use api::workloads::WorkloadView;
use domain::{WorkloadId, event::EventType};
use leptos::{form::ActionForm, prelude::*};

use super::{
    data::{ActOnWorkloads, Opened, PodRow, Rows, workload_opened},
    say_outcome,
    table::{gpus, time},
};
use crate::{
    pages::Loaded,
    ui::{
        Button, ButtonSize, CodeBlock, Column, Event, Fact, Facts, IconName, LinkButton, Muted,
        NameCell, Pane, Row, Stack, StatusShape, Tab, TabPanel, Table, Tabs, Td, Timeline, Tone,
        Tr,
    },
    widgets::PhaseStatus,
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
            Some((row.updated_at, row.phase))
        })
    });
    say_outcome(act.value().into(), || {});
    let first = Resource::new(|| (), move |()| workload_opened(id));
    let later = RwSignal::new(None::<Opened>);
    // What changes comes into the pane that is there, so that focus and scrolling stay.
    Effect::watch(
        move || (version.get(), act.version().get()),
        move |_, _, _| {
            leptos::task::spawn_local(async move {
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
    let first = shown.get_untracked().workload;
    let about = format!("Workspace in {}, by {}", first.project_name, first.submitted_by);
    let actions = move || view! { {move || shown.with(|opened| actions(&opened.workload, act))} };
    let tabs = vec![
        Tab { key: "events", label: "Event history" },
        Tab { key: "details", label: "Details" },
        Tab { key: "pods", label: "Pods" },
        Tab { key: "logs", label: "Logs" },
    ];
    let status = move || {
        let WorkloadView { phase, phase_message, .. } = shown.get().workload;
        view! { <PhaseStatus phase message=phase_message/> }
    };
    let events = move || shown.with(|opened| opened.history.iter().map(event).collect_view());
    let details = move || {
        let Opened { workload, spec, .. } = shown.get();
        view! { <Details workload spec/> }
    };
    let pods = move || shown.get().pods.into_iter().map(pod_row).collect_view();
    let log = move || {
        let log = shown.with(|opened| opened.log.join("\n"));
        match log.is_empty() {
            true => {
                view! { <Muted>"There is no log: its container is not running."</Muted> }.into_any()
            }
            false => view! { <CodeBlock text=log label="Log"/> }.into_any(),
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
        <Pane title=first.name about=Some(about) actions close_href>
            <Stack>
                {status}
                <Tabs label="About the workload" id="about" tabs current=tab/>
                <TabPanel id="about" tab="events" current=tab>
                    <Timeline>{events}</Timeline>
                </TabPanel>
                <TabPanel id="about" tab="details" current=tab>{details}</TabPanel>
                <TabPanel id="about" tab="pods" current=tab>
                    <Table label="Pods" head small=true>{pods}</Table>
                </TabPanel>
                <TabPanel id="about" tab="logs" current=tab>{log}</TabPanel>
            </Stack>
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

fn actions(workload: &WorkloadView, act: ServerAction<ActOnWorkloads>) -> AnyView {
    let id = workload.id;
    let phase = workload.phase.label();
    let form = move |action: &'static str, word: &'static str, icon: IconName, may: bool| {
        let not_now = (!may).then(|| format!("A workload that is {phase} cannot do that"));
        view! {
            <ActionForm action=act>
                <input type="hidden" name="action" value=action/>
                <input type="hidden" name="ids" value=id.to_string()/>
                <Button size=ButtonSize::Small caps=true submit=true icon not_now=not_now>{word}</Button>
            </ActionForm>
        }
    };
    let copy = format!("/workloads/new/workspace?copy={id}&project={}", workload.project_id);
    let stop = form("stop", "Stop", IconName::Stop, workload.may_stop());
    let run = form("run", "Run", IconName::Play, workload.may_run());
    let delete = form("delete", "Delete", IconName::Trash, workload.actions_support.delete);
    view! {
        <Row>
            {stop}
            {run}
            <LinkButton href=copy size=ButtonSize::Small caps=true icon=IconName::Copy>"Make a copy"</LinkButton>
            {delete}
        </Row>
    }
    .into_any()
}

fn event(record: &HistoryRecord) -> AnyView {
    let at = record.meta.creation_timestamp;
    let (title, more, shape, tone) = match &record.spec {
        HistorySpec::PhaseUpdate(update) => (
            update.phase.label().to_owned(),
            update.phase_message.clone(),
            StatusShape::Half,
            Tone::Info,
        ),
        HistorySpec::Event(event) => {
            let (shape, tone) = match event.kind {
                EventType::Normal => (StatusShape::Disc, Tone::Plain),
                EventType::Warning => (StatusShape::Triangle, Tone::Warn),
            };
            (event.reason.clone(), event.message.clone(), shape, tone)
        }
    };
    view! { <Event shape tone title time=time(at) datetime=at.to_string() more/> }.into_any()
}

#[component]
fn Details(workload: WorkloadView, spec: String) -> impl IntoView {
    let place = workload.placement.as_ref().map(|on| format!("{}, pool {}", on.node, on.pool));
    let preemptible = match workload.preemptible {
        Some(true) => "Preemptible",
        _ => "Non-preemptible",
    };
    let reason = workload.reasons.first().map(|reason| reason.code()).unwrap_or("–");
    let (images, gpus, created) =
        (workload.images.join(", "), gpus(&workload), time(workload.created_at));
    let WorkloadView { priority_class_name, restarts, id, .. } = workload;
    view! {
        <Stack>
            <Facts>
                <Fact name="Image">{images}</Fact>
                <Fact name="Runs on">{place.unwrap_or_else(|| "–".to_owned())}</Fact>
                <Fact name="GPUs">{gpus}</Fact>
                <Fact name="Preemption">{preemptible}</Fact>
                <Fact name="Priority">{priority_class_name}</Fact>
                <Fact name="Reason code">{reason}</Fact>
                <Fact name="Created">{created}</Fact>
                <Fact name="Restarts">{restarts.to_string()}</Fact>
                <Fact name="Id">{id.to_string()}</Fact>
            </Facts>
            <CodeBlock text=spec label="Submission"/>
        </Stack>
    }
    .into_any()
}
