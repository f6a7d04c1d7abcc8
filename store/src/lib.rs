//! Where everything is kept: SQLite in a file, or PostgreSQL, by the same SQL. The control plane
//! holds the whole state in memory and is the only writer; so the store loads everything at once and
//! takes changes in batches, each batch whole or not at all. What is not held in memory (events,
//! sessions, links) is read here when it is asked for.

mod access;
mod assets;
mod audit;
mod change;
mod codec;
mod cycles;
mod drafts;
mod error;
mod events;
mod facts;
mod leader;
mod lock;
mod meta;
mod numbers;
mod open;
mod samples;
mod secrets;
mod sessions;
mod settings;
mod storage_classes;
mod usage;
mod writer;

use std::sync::Arc;

use sqlx::AnyPool;
use tokio::sync::Mutex;

pub use access::AccessChange;
pub use assets::AssetChange;
pub use change::Change;
pub use cycles::{Archive, CycleSize, KeptCycle};
pub use error::{Error, Result, Trouble};
pub use events::{EventKind, Page};
pub use facts::Facts;
pub use leader::Follower;
pub use lock::FileLock;
pub use numbers::Numbered;
pub use open::{DatabaseUrl, NoDatabaseUrl};
pub use secrets::Sealed;

/// An open database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
    /// There is one writer; waiting here is fairer than waiting there.
    writing: Arc<Mutex<writer::Writer>>,
}
