//! The table of workloads: one row each, with its status and the reason under it.

use std::collections::BTreeSet;

use api::workloads::WorkloadView;
use domain::{WorkloadId, quantity::decimals};
use leptos::prelude::*;

use super::{
    address,
    data::{Asked, Rows},
};
use crate::{
    ui::{
        CheckCell, CheckColumn, Column, IconName, Keep, NameCell, RowCheck, Sorted, StatusCell,
        Table, Td, Tr,
    },
    widgets::{Flag, PhaseStatus},
};

/// Columns that sort, by the names of the public interface.
const SORTS: [(&str, &str); 5] = [
    ("Workload", "name"),
    ("Status", "phase"),
    ("GPUs", "allocatedGPU"),
    ("Created by", "submittedBy"),
    ("Created", "createdAt"),
];

#[component]
pub fn WorkloadTable(
    shown: Signal<Rows>,
    asked: Signal<Asked>,
    changed: Signal<BTreeSet<WorkloadId>>,
    selected: RwSignal<BTreeSet<WorkloadId>>,
) -> impl IntoView {
    let column = move |title: &'static str| {
        let field = SORTS.iter().find(|(own, _)| *own == title).map(|(_, field)| *field);
        let field = field.unwrap_or_default();
        let sorted = Signal::derive(move || {
            let asked = asked.get();
            let direction = if asked.descending { Sorted::Down } else { Sorted::Up };
            (asked.sort == field).then_some(direction)
        });
        let href = Signal::derive(move || {
            let old = asked.get();
            let descending = old.sort == field && !old.descending;
            address(&Asked { sort: field.to_owned(), descending, offset: 0, ..old }, None)
        });
        (sorted, href)
    };
    let all = Signal::derive(move || {
        let rows = shown.with(|rows| rows.rows.iter().map(|row| row.id).collect::<BTreeSet<_>>());
        selected.with(|selected| !rows.is_empty() && rows.is_subset(selected))
    });
    let choose_all = Callback::new(move |on: bool| {
        let rows = shown.with_untracked(|rows| rows.rows.iter().map(|row| row.id).collect());
        selected.set(if on { rows } else { BTreeSet::new() });
    });
    let head = move || {
        let (name, name_href) = column("Workload");
        let (status, status_href) = column("Status");
        let (gpus, gpus_href) = column("GPUs");
        let (by, by_href) = column("Created by");
        let (created, created_href) = column("Created");
        view! {
            <CheckColumn><RowCheck label="Select all rows" checked=all on_change=choose_all/></CheckColumn>
            <Column title="Workload" sorted=name href=name_href/>
            <Column title="Status" sorted=status href=status_href/>
            <Column title="GPUs" number=true sorted=gpus href=gpus_href/>
            <Column title="Created by" keep=Keep::Third sorted=by href=by_href/>
            <Column title="Created" keep=Keep::Fourth sorted=created href=created_href/>
        }
    };
    // A changed row is another row: its key changes with it.
    let key = |row: &WorkloadView| (row.id, row.updated_at, row.phase);
    view! {
        <Table label="Workloads" head>
            <For each=move || shown.with(|rows| rows.rows.clone()) key=key
                children=move |row| view! { <RowView row asked changed selected/> }/>
        </Table>
    }
    .into_any()
}

#[component]
fn RowView(
    row: WorkloadView,
    asked: Signal<Asked>,
    changed: Signal<BTreeSet<WorkloadId>>,
    selected: RwSignal<BTreeSet<WorkloadId>>,
) -> impl IntoView {
    let id = row.id;
    let is_selected = Signal::derive(move || selected.with(|selected| selected.contains(&id)));
    let choose = Callback::new(move |on: bool| {
        selected.update(|selected| {
            if on {
                selected.insert(id)
            } else {
                selected.remove(&id)
            };
        });
    });
    let href = move || address(&asked.get(), Some(&id.to_string()));
    let number = row.project_id.0;
    let project = row.project_name.clone();
    let sub = move || view! { "Workspace in " <Flag project=number/> " " {project.clone()} };
    let label = format!("Select {}", row.name);
    let (gpus, created) = (gpus(&row), time(row.created_at));
    let WorkloadView { name, phase, phase_message, submitted_by, .. } = row;
    let has_changed = Signal::derive(move || changed.with(|changed| changed.contains(&id)));
    view! {
        <Tr selected=is_selected changed=has_changed>
            <CheckCell><RowCheck label checked=is_selected on_change=choose/></CheckCell>
            <NameCell icon=IconName::Notebook sub>
                <a href=href>{name}</a>
            </NameCell>
            <StatusCell><PhaseStatus phase message=phase_message/></StatusCell>
            <Td label="GPUs" number=true>{gpus}</Td>
            <Td label="Created by" keep=Keep::Third>{submitted_by}</Td>
            <Td label="Created" keep=Keep::Fourth>{created}</Td>
        </Tr>
    }
    .into_any()
}

/// `0.5 of 1`: what it holds, of what it asked for.
pub fn gpus(row: &WorkloadView) -> String {
    let held = decimals(row.allocated_resources.gpu);
    match row.pods_requested_resources.gpu.as_ref().and_then(|gpu| gpu.request) {
        Some(0.0) => "–".to_owned(),
        Some(asked) => format!("{held} of {}", decimals(asked)),
        None => held,
    }
}

/// `2026-11-24 13:52 UTC`: the same on the server and in the browser.
pub fn time(at: domain::Timestamp) -> String {
    let text = at.to_string();
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time} UTC"),
        _ => text,
    }
}

/// The rows as a table for other programs.
pub fn csv(rows: &[WorkloadView]) -> String {
    let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let head = "Workload,Type,Status,Message,Project,Department,Created by,Created,GPUs\n";
    let line = |row: &WorkloadView| {
        let cells = [
            row.name.as_str(),
            &row.kind,
            row.phase.label(),
            &row.phase_message,
            &row.project_name,
            &row.department_name,
            &row.submitted_by,
            &row.created_at.to_string(),
            &decimals(row.allocated_resources.gpu),
        ];
        cells.map(quote).join(",") + "\n"
    };
    rows.iter().map(line).fold(head.to_owned(), |text, line| text + &line)
}
