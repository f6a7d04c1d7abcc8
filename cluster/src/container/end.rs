//! Ending: a container within its notice, then everything that belongs to its run.

use std::{collections::BTreeSet, sync::Arc};

use bollard::{
    Docker,
    errors::Error as EngineError,
    query_parameters::{
        ListVolumesOptions, RemoveContainerOptionsBuilder, RemoveVolumeOptions,
        StopContainerOptionsBuilder,
    },
};
use domain::Timestamp;
use tracing::warn;

use super::{
    decide::Doing,
    driver::Shared,
    found::{Found, PodKey},
    labels::Stay,
    link::Link,
    look::ours,
    states,
};

/// Seconds between two looks at volumes.
const SWEEP_SECS: i64 = 30;

/// Ends the containers of a pod, oldest first, and removes what belongs to the run.
pub fn begin(shared: &Arc<Shared>, link: &Link, found: &[&Found], pod: PodKey, grace_secs: u64) {
    let Some(last) = found.iter().max_by_key(|container| container.tag.restart) else { return };
    let detail = states::detail(last, link.node_name());
    let ids: Vec<String> = found.iter().map(|container| container.id.clone()).collect();
    let name = last.tag.pod.clone();
    let (task, docker) = (shared.clone(), link.docker.clone());
    let mut board = shared.board();
    let now = board.now;
    board.tell(pod, now, "Killing", format!("Ending pod {name}"));
    let work = tokio::spawn(async move {
        for id in &ids {
            if let Err(wrong) = end(&docker, id, grace_secs).await {
                // It is found again at the next look, and ended then.
                warn!(container = %id, error = %wrong, "could not end a container");
            }
        }
        task.board().swept_at = None;
        task.board().done(pod);
        task.hint.notify_one();
    });
    board.begin(pod, Doing::Ending, detail, work.abort_handle());
}

async fn end(docker: &Docker, id: &str, grace_secs: u64) -> Result<(), EngineError> {
    let secs = i32::try_from(grace_secs).unwrap_or(i32::MAX);
    let patient = docker.clone().with_timeout(std::time::Duration::from_secs(grace_secs + 60));
    let options = StopContainerOptionsBuilder::default().t(secs).build();
    match patient.stop_container(id, Some(options)).await {
        Ok(()) | Err(EngineError::DockerResponseServerError { status_code: 304 | 404, .. }) => {}
        // Whatever cannot be stopped is removed by force.
        Err(wrong) => warn!(container = %id, error = %wrong, "could not stop a container"),
    }
    remove(&patient, id).await
}

/// Removes a container and its nameless volumes.
pub async fn remove(docker: &Docker, id: &str) -> Result<(), EngineError> {
    let options = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
    match docker.remove_container(id, Some(options)).await {
        Ok(()) | Err(EngineError::DockerResponseServerError { status_code: 404, .. }) => Ok(()),
        Err(wrong) => Err(wrong),
    }
}

/// Removes the volumes of runs that are over and of workloads that are gone. `runs` are the pods that
/// are wanted or still there; while some are ending, it is looked through again soon.
pub async fn sweep(
    shared: &Shared,
    docker: &Docker,
    runs: &BTreeSet<PodKey>,
    some_end: bool,
    now: Timestamp,
) -> Result<(), EngineError> {
    let kept = {
        let mut board = shared.board();
        let is_soon =
            board.swept_at.is_some_and(|at| now.as_second() - at.as_second() < SWEEP_SECS);
        if is_soon {
            return Ok(());
        }
        board.swept_at = (!some_end).then_some(now);
        board.kept.clone()
    };
    let filters = Some(ours(shared.settings.cluster));
    let listed = docker.list_volumes(Some(ListVolumesOptions { filters })).await?;
    for volume in listed.volumes.into_iter().flatten() {
        let is_over = match Stay::of(&volume.labels) {
            Stay::Always => false,
            Stay::Run(workload, generation) => !runs.contains(&PodKey { workload, generation }),
            // Nobody has said yet which workloads there are.
            Stay::Workload(workload) => kept.as_ref().is_some_and(|kept| !kept.contains(&workload)),
        };
        if !is_over {
            continue;
        }
        let removed = docker.remove_volume(&volume.name, None::<RemoveVolumeOptions>).await;
        match removed {
            Ok(()) | Err(EngineError::DockerResponseServerError { status_code: 404 | 409, .. }) => {
            }
            Err(wrong) => warn!(volume = %volume.name, error = %wrong, "could not remove a volume"),
        }
    }
    Ok(())
}
