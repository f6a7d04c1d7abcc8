//! What the driver is doing about which pod. All of it may be lost at any moment; it is found out again.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use domain::{NodeName, Reason, Timestamp, WorkloadId};
use tokio::task::AbortHandle;

use crate::{PodDetail, order::PodKey};

/// What is being done about a pod.
#[derive(Clone, Debug, PartialEq)]
pub enum Doing {
    /// It is being made, or put on its node; a sentence for the row.
    Placing(String),
    /// That went wrong, and is tried again.
    Waiting { reason: Reason, tries: u32, until: Timestamp },
    /// That went wrong for good.
    Refused(Reason),
    /// It cannot go where it was placed.
    Displaced(Reason),
    /// It is being ended.
    Ending,
}

/// What is known of a pod that is not there yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    pub doing: Doing,
    pub detail: Arc<PodDetail>,
}

/// What is being done about pods, and which of them are asked to run; `None` while nobody has said.
#[derive(Clone, Debug, Default)]
pub struct Plans {
    pub planned: BTreeMap<PodKey, Planned>,
    /// In their order.
    pub wanted: Option<Arc<Vec<PodKey>>>,
}

/// Since when a cluster does not serve, and why.
#[derive(Clone, Debug)]
pub struct Silent {
    pub since: Timestamp,
    pub why: String,
    /// It answers all the same.
    pub is_unwell: bool,
}

#[derive(Default)]
pub struct Board {
    /// The time that was given last.
    pub now: Timestamp,
    pub silent: Option<Silent>,
    /// Namespaces that are ready for pods.
    pub namespaces: BTreeSet<String>,
    /// Pods that are asked to run, in their order; `None` while nobody has said.
    pub wanted: Option<Arc<Vec<PodKey>>>,
    /// Nodes that were not ready when somebody looked last, and since when.
    pub silent_nodes: Arc<BTreeMap<NodeName, Timestamp>>,
    /// Pods that were on their nodes when somebody looked last, in their order.
    pub bound: Vec<PodKey>,
    /// Workloads that are there; `None` while nobody has said.
    pub kept: Option<BTreeSet<WorkloadId>>,
    tasks: BTreeMap<PodKey, (Planned, Option<AbortHandle>)>,
}

impl Board {
    pub fn plans(&self) -> Plans {
        let planned = self.tasks.iter().map(|(pod, (planned, _))| (*pod, planned.clone()));
        Plans { planned: planned.collect(), wanted: self.wanted.clone() }
    }

    /// The same of some workloads.
    pub fn plans_of(&self, workloads: &BTreeSet<WorkloadId>) -> Plans {
        let runs = workloads.iter().flat_map(|of| self.tasks.range(PodKey::runs_of(*of)));
        let planned = runs.map(|(pod, (planned, _))| (*pod, planned.clone()));
        Plans { planned: planned.collect(), wanted: self.wanted.clone() }
    }

    pub fn doing(&self) -> BTreeMap<PodKey, Doing> {
        self.tasks.iter().map(|(pod, (planned, _))| (*pod, planned.doing.clone())).collect()
    }

    /// Something is being done about a pod from now on.
    pub fn begin(&mut self, pod: PodKey, doing: Doing, detail: Arc<PodDetail>, work: AbortHandle) {
        self.forget(pod);
        self.tasks.insert(pod, (Planned { doing, detail }, Some(work)));
    }

    /// What is to be said of a pod about which nothing is done.
    pub fn note(&mut self, pod: PodKey, doing: Doing, detail: Arc<PodDetail>) {
        self.forget(pod);
        self.tasks.insert(pod, (Planned { doing, detail }, None));
    }

    /// How far that is. Of a pod that nobody works on any more, nothing is kept.
    pub fn now_doing(&mut self, pod: PodKey, doing: Doing) {
        if let Some((planned, _)) = self.tasks.get_mut(&pod) {
            planned.doing = doing;
        }
    }

    /// It is done.
    pub fn done(&mut self, pod: PodKey) {
        self.tasks.remove(&pod);
    }

    /// Nobody wants it any more.
    pub fn forget(&mut self, pod: PodKey) {
        if let Some((_, Some(work))) = self.tasks.remove(&pod) {
            work.abort();
        }
    }

    pub fn forget_all(&mut self) {
        let pods: Vec<_> = self.tasks.keys().copied().collect();
        pods.into_iter().for_each(|pod| self.forget(pod));
    }
}
