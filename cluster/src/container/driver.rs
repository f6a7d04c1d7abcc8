//! The driver itself: looks, decides, and sets to work.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use bollard::errors::Error as EngineError;
use domain::{ClusterId, EventId, Timestamp, WorkloadId, storage_class};
use futures::{StreamExt, stream, stream::BoxStream};
use tokio::{sync::Notify, task::AbortHandle};
use tracing::warn;

use super::{
    board::Board,
    decide::{Act, Doing, decide, restarts_at},
    end,
    found::{Found, PodKey},
    link::{self, Link, NoLink},
    look, machine, measure, prepare,
    shell::{self, NoShell},
    states, streams, watch,
};
use crate::{
    DesiredPod, Driver, DriverError, DriverKind, LogLine, Measured, Observed, Terminal,
    TerminalSize, UsedGpus, Wanted,
};

/// Lines of a log handed out at once.
const TAIL_MAX: usize = 10_000;
/// A hint comes at most this often.
const HINT_EVERY_MIN: Duration = Duration::from_millis(50);

/// Which engine, and what workspaces may have of its machine.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whose containers these are; written on each of them.
    pub cluster: ClusterId,
    /// Sockets to try, in this order.
    pub sockets: Vec<PathBuf>,
    /// Folders of the machine that host paths may lie in.
    pub host_folders: Vec<String>,
}

/// Containers of one engine.
pub struct ContainerDriver {
    shared: Arc<Shared>,
    watching: AbortHandle,
}

/// What the driver and its tasks share.
pub(super) struct Shared {
    pub settings: Settings,
    pub hint: Notify,
    link: Mutex<Option<Link>>,
    board: Mutex<Board>,
}

impl Shared {
    pub fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The engine, if it answered last time.
    pub fn link_now(&self) -> Option<Link> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_link(&self, link: Option<Link>) {
        *self.link.lock().unwrap_or_else(PoisonError::into_inner) = link;
    }

    /// Hints when it is time for something.
    pub fn hint_at(self: &Arc<Self>, at: Timestamp, now: Timestamp) {
        let pause = Duration::try_from(at.duration_since(now)).unwrap_or_default();
        let shared = Arc::downgrade(self);
        tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            if let Some(shared) = shared.upgrade() {
                shared.hint.notify_one();
            }
        });
    }

    /// The engine, found again where it was lost.
    async fn link(&self, now: Timestamp) -> Result<Link, DriverError> {
        if let Some(link) = self.link_now() {
            return Ok(link);
        }
        match link::connect(&self.settings, now).await {
            Ok(link) => {
                self.set_link(Some(link.clone()));
                self.board().silent_since = None;
                Ok(link)
            }
            Err(wrong) => {
                // Once, and not each second.
                let is_news = self.board().silent_since.is_none();
                if is_news {
                    warn!(error = %wrong, "no container engine");
                }
                Err(self.lost(now))
            }
        }
    }

    /// The engine does not answer.
    fn lost(&self, now: Timestamp) -> DriverError {
        self.set_link(None);
        let since = *self.board().silent_since.get_or_insert(now);
        DriverError::Unreachable {
            since,
            why: "no container engine answers".into(),
            is_unwell: false,
        }
    }

    /// What an engine answered; an answer that is none loses it.
    fn heard<T>(
        &self,
        answer: Result<T, EngineError>,
        what: &'static str,
        now: Timestamp,
    ) -> Result<T, DriverError> {
        answer.map_err(|cause| match cause {
            EngineError::DockerResponseServerError { .. } | EngineError::JsonDataError { .. } => {
                DriverError::Engine { what, cause }
            }
            cause => {
                warn!(error = %cause, "lost the container engine: could not {what}");
                self.lost(now)
            }
        })
    }
}

impl ContainerDriver {
    /// A driver for the engine that the settings name. It need not be there yet. Must be called on a
    /// runtime.
    pub fn start(settings: Settings) -> Self {
        Self::start_with(settings, None)
    }

    /// The same for an engine that has been asked already, and need not be asked again.
    pub fn of_greeted(settings: Settings, greeting: Greeting) -> Self {
        let mut link = greeting.link;
        link.ground.cluster = settings.cluster;
        Self::start_with(settings, Some(link))
    }

    fn start_with(settings: Settings, link: Option<Link>) -> Self {
        let shared = Arc::new(Shared {
            settings,
            hint: Notify::new(),
            link: Mutex::new(link),
            board: Mutex::default(),
        });
        let watching = tokio::spawn(watch::events(Arc::downgrade(&shared))).abort_handle();
        Self { shared, watching }
    }

    fn act(&self, link: &Link, act: Act, desired: &[Arc<DesiredPod>], found: &[Found]) {
        let shared = &self.shared;
        match act {
            Act::Begin { order, restart, tries } => {
                if let Some(order) = desired.get(order) {
                    prepare::begin(shared, link, order, restart, tries);
                }
            }
            Act::End { pod, containers, grace_secs } => {
                let of_pod: Vec<_> =
                    found.iter().filter(|container| containers.contains(&container.id)).collect();
                end::begin(shared, link, &of_pod, pod, grace_secs);
            }
            Act::Remove { container } => {
                let docker = link.docker.clone();
                tokio::spawn(async move { end::remove(&docker, &container).await });
            }
            Act::Forget { pod } => shared.board().forget(pod),
        }
    }

    /// The container of a workload that was started last.
    async fn newest(
        &self,
        link: &Link,
        workload: WorkloadId,
        now: Timestamp,
    ) -> Result<Option<Found>, DriverError> {
        Ok(self.all_of(link, workload, now).await?.pop())
    }

    /// The containers of a workload, in the order in which they were started.
    async fn all_of(
        &self,
        link: &Link,
        workload: WorkloadId,
        now: Timestamp,
    ) -> Result<Vec<Found>, DriverError> {
        let found = look::containers(&self.shared, &link.docker).await;
        let mut found = self.shared.heard(found, "list the containers", now)?;
        found.retain(|container| container.tag.workload == workload);
        found.sort_by_key(|container| (container.tag.generation, container.tag.restart));
        Ok(found)
    }
}

/// An engine that answers, for people, and for the driver that is to use it.
#[derive(Clone)]
pub struct Greeting {
    pub engine: String,
    pub socket: PathBuf,
    pub shortcomings: Vec<String>,
    link: Link,
}

/// Asks for an engine, before it is known whose containers they would be.
pub async fn greet(settings: &Settings, now: Timestamp) -> Result<Greeting, NoLink> {
    let link = link::connect(settings, now).await?;
    let shortcomings = link.ground.abilities.shortcomings.iter().map(ToString::to_string);
    Ok(Greeting {
        engine: link.ground.engine.name.clone(),
        socket: link.socket.clone(),
        shortcomings: shortcomings.collect(),
        link,
    })
}

impl Drop for ContainerDriver {
    fn drop(&mut self) {
        self.watching.abort();
        self.shared.board().forget_all();
    }
}

#[async_trait]
impl Driver for ContainerDriver {
    fn kind(&self) -> DriverKind {
        DriverKind::Container
    }

    async fn apply(&self, desired: &[Arc<DesiredPod>], now: Timestamp) -> Result<(), DriverError> {
        let shared = &self.shared;
        shared.board().now = now;
        let link = shared.link(now).await?;
        // Before the look: what ends while we look is decided upon next time.
        let doing = shared.board().doing();
        let found = look::containers(shared, &link.docker).await;
        let found = shared.heard(found, "list the containers", now)?;
        for act in decide(desired, &found, &doing, now) {
            self.act(&link, act, desired, &found);
        }
        let later = found.iter().filter_map(restarts_at).filter(|at| *at > now).min();
        if let Some(at) = later {
            shared.hint_at(at, now);
        }
        let wanted =
            desired.iter().filter(|pod| pod.wanted == Wanted::Running).map(|pod| pod.key());
        let there = found.iter().map(|container| container.tag.key());
        let runs: BTreeSet<PodKey> = wanted.chain(there).collect();
        let some_end = doing.values().any(|doing| *doing == Doing::Ending);
        let swept = end::sweep(shared, &link.docker, &runs, some_end, now).await;
        shared.heard(swept, "look through the volumes", now)
    }

    async fn keep(&self, workloads: &BTreeSet<WorkloadId>) {
        let mut board = self.shared.board();
        if board.kept.as_ref() != Some(workloads) {
            board.kept = Some(workloads.clone());
            board.swept_at = None;
        }
    }

    async fn observe(&self, now: Timestamp) -> Result<Observed, DriverError> {
        let shared = &self.shared;
        shared.board().now = now;
        let link = shared.link(now).await?;
        // Before the look: a pod that is being made is never told as gone.
        let planned = shared.board().planned();
        let found = look::containers(shared, &link.docker).await;
        let found = shared.heard(found, "list the containers", now)?;
        for container in &found {
            watch::memory(shared, container);
        }
        let events = shared.board().events();
        let (pods, details) = states::observations(&found, &planned, link.node_name());
        let class = storage_class::StorageClass {
            name: storage_class::LOCAL.to_owned(),
            provisioner: link.ground.engine.name.clone(),
            allow_volume_expansion: false,
            is_default: true,
        };
        Ok(Observed {
            nodes: vec![link.node.clone()],
            pods,
            details,
            events,
            storage_classes: vec![class],
            // There is one node, and everything is there.
            reaches: vec![],
            abilities: link.ground.abilities.clone(),
            version: link.ground.engine.name.clone(),
        })
    }

    async fn acknowledge(&self, events: &[EventId]) {
        self.shared.board().acknowledge(events);
    }

    async fn logs(&self, workload: WorkloadId, tail: usize) -> Result<Vec<LogLine>, DriverError> {
        let now = self.shared.board().now;
        let link = self.shared.link(now).await?;
        let Some(container) = self.newest(&link, workload, now).await? else { return Ok(vec![]) };
        let lines = look::lines(&link.docker, &container.id, tail.min(TAIL_MAX)).await;
        self.shared.heard(lines, "read the log", now)
    }

    async fn earlier_logs(
        &self,
        workload: WorkloadId,
        tail: usize,
    ) -> Result<Vec<LogLine>, DriverError> {
        let now = self.shared.board().now;
        let link = self.shared.link(now).await?;
        let mut all = self.all_of(&link, workload, now).await?;
        let run = all.pop().map(|newest| newest.tag.generation);
        let before = all.pop().filter(|before| Some(before.tag.generation) == run);
        let Some(container) = before else { return Ok(vec![]) };
        let lines = look::lines(&link.docker, &container.id, tail.min(TAIL_MAX)).await;
        self.shared.heard(lines, "read the log", now)
    }

    async fn follow(
        &self,
        workload: WorkloadId,
        tail: usize,
    ) -> Result<BoxStream<'static, LogLine>, DriverError> {
        let now = self.shared.board().now;
        let link = self.shared.link(now).await?;
        Ok(match self.newest(&link, workload, now).await? {
            Some(container) => {
                streams::log(&link.docker, &container.id, tail.min(TAIL_MAX)).boxed()
            }
            None => stream::empty().boxed(),
        })
    }

    async fn measure(&self, now: Timestamp) -> Result<Measured, DriverError> {
        let link = self.shared.link(now).await?;
        let found = look::containers(&self.shared, &link.docker).await;
        let found = self.shared.heard(found, "list the containers", now)?;
        let workloads = measure::workloads(&self.shared, &link, &found).await;
        let gpus = tokio::task::spawn_blocking(machine::gpu_loads).await.unwrap_or_default();
        let node = link.node_name();
        let gpus = gpus.into_iter().map(|(index, load)| ((node.clone(), index), load)).collect();
        Ok(Measured { workloads, gpus })
    }

    async fn terminal(
        &self,
        workload: WorkloadId,
        size: TerminalSize,
    ) -> Result<Terminal, DriverError> {
        let now = self.shared.board().now;
        let link = self.shared.link(now).await?;
        let Some(container) = self.newest(&link, workload, now).await? else {
            return Err(DriverError::NoShell { why: "there is no container".into() });
        };
        match shell::open(&link.docker, &link.socket, &container.id, size).await {
            Ok(terminal) => Ok(terminal),
            Err(NoShell::Engine(cause)) => self.shared.heard(Err(cause), "open a terminal", now),
            Err(NoShell::Refused(why)) => Err(DriverError::NoShell { why }),
            Err(NoShell::Connection(cause)) => {
                warn!(error = %cause, "lost the container engine: could not open a terminal");
                Err(self.shared.lost(now))
            }
        }
    }

    async fn used_gpus(&self, now: Timestamp) -> Result<UsedGpus, DriverError> {
        let node = self.shared.link(now).await?.node_name().clone();
        let used = tokio::task::spawn_blocking(machine::used_gpus).await.unwrap_or_default();
        Ok(used.into_iter().map(|(index, is_used)| ((node.clone(), index), is_used)).collect())
    }

    async fn changed(&self) {
        self.shared.hint.notified().await;
        tokio::time::sleep(HINT_EVERY_MIN).await;
    }
}
