//! What the driver keeps in memory: what it is doing, what it has seen of containers, and the news
//! that nobody has taken yet. All of it may be lost at any moment; it is found out again.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{EventId, Reason, Timestamp, WorkloadId, event::EventType};
use tokio::task::AbortHandle;

use super::{
    decide::Doing,
    found::{Found, PodKey},
    memory::Seen,
    states::Planned,
    streams::Report,
};
use crate::{DriverEvent, PodDetail, digest::event_id};

/// News kept for a listener that never takes them; the oldest go first.
const EVENTS_MAX: usize = 1_000;

#[derive(Default)]
pub struct Board {
    /// The time that was given last.
    pub now: Timestamp,
    /// When the engine stopped answering.
    pub silent_since: Option<Timestamp>,
    tasks: BTreeMap<PodKey, Task>,
    /// Inspections, by container; good for as long as the list says the same of it.
    pub inspected: HashMap<String, Inspected>,
    /// The most memory that was seen, by container.
    pub memory: HashMap<String, Seen>,
    /// What each running container had used when that was measured last.
    pub measured: HashMap<String, Report>,
    /// Workloads that are there; `None` while nobody has said.
    pub kept: Option<BTreeSet<WorkloadId>>,
    /// When volumes were looked through last.
    pub swept_at: Option<Timestamp>,
    events: Vec<DriverEvent>,
}

/// What was read of a container while the list showed it in this state.
pub struct Inspected {
    pub state: String,
    pub found: Found,
}

struct Task {
    planned: Planned,
    work: Option<AbortHandle>,
}

impl Board {
    pub fn doing(&self) -> BTreeMap<PodKey, Doing> {
        self.tasks.iter().map(|(pod, task)| (*pod, task.planned.doing.clone())).collect()
    }

    pub fn planned(&self) -> BTreeMap<PodKey, Planned> {
        self.tasks.iter().map(|(pod, task)| (*pod, task.planned.clone())).collect()
    }

    /// Something is being done about a pod from now on.
    pub fn begin(&mut self, pod: PodKey, doing: Doing, detail: PodDetail, work: AbortHandle) {
        self.forget(pod);
        let planned = Planned { doing, detail };
        self.tasks.insert(pod, Task { planned, work: Some(work) });
    }

    /// How far that is. Of a pod that nobody works on any more, nothing is kept.
    pub fn now_doing(&mut self, pod: PodKey, doing: Doing) {
        if let Some(task) = self.tasks.get_mut(&pod) {
            task.planned.doing = doing;
        }
    }

    /// It is done.
    pub fn done(&mut self, pod: PodKey) {
        self.tasks.remove(&pod);
    }

    /// Nobody wants it any more.
    pub fn forget(&mut self, pod: PodKey) {
        if let Some(work) = self.tasks.remove(&pod).and_then(|task| task.work) {
            work.abort();
        }
    }

    pub fn forget_all(&mut self) {
        let pods: Vec<_> = self.tasks.keys().copied().collect();
        pods.into_iter().for_each(|pod| self.forget(pod));
    }

    /// Keeps nothing of containers that are not there any more.
    pub fn keep_only(&mut self, ids: &BTreeSet<&str>) {
        self.inspected.retain(|id, _| ids.contains(id.as_str()));
        self.memory.retain(|id, _| ids.contains(id.as_str()));
    }

    pub fn events(&self) -> Vec<DriverEvent> {
        self.events.clone()
    }

    pub fn acknowledge(&mut self, ids: &[EventId]) {
        self.events.retain(|event| !ids.contains(&event.id));
    }

    /// Something happened to a pod, at a time that is the same whenever it is told again.
    pub fn tell(&mut self, pod: PodKey, at: Timestamp, reason: &str, message: String) {
        let PodKey { workload, generation } = pod;
        let event_type = match reason {
            "Failed" | "BackOff" | "OOMKilling" | "ErrImagePull" => EventType::Warning,
            _ => EventType::Normal,
        };
        let id = event_id(&format!("{workload} {generation} {reason} {message} {at}"));
        if self.events.iter().any(|event| event.id == id) {
            return;
        }
        let reason = reason.to_owned();
        self.events.push(DriverEvent { id, workload, at, event_type, reason, message });
        let surplus = self.events.len().saturating_sub(EVENTS_MAX);
        self.events.drain(..surplus);
    }

    /// The same of a trouble.
    pub fn tell_trouble(&mut self, pod: PodKey, at: Timestamp, trouble: &Reason) {
        let word = match trouble {
            Reason::ImageUnavailable { .. } => "ErrImagePull",
            Reason::OutOfMemory { .. } => "OOMKilling",
            Reason::Crashed { .. } => "BackOff",
            _ => "Failed",
        };
        self.tell(pod, at, word, trouble.to_string());
    }
}
