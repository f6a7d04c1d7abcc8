//! The log of a pod's container, through the API server.

use std::sync::Arc;

use domain::Timestamp;
use futures::{AsyncBufReadExt, StreamExt, stream::BoxStream};
use k8s_openapi::api::core::v1::Pod;
use kube::{Api, Client, api::LogParams};

use super::found::Found;
use crate::{LogLine, container::line};

/// What is not there any more, or not yet, has no lines.
fn is_none(wrong: &kube::Error) -> bool {
    matches!(wrong, kube::Error::Api(status) if matches!(status.code, 400 | 404))
}

/// The last lines; of the container before this one, where `earlier` says so.
pub async fn last(
    client: &Client,
    found: &Found,
    tail: usize,
    earlier: bool,
) -> Result<Vec<LogLine>, kube::Error> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), &found.namespace);
    let params = LogParams { previous: earlier, ..params(tail) };
    match pods.logs(&found.name, &params).await {
        Ok(text) => Ok(text.lines().filter_map(line).collect()),
        Err(wrong) if is_none(&wrong) => Ok(Vec::new()),
        Err(wrong) => Err(wrong),
    }
}

/// The last lines, then each as it comes.
pub async fn follow(
    client: &Client,
    found: &Found,
    tail: usize,
) -> Result<BoxStream<'static, LogLine>, kube::Error> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), &found.namespace);
    let params = LogParams { follow: true, ..params(tail) };
    match pods.log_stream(&found.name, &params).await {
        // The end of the connection is the end of the log.
        Ok(read) => Ok(whole(read.lines()).filter_map(read_line).boxed()),
        Err(wrong) if is_none(&wrong) => Ok(futures::stream::empty().boxed()),
        Err(wrong) => Err(wrong),
    }
}

/// Up to the first that could not be read.
pub fn whole<T, E>(
    parts: impl futures::Stream<Item = Result<T, E>>,
) -> impl futures::Stream<Item = T> {
    parts.scan((), |(), part| std::future::ready(part.ok()))
}

fn read_line(text: String) -> std::future::Ready<Option<LogLine>> {
    std::future::ready(line(&text))
}

fn params(tail: usize) -> LogParams {
    LogParams {
        tail_lines: Some(i64::try_from(tail).unwrap_or(i64::MAX)),
        timestamps: true,
        ..LogParams::default()
    }
}

/// The newest of a workload's pods.
pub fn newest(own: Vec<Arc<Found>>) -> Option<Arc<Found>> {
    own.into_iter().max_by_key(|pod| (pod.key.generation, created(pod)))
}

fn created(found: &Found) -> Option<Timestamp> {
    found.pod.metadata.creation_timestamp.as_ref().map(|at| at.0)
}
