//! Who goes first: the best department, its best project, that one's best job
//! (`scheduling-and-organisation.md` §4.2). Each order is a struct; its fields, top to bottom, are
//! the policy, and the last one breaks ties. Victims are taken from the other end.

use std::cmp::{Ordering, Reverse};

use domain::{Timestamp, WorkloadId, precedence::Criterion};

use crate::{
    settings::ScopeId,
    shares::{RESOURCES, Shares, at_most, minus, plus},
    state::State,
    world::{JobAt, QueueAt, World},
};

/// A queue without a share of a resource that it uses is worse than all that have one.
const NO_SHARE_PENALTY: f64 = 1_000.0;

/// A number that can be compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ratio(pub f64);

impl Eq for Ratio {}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What is compared between siblings; the smallest goes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Turn {
    over_fair_share: bool,
    /// Would not stay within what is promised, with its next job.
    over_deserved: bool,
    rank: Reverse<i32>,
    /// Would use something of which it is to have nothing.
    uses_no_share: bool,
    share_with_job: Ratio,
    share: Ratio,
    /// The weaker queue first.
    allocatable: [Ratio; 3],
    age: (Timestamp, ScopeId),
}

impl Turn {
    /// The turn of a queue that would take `more` and lose `less`.
    pub fn of(
        world: &World,
        state: &State,
        shares: &Shares,
        at: QueueAt,
        more: &[f64; 3],
        less: &[f64; 3],
    ) -> Self {
        let queue = &world.queues[at];
        let held = state.usage(at, shares.pool).allocated;
        let with_job = plus(&held, more);
        let allocatable = &shares.allocatable[at];
        let uses_nothing = |r: &usize| allocatable[*r] == 0.0 && with_job[*r] > 0.0;
        Self {
            over_fair_share: RESOURCES.iter().all(|r| shares.fair[at][*r] + 0.5 < held[*r]),
            over_deserved: !at_most(&with_job, &shares.deserved[at]),
            rank: Reverse(queue.quotas[shares.pool].rank),
            uses_no_share: RESOURCES.iter().any(uses_nothing),
            share_with_job: dominant(&minus(&with_job, less), allocatable, &shares.total),
            share: dominant(&held, allocatable, &shares.total),
            allocatable: allocatable.map(Ratio),
            age: queue.age(),
        }
    }
}

impl Turn {
    /// The first thing in which this turn, which comes first, differs from another.
    pub fn differs(&self, second: &Self) -> Criterion {
        if self.over_fair_share != second.over_fair_share {
            return Criterion::FairShare;
        }
        if self.over_deserved != second.over_deserved {
            return Criterion::Quota;
        }
        if self.rank != second.rank {
            return Criterion::Rank { first: self.rank.0, second: second.rank.0 };
        }
        if self.uses_no_share != second.uses_no_share {
            return Criterion::NoShare;
        }
        if self.share_with_job != second.share_with_job {
            let (first, second) = (self.share_with_job.0, second.share_with_job.0);
            return Criterion::ShareWithNext { first, second };
        }
        if self.share != second.share {
            return Criterion::Share { first: self.share.0, second: second.share.0 };
        }
        match self.allocatable == second.allocatable {
            false => Criterion::SmallerShare,
            true => Criterion::Older,
        }
    }
}

/// The largest part of its share that a queue uses of any resource.
fn dominant(held: &[f64; 3], allocatable: &[f64; 3], total: &[f64; 3]) -> Ratio {
    let part = |r: &usize| {
        let of = if allocatable[*r].is_finite() { allocatable[*r] } else { total[*r] };
        if of == 0.0 { held[*r] * NO_SHARE_PENALTY } else { held[*r] / of }
    };
    Ratio(RESOURCES.iter().map(part).fold(0.0, f64::max))
}

/// What is compared between jobs of one queue; the smallest goes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct JobTurn {
    priority: Reverse<i32>,
    gang: Gang,
    created: Timestamp,
    id: WorkloadId,
}

/// How many of its pods a job has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gang {
    TooFew,
    Enough,
    MoreThanEnough,
}

impl JobTurn {
    /// The first thing in which this job, which comes first, differs from another.
    pub fn differs(&self, second: &Self) -> Criterion {
        if self.priority != second.priority {
            return Criterion::Priority { first: self.priority.0, second: second.priority.0 };
        }
        if self.gang != second.gang {
            return Criterion::Gang;
        }
        match self.created == second.created {
            false => Criterion::Submitted { first: self.created, second: second.created },
            true => Criterion::Number,
        }
    }

    pub fn of(world: &World, job: JobAt, gang: Gang) -> Self {
        let of = &world.jobs[job];
        Self { priority: Reverse(of.priority), gang, created: of.created, id: of.id }
    }
}
