//! What Berth asks of a cluster, and what a cluster tells Berth: the [`Driver`] trait with its
//! orders and observations. Everything is level-triggered: orders are the whole desired set, told
//! again and again; observations are everything as it is now, or what changed since, where that is known.
//! How a cluster is reached is each driver's own affair; who wants what, and why, is not known here.

pub mod container;
mod digest;
mod error;
pub mod kubernetes;
mod observed;
mod order;
mod safe;
#[cfg(test)]
mod samples;
pub mod simulated;
mod terminal;

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use domain::{EventId, Timestamp, WorkloadId};
use futures::{StreamExt, stream, stream::BoxStream};
use serde::{Deserialize, Serialize};

pub use error::DriverError;
pub use observed::{
    Changed, DriverEvent, GpuLoad, LogLine, Measured, Observed, PodDetail, Reach, Usage, UsedGpus,
};
pub use order::{DesiredPod, LabelIs, LeftTo, Place, SharedClaim, Wanted};
pub use safe::{KeptSecret, NotOpened, Opened, Safe};
pub use terminal::{Shell, Terminal, TerminalSize};

/// What carries the orders out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DriverKind {
    /// Nothing real runs; every page that shows it says so.
    Simulated,
    Kubernetes,
    Container,
}

/// A cluster, seen from Berth.
#[async_trait]
pub trait Driver: Send + Sync {
    fn kind(&self) -> DriverKind;

    /// The whole desired set, in the order of the workloads. What is told twice is done once; a pod of ours that is not in the
    /// set is removed. Where a pod of an older generation is still there, it ends first and the
    /// newer one is made by a later call, so that no workload ever has two.
    async fn apply(&self, desired: &[Arc<DesiredPod>], now: Timestamp) -> Result<(), DriverError>;

    /// The workloads that there are, stopped ones too: what a cluster keeps for any other, such as
    /// its volumes, may go. Told before [`apply`](Self::apply), again and again.
    async fn keep(&self, _workloads: &BTreeSet<WorkloadId>) {}

    /// Where the secrets are that pods use; told once, before everything else. Who needs none asks for none.
    fn entrust(&self, _safe: Arc<dyn Safe>) {}

    /// Everything as it is now: all nodes, all pods, and the events that nobody acknowledged. A
    /// pod that is not among them does not exist.
    async fn observe(&self, now: Timestamp) -> Result<Observed, DriverError>;

    /// What changed since this or [`observe`](Self::observe) was asked last, where that costs less than everything.
    /// `None` where everything has to be looked at, as where more changed than pods, or nobody keeps account.
    async fn observe_changed(&self, _now: Timestamp) -> Result<Option<Changed>, DriverError> {
        Ok(None)
    }

    /// These events are stored; they need not be told again. One that is told again all the same
    /// carries the same id.
    async fn acknowledge(&self, events: &[EventId]);

    /// The last `tail` lines of the workload's container; none when there is no such pod.
    async fn logs(&self, workload: WorkloadId, tail: usize) -> Result<Vec<LogLine>, DriverError>;

    /// The same of the container before it in the same run, which ended and was started again; none when there is no
    /// such one, or it is not kept.
    async fn earlier_logs(
        &self,
        _workload: WorkloadId,
        _tail: usize,
    ) -> Result<Vec<LogLine>, DriverError> {
        Ok(vec![])
    }

    /// The last `tail` lines of the workload's container, then each as it comes, until the container
    /// ends. Where lines cannot be followed, those that there are.
    async fn follow(
        &self,
        workload: WorkloadId,
        tail: usize,
    ) -> Result<BoxStream<'static, LogLine>, DriverError> {
        Ok(stream::iter(self.logs(workload, tail).await?).boxed())
    }

    /// What everything that runs used since this was asked last; nothing where that is not measured.
    async fn measure(&self, _now: Timestamp) -> Result<Measured, DriverError> {
        Ok(Measured::default())
    }

    /// A new shell in the workload's container.
    async fn terminal(
        &self,
        _workload: WorkloadId,
        _size: TerminalSize,
    ) -> Result<Terminal, DriverError> {
        Err(DriverError::NoShell { why: "nothing runs here in which there could be one".into() })
    }

    /// Whether each GPU was used lately, by its node and its place there. Those of which nothing is known are not
    /// among them.
    async fn used_gpus(&self, _now: Timestamp) -> Result<UsedGpus, DriverError> {
        Ok(UsedGpus::new())
    }

    /// Returns when something may have changed. A hint only: observing from time to time is what
    /// finds everything.
    async fn changed(&self);
}
