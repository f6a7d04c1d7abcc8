//! The table of workloads: one row each, with its status and the reason under it, and the chosen columns.

use std::collections::BTreeSet;

use domain::WorkloadId;
use leptos::prelude::*;

use super::{
    PAGE,
    asked::Asked,
    columns::{ColumnKind, column_of},
    data::{Row, Rows},
};
use crate::{
    ui::{
        CheckCell, CheckColumn, Column, IconName, NameCell, RowCheck, Sorted, StatusCell, Table,
        Td, Tr,
    },
    widgets::{Flag, PhaseStatus},
};

#[component]
pub fn WorkloadTable(
    shown: Signal<Rows>,
    asked: Signal<Asked>,
    changed: Signal<BTreeSet<WorkloadId>>,
    selected: RwSignal<BTreeSet<WorkloadId>>,
) -> impl IntoView {
    let all = Signal::derive(move || {
        let rows = shown.with(|rows| rows.rows.iter().map(|row| row.id).collect::<BTreeSet<_>>());
        selected.with(|selected| !rows.is_empty() && rows.is_subset(selected))
    });
    let choose_all = Callback::new(move |on: bool| {
        let rows = shown.with_untracked(|rows| rows.rows.iter().map(|row| row.id).collect());
        selected.set(if on { rows } else { BTreeSet::new() });
    });
    let columns = Memo::new(move |_| asked.with(Asked::shown_columns));
    let chosen = move || {
        let kinds = columns.with(|keys| keys.iter().filter_map(|key| column_of(key)).collect());
        let kinds: Vec<&ColumnKind> = kinds;
        kinds.into_iter().map(|kind| head(kind.title, kind.field, Some(kind), asked)).collect_view()
    };
    let head = move || {
        view! {
            <CheckColumn><RowCheck label="Select all rows" checked=all on_change=choose_all/></CheckColumn>
            {head("Workload", Some("name"), None, asked)}
            {head("Status", Some("phase"), None, asked)}
            {chosen}
        }
    };
    // A changed row is another row, and so is one with other columns.
    let rows = move || {
        let keys = columns.get();
        shown.with(|rows| {
            rows.rows.iter().map(|row| (row.clone(), keys.clone())).collect::<Vec<_>>()
        })
    };
    let key = |(row, keys): &(Row, Vec<String>)| (row.id, row.version.clone(), keys.clone());
    view! {
        <Table label="Workloads" head>
            <For each=rows key=key
                children=move |(row, keys)| view! { <RowView row keys asked changed selected/> }/>
        </Table>
    }
    .into_any()
}

/// The head of a column; a link that sorts where the column can be sorted by.
fn head(
    title: &'static str,
    field: Option<&'static str>,
    kind: Option<&'static ColumnKind>,
    asked: Signal<Asked>,
) -> AnyView {
    let sorted = Signal::derive(move || {
        let asked = asked.get();
        let direction = if asked.descending { Sorted::Down } else { Sorted::Up };
        (Some(asked.sort.as_str()) == field).then_some(direction)
    });
    let href = field.map(|field| {
        Signal::derive(move || {
            let old = asked.get();
            let descending = old.sort == field && !old.descending;
            let asked = Asked { sort: field.to_owned(), descending, offset: 0, ..old };
            asked.address(PAGE, None)
        })
    });
    let number = kind.is_some_and(|kind| kind.is_number);
    let keep = kind.map(|kind| kind.keep).unwrap_or_default();
    match href {
        Some(href) => view! { <Column title number keep sorted href/> }.into_any(),
        None => view! { <Column title number keep/> }.into_any(),
    }
}

#[component]
fn RowView(
    row: Row,
    keys: Vec<String>,
    asked: Signal<Asked>,
    changed: Signal<BTreeSet<WorkloadId>>,
    selected: RwSignal<BTreeSet<WorkloadId>>,
) -> impl IntoView {
    let Row { id, name, kind, project, project_name, phase, message, cells, .. } = row;
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
    let href =
        Signal::derive(move || asked.with(|asked| asked.address(PAGE, Some(&id.to_string()))));
    let sub = move || view! { {format!("{kind} in ")} <Flag project/> " " {project_name.clone()} };
    let label = format!("Select {name}");
    let has_changed = Signal::derive(move || changed.with(|changed| changed.contains(&id)));
    let cells = keys.into_iter().zip(cells).filter_map(|(key, text)| {
        let kind = column_of(&key)?;
        Some(view! { <Td label=kind.title number=kind.is_number keep=kind.keep>{text}</Td> })
    });
    let cells = cells.collect_view();
    view! {
        <Tr selected=is_selected changed=has_changed>
            <CheckCell><RowCheck label checked=is_selected on_change=choose/></CheckCell>
            <NameCell icon=IconName::Notebook sub>
                <a href=href>{name}</a>
            </NameCell>
            <StatusCell><PhaseStatus phase message/></StatusCell>
            {cells}
        </Tr>
    }
    .into_any()
}
