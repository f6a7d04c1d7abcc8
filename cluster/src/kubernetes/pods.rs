//! The pods of a cluster as its watch tells of them: ours as runs of workloads, and those of others. A change of one pod
//! costs what one pod costs, however many there are.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::{ClusterId, WorkloadId};
use k8s_openapi::api::core::v1::Pod;
use kube::runtime::watcher::Event;
use tokio::sync::watch;

use super::{
    found::{Found, found, node_of},
    hints::Hints,
};
use crate::order::PodKey;

pub struct Pods {
    cluster: ClusterId,
    hints: Arc<Hints>,
    kept: Mutex<Kept>,
    is_full: watch::Sender<bool>,
}

#[derive(Default)]
struct Kept {
    seen: Seen,
    /// What is being listed. It is not shown before it is whole.
    listed: Vec<Pod>,
}

/// All pods, at one moment.
#[derive(Default)]
struct Seen {
    /// By namespace and name.
    all: HashMap<String, One>,
    /// Ours: of each workload the oldest run first. Pods of the same run differ by their UID.
    runs: BTreeMap<(PodKey, String), Arc<Found>>,
}

#[derive(Clone)]
enum One {
    Ours(Arc<Found>),
    Others(Arc<Pod>),
}

impl One {
    fn of(pod: Pod, cluster: ClusterId) -> Self {
        let pod = Arc::new(pod);
        found(&pod, cluster).map_or_else(|| Self::Others(pod), |own| Self::Ours(Arc::new(own)))
    }

    fn pod(&self) -> &Arc<Pod> {
        match self {
            Self::Ours(own) => &own.pod,
            Self::Others(pod) => pod,
        }
    }
}

impl Seen {
    fn put(&mut self, one: One) -> Option<One> {
        if let One::Ours(own) = &one {
            self.runs.insert((own.key, own.uid.clone()), own.clone());
        }
        let old = self.all.insert(name_of(one.pod()), one);
        self.forget(old)
    }

    fn remove(&mut self, pod: &Pod) -> Option<One> {
        let old = self.all.remove(&name_of(pod));
        self.forget(old)
    }

    /// What is not under its name any more is no run either.
    fn forget(&mut self, old: Option<One>) -> Option<One> {
        if let Some(One::Ours(own)) = &old {
            let place = (own.key, own.uid.clone());
            let is_old = self.runs.get(&place).is_some_and(|there| Arc::ptr_eq(there, own));
            if is_old {
                self.runs.remove(&place);
            }
        }
        old
    }
}

impl Pods {
    /// None yet. Ours are those that carry the id of the cluster.
    pub fn new(cluster: ClusterId, hints: Arc<Hints>) -> Self {
        Self { cluster, hints, kept: Mutex::default(), is_full: watch::Sender::new(false) }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what the watch tells.
    pub fn take(&self, event: Event<Pod>) {
        match event {
            Event::Init => self.kept().listed.clear(),
            Event::InitApply(pod) => self.kept().listed.push(pod),
            Event::InitDone => self.listed(),
            Event::Apply(pod) => {
                let new = One::of(pod, self.cluster);
                let old = self.kept().seen.put(new.clone());
                self.hint(old.into_iter().chain([new]));
            }
            Event::Delete(pod) => {
                let old = self.kept().seen.remove(&pod);
                self.hint(old);
            }
        }
    }

    /// Shows what was listed, all at once.
    fn listed(&self) {
        let listed = std::mem::take(&mut self.kept().listed);
        let mut seen = Seen::default();
        for pod in listed {
            seen.put(One::of(pod, self.cluster));
        }
        self.kept().seen = seen;
        self.hints.more();
        self.is_full.send_replace(true);
    }

    /// After they are shown: who looks before is told again.
    fn hint(&self, of: impl IntoIterator<Item = One>) {
        for one in of {
            match one {
                One::Ours(own) => self.hints.of(own.key.workload),
                // What waits for its node takes nothing of any.
                One::Others(pod) if node_of(&pod).is_some() => self.hints.more(),
                One::Others(_) => {}
            }
        }
    }

    /// Returns once all have been listed.
    pub async fn ready(&self) {
        // An error would mean that the sender is gone, which is here.
        let _ = self.is_full.subscribe().wait_for(|is_full| *is_full).await;
    }

    /// A pod by its name.
    pub fn get(&self, namespace: &str, name: &str) -> Option<Arc<Pod>> {
        self.kept().seen.all.get(&full(namespace, name)).map(|one| one.pod().clone())
    }

    /// Whose pod a name is; `None` where it is not ours.
    pub fn workload_of(&self, namespace: &str, name: &str) -> Option<WorkloadId> {
        match self.kept().seen.all.get(&full(namespace, name))? {
            One::Ours(own) => Some(own.key.workload),
            One::Others(_) => None,
        }
    }

    /// Ours, in their order.
    pub fn ours(&self) -> Vec<Arc<Found>> {
        self.kept().seen.runs.values().cloned().collect()
    }

    /// The pods of one workload, the newest run last.
    pub fn of(&self, workload: WorkloadId) -> Vec<Arc<Found>> {
        let first = (PodKey { workload, generation: 0 }, String::new());
        let kept = self.kept();
        let runs = kept.seen.runs.range(first..).map(|(_, own)| own);
        runs.take_while(|own| own.key.workload == workload).cloned().collect()
    }

    /// Those of others.
    pub fn others(&self, mut tell: impl FnMut(&Pod)) {
        for one in self.kept().seen.all.values() {
            if let One::Others(pod) = one {
                tell(pod);
            }
        }
    }
}

fn name_of(pod: &Pod) -> String {
    let meta = &pod.metadata;
    full(meta.namespace.as_deref().unwrap_or_default(), meta.name.as_deref().unwrap_or_default())
}

/// No namespace contains a slash.
fn full(namespace: &str, name: &str) -> String {
    format!("{namespace}/{name}")
}

#[cfg(test)]
#[path = "pods_tests.rs"]
mod tests;
