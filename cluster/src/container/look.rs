//! Looking: the containers that the engine has of ours, and why those that ended did.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use bollard::{
    Docker,
    container::LogOutput,
    errors::Error as EngineError,
    models::{ContainerInspectResponse, ContainerSummary},
    query_parameters::{InspectContainerOptions, ListContainersOptions, LogsOptionsBuilder},
};
use domain::ClusterId;
use futures::StreamExt;

use super::{
    board::Inspected,
    decide::Doing,
    driver::Shared,
    ended::Ended,
    found::{End, Found, State, found},
    labels::CLUSTER,
    memory,
};
use crate::LogLine;

/// Lines of its log that a failure carries.
const LAST_LINES: usize = 3;
/// How long the last lines may take.
const LINES_WITHIN: Duration = Duration::from_secs(5);

/// How often a list is asked for again, and after which pause.
const LIST_TRIES: u32 = 10;
const LIST_AGAIN: Duration = Duration::from_millis(50);

/// The filter that finds what is ours.
pub fn ours(cluster: ClusterId) -> HashMap<String, Vec<String>> {
    HashMap::from([("label".to_owned(), vec![format!("{CLUSTER}={cluster}")])])
}

/// All our containers.
pub async fn containers(shared: &Shared, docker: &Docker) -> Result<Vec<Found>, EngineError> {
    let filters = Some(ours(shared.settings.cluster));
    let options = ListContainersOptions { all: true, filters, ..ListContainersOptions::default() };
    let listed = list(docker, options).await?;
    let mut all = Vec::with_capacity(listed.len());
    for one in listed {
        let Some(id) = one.id else { continue };
        let state = one.state.map(|state| state.to_string()).unwrap_or_default();
        let known = {
            let board = shared.board();
            let known = board.inspected.get(&id).filter(|known| known.state == state);
            known.map(|known| known.found.clone())
        };
        let seen = match known {
            Some(known) => Some(known),
            None => inspect(shared, docker, &id, state).await?,
        };
        all.extend(seen);
    }
    let ids: BTreeSet<&str> = all.iter().map(|container| container.id.as_str()).collect();
    shared.board().keep_only(&ids);
    Ok(all)
}

/// Podman refuses the whole list when one of the containers goes while it is made, and for a moment
/// calls one that has just ended by a word that Docker does not have. Where that moment lasts, that
/// one is left out.
async fn list(
    docker: &Docker,
    options: ListContainersOptions,
) -> Result<Vec<ContainerSummary>, EngineError> {
    let mut tries = 0;
    loop {
        let listed = docker.list_containers(Some(options.clone())).await;
        match listed {
            Err(wrong) if tries < LIST_TRIES && is_fleeting(&wrong) => tries += 1,
            Err(EngineError::JsonDataError { .. }) => return list_by_state(docker, options).await,
            listed => return listed,
        }
        tokio::time::sleep(LIST_AGAIN).await;
    }
}

async fn list_by_state(
    docker: &Docker,
    options: ListContainersOptions,
) -> Result<Vec<ContainerSummary>, EngineError> {
    let mut all = Vec::new();
    for state in ["created", "running", "paused", "exited"] {
        let mut options = options.clone();
        let filters = options.filters.get_or_insert_default();
        filters.insert("status".to_owned(), vec![state.to_owned()]);
        all.extend(docker.list_containers(Some(options)).await?);
    }
    Ok(all)
}

fn is_fleeting(wrong: &EngineError) -> bool {
    is_vanished(wrong) || matches!(wrong, EngineError::JsonDataError { .. })
}

fn is_vanished(wrong: &EngineError) -> bool {
    let EngineError::DockerResponseServerError { message, .. } = wrong else { return false };
    message.contains("no such container")
}

/// One container as it is now; `None` where it is not there any more.
pub async fn one(
    docker: &Docker,
    name: &str,
) -> Result<Option<ContainerInspectResponse>, EngineError> {
    let mut tries = 0;
    loop {
        match docker.inspect_container(name, None::<InspectContainerOptions>).await {
            Ok(seen) => return Ok(Some(seen)),
            Err(EngineError::DockerResponseServerError { status_code: 404, .. }) => {
                return Ok(None);
            }
            Err(wrong) if is_vanished(&wrong) => return Ok(None),
            Err(wrong) if tries < LIST_TRIES && is_fleeting(&wrong) => tries += 1,
            Err(wrong) => return Err(wrong),
        }
        tokio::time::sleep(LIST_AGAIN).await;
    }
}

async fn inspect(
    shared: &Shared,
    docker: &Docker,
    id: &str,
    state: String,
) -> Result<Option<Found>, EngineError> {
    let doing = shared.board().doing();
    let Some(mut found) = one(docker, id).await?.as_ref().and_then(found) else { return Ok(None) };
    if let State::Ended(end) = &found.state {
        let end = why(shared, docker, &found, end.clone()).await;
        let mut board = shared.board();
        match &end.reason {
            // How it ends when it is asked to is no news.
            _ if doing.get(&found.tag.key()) == Some(&Doing::Ending) => {}
            Some(reason) => board.tell_trouble(found.tag.key(), end.at, reason),
            None => {
                let told = format!("{} ended by itself", found.tag.pod);
                board.tell(found.tag.key(), end.at, "Completed", told);
            }
        }
        found.state = State::Ended(end);
    }
    // A container that was just made may be started at any moment, and the list is older than this.
    if found.state != State::Made {
        let known = Inspected { state, found: found.clone() };
        shared.board().inspected.insert(id.to_owned(), known);
    }
    Ok(Some(found))
}

/// The same end, with its reason where it was a bad one.
async fn why(shared: &Shared, docker: &Docker, found: &Found, end: End) -> End {
    if end.is_success() {
        return end;
    }
    let seen = shared.board().memory.get(&found.id).copied().unwrap_or_default();
    let id = found.id.clone();
    let kernel = tokio::task::spawn_blocking(move || memory::kernel_ended(&id));
    let lines = tokio::time::timeout(LINES_WITHIN, lines(docker, &found.id, LAST_LINES));
    let started = found.started_at.unwrap_or(end.at);
    let ended = Ended {
        exit_code: end.exit_code,
        oom_killed: end.oom_killed,
        ran_secs: u64::try_from(end.at.as_second() - started.as_second()).unwrap_or(0),
        memory_limit: found.memory_limit,
        seen,
        kernel_says_so: kernel.await.unwrap_or(false),
        restarts: found.tag.restart,
        last_lines: match lines.await {
            Ok(Ok(lines)) => lines.into_iter().map(|line| line.text).collect(),
            // A failure without its last lines is still a failure.
            Ok(Err(_)) | Err(_) => Vec::new(),
        },
    };
    End { reason: Some(ended.reason()), ..end }
}

/// The last lines that a container wrote.
pub async fn lines(docker: &Docker, id: &str, tail: usize) -> Result<Vec<LogLine>, EngineError> {
    let options = LogsOptionsBuilder::default().stdout(true).stderr(true).timestamps(true);
    let options = options.tail(&tail.to_string()).build();
    let mut stream = docker.logs(id, Some(options));
    let mut text = Vec::new();
    while let Some(part) = stream.next().await {
        text.extend_from_slice(&bytes(part?));
    }
    let text = String::from_utf8_lossy(&text);
    let mut lines: Vec<_> = text.lines().filter_map(line).collect();
    let surplus = lines.len().saturating_sub(tail);
    Ok(lines.split_off(surplus))
}

pub fn bytes(part: LogOutput) -> Vec<u8> {
    part.into_bytes().to_vec()
}

/// `2026-11-24T10:00:00Z text`.
pub fn line(line: &str) -> Option<LogLine> {
    let line = line.trim_end_matches('\r');
    let (at, text) = line.split_once(' ').unwrap_or((line, ""));
    Some(LogLine { at: at.parse().ok()?, text: text.to_owned() })
}
