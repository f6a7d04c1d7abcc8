//! One cycle: a snapshot goes in, one decision for every pending job comes out.

use domain::{Reason, WorkloadId, workload::Placement};

use crate::{Job, Snapshot, allocate::allocate, plan::Plan};

/// One thing that a cycle decided.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Start it there.
    Place { workload: WorkloadId, placement: Placement },
    /// It waits; the first reason is the main one, and there always is one.
    Wait { workload: WorkloadId, reasons: Vec<Reason> },
}

impl Decision {
    /// Whom it is about.
    pub fn workload(&self) -> WorkloadId {
        match self {
            Decision::Place { workload, .. } | Decision::Wait { workload, .. } => *workload,
        }
    }
}

/// Decides one cycle. Equal snapshots give equal decisions, whatever the order of their lists.
pub fn schedule(snapshot: &Snapshot) -> Vec<Decision> {
    let pending: Vec<&Job> = snapshot.jobs.iter().filter(|job| job.is_pending()).collect();
    match snapshot.unreachable_since {
        None => allocate(&mut Plan::of(snapshot), pending),
        Some(since) => {
            let cluster = snapshot.cluster_name.clone();
            let reasons = vec![Reason::ClusterUnreachable { cluster, since }];
            let wait = |job: &Job| Decision::Wait { workload: job.id, reasons: reasons.clone() };
            let mut decisions: Vec<_> = pending.into_iter().map(wait).collect();
            decisions.sort_by_key(Decision::workload);
            decisions
        }
    }
}
