//! The pure core of the simulated cluster: a function of what it was told and of the time it is
//! given. Looking often or seldom makes no difference to what happens, so a world that is read back
//! from its file catches up by itself.

use std::{
    borrow::Borrow,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use domain::{
    EventId, NodeName, Timestamp, WorkloadId,
    abilities::Abilities,
    event::EventType::{Normal, Warning},
    node::{Node, Readiness},
    workload::Observation,
};
use serde::{Deserialize, Serialize};

use super::{
    Conditions, Start,
    journal::Journal,
    logs, nodes,
    pod::{Pod, Stage},
    secs_between,
};
use crate::{DesiredPod, LogLine, Observed, UsedGpus, Wanted};

/// Steps of one pod in one advance: more than a pod can take with all its restarts.
const STEPS_MAX: usize = 10_000;
/// Seconds of notice for a pod that nobody wants any more.
const UNWANTED_GRACE_SECS: u64 = 2;
/// Why there are no charts.
const UNMEASURED: &str = "Nothing real runs in a simulated cluster.";
/// While an image is pulled, its progress is worth a look this often.
const PROGRESS_EVERY: Duration = Duration::from_secs(1);

/// Nodes, pods, and what happened.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct World {
    /// As configured.
    hardware: Vec<Node>,
    conditions: Conditions,
    conditions_since: Timestamp,
    /// One pod a workload, so that two cannot be.
    pods: BTreeMap<WorkloadId, Pod>,
    images: BTreeMap<NodeName, BTreeSet<String>>,
    /// Nodes that do not answer, and since when.
    lost: BTreeMap<NodeName, Timestamp>,
    silent_since: Option<Timestamp>,
    journal: Journal,
}

impl World {
    pub fn new(nodes: Vec<Node>) -> Self {
        Self { hardware: nodes, ..Self::default() }
    }

    /// Takes over nodes and conditions. What happened until now happened under the old ones. True
    /// when they differ from those before.
    pub fn configure(
        &mut self,
        nodes: Option<Vec<Node>>,
        conditions: Conditions,
        now: Timestamp,
    ) -> bool {
        let same_nodes = nodes.as_ref().is_none_or(|nodes| *nodes == self.hardware);
        if same_nodes && conditions == self.conditions {
            return false;
        }
        self.advance(now);
        self.hardware = nodes.unwrap_or_else(|| std::mem::take(&mut self.hardware));
        self.conditions = conditions;
        self.conditions_since = now;
        self.look_for_lost_nodes(now);
        true
    }

    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// Since when the cluster does not answer.
    pub fn silent_since(&self) -> Option<Timestamp> {
        self.silent_since
    }

    /// The whole desired set. True when it changed anything.
    pub fn apply(&mut self, desired: &[impl Borrow<DesiredPod>], now: Timestamp) -> bool {
        self.advance(now);
        let mut orders: BTreeMap<WorkloadId, &DesiredPod> = BTreeMap::new();
        for order in desired.iter().map(Borrow::borrow) {
            let newest = orders.entry(order.workload).or_insert(order);
            if order.generation > newest.generation {
                *newest = order;
            }
        }
        let mut changed = false;
        for pod in self.pods.values_mut() {
            let order = orders.get(&pod.workload).filter(|order| pod.is_meant_by(order));
            let grace = match order.map(|order| order.wanted) {
                Some(Wanted::Running) => continue,
                Some(Wanted::Ending { grace_secs }) => grace_secs,
                None => UNWANTED_GRACE_SECS,
            };
            changed |= pod.end(grace, &self.conditions, &mut self.journal, now);
        }
        let before = self.pods.len();
        self.remove_ended(now);
        changed |= self.pods.len() != before;
        for order in orders.into_values() {
            changed |= self.make(order, now);
        }
        if changed {
            self.look_for_lost_nodes(now);
            self.advance(now);
        }
        changed
    }

    /// Lets everything happen that is due by `now`.
    pub fn advance(&mut self, now: Timestamp) {
        self.look_for_lost_nodes(now);
        for pod in self.pods.values_mut() {
            if self.lost.contains_key(&pod.node) {
                continue;
            }
            for _ in 0..STEPS_MAX {
                let due = pod.due(&self.conditions, self.conditions_since);
                let Some(at) = due.filter(|at| *at <= now && !is_ending(pod)) else { break };
                if pod.step(at, &self.conditions, &mut self.journal) {
                    self.images.entry(pod.node.clone()).or_default().insert(pod.image.clone());
                }
            }
        }
        self.remove_ended(now);
    }

    /// Everything as it is, after [`World::advance`] to `now`.
    pub fn observe(&self, now: Timestamp) -> Observed {
        let pods = self.pods.values().map(|pod| Observation {
            workload: pod.workload,
            generation: pod.generation,
            state: pod.state(self.lost.get(&pod.node).copied(), now),
            restarts: pod.restarts,
        });
        Observed {
            storage_classes: nodes::storage_classes(),
            reaches: vec![],
            // What is simulated can do everything, and uses nothing.
            abilities: Abilities {
                unmeasured: Some(UNMEASURED.to_owned()),
                ..Abilities::default()
            },
            version: String::new(),
            nodes: self.hardware.iter().map(|node| self.seen(node)).collect(),
            pods: pods.collect(),
            details: self.pods.values().map(|pod| Arc::new(pod.detail())).collect(),
            events: self.journal.events().to_vec(),
        }
    }

    /// Whether each GPU that a program holds is used; several programs may share one.
    pub fn used_gpus(&self) -> UsedGpus {
        let mut used = UsedGpus::new();
        for pod in self.pods.values().filter(|pod| !self.lost.contains_key(&pod.node)) {
            let runs = matches!(pod.stage, Stage::Running { .. });
            let works = runs && !self.conditions.idles(&pod.image, &pod.name);
            for device in &pod.devices {
                *used.entry((pod.node.clone(), *device)).or_default() |= works;
            }
        }
        used
    }

    /// These events need not be told again.
    pub fn acknowledge(&mut self, events: &[EventId]) {
        self.journal.forget(&events.iter().copied().collect());
    }

    pub fn logs(&self, workload: WorkloadId, tail: usize, now: Timestamp) -> Vec<LogLine> {
        let pod = self.pods.get(&workload);
        pod.map(|pod| logs::lines(pod, now, tail)).unwrap_or_default()
    }

    /// Every start of a container, for [`doubled`](super::doubled).
    pub fn starts(&self) -> &[Start] {
        self.journal.starts()
    }

    /// How long until something happens by itself.
    pub fn next_change(&self, now: Timestamp) -> Option<Duration> {
        let alive = self.pods.values().filter(|pod| !self.lost.contains_key(&pod.node));
        let waits = alive.filter_map(|pod| {
            let due = pod.due(&self.conditions, self.conditions_since)?;
            let wait = Duration::try_from_secs_f64(secs_between(now, due)).ok()?;
            Some(if matches!(pod.stage, Stage::Pulling { .. }) {
                wait.min(PROGRESS_EVERY)
            } else {
                wait
            })
        });
        waits.min()
    }

    /// Makes the pod if it should run and its workload has none.
    fn make(&mut self, order: &DesiredPod, now: Timestamp) -> bool {
        if order.wanted != Wanted::Running || self.pods.contains_key(&order.workload) {
            return false;
        }
        let image = order.submission.image.as_deref().unwrap_or_default();
        let present = order.node().and_then(|node| self.images.get(node));
        let has_image = present.is_some_and(|images| images.contains(image));
        let pod = Pod::new(order, has_image, &self.conditions, &mut self.journal, now);
        self.pods.insert(pod.workload, pod);
        true
    }

    /// What has ended is gone; on a node that does not answer, nobody can know that.
    fn remove_ended(&mut self, now: Timestamp) {
        let Self { pods, lost, journal, .. } = self;
        pods.retain(|_, pod| match pod.stage {
            Stage::Ending { until } if until <= now && !lost.contains_key(&pod.node) => {
                journal.ended(pod, until);
                false
            }
            _ => true,
        });
    }

    /// Brings `lost` and `silent_since` up to what is ordered.
    fn look_for_lost_nodes(&mut self, now: Timestamp) {
        let silent = self.conditions.is_disconnected();
        self.silent_since = silent.then(|| self.silent_since.unwrap_or(now));
        let answering: BTreeSet<&NodeName> =
            self.hardware.iter().filter(|node| self.answers(node)).map(|node| &node.name).collect();
        let known = self.hardware.iter().map(|node| &node.name);
        let named = known.chain(self.pods.values().map(|pod| &pod.node));
        let lost: BTreeSet<NodeName> =
            named.filter(|name| !answering.contains(name)).cloned().collect();
        let back: Vec<_> = self.lost.keys().filter(|name| !lost.contains(*name)).cloned().collect();
        let new: Vec<_> = lost.into_iter().filter(|name| !self.lost.contains_key(name)).collect();
        for node in back {
            self.lost.remove(&node);
            self.tell_pods_of(&node, now, true);
        }
        for node in new {
            self.lost.insert(node.clone(), now);
            self.tell_pods_of(&node, now, false);
        }
    }

    fn answers(&self, node: &Node) -> bool {
        node.is_ready() && !self.conditions.has_lost(node.name.as_str())
    }

    fn tell_pods_of(&mut self, node: &NodeName, now: Timestamp, is_back: bool) {
        for pod in self.pods.values().filter(|pod| pod.node == *node) {
            let (kind, reason, told) = match is_back {
                true => (Normal, "NodeReady", format!("Node {node} answers again")),
                false => (Warning, "NodeNotReady", format!("Node {node} stopped answering")),
            };
            self.journal.tell(pod, now, kind, reason, told);
        }
    }

    fn seen(&self, node: &Node) -> Node {
        let mut node = node.clone();
        if let Some(since) = self.lost.get(&node.name) {
            let why = "the node stopped answering".to_owned();
            node.ready = Readiness::NotReady { since: *since, why };
        }
        node
    }
}

fn is_ending(pod: &Pod) -> bool {
    matches!(pod.stage, Stage::Ending { .. })
}
