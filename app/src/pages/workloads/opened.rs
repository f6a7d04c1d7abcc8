//! One workload, worded for the pane. Only the server words.

use api::{
    events::{HistoryRecord, HistorySpec},
    workloads::{Connection, WorkloadView},
};
use control::{ControlPlane, Error};
use domain::{
    WorkloadId,
    access::Actor,
    duration::minute,
    event::EventType,
    form::Draft,
    submission::Submission,
    verdict::{Fix, FixAction, apply_patch},
};
use leptos::prelude::use_context;

use super::{
    asked::Asked,
    data::{ConnectionRow, HistoryKind, HistoryRow, Opened, PodRow, ToolState},
    rows::{duration, gpus, row, tool_href},
};
use crate::{
    error::UiError,
    pages::workspaces::{STEP_2, place_of},
    widgets::WayOut,
};

/// Lines of a log, and of a history, that the pane shows.
const LINES_MAX: u32 = 200;

/// The workload with what the pane shows of it.
pub async fn opened(
    control: &ControlPlane,
    actor: &Actor,
    id: WorkloadId,
) -> Result<Opened, Error> {
    let workload = control.workload(actor, id)?;
    let page = (0, LINES_MAX);
    let events = control.all_events();
    let history = control.workload_events(actor, id, events, page, true).await?;
    let pods = control.pods(actor, Some(id))?;
    // Without a pod, or without contact, there is no log; the pane says so.
    let log = control.logs(actor, id, LINES_MAX as usize).await.unwrap_or_default();
    let spec = serde_json::to_string_pretty(&workload.spec.submission).unwrap_or_default();
    // Who may not submit there is offered nothing.
    let fixes = control.fixes_of(actor, id).await.unwrap_or_default();
    let world = control.world();
    let view = WorkloadView::of(&world.row(&workload));
    let records = history.items.iter().map(|event| HistoryRecord::of(event, workload.cluster));
    let log: Vec<_> = log.iter().map(|line| format!("{} {}", line.at, line.text)).collect();
    Ok(Opened {
        row: row(&world, &workload, &Asked::default().shown_columns()),
        about: format!("{} in {}, by {}", view.kind, view.project_name, view.submitted_by),
        copy_href: copy_href(&view, None),
        fixes: fixes
            .into_iter()
            .map(|fix| way_out(fix, &view, &workload.spec.submission))
            .collect(),
        history: records.map(history_row).collect(),
        details: details(&view),
        reason: view.reasons.first().map(|why| (why.code().to_owned(), why.help_href())),
        connections: view.external_connections.iter().map(|of| connection_row(id, of)).collect(),
        pods: pods
            .iter()
            .map(|pod| PodRow {
                name: pod.detail.pod_name.clone(),
                node: pod.detail.node.to_string(),
                image: pod.detail.image.clone(),
                ip: pod.detail.ip.clone().unwrap_or_default(),
            })
            .collect(),
        log: log.join("\n"),
        has_earlier_log: workload.restarts > 0,
        no_terminal: control.terminal_of(actor, id).err().map(|why| UiError::from(why).to_string()),
        spec,
    })
}

/// How far a tool is, for whoever waits for it.
pub async fn tool(
    control: &ControlPlane,
    actor: &Actor,
    tool: (WorkloadId, u16),
) -> Result<ToolState, Error> {
    let parts = use_context::<axum::http::request::Parts>();
    let host = parts.as_ref().and_then(|parts| parts.headers.get("host")?.to_str().ok());
    let opening = control.opening(actor, tool, host).await?;
    Ok(ToolState {
        name: opening.workload.name.to_string(),
        phase: opening.workload.phase.name(),
        told: opening.told,
        url: opening.url,
        may_run: opening.may_run,
    })
}

fn history_row(record: HistoryRecord) -> HistoryRow {
    let at = record.meta.creation_timestamp;
    let (kind, title, more) = match record.spec {
        HistorySpec::PhaseUpdate(update) => {
            (HistoryKind::Phase, update.phase.label().to_owned(), update.phase_message)
        }
        HistorySpec::Event(event) => {
            let kind = match event.kind {
                EventType::Normal => HistoryKind::Event,
                EventType::Warning => HistoryKind::Warning,
            };
            (kind, event.reason, event.message)
        }
    };
    HistoryRow { kind, title, more, time: minute(at), datetime: at.to_string() }
}

/// Where a copy of it begins; with a patch, filled in so.
fn copy_href(view: &WorkloadView, patched: Option<(&Submission, &Submission)>) -> String {
    let mut pairs = vec![
        ("copy".to_owned(), view.id.to_string()),
        ("project".to_owned(), view.project_id.to_string()),
    ];
    if let Some((from, to)) = patched {
        pairs.extend(Draft::from_submission(to).pairs_over(&Draft::from_submission(from)));
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    format!("{STEP_2}?{}", query.extend_pairs(pairs).finish())
}

fn way_out(fix: Fix, view: &WorkloadView, submission: &Submission) -> WayOut {
    let patched = apply_patch(submission, &fix.patch);
    let href = match &fix.action {
        Some(FixAction::Retry) | None => {
            Some(copy_href(view, patched.as_ref().map(|patched| (submission, patched))))
        }
        Some(action) => place_of(action),
    };
    let node = fix.placement.as_ref().map(|placement| placement.node.to_string());
    WayOut { more: fix.more(), label: fix.label, then: fix.then, node, href }
}

fn details(view: &WorkloadView) -> Vec<(String, String)> {
    let dash = || "–".to_owned();
    let place = view.placement.as_ref().map(|on| format!("{}, pool {}", on.node, on.pool));
    let gpus = gpus(view);
    let facts = [
        ("Image", view.images.join(", ")),
        ("Runs on", place.unwrap_or_else(dash)),
        ("GPUs", if gpus.is_empty() { dash() } else { gpus }),
        (
            "Preemption",
            match view.preemptible {
                Some(true) => "Preemptible",
                _ => "Non-preemptible",
            }
            .to_owned(),
        ),
        ("Priority", view.priority_class_name.replace('-', " ")),
        ("Reason code", view.reasons.first().map_or_else(dash, |reason| reason.code().to_owned())),
        ("Other reasons", others(view)),
        ("Estimated start", view.estimate.map_or_else(dash, |estimate| estimate.sentence())),
        ("Not interrupted until", view.guaranteed_until.map_or_else(dash, minute)),
        ("Created", minute(view.created_at)),
        ("Waited", view.total_pending_time_seconds.map_or_else(dash, duration)),
        ("Ran", view.total_running_time_seconds.map_or_else(dash, duration)),
        ("Restarts", view.restarts.to_string()),
        ("Department", view.department_name.clone()),
        ("Id", view.id.to_string()),
    ];
    facts.into_iter().map(|(name, text)| (name.to_owned(), text)).collect()
}

/// What stands behind the main reason.
fn others(view: &WorkloadView) -> String {
    let others = view.reasons.iter().skip(1).map(ToString::to_string);
    let others: Vec<_> = others.collect();
    if others.is_empty() { "–".to_owned() } else { others.join(" ") }
}

fn connection_row(id: WorkloadId, connection: &Connection) -> ConnectionRow {
    let people = connection.authorized_users.iter().chain(&connection.authorized_groups).flatten();
    let people: Vec<_> = people.map(String::as_str).collect();
    let access = match (connection.connection_type.as_str(), people.is_empty()) {
        ("ExternalUrl", true) => "All authenticated users and service accounts".to_owned(),
        ("ExternalUrl", false) => people.join(", "),
        _ => "Whoever reaches the address".to_owned(),
    };
    ConnectionRow {
        name: connection.name.clone(),
        kind: match connection.connection_type.as_str() {
            "ExternalUrl" => "External URL",
            "LoadBalancer" => "Load balancer",
            other => other,
        }
        .to_owned(),
        access,
        port: connection.container_port.map(|port| port.to_string()).unwrap_or_default(),
        address: connection.url.clone().unwrap_or_default(),
        href: tool_href(id, connection),
    }
}
