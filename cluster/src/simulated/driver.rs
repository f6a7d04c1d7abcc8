//! The driver around the simulated world: a lock, the file that keeps the world over restarts, the
//! file that orders trouble, and wake-ups.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use domain::{EventId, Timestamp, WorkloadId, node::Node};
use tokio::sync::{Mutex as AsyncMutex, Notify};
use tracing::{info, warn};

use super::{Conditions, SimulatedFile, Start, World};
use crate::{DesiredPod, Driver, DriverError, DriverKind, LogLine, Observed, UsedGpus};

/// Lines of a log handed out at once.
const TAIL_MAX: usize = 10_000;
/// A hint comes at most this often.
const HINT_EVERY_MIN: Duration = Duration::from_millis(20);

/// A cluster that runs nothing.
pub struct SimulatedDriver {
    inner: Mutex<Inner>,
    /// Held from a change until it is in the file, so that writes keep their order.
    writing: AsyncMutex<()>,
    hint: Notify,
    /// Where the world is kept; `None` keeps it in memory.
    state: Option<PathBuf>,
    orders: Option<PathBuf>,
    /// Used when the orders name no nodes.
    built_in: Vec<Node>,
}

struct Inner {
    world: World,
    now: Timestamp,
    is_unsaved: bool,
    /// What was read, to be taken over when the time is known.
    news: Option<(Vec<Node>, Conditions)>,
    orders_seen: Option<(SystemTime, u64)>,
}

impl SimulatedDriver {
    /// Opens the world kept in the file `state`, or begins one there. `orders` is the file that
    /// [`SimulatedFile`] describes, read again whenever it changes.
    pub fn open(
        state: &Path,
        orders: Option<&Path>,
        built_in: Vec<Node>,
    ) -> Result<Self, DriverError> {
        let mut driver = Self::in_memory(built_in);
        driver.state = Some(state.to_owned());
        driver.orders = orders.map(Path::to_owned);
        {
            let mut inner = driver.lock();
            inner.world = match fs::read(state) {
                Ok(bytes) => serde_json::from_slice(&bytes).map_err(|wrong| {
                    DriverError::Content { path: state.to_owned(), why: wrong.to_string() }
                })?,
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => World::default(),
                Err(cause) => return Err(file_error("read", state, cause)),
            };
            inner.news = Some((driver.built_in.clone(), Conditions::default()));
            if let Some(orders) = &driver.orders {
                inner.orders_seen = stamp(orders);
                inner.news = Some(read_orders(orders, &driver.built_in)?);
            }
        }
        Ok(driver)
    }

    /// A world that ends with the program, for tests.
    pub fn in_memory(nodes: Vec<Node>) -> Self {
        let inner = Inner {
            world: World::new(nodes.clone()),
            now: Timestamp::default(),
            is_unsaved: false,
            news: None,
            orders_seen: None,
        };
        Self {
            inner: Mutex::new(inner),
            writing: AsyncMutex::new(()),
            hint: Notify::new(),
            state: None,
            orders: None,
            built_in: nodes,
        }
    }

    /// Orders other conditions from `now` on.
    pub fn set_conditions(&self, conditions: Conditions, now: Timestamp) {
        let mut inner = self.lock();
        inner.now = inner.now.max(now);
        let nodes = inner.news.take().map(|(nodes, _)| nodes);
        inner.is_unsaved |= inner.world.configure(nodes, conditions, now);
        drop(inner);
        self.hint.notify_one();
    }

    /// Every start of a container so far, for [`doubled`](super::doubled).
    pub fn starts(&self) -> Vec<Start> {
        self.lock().world.starts().to_vec()
    }

    /// The lock, with the world brought up to `now`; refused while the cluster does not answer.
    fn at(&self, now: Timestamp) -> Result<MutexGuard<'_, Inner>, DriverError> {
        let mut inner = self.lock();
        self.read_changed_orders(&mut inner);
        inner.now = inner.now.max(now);
        if let Some((nodes, conditions)) = inner.news.take() {
            inner.is_unsaved |= inner.world.configure(Some(nodes), conditions, now);
        }
        inner.world.advance(now);
        match inner.world.silent_since() {
            Some(since) => Err(silent(since)),
            None => Ok(inner),
        }
    }

    /// A file in the middle of being edited is left for the next time.
    fn read_changed_orders(&self, inner: &mut Inner) {
        let Some(orders) = &self.orders else { return };
        let stamp = stamp(orders);
        if stamp == inner.orders_seen {
            return;
        }
        inner.orders_seen = stamp;
        match read_orders(orders, &self.built_in) {
            Ok(news) => {
                info!(path = %orders.display(), "the simulated cluster has new orders");
                inner.news = Some(news);
            }
            Err(wrong) => warn!(error = %wrong, "the simulated cluster keeps its old orders"),
        }
    }

    /// Writes the world if it has changed; what could not be written is tried again next time.
    async fn save(&self) -> Result<(), DriverError> {
        let Some(path) = self.state.clone() else { return Ok(()) };
        let bytes = {
            let mut inner = self.lock();
            if !inner.is_unsaved {
                return Ok(());
            }
            inner.is_unsaved = false;
            serde_json::to_vec(&inner.world)
        };
        let written = match bytes.map_err(io::Error::from) {
            Ok(bytes) => {
                let path = path.clone();
                let task = tokio::task::spawn_blocking(move || write_whole(&path, &bytes));
                task.await.unwrap_or_else(|cause| Err(io::Error::other(cause)))
            }
            Err(cause) => Err(cause),
        };
        written.map_err(|cause| {
            self.lock().is_unsaved = true;
            file_error("write", &path, cause)
        })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The trouble on order in which nothing answers.
fn silent(since: Timestamp) -> DriverError {
    DriverError::Unreachable { since, why: "its simulation says so".into(), is_unwell: false }
}

#[async_trait]
impl Driver for SimulatedDriver {
    fn kind(&self) -> DriverKind {
        DriverKind::Simulated
    }

    async fn apply(&self, desired: &[Arc<DesiredPod>], now: Timestamp) -> Result<(), DriverError> {
        let _writing = self.writing.lock().await;
        let changed = {
            let mut inner = self.at(now)?;
            let changed = inner.world.apply(desired, now);
            inner.is_unsaved |= changed;
            changed
        };
        if changed {
            self.hint.notify_one();
        }
        self.save().await
    }

    async fn observe(&self, now: Timestamp) -> Result<Observed, DriverError> {
        let inner = self.at(now)?;
        Ok(inner.world.observe(now))
    }

    async fn acknowledge(&self, events: &[EventId]) {
        self.lock().world.acknowledge(events);
    }

    async fn logs(&self, workload: WorkloadId, tail: usize) -> Result<Vec<LogLine>, DriverError> {
        let inner = self.lock();
        match inner.world.silent_since() {
            Some(since) => Err(silent(since)),
            None => Ok(inner.world.logs(workload, tail.min(TAIL_MAX), inner.now)),
        }
    }

    async fn used_gpus(&self, now: Timestamp) -> Result<UsedGpus, DriverError> {
        Ok(self.at(now)?.world.used_gpus())
    }

    async fn changed(&self) {
        let wait = {
            let inner = self.lock();
            inner.world.next_change(inner.now)
        };
        match wait {
            Some(wait) => {
                let _ = tokio::time::timeout(wait.max(HINT_EVERY_MIN), self.hint.notified()).await;
            }
            None => self.hint.notified().await,
        }
    }
}

fn read_orders(path: &Path, built_in: &[Node]) -> Result<(Vec<Node>, Conditions), DriverError> {
    let content = |why| DriverError::Content { path: path.to_owned(), why };
    let text = fs::read_to_string(path).map_err(|cause| file_error("read", path, cause))?;
    let file = SimulatedFile::parse(&text).map_err(content)?;
    let nodes = file.nodes().map_err(content)?;
    let nodes = if nodes.is_empty() { built_in.to_vec() } else { nodes };
    Ok((nodes, file.conditions()))
}

fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let data = fs::metadata(path).ok()?;
    Some((data.modified().ok()?, data.len()))
}

/// Writes all of it or nothing, whenever the program is killed.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension("new");
    let mut file = File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

fn file_error(what: &'static str, path: &Path, cause: io::Error) -> DriverError {
    DriverError::File { what, path: path.to_owned(), cause }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulated::{Trouble, doubled, one_machine, tests::order};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[tokio::test]
    async fn a_pod_runs_on_over_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("simulated.json");
        let wanted = [Arc::new(order(1, 1, "local", "jupyter/scipy-notebook"))];
        let driver = SimulatedDriver::open(&state, None, one_machine()).unwrap();
        driver.apply(&wanted, at(0)).await.unwrap();
        drop(driver);

        // A write that was cut off leaves the file as it was.
        fs::write(state.with_extension("new"), "{\"hard").unwrap();
        let driver = SimulatedDriver::open(&state, None, one_machine()).unwrap();
        driver.apply(&wanted, at(60)).await.unwrap();
        let seen = driver.observe(at(60)).await.unwrap();
        assert_eq!(seen.pods[0].state, domain::workload::PodState::Running);
        let starts = driver.starts();
        assert_eq!((starts.len(), doubled(&starts).len()), (1, 0));
        assert!(!driver.logs(wanted[0].workload, 10).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn orders_are_read_again_when_they_change() {
        let folder = tempfile::tempdir().unwrap();
        let (state, orders) = (folder.path().join("s.json"), folder.path().join("orders.toml"));
        fs::write(&orders, "speed = 2").unwrap();
        let driver = SimulatedDriver::open(&state, Some(&orders), one_machine()).unwrap();
        assert_eq!(driver.observe(at(0)).await.unwrap().nodes.len(), 1);

        fs::write(&orders, "[[trouble]]\nwhat = 'disconnected'").unwrap();
        let refused = driver.observe(at(5)).await.unwrap_err();
        assert!(matches!(refused, DriverError::Unreachable { since, .. } if since == at(5)));
        let refused = driver.apply(&[], at(9)).await.unwrap_err();
        assert!(matches!(refused, DriverError::Unreachable { since, .. } if since == at(5)));

        // Half a file changes nothing.
        fs::write(&orders, "[[trou").unwrap();
        assert!(driver.observe(at(10)).await.is_err());
        fs::write(&orders, "").unwrap();
        assert!(driver.observe(at(11)).await.is_ok());
    }

    #[tokio::test]
    async fn an_unreadable_world_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("simulated.json");
        fs::write(&state, "{}}").unwrap();
        let wrong = SimulatedDriver::open(&state, None, one_machine()).err().unwrap();
        assert!(wrong.to_string().contains("simulated.json"), "{wrong}");
    }

    #[tokio::test]
    async fn an_acknowledged_event_is_not_told_again() {
        let driver = SimulatedDriver::in_memory(one_machine());
        driver.apply(&[order(1, 1, "local", "a").into()], at(0)).await.unwrap();
        let told = driver.observe(at(1)).await.unwrap().events;
        assert_eq!(driver.observe(at(1)).await.unwrap().events, told);
        let ids: Vec<_> = told.iter().map(|event| event.id).collect();
        driver.acknowledge(&ids).await;
        assert!(driver.observe(at(1)).await.unwrap().events.is_empty());
    }

    #[tokio::test]
    async fn a_hint_comes_when_something_is_due() {
        let driver = SimulatedDriver::in_memory(one_machine());
        driver.set_conditions(Conditions::fast(1000.0), at(0));
        driver.apply(&[order(1, 1, "local", "a").into()], at(0)).await.unwrap();
        driver.changed().await;
        driver.changed().await;
        let trouble = vec![Trouble::Disconnected {}];
        driver.set_conditions(Conditions { speed: 1.0, trouble }, at(1));
        driver.changed().await;
        assert!(driver.logs(order(1, 1, "local", "a").workload, 1).await.is_err());
    }
}
