//! Rows of the table, worded: for the page, for the live stream and for the CSV file. Only the server
//! words.

use std::collections::BTreeMap;

use std::sync::Arc;

use api::{
    ListQuery,
    workloads::{Connection, WorkloadRow, WorkloadView},
};
use control::{ControlPlane, World};
use domain::{
    WorkloadId,
    access::Actor,
    duration::minute,
    quantity::decimals,
    workload::{PhaseName, Workload},
};

use super::{
    asked::Asked,
    columns::column_of,
    data::{Row, Rows, ToolLink},
};
use crate::csv;

/// What the actor sees of what was asked, `limit` rows of it.
pub fn rows(control: &ControlPlane, actor: &Actor, asked: &Asked, limit: usize) -> Rows {
    let world = control.world();
    let all = control.workload_rows(actor, &world, false);
    let mut phases = BTreeMap::new();
    for row in &all {
        *phases.entry(row.phase()).or_default() += 1;
    }
    let wanted = |phase: PhaseName| asked.phase.is_empty() || phase.label() == asked.phase;
    let shown: Vec<_> = all.into_iter().filter(|row| wanted(row.phase())).collect();
    let (page, wrong) = match query(asked) {
        Ok(query) => (page(query, asked, limit, shown), None),
        Err(wrong) => {
            let unfiltered = Asked { filters: vec![], sort: String::new(), ..asked.clone() };
            let query = query(&unfiltered).ok();
            let rows = query.map(|query| page(query, asked, limit, shown));
            (rows.unwrap_or_default(), Some(wrong))
        }
    };
    let (page, total) = page;
    let columns = asked.shown_columns();
    // Who may see no cluster is told of none.
    let clusters = control.clusters(actor, &world).unwrap_or_default();
    let silent = clusters.iter().filter(|c| world.silent_since(c.id).is_some());
    let row = |row: &WorkloadRow| of_view(&world, &WorkloadView::of(row), &columns);
    Rows {
        rows: page.iter().map(row).collect(),
        total,
        phases,
        simulated: clusters.iter().any(|cluster| cluster.simulated),
        silent: silent.map(|cluster| cluster.name.clone()).collect(),
        wrong,
    }
}

/// Rows of the page that was asked for, and the number of all.
fn page(
    mut query: ListQuery<WorkloadRow>,
    asked: &Asked,
    limit: usize,
    all: Vec<WorkloadRow>,
) -> (Vec<WorkloadRow>, usize) {
    (query.paging.offset, query.paging.limit) = (asked.offset, limit);
    let page = query.page(all);
    (page.items, page.total)
}

/// The list of the public interface that shows what was asked.
fn query(asked: &Asked) -> Result<ListQuery<WorkloadRow>, String> {
    let sort = if asked.sort.is_empty() { "createdAt" } else { asked.sort.as_str() };
    let order = if asked.descending || asked.sort.is_empty() { "desc" } else { "asc" };
    let fixed = [("sortBy", sort), ("sortOrder", order), ("search", asked.search.as_str())];
    let filters = asked.filters.iter().map(|filter| ("filterBy", filter.as_str()));
    ListQuery::<WorkloadRow>::parse(fixed.into_iter().chain(filters))
        .map_err(|wrong| wrong.to_string())
}

/// The row of a workload.
pub fn row(world: &World, workload: &Arc<Workload>, columns: &[String]) -> Row {
    of_view(world, &WorkloadView::of(&world.row(workload)), columns)
}

fn of_view(world: &World, view: &WorkloadView, columns: &[String]) -> Row {
    Row {
        id: view.id,
        version: format!("{} {}", view.updated_at, view.phase.as_str()),
        name: view.name.clone(),
        kind: view.kind.clone(),
        project: view.project_id.0,
        project_name: view.project_name.clone(),
        phase: view.phase,
        message: view.phase_message.clone(),
        cells: columns.iter().map(|key| cell(world, view, key)).collect(),
        may_stop: view.may_stop(),
        may_run: view.may_run(),
        may_delete: view.actions_support.delete,
        has_tools: view.external_connections.iter().any(|of| tool_href(view.id, of).is_some()),
        tools: tools(view),
    }
}

/// The tools that can be opened now.
fn tools(view: &WorkloadView) -> Vec<ToolLink> {
    let runs = matches!(view.phase, PhaseName::Running | PhaseName::Degraded);
    let all = view.external_connections.iter().filter(|_| runs);
    let link =
        |of: &Connection| Some(ToolLink { name: of.name.clone(), href: tool_href(view.id, of)? });
    all.filter_map(link).collect()
}

/// Where a tool is opened; `None` for what is not opened through Berth.
pub fn tool_href(id: WorkloadId, of: &Connection) -> Option<String> {
    let port = of.container_port.filter(|_| of.connection_type == "ExternalUrl")?;
    Some(format!("/tools/{id}/{port}"))
}

/// The text of a cell; a dash where there is nothing to say.
fn cell(world: &World, view: &WorkloadView, key: &str) -> String {
    let asked = &view.pods_requested_resources;
    let held = &view.allocated_resources;
    let listed = |texts: &[String]| texts.join(", ");
    let text = match key {
        "gpus" => gpus(view),
        "gpuRequest" => {
            asked.gpu.as_ref().and_then(|gpu| gpu.request).map(decimals).unwrap_or_default()
        }
        "gpuAllocation" => decimals(held.gpu),
        "gpuMemory" => {
            asked.gpu_memory.as_ref().and_then(|m| m.request.clone()).unwrap_or_default()
        }
        "cpuRequest" => {
            asked.cpu.as_ref().and_then(|cpu| cpu.request).map(decimals).unwrap_or_default()
        }
        "cpuAllocation" => decimals(held.cpu),
        "memoryRequest" => asked
            .cpu_memory
            .as_ref()
            .and_then(|m| m.request.as_deref())
            .map(bytes)
            .unwrap_or_default(),
        "memoryAllocation" => bytes(&held.cpu_memory),
        "pods" => format!("{}/{}", view.running_pods, view.requested_pods.number),
        "connections" => {
            let names = view.external_connections.iter().map(|connection| connection.name.as_str());
            names.collect::<Vec<_>>().join(", ")
        }
        "type" => view.kind.clone(),
        "category" => view.category.clone(),
        "priority" => view.priority_class_name.replace('-', " "),
        "preemptible" => if view.preemptible == Some(true) { "Yes" } else { "No" }.to_owned(),
        "project" => view.project_name.clone(),
        "department" => view.department_name.clone(),
        "nodePools" if view.current_node_pools.is_empty() => listed(&view.requested_node_pools),
        "nodePools" => listed(&view.current_node_pools),
        "image" => listed(&view.images),
        "cluster" => {
            world.clusters.get(&view.cluster_id).map(|c| c.name.clone()).unwrap_or_default()
        }
        "pendingTime" => view.total_pending_time_seconds.map(duration).unwrap_or_default(),
        "runTime" => view.total_running_time_seconds.map(duration).unwrap_or_default(),
        "guaranteed" => view.guaranteed_until.map(minute).unwrap_or_default(),
        "completedAt" => view.completed_at.map(minute).unwrap_or_default(),
        "submittedBy" => view.submitted_by.clone(),
        "createdAt" => minute(view.created_at),
        _ => String::new(),
    };
    if text.is_empty() { "–".to_owned() } else { text }
}

/// `0.5 of 1`: what it holds, of what it asked for.
pub fn gpus(view: &WorkloadView) -> String {
    let held = decimals(view.allocated_resources.gpu);
    match view.pods_requested_resources.gpu.as_ref().and_then(|gpu| gpu.request) {
        Some(0.0) => String::new(),
        Some(asked) => format!("{held} of {}", decimals(asked)),
        None => held,
    }
}

fn bytes(number: &str) -> String {
    let bytes = number.parse().map(domain::MemoryBytes);
    bytes.map_or_else(|_| number.to_owned(), |bytes| bytes.to_string())
}

/// `2 h 5 min`: the two largest units of so many seconds.
pub fn duration(secs: i64) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "sec")];
    let mut rest = secs.max(0);
    let parts = units.iter().filter_map(|(size, word)| {
        let count = rest / size;
        rest %= size;
        (count > 0).then(|| format!("{count} {word}"))
    });
    let parts: Vec<_> = parts.take(2).collect();
    if parts.is_empty() { "0 sec".to_owned() } else { parts.join(" ") }
}

/// The rows as a table for other programs (RFC 4180), with the columns that are shown.
pub fn csv(control: &ControlPlane, actor: &Actor, asked: &Asked) -> String {
    let all = rows(control, actor, &Asked { offset: 0, ..asked.clone() }, csv::ROWS_MAX);
    let columns = asked.shown_columns();
    let titles = columns.iter().filter_map(|key| column_of(key)).map(|column| column.title);
    let head = ["Workload", "Type", "Project", "Status", "Message"].into_iter().chain(titles);
    let mut text = csv::line(head);
    for row in &all.rows {
        let fixed =
            [&row.name, &row.kind, &row.project_name, row.phase.label(), row.message.as_str()];
        text += &csv::line(fixed.into_iter().chain(row.cells.iter().map(String::as_str)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_units() {
        let said = [0, 59, 60, 7_500, 90_061].map(duration);
        assert_eq!(said, ["0 sec", "59 sec", "1 min", "2 h 5 min", "1 d 1 h"]);
    }
}
