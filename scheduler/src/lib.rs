//! Decides which workload runs where, and why the others wait. A snapshot goes in, decisions come
//! out; equal snapshots give equal decisions. No clock, no socket, no database. The same cycle that
//! decides also answers what would happen if.
//!
//! A cycle (`scheduling-and-organisation.md` §4) works on a [`world`] of dense lists and a [`state`]
//! that can try, keep and undo. Pool by pool it computes fair [`shares`], then runs the actions
//! ([`act`]) in their order: allocate, consolidation, reclaim, preempt, stale gang eviction.

mod act;
mod budget;
mod capacity;
mod cycle;
mod decision;
mod difference;
mod estimate;
mod fit;
mod fixes;
mod foresight;
mod gang;
mod near;
mod next;
mod order;
mod outlook;
mod place;
mod report;
mod scheduler;
mod settings;
mod shares;
mod snapshot;
mod state;
mod topology;
mod turns;
mod verdict;
mod why;
mod world;

use domain::verdict::Verdict;

pub use budget::Cut;
pub use decision::Decision;
pub use difference::Difference;
pub use foresight::{Calibration, Finished, Foresight, History};
pub use outlook::Outlook;
pub use report::{Decided, NodeReport, Report, ScopeReport};
pub use scheduler::Scheduler;
pub use settings::{
    Action, CONSOLIDATION_VICTIMS_DEFAULT, MinRuntime, STALENESS_GRACE_DEFAULT, ScopeId,
    ScopeSettings, Settings, Topology,
};
pub use snapshot::{
    Group, Job, Nearness, Pod, PodState, PodTerm, Probe, Rather, Snapshot, TopologyWish, Volume,
    Wish,
};
pub use verdict::Help;

/// Decides one cycle of a snapshot that is asked once.
pub fn schedule(snapshot: &Snapshot) -> Vec<Decision> {
    Scheduler::new(snapshot.clone()).decide().decisions
}

/// The verdict on a snapshot that is asked once.
pub fn verdict(snapshot: &Snapshot, probe: &Probe) -> Verdict {
    Scheduler::new(snapshot.clone()).verdict(probe)
}
