//! The driver itself: looks into the stores, decides, and sets to work.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use domain::{ClusterId, EventId, Reason, Timestamp, WorkloadId, reason::PlaceTrouble};
use futures::{StreamExt, stream, stream::BoxStream};
use tokio::{sync::Semaphore, task::AbortHandle};

use super::{
    board::{Board, Doing, Silent},
    claims,
    decide::{Act, decide},
    end,
    found::Found,
    hints::{Hints, Moved},
    link::{self, Connection, Link},
    logs,
    news::News,
    observe,
    patience::Patience,
    place, refusal, shared, shell, usage,
};
use crate::{
    Changed, DesiredPod, Driver, DriverError, DriverKind, LogLine, Measured, Observed, Safe,
    Terminal, TerminalSize, Wanted, order::PodKey,
};

/// Pods that are worked on at a time.
const AT_A_TIME: usize = 48;
/// Lines of a log handed out at once.
const TAIL_MAX: usize = 10_000;
/// How long somebody waits for the first connection, and for all that is there to be read.
const FIRST_LINK_WITHIN: Duration = Duration::from_secs(4);
/// A hint comes at most this often.
const HINT_EVERY_MIN: Duration = Duration::from_millis(50);

/// Which cluster, and how it is reached.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whose pods these are; written on each of them.
    pub cluster: ClusterId,
    pub connection: Connection,
}

/// Pods of one cluster.
pub struct KubernetesDriver {
    shared: Arc<Shared>,
    keeping: AbortHandle,
}

/// What the driver and its tasks share.
pub struct Shared {
    pub settings: Settings,
    pub hints: Arc<Hints>,
    pub news: Arc<News>,
    pub patience: Arc<Patience>,
    /// Whose turn it is to ask something of the cluster.
    pub turns: Semaphore,
    link: Mutex<Option<Arc<Link>>>,
    board: Mutex<Board>,
    safe: OnceLock<Arc<dyn Safe>>,
}

impl Shared {
    /// Where secrets are; `None` while nobody has said.
    pub fn safe(&self) -> Option<&dyn Safe> {
        self.safe.get().map(AsRef::as_ref)
    }

    pub fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time that was given last.
    pub fn now(&self) -> Timestamp {
        self.board().now
    }

    /// The cluster answers.
    pub fn linked(&self, link: Arc<Link>) {
        *self.link.lock().unwrap_or_else(PoisonError::into_inner) = Some(link);
        self.board().silent = None;
        self.hints.more();
    }

    /// The cluster does not answer: what is known of it is not believed any more. True where that is news.
    pub fn lost(&self, why: String, is_unwell: bool) -> bool {
        *self.link.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let mut board = self.board();
        let since = board.silent.as_ref().map_or(board.now, |silent| silent.since);
        let is_news = board.silent.as_ref().is_none_or(|silent| silent.why != why);
        board.silent = Some(Silent { since, why, is_unwell });
        drop(board);
        self.hints.more();
        is_news
    }

    /// The cluster, where it answers and its stores are full. At the beginning both take a moment.
    async fn link(&self, now: Timestamp) -> Result<Arc<Link>, DriverError> {
        let until = tokio::time::Instant::now() + FIRST_LINK_WITHIN;
        let none = |why: String| DriverError::Unreachable { since: now, why, is_unwell: true };
        loop {
            self.board().now = now;
            if let Some(Silent { since, why, is_unwell }) = self.board().silent.clone() {
                return Err(DriverError::Unreachable { since, why, is_unwell });
            }
            let link = self.link.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if let Some(link) = link {
                let left = until.duration_since(tokio::time::Instant::now());
                let full = tokio::time::timeout(left, link.stores.ready()).await;
                if let Some(why) = link.stores.wrong() {
                    return Err(none(why));
                }
                full.map_err(|_| none("what it has is still being read".into()))?;
                return Ok(link);
            }
            if tokio::time::Instant::now() >= until {
                return Err(none("there is no connection yet".into()));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Hints when it is time to do something about a workload.
    pub fn hint_at(&self, at: Timestamp, now: Timestamp, of: WorkloadId) {
        let pause = Duration::try_from(at.duration_since(now)).unwrap_or_default();
        let hints = self.hints.clone();
        tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            hints.of(of);
        });
    }
}

impl KubernetesDriver {
    /// A driver for the cluster that the settings name. It need not be there yet. Must be called on a runtime.
    pub fn start(settings: Settings) -> Self {
        let shared = Arc::new(Shared {
            settings,
            hints: Arc::default(),
            news: Arc::default(),
            patience: Arc::default(),
            turns: Semaphore::new(AT_A_TIME),
            link: Mutex::default(),
            board: Mutex::default(),
            safe: OnceLock::new(),
        });
        let keeping = tokio::spawn(link::keep(Arc::downgrade(&shared))).abort_handle();
        Self { shared, keeping }
    }

    /// A pod that was on its node and is not there any more was taken away: it is not made again in its place.
    fn notice_gone(
        &self,
        link: &Link,
        desired: &[Arc<DesiredPod>],
        found: &[Arc<Found>],
    ) -> BTreeMap<PodKey, Doing> {
        let there: Vec<_> = found.iter().map(|pod| pod.key).collect();
        let mut board = self.shared.board();
        let running = desired.iter().filter(|pod| pod.wanted == Wanted::Running);
        let mut gone = BTreeMap::new();
        for order in running.filter(|order| there.binary_search(&order.key()).is_err()) {
            // One whose labels somebody took away is there all the same.
            let is_there = link.stores.pods.get(&order.namespace, &order.name).is_some();
            if board.bound.binary_search(&order.key()).is_ok() && !is_there {
                let (node, kind) = (order.node_name(), PlaceTrouble::Deleted);
                let reason = Reason::PlaceLost { node, kind, answer: String::new() };
                let (doing, detail) = (Doing::Displaced(reason), place::planned(order, board.now));
                board.note(order.key(), doing.clone(), detail);
                self.shared.hints.of(order.workload);
                gone.insert(order.key(), doing);
            }
        }
        let bound = found.iter().filter(|pod| pod.node.is_some() && pod.deleted_at.is_none());
        board.bound = bound.map(|pod| pod.key).collect();
        gone
    }

    fn act(&self, link: &Arc<Link>, act: Act, desired: &[Arc<DesiredPod>], found: &[Arc<Found>]) {
        let shared = &self.shared;
        match act {
            Act::Place { order, tries } => {
                place::begin(shared, link, &desired[order], tries, false)
            }
            Act::Mend { order, tries } => place::begin(shared, link, &desired[order], tries, true),
            Act::End { found: at, grace_secs } => end::begin(shared, link, &found[at], grace_secs),
            Act::Forget { pod } => shared.board().forget(pod),
        }
    }

    /// The newest pod of a workload.
    async fn newest(
        &self,
        workload: WorkloadId,
    ) -> Result<Option<(Arc<Link>, Arc<Found>)>, DriverError> {
        let now = self.shared.now();
        let link = self.shared.link(now).await?;
        let found = logs::newest(link.stores.pods.of(workload));
        Ok(found.map(|found| (link, found)))
    }
}

impl Drop for KubernetesDriver {
    fn drop(&mut self) {
        self.keeping.abort();
        self.shared.board().forget_all();
    }
}

#[async_trait]
impl Driver for KubernetesDriver {
    fn kind(&self) -> DriverKind {
        DriverKind::Kubernetes
    }

    async fn apply(&self, desired: &[Arc<DesiredPod>], now: Timestamp) -> Result<(), DriverError> {
        let running = desired.iter().filter(|pod| pod.wanted == Wanted::Running);
        let running: Vec<PodKey> = running.map(|pod| pod.key()).collect();
        self.shared.board().wanted = Some(Arc::new(running));
        let link = self.shared.link(now).await?;
        // Before the look: what ends while we look is decided upon next time.
        let mut doing = self.shared.board().doing();
        let found = link.stores.pods.ours();
        doing.extend(self.notice_gone(&link, desired, &found));
        for act in decide(desired, &found, &doing, now) {
            self.act(&link, act, desired, &found);
        }
        shared::sweep(&link, self.shared.settings.cluster, desired).await;
        let kept = self.shared.board().kept.clone();
        if let Some(kept) = kept {
            claims::sweep(&link, self.shared.settings.cluster, &kept).await;
        }
        Ok(())
    }

    async fn keep(&self, workloads: &BTreeSet<WorkloadId>) {
        self.shared.board().kept = Some(workloads.clone());
    }

    fn entrust(&self, safe: Arc<dyn Safe>) {
        // Who says it twice is not heard again.
        let _ = self.shared.safe.set(safe);
    }

    async fn observe(&self, now: Timestamp) -> Result<Observed, DriverError> {
        let link = self.shared.link(now).await?;
        self.shared.hints.take();
        // Before the look: a pod that is being made is never told as gone.
        let plans = self.shared.board().plans();
        let (found, nodes) = observe::look(&link);
        let silent = Arc::new(observe::silent(&nodes));
        let (pods, details) = observe::observations(&found, &silent, &plans, now);
        self.shared.board().silent_nodes = silent;
        Ok(Observed {
            nodes,
            pods,
            details,
            events: self.shared.news.all(),
            storage_classes: observe::classes(&link),
            reaches: observe::reaches(&link),
            abilities: observe::abilities(&link),
            version: link.version.clone(),
        })
    }

    async fn observe_changed(&self, now: Timestamp) -> Result<Option<Changed>, DriverError> {
        let link = self.shared.link(now).await?;
        let Moved { workloads, is_more: false } = self.shared.hints.take() else {
            return Ok(None);
        };
        let (plans, silent) = {
            let board = self.shared.board();
            (board.plans_of(&workloads), board.silent_nodes.clone())
        };
        let found: Vec<_> = workloads.iter().flat_map(|of| link.stores.pods.of(*of)).collect();
        let (pods, details) = observe::observations(&found, &silent, &plans, now);
        Ok(Some(Changed { workloads, pods, details, events: self.shared.news.all() }))
    }

    async fn acknowledge(&self, events: &[EventId]) {
        self.shared.news.stored(events);
    }

    async fn logs(&self, workload: WorkloadId, tail: usize) -> Result<Vec<LogLine>, DriverError> {
        let Some((link, found)) = self.newest(workload).await? else { return Ok(vec![]) };
        logs::last(&link.client, &found, tail.min(TAIL_MAX), false)
            .await
            .map_err(not("read the log"))
    }

    async fn earlier_logs(
        &self,
        workload: WorkloadId,
        tail: usize,
    ) -> Result<Vec<LogLine>, DriverError> {
        let Some((link, found)) = self.newest(workload).await? else { return Ok(vec![]) };
        logs::last(&link.client, &found, tail.min(TAIL_MAX), true)
            .await
            .map_err(not("read the log"))
    }

    async fn follow(
        &self,
        workload: WorkloadId,
        tail: usize,
    ) -> Result<BoxStream<'static, LogLine>, DriverError> {
        match self.newest(workload).await? {
            Some((link, found)) => logs::follow(&link.client, &found, tail.min(TAIL_MAX))
                .await
                .map_err(not("read the log")),
            None => Ok(stream::empty().boxed()),
        }
    }

    async fn measure(&self, now: Timestamp) -> Result<Measured, DriverError> {
        let link = self.shared.link(now).await?;
        let workloads = usage::measure(&link, self.shared.settings.cluster).await;
        Ok(Measured { workloads, gpus: BTreeMap::new() })
    }

    async fn terminal(
        &self,
        workload: WorkloadId,
        size: TerminalSize,
    ) -> Result<Terminal, DriverError> {
        let Some((link, found)) = self.newest(workload).await? else {
            return Err(DriverError::NoShell { why: "there is no pod".into() });
        };
        let opened = shell::open(&link.client, &found, size).await;
        opened.map_err(|wrong| DriverError::NoShell { why: refusal::chain(&wrong) })
    }

    async fn changed(&self) {
        self.shared.hints.told().await;
        tokio::time::sleep(HINT_EVERY_MIN).await;
    }
}

/// What a cluster did not do.
fn not(what: &'static str) -> impl Fn(kube::Error) -> DriverError {
    move |cause| DriverError::Cluster { what, cause: Box::new(cause) }
}
