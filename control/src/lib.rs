//! The use cases of Berth. Each takes the actor first; each change goes to the database before
//! anybody sees it. The doors (REST, pages, command line) translate and call in here.

mod access;
mod addresses;
pub mod assets;
mod auditing;
mod bootstrap;
mod changes;
pub mod clock;
mod clusters;
pub mod cycles;
pub mod demo;
pub mod departments;
mod devices;
pub mod drafts;
mod entrusted;
mod error;
pub mod estimates;
pub mod handing;
mod helping;
pub mod manifest;
pub mod metrics;
pub mod ngc;
pub mod node_pools;
mod numbers;
pub mod policies;
mod predefined;
pub mod preflight;
mod privacy;
pub mod projects;
mod quotas;
mod reach;
mod reading;
mod reload;
mod resolving;
mod rows;
pub mod rules;
pub mod secrets;
mod sessions;
mod settings;
mod shared_volumes;
pub mod storage_classes;
pub mod tasks;
pub mod templates;
mod terminals;
mod tools;
mod variables;
pub mod what_if;
mod workloads;
mod workspaces;
mod world;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, RwLock, atomic::AtomicBool},
};

use clock::{Chance, Clock};
use cluster::Driver;
use domain::{ClusterId, Timestamp, WorkloadId};
use store::Store;
use tokio::sync::broadcast;

pub use access::{Attempts, ClientSecret, NewRule, PermittedScopes, RuleMade, SubjectName};
pub use bootstrap::{Bootstrap, FirstAccounts};
pub use devices::{DevicePart, Devices};
pub use error::{Error, Result, chain};
pub use resolving::StartFrom;
pub use rows::{PodRow, UsageByPool};
pub use sessions::{SessionRef, SessionToken, SignedIn};
pub use tasks::Wake;
pub use tools::{Opening, Reach, Tool};
pub use workloads::{BatchAction, BatchOutcome, Pod};
pub use workspaces::NewWorkspace;
pub use world::{Contact, World};

/// Changes that may wait for a reader of the live stream before it has to start over.
const LIVE_BUFFER: usize = 1_024;

/// Everything Berth can do. Cheap to clone.
#[derive(Clone)]
pub struct ControlPlane {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    world: RwLock<Arc<World>>,
    /// Held from the look at the world until the change is in it, so that changes come one by one.
    writing: tokio::sync::Mutex<()>,
    drivers: RwLock<BTreeMap<ClusterId, Arc<dyn Driver>>>,
    live: broadcast::Sender<Live>,
    scheduling: Wake,
    reconciling: Wake,
    reloading: Wake,
    /// The database may hold something else than the world in memory does.
    in_doubt: AtomicBool,
    /// Workloads deleted until then are in the database and were not loaded.
    unloaded: Mutex<Option<Timestamp>>,
    attempts: Mutex<Attempts>,
    /// Opens and seals what credentials keep.
    keyring: OnceLock<secrets::Keyring>,
    /// Asks registries; made when somebody first asks.
    registries: OnceLock<Option<registry::Client>>,
    cycles: tasks::Cycles,
    /// What the next cycle of a cluster may be written down as a difference to.
    bases: Mutex<cycles::Bases>,
    /// How much is kept of the cycles of each cluster, once it has been read.
    ledgers: Mutex<cycles::Ledgers>,
    /// What the scheduler has read last of each cluster.
    readings: Mutex<reading::Readings>,
    estimates: Mutex<estimates::Estimates>,
    /// Of which cluster a verdict was asked last, and when.
    asked: Mutex<Option<(ClusterId, Timestamp)>>,
    /// What each cluster was told last.
    orders: Mutex<tasks::Orders>,
    metered: Mutex<tasks::Metered>,
    idling: Mutex<tasks::Idling>,
    /// When samples were thinned out last.
    thinned: Mutex<Option<Timestamp>>,
    /// The last cycle that was kept when old ones were looked for, and when that was.
    pruned: Mutex<Option<(i64, Timestamp)>>,
}

/// Something that the open pages want to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Live {
    /// This workload is new or has changed; look it up.
    Workload(WorkloadId),
    /// Nodes, quotas or projects have changed.
    Organisation,
}

impl ControlPlane {
    /// Loads the state from `store`. Drivers are added before the loops start.
    pub async fn open(
        store: Store,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> Result<Self> {
        let kept_since = tasks::pruning::kept_since(clock.now());
        let world = World::of(store.load(kept_since).await?);
        let estimates = estimates::Estimates::load(&store).await?;
        let inner = Inner {
            store,
            clock,
            chance,
            world: RwLock::new(Arc::new(world)),
            writing: tokio::sync::Mutex::default(),
            drivers: RwLock::default(),
            live: broadcast::channel(LIVE_BUFFER).0,
            scheduling: Wake::default(),
            reconciling: Wake::default(),
            reloading: Wake::default(),
            in_doubt: AtomicBool::new(false),
            unloaded: Mutex::new(Some(kept_since)),
            attempts: Mutex::default(),
            keyring: OnceLock::new(),
            registries: OnceLock::new(),
            cycles: tasks::Cycles::default(),
            bases: Mutex::default(),
            ledgers: Mutex::default(),
            readings: Mutex::default(),
            estimates: Mutex::new(estimates),
            asked: Mutex::default(),
            orders: Mutex::default(),
            metered: Mutex::default(),
            idling: Mutex::default(),
            thinned: Mutex::default(),
            pruned: Mutex::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The state as it is now; it does not change while it is held.
    pub fn world(&self) -> Arc<World> {
        // A poisoned lock means that a reader panicked; the world behind it is whole.
        self.inner.world.read().unwrap_or_else(|e| e.into_inner()).clone()
    }

    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// Changes as they happen. A reader that falls behind is told so, and starts over.
    pub fn live(&self) -> broadcast::Receiver<Live> {
        self.inner.live.subscribe()
    }

    /// Every line of a history.
    pub fn all_events(&self) -> store::EventKind {
        store::EventKind::All
    }

    /// A new identity, for what is not kept.
    pub fn new_id(&self) -> uuid::Uuid {
        self.inner.chance.uuid()
    }

    /// Whether the database answers, and is ours alone.
    pub async fn ready(&self) -> Result<()> {
        self.heed(self.inner.store.ping().await)
    }

    /// Whether the cluster of this name is driven.
    pub fn drives(&self, name: &str) -> bool {
        let world = self.world();
        let named = world.clusters.values().find(|cluster| cluster.name == name);
        named.is_some_and(|cluster| self.driver(cluster.id).is_some())
    }

    /// Drives `cluster` with `driver` from now on.
    pub fn drive(&self, cluster: ClusterId, driver: Arc<dyn Driver>) {
        driver.entrust(Arc::new(entrusted::Vault(Arc::downgrade(&self.inner))));
        self.inner.drivers.write().unwrap_or_else(|e| e.into_inner()).insert(cluster, driver);
    }

    fn driver(&self, cluster: ClusterId) -> Option<Arc<dyn Driver>> {
        self.inner.drivers.read().unwrap_or_else(|e| e.into_inner()).get(&cluster).cloned()
    }

    /// A value that is kept beside the data, such as the key that signs tokens; made at the first
    /// call, 256 bits, in hexadecimal.
    pub async fn secret(&self, name: &str) -> Result<String> {
        let _writing = self.inner.writing.lock().await;
        if let Some(secret) = self.inner.store.meta(name).await? {
            return Ok(secret);
        }
        let mut bytes = [0; 32];
        self.inner.chance.fill(&mut bytes);
        let secret: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.inner.store.set_meta(name, &secret).await?;
        Ok(secret)
    }
}
