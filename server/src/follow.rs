//! The log of a container as it is written: for an open page as server-sent events, for programs as lines.

use std::{convert::Infallible, time::Duration};

use axum::{
    body::Body,
    extract::State,
    http::{StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use cluster::LogLine;
use control::ControlPlane;
use domain::{WorkloadId, access::Actor};
use futures::{StreamExt, stream};

use crate::{
    auth::{Caller, Doors},
    rest::{Id, Query, RestError},
};

/// Lines that a page begins with.
const TAIL: usize = 500;
/// Within which an engine says that there is no container.
const SOON: Duration = Duration::from_secs(1);
/// While nothing is written, a sign of life this often.
const ALIVE: Duration = Duration::from_secs(15);

/// `GET /workloads/{id}/log`. Where there is nothing to follow the answer is 204, at which a browser asks no more.
pub async fn events(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Id(id): Id<WorkloadId>,
    query: Query,
) -> Result<Response, RestError> {
    let log = match query.choice("previous", &["false", "true"])? {
        // What has ended is told once.
        "true" => stream::iter(doors.control.earlier_logs(&actor, id, TAIL).await?).boxed(),
        _ => doors.control.follow_logs(&actor, id, TAIL).await?.boxed(),
    };
    let mut log = Box::pin(log.peekable());
    // A container that is silent may still write something.
    if let Ok(None) = tokio::time::timeout(SOON, log.as_mut().peek()).await {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let events = log.map(|line| Ok::<_, Infallible>(Event::default().data(text(&line))));
    // A container that has ended writes nothing more: the browser is not to ask for it again.
    let end = futures::stream::once(async { Ok(Event::default().event("end").data("")) });
    let events = Sse::new(events.chain(end)).keep_alive(KeepAlive::new().interval(ALIVE));
    Ok(events.into_response())
}

/// The lines of a log as an answer that goes on.
pub async fn lines(
    control: &ControlPlane,
    actor: &Actor,
    id: WorkloadId,
    tail: usize,
) -> Result<Response, RestError> {
    let log = control.follow_logs(actor, id, tail).await?;
    let lines = log.map(|line| Ok::<_, Infallible>(format!("{}\n", text(&line))));
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((kind, Body::from_stream(lines)).into_response())
}

/// The lines of a log, each with its time.
pub fn text_of(lines: &[LogLine]) -> String {
    lines.iter().map(|line| text(line) + "\n").collect()
}

fn text(line: &LogLine) -> String {
    format!("{} {}", line.at, line.text)
}
