//! What the Workloads page asks of the server.

use std::collections::BTreeMap;

use api::{events::HistoryRecord, workloads::WorkloadView};
use domain::WorkloadId;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::error::UiError;

/// Rows of one page of the table.
pub const PAGE_ROWS: usize = 50;
/// Lines of a log, and of a history, that the pane shows.
#[cfg(feature = "ssr")]
const LINES_MAX: usize = 200;

/// What the table shows; the address holds it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub search: String,
    /// Words of the Status column; empty shows all.
    pub phase: String,
    pub sort: String,
    pub descending: bool,
    pub offset: usize,
}

/// One page of the table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rows {
    pub rows: Vec<WorkloadView>,
    pub total: usize,
    /// How many there are in each phase, whatever the filter says.
    pub phases: BTreeMap<String, usize>,
    /// Whether nothing real runs.
    pub simulated: bool,
    /// Clusters that do not answer.
    pub silent: Vec<String>,
}

/// A workload with what the pane shows of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    pub workload: WorkloadView,
    pub history: Vec<HistoryRecord>,
    pub pods: Vec<PodRow>,
    pub log: Vec<String>,
    /// The submission as JSON, for people.
    pub spec: String,
}

/// A pod as the pane lists it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PodRow {
    pub name: String,
    pub node: String,
    pub image: String,
    pub ip: String,
}

/// One page of what the signed-in person may see.
#[server(prefix = "/ui", endpoint = "workload_rows", input = server_fn::codec::Json)]
pub async fn workload_rows(asked: Asked) -> Result<Rows, UiError> {
    use api::{ListQuery, workloads::WorkloadRow};
    let (control, actor) = caller()?;
    let world = control.world();
    let all = control.workload_rows(&actor, &world, false);
    let mut phases = BTreeMap::new();
    for row in &all {
        *phases.entry(row.phase().label().to_owned()).or_default() += 1;
    }
    let wanted =
        |phase: domain::workload::PhaseName| asked.phase.is_empty() || phase.label() == asked.phase;
    let sort = if asked.sort.is_empty() { "createdAt" } else { asked.sort.as_str() };
    let order = if asked.descending || asked.sort.is_empty() { "desc" } else { "asc" };
    let pairs = [("sortBy", sort), ("sortOrder", order), ("search", asked.search.as_str())];
    let mut query = ListQuery::<WorkloadRow>::parse(pairs)
        .map_err(|wrong| UiError::NotFound(wrong.to_string()))?;
    (query.paging.offset, query.paging.limit) = (asked.offset, PAGE_ROWS);
    let page = query.page(all.into_iter().filter(|row| wanted(row.phase())));
    // Who may see no cluster is told of none.
    let clusters = control.clusters(&actor, &world).unwrap_or_default();
    let silent = clusters.iter().filter(|c| world.silent_since(c.id).is_some());
    Ok(Rows {
        rows: page.items.iter().map(WorkloadView::of).collect(),
        total: page.total,
        phases,
        simulated: clusters.iter().any(|cluster| cluster.simulated),
        silent: silent.map(|cluster| cluster.name.clone()).collect(),
    })
}

/// One workload, for the pane.
#[server(prefix = "/ui", endpoint = "workload_opened")]
pub async fn workload_opened(id: WorkloadId) -> Result<Opened, UiError> {
    let (control, actor) = caller()?;
    let workload = control.workload(&actor, id)?;
    let page = (0, u32::try_from(LINES_MAX).unwrap_or(u32::MAX));
    let all = control.all_events();
    let history = control.workload_events(&actor, id, all, page, true).await?;
    let pods = control.pods(&actor, Some(id))?;
    // Without a pod, or without contact, there is no log; the pane says so.
    let log = control.logs(&actor, id, LINES_MAX).await.unwrap_or_default();
    let spec = serde_json::to_string_pretty(&workload.spec.submission);
    Ok(Opened {
        workload: WorkloadView::of(&control.world().row(&workload)),
        history: history.items.iter().map(|e| HistoryRecord::of(e, workload.cluster)).collect(),
        pods: pods
            .iter()
            .map(|pod| PodRow {
                name: pod.detail.pod_name.clone(),
                node: pod.detail.node.to_string(),
                image: pod.detail.image.clone(),
                ip: pod.detail.ip.clone().unwrap_or_default(),
            })
            .collect(),
        log: log.iter().map(|line| format!("{} {}", line.at, line.text)).collect(),
        spec: spec.unwrap_or_default(),
    })
}

/// Stops, runs or deletes workloads. One that fails does not keep the others from it; what failed is
/// said.
#[server(prefix = "/ui", endpoint = "act_on_workloads")]
pub async fn act_on_workloads(action: String, ids: String) -> Result<(), UiError> {
    let (control, actor) = caller()?;
    let ids = ids.split(',').map(|id| id.trim().parse::<WorkloadId>());
    let ids: Result<Vec<_>, _> = ids.collect();
    let ids = ids.map_err(|wrong| control::Error::field("ids", "id", wrong.to_string()))?;
    let action = match action.as_str() {
        "stop" => control::BatchAction::Suspend,
        "run" => control::BatchAction::Resume,
        "delete" => control::BatchAction::Delete,
        other => return Err(UiError::NotFound(format!("There is no action {other}."))),
    };
    let outcome = control.batch(&actor, action, &ids).await;
    match outcome.failed.into_iter().next() {
        Some((_, error)) => Err(error.into()),
        None => Ok(()),
    }
}
