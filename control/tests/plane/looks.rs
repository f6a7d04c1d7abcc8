//! How a cluster is looked at: only at what changed, where the driver knows that; at everything now and then, and after a
//! turn that failed, for what was told in it is not told again.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use cluster::{Changed, DesiredPod, Driver, DriverError, DriverKind, LogLine, Observed};
use control::{
    ControlPlane, FirstAccounts,
    clock::{SystemChance, SystemClock},
};
use domain::{EventId, Timestamp, WorkloadId};
use store::{DatabaseUrl, Store};
use tokio::sync::{Notify, mpsc};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Look {
    AtAll,
    AtChanges,
    Failed,
}

/// A cluster in which nothing is, and whose next look at changes fails when that is wanted.
struct Empty {
    looks: mpsc::UnboundedSender<Look>,
    fails: AtomicBool,
    hint: Notify,
}

#[async_trait]
impl Driver for Empty {
    fn kind(&self) -> DriverKind {
        DriverKind::Kubernetes
    }

    async fn apply(&self, _: &[Arc<DesiredPod>], _: Timestamp) -> Result<(), DriverError> {
        Ok(())
    }

    async fn observe(&self, _: Timestamp) -> Result<Observed, DriverError> {
        self.looks.send(Look::AtAll).unwrap();
        Ok(Observed::default())
    }

    async fn observe_changed(&self, since: Timestamp) -> Result<Option<Changed>, DriverError> {
        if self.fails.swap(false, Ordering::Relaxed) {
            self.looks.send(Look::Failed).unwrap();
            let why = "it went away in the middle of an answer".to_owned();
            return Err(DriverError::Unreachable { since, why, is_unwell: true });
        }
        self.looks.send(Look::AtChanges).unwrap();
        Ok(Some(Changed::default()))
    }

    async fn acknowledge(&self, _: &[EventId]) {}

    async fn logs(&self, _: WorkloadId, _: usize) -> Result<Vec<LogLine>, DriverError> {
        Ok(vec![])
    }

    async fn changed(&self) {
        self.hint.notified().await;
    }
}

#[tokio::test]
async fn after_a_look_that_failed_everything_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&DatabaseUrl::Sqlite(folder.path().join("berth.db"))).await.unwrap();
    let (clock, chance) = (Arc::new(SystemClock), Arc::new(SystemChance));
    let control = ControlPlane::open(store, clock, chance).await.unwrap();
    let cluster = control.bootstrap(true, &[], FirstAccounts::default()).await.unwrap().cluster;
    let (looks, mut told) = mpsc::unbounded_channel();
    let driver = Arc::new(Empty { looks, fails: AtomicBool::new(false), hint: Notify::new() });
    control.drive(cluster, driver.clone());
    let _loops = control.start();

    assert_eq!(told.recv().await, Some(Look::AtAll));
    driver.hint.notify_one();
    while told.recv().await.unwrap() != Look::AtChanges {}
    for _ in 0..3 {
        driver.fails.store(true, Ordering::Relaxed);
        driver.hint.notify_one();
        while told.recv().await.unwrap() != Look::Failed {}
        assert_eq!(told.recv().await, Some(Look::AtAll));
    }
}
