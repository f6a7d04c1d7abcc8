//! Looking: the containers that the engine has of ours, and why those that ended did.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use bollard::{
    Docker,
    container::LogOutput,
    errors::Error as EngineError,
    query_parameters::{InspectContainerOptions, ListContainersOptions, LogsOptionsBuilder},
};
use domain::ClusterId;
use futures::StreamExt;

use super::{
    board::Inspected,
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

/// The filter that finds what is ours.
pub fn ours(cluster: ClusterId) -> HashMap<String, Vec<String>> {
    HashMap::from([("label".to_owned(), vec![format!("{CLUSTER}={cluster}")])])
}

/// All our containers.
pub async fn containers(shared: &Shared, docker: &Docker) -> Result<Vec<Found>, EngineError> {
    let filters = Some(ours(shared.settings.cluster));
    let options = ListContainersOptions { all: true, filters, ..ListContainersOptions::default() };
    let listed = docker.list_containers(Some(options)).await?;
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

async fn inspect(
    shared: &Shared,
    docker: &Docker,
    id: &str,
    state: String,
) -> Result<Option<Found>, EngineError> {
    let seen = match docker.inspect_container(id, None::<InspectContainerOptions>).await {
        Ok(seen) => seen,
        // Removed since it was listed.
        Err(EngineError::DockerResponseServerError { status_code: 404, .. }) => return Ok(None),
        Err(wrong) => return Err(wrong),
    };
    let Some(mut found) = found(&seen) else { return Ok(None) };
    if let State::Ended(end) = &found.state {
        let end = why(shared, docker, &found, end.clone()).await;
        let mut board = shared.board();
        match &end.reason {
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
