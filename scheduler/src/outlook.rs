//! What a change of the cluster would come to: two snapshots, each played on until nothing moves, and who
//! stands elsewhere in the one than in the other. Nothing is promised: work that ends or comes in the
//! meantime is left out.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    NodeName, Reason, WorkloadId,
    node::{HOSTNAME_LABEL, Node, Readiness},
    workload::Placement,
};

use crate::{Decision, PodState, Scheduler, Snapshot};

/// Cycles until things have settled, at most.
const CYCLES_MAX: usize = 8;

/// What is different by a change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outlook {
    /// Those who wait now, and would not.
    pub starts: Vec<(WorkloadId, Placement)>,
    /// Those who run now, and would run elsewhere: from where, to where.
    pub moves: Vec<(WorkloadId, Placement, Placement)>,
    /// Those who run now, and would wait.
    pub evicted: Vec<(WorkloadId, Vec<Reason>)>,
    /// Those who would start as things are, and would wait.
    pub waits: Vec<(WorkloadId, Vec<Reason>)>,
    /// Those who run now and would stay where they are.
    pub stays: Vec<(WorkloadId, Placement)>,
    /// Those who wait in any case.
    pub still_waiting: usize,
}

/// Who holds what once nothing moves, and why the others wait.
#[derive(Debug, Default)]
struct Settled {
    held: BTreeMap<WorkloadId, Placement>,
    waits: BTreeMap<WorkloadId, Vec<Reason>>,
}

impl Outlook {
    /// Compares how things are going with how they would go. `changed` is `now` with the change made to it.
    pub fn of(now: &Snapshot, changed: Snapshot) -> Self {
        let today = held(now);
        let (as_is, would) = (settled(now.clone()), settled(changed));
        let mut outlook = Self::default();
        let all: BTreeSet<_> = now.jobs.iter().map(|job| job.id).collect();
        for id in all {
            let reasons = || would.waits.get(&id).cloned().unwrap_or_default();
            match (today.get(&id), as_is.held.get(&id), would.held.get(&id)) {
                // What moves in any case is not the change's doing.
                (Some(from), as_is, Some(to))
                    if from.node != to.node && as_is.is_none_or(|as_is| as_is.node != to.node) =>
                {
                    outlook.moves.push((id, from.clone(), to.clone()));
                }
                (Some(_), Some(_), None) => outlook.evicted.push((id, reasons())),
                (None, None, Some(to)) => outlook.starts.push((id, to.clone())),
                (None, Some(_), None) => outlook.waits.push((id, reasons())),
                (None, None, None) => outlook.still_waiting += 1,
                (Some(from), _, Some(to)) if from.node == to.node => {
                    outlook.stays.push((id, to.clone()));
                }
                (Some(_), None, None) | (Some(_) | None, _, Some(_)) => {}
            }
        }
        outlook
    }
}

impl Snapshot {
    /// Without a node: what runs there waits.
    pub fn without_node(mut self, name: &NodeName) -> Self {
        self.nodes.retain(|node| node.name != *name);
        for job in &mut self.jobs {
            for pod in &mut job.pods {
                match &pod.state {
                    PodState::Running(on) if on.node == *name => {
                        (pod.state, job.started) = (PodState::Pending, None);
                    }
                    PodState::Releasing(on) if on.node == *name => pod.state = PodState::Succeeded,
                    _ => {}
                }
            }
        }
        self
    }

    /// With more nodes like one that is there.
    pub fn with_nodes_like(mut self, like: &Node, count: u32) -> Self {
        let names: BTreeSet<_> = self.nodes.iter().map(|node| node.name.clone()).collect();
        let new = (1..).map(|at| NodeName::from(format!("{}-new-{at}", like.name).as_str()));
        for name in new.filter(|name| !names.contains(name)).take(count as usize) {
            let (ready, taken) = (Readiness::Ready, Default::default());
            let mut node = Node { ready, taken, ..like.clone() };
            // Two nodes are never the same host.
            if let Some(host) = node.labels.get_mut(HOSTNAME_LABEL) {
                *host = name.to_string();
            }
            self.nodes.push(Node { name, ..node });
        }
        self
    }

    /// As it is once a cycle's decisions are carried out, and whoever was leaving has left.
    fn after(mut self, decisions: &[Decision]) -> Self {
        let at: BTreeMap<_, _> =
            self.jobs.iter().enumerate().map(|(at, job)| (job.id, at)).collect();
        for pod in self.jobs.iter_mut().flat_map(|job| &mut job.pods) {
            if matches!(pod.state, PodState::Releasing(_)) {
                pod.state = PodState::Succeeded;
            }
        }
        for decision in decisions {
            let Some(job) = at.get(&decision.workload()).map(|at| &mut self.jobs[*at]) else {
                continue;
            };
            let (pod, state) = match decision {
                Decision::Bind { pod, placement, .. } => {
                    (*pod, PodState::Running(placement.clone()))
                }
                Decision::Evict { pod, .. } if job.ends_when_evicted => (*pod, PodState::Succeeded),
                Decision::Evict { pod, .. } => (*pod, PodState::Pending),
                Decision::Pipeline { .. } | Decision::Wait { .. } => continue,
            };
            job.started = matches!(state, PodState::Running(_)).then_some(self.now);
            if let Some(pod) = job.pods.get_mut(pod) {
                pod.state = state;
            }
        }
        self.serial += 1;
        self
    }
}

fn settled(mut snapshot: Snapshot) -> Settled {
    for _ in 0..CYCLES_MAX {
        let decisions = Scheduler::new(snapshot.clone()).decide().decisions;
        let moves = |decision: &Decision| {
            matches!(decision, Decision::Bind { .. } | Decision::Evict { .. })
        };
        let (is_still, leaves) = (!decisions.iter().any(moves), is_left(&snapshot));
        if is_still && !leaves {
            let waits = decisions.into_iter().filter_map(|decision| match decision {
                Decision::Wait { workload, reasons } => Some((workload, reasons)),
                _ => None,
            });
            return Settled { held: held(&snapshot), waits: waits.collect() };
        }
        snapshot = snapshot.after(&decisions);
    }
    Settled { held: held(&snapshot), ..Settled::default() }
}

fn is_left(snapshot: &Snapshot) -> bool {
    let mut pods = snapshot.jobs.iter().flat_map(|job| &job.pods);
    pods.any(|pod| matches!(pod.state, PodState::Releasing(_)))
}

/// Who runs where; of several pods, the first.
fn held(snapshot: &Snapshot) -> BTreeMap<WorkloadId, Placement> {
    let of = |job: &crate::Job| {
        let mut placed = job.pods.iter().filter_map(|pod| match &pod.state {
            PodState::Running(placement) => Some(placement.clone()),
            _ => None,
        });
        placed.next().map(|placement| (job.id, placement))
    };
    snapshot.jobs.iter().filter_map(of).collect()
}
