//! How far a pod is, from what the cluster says of it: pure. What keeps it from running becomes a reason.

use domain::{
    MemoryBytes, NodeName, Reason, Timestamp,
    reason::{ImageTrouble, PlaceTrouble, StartTrouble},
    workload::PodState,
};
use k8s_openapi::api::core::v1::{
    ContainerState, ContainerStateTerminated, ContainerStatus, Pod, PodStatus,
};

use super::{
    amount,
    found::{Found, node_of},
    labels::BACKOFF_LIMIT,
    manifest::SCHEDULER,
};
use crate::container::trouble;

/// How long an image that is not there may take to appear.
const IMAGE_SECS_MAX: i64 = 600;
/// The exit code of a process that was killed.
const KILLED: i32 = 137;

/// The state of a pod. `silent_since` is when its node stopped answering; `is_asked` says that Berth ends it.
pub fn state(
    found: &Found,
    silent_since: Option<Timestamp>,
    is_asked: bool,
    now: Timestamp,
) -> PodState {
    let pod = &*found.pod;
    let node = found.node.clone().unwrap_or_else(|| "".into());
    let lost = silent_since.map(|since| Reason::NodeLost { node: node.clone(), since });
    if is_asked {
        return PodState::Ending;
    }
    if found.deleted_at.is_some() {
        let reason = lost.unwrap_or_else(|| taken_away(pod, node));
        return PodState::Displaced { reason };
    }
    let none = PodStatus::default();
    let status = pod.status.as_ref().unwrap_or(&none);
    match (status.phase.as_deref(), lost) {
        (Some("Succeeded"), _) => PodState::Succeeded,
        (Some("Failed"), _) => failed(pod, status, node),
        (_, Some(reason)) => PodState::Unwell { reason },
        _ => alive(pod, status, &node, now),
    }
}

/// Who took a pod away, as its conditions say.
fn taken_away(pod: &Pod, node: NodeName) -> Reason {
    let conditions = pod.status.iter().flat_map(|status| status.conditions.iter().flatten());
    let target =
        conditions.into_iter().find(|one| one.type_ == "DisruptionTarget" && one.status == "True");
    let reason = target.and_then(|one| one.reason.as_deref());
    let kind = match reason {
        Some("TerminationByKubelet") => PlaceTrouble::Evicted,
        Some("EvictionByEvictionAPI" | "DeletionByTaintManager" | "PreemptionByScheduler") => {
            PlaceTrouble::Drained
        }
        Some("DeletionByPodGC") => PlaceTrouble::Closed,
        _ => PlaceTrouble::Deleted,
    };
    let answer = target.and_then(|one| one.message.clone()).unwrap_or_default();
    Reason::PlaceLost { node, kind, answer: trouble::short(&answer) }
}

fn failed(pod: &Pod, status: &PodStatus, node: NodeName) -> PodState {
    let said = status.message.clone().unwrap_or_default();
    let lost = |kind| {
        let answer = trouble::short(&said);
        PodState::Displaced { reason: Reason::PlaceLost { node: node.clone(), kind, answer } }
    };
    match status.reason.as_deref() {
        Some("Evicted" | "Preempting") => return lost(PlaceTrouble::Evicted),
        Some("NodeLost" | "NodeShutdown" | "Terminated" | "Shutdown") => {
            return lost(PlaceTrouble::Drained);
        }
        // The kubelet had no room for it after all.
        Some(reason) if reason.starts_with("OutOf") => return lost(PlaceTrouble::Closed),
        Some("UnexpectedAdmissionError" | "NodeAffinity" | "Taint") => {
            return lost(PlaceTrouble::Closed);
        }
        _ => {}
    }
    let ended = containers(status).find_map(|container| {
        let end = container.state.as_ref()?.terminated.as_ref()?;
        (end.exit_code != 0).then(|| crashed(pod, end, container.restart_count))
    });
    let other = || Reason::NotStarted { kind: StartTrouble::Other, answer: trouble::short(&said) };
    PodState::Failed { reason: ended.unwrap_or_else(other) }
}

fn containers(status: &PodStatus) -> impl Iterator<Item = &ContainerStatus> {
    let before = status.init_container_statuses.iter().flatten();
    before.chain(status.container_statuses.iter().flatten())
}

fn alive(pod: &Pod, status: &PodStatus, node: &NodeName, now: Timestamp) -> PodState {
    if let Some(state) = containers(status).find_map(|container| unwell(pod, container, now)) {
        return state;
    }
    if node_of(pod).is_none() {
        return unbound(pod, status);
    }
    if status.phase.as_deref() == Some("Running") {
        let own = status.container_statuses.iter().flatten();
        return match own.clone().all(|container| container.ready) || is_ready(status) {
            true => PodState::Running,
            false => PodState::Starting { doing: format!("Waiting on {node} until it is ready") },
        };
    }
    let fetches = status.init_container_statuses.iter().flatten().any(is_running);
    let doing = if fetches { "Fetching its data on" } else { "Starting on" };
    PodState::Starting { doing: format!("{doing} {node}") }
}

/// Nobody has bound it: Berth is about to, or another scheduler is not.
fn unbound(pod: &Pod, status: &PodStatus) -> PodState {
    let scheduler = pod.spec.as_ref().and_then(|spec| spec.scheduler_name.as_deref());
    let Some(scheduler) = scheduler.filter(|scheduler| *scheduler != SCHEDULER) else {
        return PodState::Starting { doing: "Waiting for its node".into() };
    };
    let conditions = status.conditions.iter().flatten();
    let mut said = conditions.filter(|one| one.type_ == "PodScheduled" && one.status == "False");
    let said = said.find(|one| one.reason.as_deref() != Some("SchedulingGated"));
    let answer = said.and_then(|one| one.message.clone()).unwrap_or_default();
    PodState::Unbound { scheduler: scheduler.to_owned(), answer: trouble::short(&answer) }
}

fn is_running(container: &ContainerStatus) -> bool {
    container.state.as_ref().is_some_and(|state| state.running.is_some())
}

fn is_ready(status: &PodStatus) -> bool {
    status.conditions.iter().flatten().any(|one| one.type_ == "Ready" && one.status == "True")
}

/// What keeps a container from running; `None` where nothing does.
fn unwell(pod: &Pod, container: &ContainerStatus, now: Timestamp) -> Option<PodState> {
    let state = container.state.as_ref()?;
    let restarts = u32::try_from(container.restart_count).unwrap_or_default();
    let last = last_end(container);
    if let Some(end) = last.filter(|_| state.running.is_none() && restarts > backoff_limit(pod)) {
        return Some(PodState::Failed { reason: crashed(pod, end, container.restart_count) });
    }
    let waiting = state.waiting.as_ref()?;
    let said = waiting.message.clone().unwrap_or_default();
    let image = &container.image;
    match waiting.reason.as_deref()? {
        "CrashLoopBackOff" => {
            let reason = crashed(pod, last?, container.restart_count);
            Some(PodState::Unwell { reason })
        }
        "ErrImagePull" | "ImagePullBackOff" | "RegistryUnavailable" | "ImageInspectError" => {
            Some(no_image(pod, trouble::of_pull(image, &said), now))
        }
        "InvalidImageName" | "ErrImageNeverPull" => {
            let (image, answer) = (image.clone(), trouble::short(&said));
            let reason = Reason::ImageUnavailable { image, kind: ImageTrouble::Absent, answer };
            Some(PodState::Failed { reason })
        }
        "CreateContainerConfigError" => {
            let (kind, answer) = (StartTrouble::ConfigAbsent, trouble::short(&said));
            Some(PodState::Unwell { reason: Reason::NotStarted { kind, answer } })
        }
        "CreateContainerError" | "RunContainerError" | "StartError" => {
            Some(PodState::Unwell { reason: trouble::of_start(&said) })
        }
        _ => None,
    }
}

/// The kubelet tries again and again. After a while nobody will put the image there any more.
fn no_image(pod: &Pod, reason: Reason, now: Timestamp) -> PodState {
    let since = pod.status.as_ref().and_then(|status| status.start_time.as_ref());
    let secs = since.map_or(0, |since| now.as_second() - since.0.as_second());
    match secs > IMAGE_SECS_MAX {
        true => PodState::Failed { reason },
        false => PodState::Unwell { reason },
    }
}

fn last_end(container: &ContainerStatus) -> Option<&ContainerStateTerminated> {
    let of = |state: &Option<ContainerState>| state.as_ref()?.terminated.clone();
    match of(&container.state) {
        Some(_) => container.state.as_ref()?.terminated.as_ref(),
        None => container.last_state.as_ref()?.terminated.as_ref(),
    }
}

fn backoff_limit(pod: &Pod) -> u32 {
    let written = pod.metadata.annotations.as_ref().and_then(|all| all.get(BACKOFF_LIMIT));
    written.and_then(|text| text.parse().ok()).unwrap_or(u32::MAX)
}

/// Why a container ended with an error.
fn crashed(pod: &Pod, end: &ContainerStateTerminated, restarts: i32) -> Reason {
    let limit = memory_limit(pod);
    if end.reason.as_deref() == Some("OOMKilled") && end.exit_code == KILLED {
        let limit = limit.unwrap_or_default();
        return Reason::OutOfMemory { limit, peak: limit };
    }
    let secs = match (&end.started_at, &end.finished_at) {
        (Some(from), Some(to)) => to.0.as_second() - from.0.as_second(),
        _ => 0,
    };
    let lines = end.message.iter().flat_map(|text| text.lines()).map(str::to_owned);
    Reason::Crashed {
        exit_code: end.exit_code,
        restarts: u32::try_from(restarts).unwrap_or_default(),
        after_secs: u64::try_from(secs).unwrap_or_default(),
        last_lines: lines.collect(),
    }
}

fn memory_limit(pod: &Pod) -> Option<MemoryBytes> {
    let resources = pod.spec.as_ref()?.containers.first()?.resources.as_ref()?;
    let limit = resources.limits.as_ref()?.get("memory")?;
    Some(MemoryBytes(amount::count(limit)))
}

/// Times its container was restarted.
pub fn restarts(pod: &Pod) -> u32 {
    let own = pod.status.iter().flat_map(|status| status.container_statuses.iter().flatten());
    own.map(|container| u32::try_from(container.restart_count).unwrap_or_default()).sum()
}
