//! What changed in a cluster since somebody looked, so that whoever is told of one pod need not go through all of them.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::WorkloadId;
use tokio::sync::Notify;

/// What changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Workloads of which a pod is another than it was, or what is being done about it.
    pub workloads: BTreeSet<WorkloadId>,
    /// Whether anything else is: nodes, volumes, what others use, the connection itself.
    pub is_more: bool,
}

/// Hints, until somebody has looked.
#[derive(Default)]
pub struct Hints {
    told: Notify,
    moved: Mutex<Moved>,
}

impl Hints {
    fn moved(&self) -> MutexGuard<'_, Moved> {
        self.moved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something about the pods of a workload changed.
    pub fn of(&self, workload: WorkloadId) {
        self.moved().workloads.insert(workload);
        self.told.notify_one();
    }

    /// Something else changed.
    pub fn more(&self) {
        self.moved().is_more = true;
        self.told.notify_one();
    }

    /// There is something to tell, though nothing changed.
    pub fn tell(&self) {
        self.told.notify_one();
    }

    /// What changed since this was asked last.
    pub fn take(&self) -> Moved {
        std::mem::take(&mut self.moved())
    }

    /// Returns at the next hint.
    pub async fn told(&self) {
        self.told.notified().await;
    }
}
