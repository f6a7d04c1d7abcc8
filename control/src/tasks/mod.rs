//! The loops that keep the world true: scheduling, estimating, reconciling, observing, idling, loading again, pruning.
//! Each looks, decides and acts, and may be stopped and started at any moment; a wake-up is a hint,
//! the period is the truth.

mod deciding;
mod estimating;
mod idling;
mod limiting;
mod metering;
mod observing;
pub(crate) mod pruning;
mod reconciling;
mod sampling;
mod scheduling;

use std::time::Duration;

use tokio::{sync::Notify, task::JoinSet, time::Instant};
use tracing::{debug, info, warn};

use crate::{ControlPlane, Inner, Result};

pub(crate) use idling::Idling;
pub(crate) use metering::Metered;
pub(crate) use reconciling::Orders;
pub use scheduling::Cycles;

/// How often each loop runs without being woken.
const PERIOD: Duration = Duration::from_secs(1);
/// The same for those that are woken by every change, and go through everything.
const LONG_PERIOD: Duration = Duration::from_secs(5);
const PRUNING_PERIOD: Duration = Duration::from_secs(10);
const IDLING_PERIOD: Duration = Duration::from_secs(domain::workload::WINDOW_SECS as u64);
const SAMPLING_PERIOD: Duration = Duration::from_secs(domain::sample::SAMPLE_SECS as u64);
const METERING_PERIOD: Duration = Duration::from_secs(60);
/// How long a loop that goes through everything rests, in turns of the length of its last one: so it takes no more than a
/// fifth of a processor, however large a cluster is and however much happens there.
const REST_TURNS: u32 = 4;
const REST_MAX: Duration = Duration::from_millis(500);
/// How long observing rests at most after a look at what changed: somebody waits for what it finds, and a longer look has
/// found more, of which none is looked at twice.
const OBSERVING_REST_MAX: Duration = Duration::from_millis(50);

/// A hint that there is something to do.
#[derive(Debug, Default)]
pub struct Wake(Notify);

impl Wake {
    pub fn wake(&self) {
        self.0.notify_one();
    }

    /// Returns at the next hint, or after `period`.
    async fn or_after(&self, period: Duration) {
        // Both ends mean the same: look again.
        let _ = tokio::time::timeout(period, self.0.notified()).await;
    }
}

impl ControlPlane {
    /// Starts the loops. They end when the set is dropped or shut down.
    pub fn start(&self) -> JoinSet<()> {
        let mut loops = JoinSet::new();
        let control = || self.clone();
        let scheduling = |control: Self| async move {
            let changes = control.schedule_once().await;
            control.read_ahead().await;
            changes
        };
        loops.spawn(asked(control(), "scheduling", scheduling, |control| &control.scheduling));
        let reconciling = |control: Self| async move { control.reconcile_once().await };
        loops.spawn(asked(control(), "reconciling", reconciling, |control| &control.reconciling));
        loops.spawn(control().observe());
        loops.spawn(control().reload());
        loops.spawn(control().estimate());
        let limiting = |control: Self| async move { control.limit_once().await };
        loops.spawn(every(control(), "limiting", limiting, LONG_PERIOD));
        let idling = |control: Self| async move { control.idle_once().await };
        loops.spawn(every(control(), "idling", idling, IDLING_PERIOD));
        let pruning = |control: Self| async move { control.prune_once().await };
        loops.spawn(every(control(), "pruning", pruning, PRUNING_PERIOD));
        let metering = |control: Self| async move { control.meter_once().await };
        loops.spawn(every(control(), "metering", metering, METERING_PERIOD));
        let sampling = |control: Self| async move { control.sample_once().await };
        loops.spawn(every(control(), "sampling", sampling, SAMPLING_PERIOD));
        loops
    }

    /// One turn of every loop, in the order in which they feed each other; for tests.
    pub async fn turn(&self) -> Result<()> {
        self.reload_once().await?;
        self.observe_once().await?;
        self.limit_once().await?;
        self.schedule_once().await?;
        self.estimate_once().await;
        self.reconcile_once().await?;
        self.observe_once().await?;
        self.prune_once().await?;
        self.meter_once().await?;
        self.idle_once().await?;
        self.sample_once().await?;
        Ok(())
    }

    /// Looks at what changed, and from time to time at everything: also after a turn that failed, for nobody is told again
    /// what was not taken over.
    async fn observe(self) {
        let mut voice = Voice::of("observing");
        let mut whole: Option<Instant> = None;
        loop {
            let begun = Instant::now();
            let turn = if whole.is_none_or(|last| last.elapsed() >= LONG_PERIOD) {
                whole = Some(begun);
                self.observe_once().await
            } else {
                let turn = self.observe_changed().await;
                tokio::time::sleep(begun.elapsed().min(OBSERVING_REST_MAX)).await;
                turn
            };
            if turn.is_err() {
                whole = None;
            }
            voice.told(turn);
            self.until_something_changed(PERIOD).await;
        }
    }

    async fn reload(self) {
        let mut voice = Voice::of("loading again");
        loop {
            voice.told(self.reload_once().await);
            self.inner.reloading.or_after(PERIOD).await;
        }
    }

    async fn estimate(self) {
        loop {
            self.estimate_once().await;
            tokio::time::sleep(PERIOD).await;
        }
    }
}

/// Turns that go through everything: at each hint, and where none comes, when one is due.
async fn asked<T: Future<Output = Result<usize>>>(
    control: ControlPlane,
    name: &'static str,
    turn: impl Fn(ControlPlane) -> T,
    hint: impl Fn(&Inner) -> &Wake,
) {
    let mut voice = Voice::of(name);
    loop {
        let begun = Instant::now();
        let wait = voice.told(turn(control.clone()).await);
        tokio::time::sleep((begun.elapsed() * REST_TURNS).min(REST_MAX)).await;
        hint(&control.inner).or_after(wait).await;
    }
}

/// Turns that are due whatever happens, a period apart.
async fn every<T: Future<Output = Result<usize>>>(
    control: ControlPlane,
    name: &'static str,
    turn: impl Fn(ControlPlane) -> T,
    period: Duration,
) {
    let mut voice = Voice::of(name);
    loop {
        voice.told(turn(control.clone()).await);
        tokio::time::sleep(period).await;
    }
}

/// What a loop says of its turns.
struct Voice {
    name: &'static str,
    /// What it failed of last; it is not said again while it lasts.
    wrong: Option<String>,
}

impl Voice {
    fn of(name: &'static str) -> Self {
        Self { name, wrong: None }
    }

    /// A turn that failed costs a period and nothing else: the next one looks afresh. Returns when a turn
    /// is due that nobody asks for.
    fn told(&mut self, turn: Result<usize>) -> Duration {
        let name = self.name;
        match turn {
            Ok(changes) => {
                if self.wrong.take().is_some() {
                    info!(task = name, "{name} goes on");
                }
                if changes > 0 {
                    debug!(task = name, changes, "{name}: {changes} changes");
                }
                LONG_PERIOD
            }
            Err(error) => {
                let why = crate::chain(&error);
                if self.wrong.as_ref() != Some(&why) {
                    warn!(task = name, "{name} failed and is tried again and again: {why}");
                }
                self.wrong = Some(why);
                PERIOD
            }
        }
    }
}
