//! A cluster that runs nothing: nodes from a file or built in, pods that take believable time to
//! pull, start and end, and troubles on order. [`World`] is the pure core, a function of what it
//! was told and of the time it is given; [`SimulatedDriver`] adds the lock, the state file and the
//! wake-ups.

mod conditions;
mod driver;
mod fate;
mod file;
mod image;
mod journal;
mod logs;
mod nodes;
mod pod;
#[cfg(test)]
mod tests;
mod world;

use domain::Timestamp;
use jiff::SignedDuration;

use crate::digest::hash;

pub use conditions::{Conditions, Pattern, Trouble};
pub use driver::SimulatedDriver;
pub use file::SimulatedFile;
pub use journal::{Start, doubled};
pub use nodes::{demo_nodes, one_machine};
pub use world::World;

/// Far longer than anything here takes; keeps times inside what a timestamp can hold.
const SECS_MAX: f64 = 1e9;

/// `secs` after `at`, to the millisecond.
fn later(at: Timestamp, secs: f64) -> Timestamp {
    let millis = if secs.is_nan() { 0.0 } else { secs.clamp(0.0, SECS_MAX) * 1000.0 };
    at.saturating_add(SignedDuration::from_millis(millis as i64)).unwrap_or(at)
}

/// Seconds from `from` to `to`; none when `to` is earlier.
fn secs_between(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64().max(0.0)
}

/// Evenly spread from 0 to 1 by the text.
fn part(text: &str) -> f64 {
    (hash(text) >> 11) as f64 / (1_u64 << 53) as f64
}
