//! What the Workloads page asks of the server. Its shapes carry words and not types: they are worded
//! once, on the server, and the browser's program need not know the types.

use std::collections::BTreeMap;

use domain::{WorkloadId, workload::PhaseName};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::asked::Asked;
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{error::UiError, widgets::WayOut, wire::Call};

/// Rows of one page of the table.
pub const PAGE_ROWS: usize = 50;

/// One page of the table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rows {
    pub rows: Vec<Row>,
    pub total: usize,
    /// How many there are in each phase, whatever the filter says.
    pub phases: BTreeMap<PhaseName, usize>,
    /// Whether nothing real runs.
    pub simulated: bool,
    /// Clusters that do not answer.
    pub silent: Vec<String>,
    /// What is wrong with the filters; the rows are shown without them.
    pub wrong: Option<String>,
}

/// A workload as the table shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub id: WorkloadId,
    /// Changes with every change of the row.
    pub version: String,
    pub name: String,
    pub kind: String,
    /// Number of the project, which gives the colour.
    pub project: i32,
    pub project_name: String,
    pub phase: PhaseName,
    /// Why it waits, failed or was stopped.
    pub message: String,
    /// Of the chosen columns, in their order.
    pub cells: Vec<String>,
    pub may_stop: bool,
    pub may_run: bool,
    pub may_delete: bool,
    /// Whether there is a tool that is opened through Berth.
    pub has_tools: bool,
    /// The tools that can be opened now.
    pub tools: Vec<ToolLink>,
}

/// A tool to open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolLink {
    pub name: String,
    pub href: String,
}

/// A message of the live stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LiveEvent {
    /// New, or changed.
    Row(Box<Row>),
    Gone(WorkloadId),
    /// Something else changed, or the reader fell behind: load again.
    Reload,
}

/// A workload with what the pane shows of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    pub row: Row,
    /// `Workspace in vision, by ada@example.org`.
    pub about: String,
    /// Where a copy of it begins.
    pub copy_href: String,
    /// The code of the main reason, and where the help on it is; nothing where there is none.
    pub reason: Option<(String, String)>,
    /// What would help it, where it waits or has ended by mishap.
    pub fixes: Vec<WayOut>,
    pub history: Vec<HistoryRow>,
    /// Label and text.
    pub details: Vec<(String, String)>,
    pub connections: Vec<ConnectionRow>,
    pub pods: Vec<PodRow>,
    pub log: String,
    /// Whether an instance before ended and was started again.
    pub has_earlier_log: bool,
    /// Why no terminal can be opened now; nothing where one can.
    pub no_terminal: Option<String>,
    /// The submission as JSON, for people.
    pub spec: String,
}

/// An entry of the event history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryRow {
    pub kind: HistoryKind,
    pub title: String,
    pub more: String,
    /// For people.
    pub time: String,
    /// For programs.
    pub datetime: String,
}

/// What an entry of the history is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HistoryKind {
    Phase,
    Event,
    Warning,
}

/// How a tool is reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionRow {
    pub name: String,
    pub kind: String,
    pub access: String,
    pub port: String,
    pub address: String,
    /// Opens it, where Berth does.
    pub href: Option<String>,
}

/// A pod as the pane lists it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PodRow {
    pub name: String,
    pub node: String,
    pub image: String,
    pub ip: String,
}

/// A tool that somebody waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolState {
    /// Name of the workspace.
    pub name: String,
    pub phase: PhaseName,
    /// Why it is not open yet.
    pub told: String,
    /// Where it is, once it answers.
    pub url: Option<String>,
    pub may_run: bool,
}

/// How far a tool is. Whoever does not `wait` is sent to it when it is there.
#[server(prefix = "/ui", endpoint = "opening_tool", protocol = Call)]
pub async fn opening_tool(id: WorkloadId, port: u16, wait: bool) -> Result<ToolState, UiError> {
    let (control, actor) = caller()?;
    let state = super::opened::tool(&control, &actor, (id, port)).await?;
    if let Some(url) = state.url.as_ref().filter(|_| !wait) {
        leptos_axum::redirect(url);
    }
    Ok(state)
}

/// One page of what the signed-in person may see.
#[server(prefix = "/ui", endpoint = "workload_rows", protocol = Call)]
pub async fn workload_rows(asked: Asked) -> Result<Rows, UiError> {
    let (control, actor) = caller()?;
    Ok(super::rows::rows(&control, &actor, &asked, PAGE_ROWS))
}

/// One workload, for the pane.
#[server(prefix = "/ui", endpoint = "workload_opened", protocol = Call)]
pub async fn workload_opened(id: WorkloadId) -> Result<Opened, UiError> {
    let (control, actor) = caller()?;
    Ok(super::opened::opened(&control, &actor, id).await?)
}

/// What can be done to workloads in the table and in the pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Act {
    Stop,
    Run,
    Delete,
}

impl Act {
    /// The word in a form without scripts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Run => "run",
            Self::Delete => "delete",
        }
    }

    /// The action of this word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Stop, Self::Run, Self::Delete].into_iter().find(|act| act.word() == word)
    }
}

/// Stops, runs or deletes workloads. One that fails does not keep the others from it; what failed is
/// said.
#[server(prefix = "/ui", endpoint = "act_on_workloads", protocol = Call)]
pub async fn act_on_workloads(act: Act, ids: Vec<WorkloadId>) -> Result<(), UiError> {
    let (control, actor) = caller()?;
    Ok(do_act(&control, &actor, act, &ids).await?)
}

/// The use case behind the buttons, with scripts and without.
#[cfg(feature = "ssr")]
pub async fn do_act(
    control: &control::ControlPlane,
    actor: &domain::access::Actor,
    act: Act,
    ids: &[WorkloadId],
) -> Result<(), control::Error> {
    let action = match act {
        Act::Stop => control::BatchAction::Suspend,
        Act::Run => control::BatchAction::Resume,
        Act::Delete => control::BatchAction::Delete,
    };
    let outcome = control.batch(actor, action, ids).await;
    outcome.failed.into_iter().next().map_or(Ok(()), |(_, error)| Err(error))
}
