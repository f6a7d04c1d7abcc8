//! What happened: events that wait to be acknowledged, and every start of a container, so that
//! somebody can ask whether anything ran twice.

use std::collections::{BTreeMap, BTreeSet};

use domain::{EventId, Timestamp, WorkloadId, event::EventType};
use serde::{Deserialize, Serialize};

use super::pod::Pod;
use crate::{DriverEvent, digest::event_id};

/// Events kept for a listener that never acknowledges; the oldest go first.
const EVENTS_MAX: usize = 1_000;
/// Starts remembered; the oldest go first.
const STARTS_MAX: usize = 20_000;

/// One start of one container.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Start {
    pub workload: WorkloadId,
    pub generation: u32,
    /// 0 for the first start of the pod's container, then its restarts.
    pub restart: u32,
    pub at: Timestamp,
    /// When it ended.
    pub until: Option<Timestamp>,
}

/// Both records.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Journal {
    events: Vec<DriverEvent>,
    starts: Vec<Start>,
}

/// Workloads of which one start happened twice, or two containers ran at the same time.
pub fn doubled(starts: &[Start]) -> BTreeSet<WorkloadId> {
    let mut by_workload: BTreeMap<WorkloadId, Vec<&Start>> = BTreeMap::new();
    for start in starts {
        by_workload.entry(start.workload).or_default().push(start);
    }
    let wrong = by_workload.into_iter().filter(|(_, starts)| {
        let keys: BTreeSet<_> = starts.iter().map(|s| (s.generation, s.restart)).collect();
        keys.len() < starts.len() || starts.windows(2).any(|pair| overlap(pair[0], pair[1]))
    });
    wrong.map(|(workload, _)| workload).collect()
}

fn overlap(earlier: &Start, later: &Start) -> bool {
    earlier.until.is_none_or(|until| until > later.at)
}

impl Journal {
    pub fn events(&self) -> &[DriverEvent] {
        &self.events
    }

    /// In the order of their times.
    pub fn starts(&self) -> &[Start] {
        &self.starts
    }

    pub fn forget(&mut self, events: &BTreeSet<EventId>) {
        self.events.retain(|event| !events.contains(&event.id));
    }

    /// Something happened to a pod. The same happening always gets the same id.
    pub fn tell(
        &mut self,
        pod: &Pod,
        at: Timestamp,
        event_type: EventType,
        reason: &str,
        message: String,
    ) {
        let workload = pod.workload;
        let key = format!("{workload} {} {} {reason} {message} {at}", pod.generation, pod.restarts);
        let (id, reason) = (event_id(&key), reason.to_owned());
        let event = DriverEvent { id, workload, at, event_type, reason, message };
        let place = self.events.partition_point(|old| (old.at, old.id) < (at, id));
        if self.events.get(place).is_none_or(|old| old.id != id) {
            self.events.insert(place, event);
        }
        let surplus = self.events.len().saturating_sub(EVENTS_MAX);
        self.events.drain(..surplus);
    }

    pub fn started(&mut self, pod: &Pod, at: Timestamp) {
        let (workload, generation, restart) = (pod.workload, pod.generation, pod.restarts);
        let start = Start { workload, generation, restart, at, until: None };
        let place = self.starts.partition_point(|old| (old.at, old.workload) <= (at, workload));
        self.starts.insert(place, start);
        let surplus = self.starts.len().saturating_sub(STARTS_MAX);
        self.starts.drain(..surplus);
    }

    /// The pod's container, if it ran, does not run any more.
    pub fn ended(&mut self, pod: &Pod, at: Timestamp) {
        let open = self.starts.iter_mut().rev();
        let last = open.filter(|s| s.until.is_none()).find(|s| s.workload == pod.workload);
        if let Some(start) = last {
            start.until = Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(generation: u32, restart: u32, at: i64, until: Option<i64>) -> Start {
        let second = |second| Timestamp::from_second(second).unwrap();
        let workload = WorkloadId(uuid::Uuid::nil());
        Start { workload, generation, restart, at: second(at), until: until.map(second) }
    }

    #[test]
    fn what_counts_as_running_twice() {
        let restart = [start(1, 0, 0, Some(5)), start(1, 1, 6, Some(9)), start(2, 0, 9, None)];
        assert!(doubled(&restart).is_empty());
        let again = [start(1, 0, 0, Some(5)), start(1, 0, 6, None)];
        assert_eq!(doubled(&again).len(), 1);
        let together = [start(1, 0, 0, Some(5)), start(2, 0, 4, None)];
        assert_eq!(doubled(&together).len(), 1);
        let unended = [start(1, 0, 0, None), start(2, 0, 4, None)];
        assert_eq!(doubled(&unended).len(), 1);
    }
}
