//! What one reader is told of others (`why.md` §6): the one filter, for what is kept and for what is worked out.
//! Counts are always told; names of workloads where the reader may see them, else [`domain::other::HIDDEN`].

use std::sync::Arc;

use domain::{
    Other, ProjectId, WorkloadId,
    access::{Action, Actor, Resource},
    event::Event,
    verdict::Verdict,
    workload::Workload,
};

use crate::World;

/// Of which projects `actor` sees the workloads.
pub(crate) fn sees(actor: &Actor) -> impl Fn(ProjectId) -> bool + '_ {
    |project| actor.is_allowed(Action::Read, Resource::Workload(project))
}

impl World {
    /// A workload that is spoken of, as it is kept.
    pub(crate) fn other(&self, id: WorkloadId) -> Other {
        let found = self.workloads.get(&id);
        found.map_or_else(Other::hidden, |other| as_other(other))
    }
}

/// A workload that is spoken of, as it is kept.
pub(crate) fn as_other(workload: &Workload) -> Other {
    Other::named(workload.id, workload.project, workload.name.to_string())
}

/// A workload as `actor` is told of it.
pub(crate) fn told(actor: &Actor, workload: &Arc<Workload>) -> Arc<Workload> {
    match workload.speaks_of_others() {
        true => Arc::new((**workload).clone().seen_by(&sees(actor))),
        false => workload.clone(),
    }
}

/// A line of a history as `actor` is told it.
pub(crate) fn told_event(actor: &Actor, event: Event) -> Event {
    Event { what: event.what.seen_by(&sees(actor)), ..event }
}

/// An answer as `actor` is given it.
pub(crate) fn told_verdict(actor: &Actor, verdict: Verdict) -> Verdict {
    verdict.seen_by(&sees(actor))
}
