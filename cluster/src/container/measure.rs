//! What the containers used between two looks.

use std::collections::BTreeMap;

use domain::WorkloadId;
use futures::{StreamExt, stream};

use super::{
    driver::Shared,
    found::{Found, State},
    link::Link,
    streams::{Report, report},
};
use crate::Usage;

/// Reports that are asked for at once.
const AT_ONCE: usize = 8;

/// Of every workload whose container ran at the last look as well.
pub async fn workloads(
    shared: &Shared,
    link: &Link,
    found: &[Found],
) -> BTreeMap<WorkloadId, Usage> {
    let running = found.iter().filter(|container| matches!(container.state, State::Running));
    let running: Vec<_> =
        running.map(|container| (container.id.clone(), container.tag.workload)).collect();
    let asked = running.into_iter().map(|(id, workload)| async move {
        let report = report(&link.docker, &link.socket, &id).await?;
        Some((id, workload, report))
    });
    let reports = stream::iter(asked).buffer_unordered(AT_ONCE).filter_map(std::future::ready);
    let reports: Vec<(String, WorkloadId, Report)> = reports.collect().await;
    let now = reports.iter().map(|(id, _, report)| (id.clone(), *report)).collect();
    let before = std::mem::replace(&mut shared.board().measured, now);
    let used = reports.into_iter().filter_map(|(id, workload, report)| {
        Some((workload, report.since(before.get(&id).copied())?))
    });
    used.collect()
}
