//! Decides which workload runs where, and why the others wait. A snapshot goes in, decisions come
//! out; equal snapshots give equal decisions. No clock, no socket, no database. The same cycle that
//! decides also answers what would happen if.

mod allocate;
mod decision;
mod explain;
mod fit;
mod fixes;
mod order;
mod plan;
mod snapshot;
mod verdict;

pub use decision::{Decision, schedule};
pub use snapshot::{Job, Probe, Snapshot};
pub use verdict::verdict;
