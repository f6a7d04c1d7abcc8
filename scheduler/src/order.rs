//! Who goes first: the best queue, then its best job (`scheduling-and-organisation.md` §4.2).

use std::{cmp::Reverse, collections::BTreeMap};

use domain::{Gpus, ProjectId, Timestamp, WorkloadId};

use crate::{Job, plan::Plan};

/// The jobs that wait, by project, each project's best at the end.
pub(crate) struct Queues<'a>(BTreeMap<ProjectId, Vec<&'a Job>>);

/// What is compared between projects; the smallest goes first.
#[derive(PartialEq, PartialOrd)]
struct Turn {
    /// Whether it would leave its quota with this job.
    over_quota: bool,
    /// The rank, higher first.
    rank: Reverse<i32>,
    /// Part of its quota that is in use, then of its department's.
    share: f64,
    department_share: f64,
    submitted_at: Timestamp,
    id: WorkloadId,
}

impl<'a> Queues<'a> {
    pub fn of(jobs: Vec<&'a Job>) -> Self {
        let mut queues: BTreeMap<ProjectId, Vec<&Job>> = BTreeMap::new();
        for job in jobs {
            queues.entry(job.project).or_default().push(job);
        }
        for jobs in queues.values_mut() {
            jobs.sort_by_key(|job| (job.priority, Reverse(job.submitted_at), Reverse(job.id)));
        }
        Self(queues)
    }

    /// The job whose turn it is, taken out.
    pub fn next(&mut self, plan: &Plan<'_>) -> Option<&'a Job> {
        let turns = self.0.iter().filter_map(|(project, jobs)| {
            let job = jobs.last()?;
            Some((turn(plan, job), *project))
        });
        let (_, project) =
            turns.reduce(|best, other| if other.0 < best.0 { other } else { best })?;
        let jobs = self.0.get_mut(&project)?;
        let job = jobs.pop();
        if jobs.is_empty() {
            self.0.remove(&project);
        }
        job
    }
}

fn turn(plan: &Plan<'_>, job: &Job) -> Turn {
    let (submitted_at, id) = (job.submitted_at, job.id);
    let pool = plan.world.pools_for(job).first().and_then(|name| plan.world.pool(name.as_str()));
    let (Some(pool), Some(queue)) = (pool, plan.world.queue(job.project)) else {
        let rank = Reverse(0);
        return Turn {
            over_quota: true,
            rank,
            share: 0.0,
            department_share: 0.0,
            submitted_at,
            id,
        };
    };
    let asked = plan.world.charged(job, pool).gpu;
    let [share, department_share] = queue.scopes().each_ref().map(|scope| {
        let used = plan.state.usage(scope, pool).allocated.gpu + asked;
        part(used, scope.quota(pool).gpu.deserved)
    });
    Turn {
        over_quota: share > 1.0,
        rank: Reverse(queue.scopes()[0].quota(pool).rank),
        share,
        department_share,
        submitted_at,
        id,
    }
}

/// The part of a quota in use; without a quota a small number that still grows with use.
fn part(used: Gpus, quota: Option<Gpus>) -> f64 {
    match quota {
        None => used.as_f64() / 1e6,
        Some(quota) if quota.is_zero() => {
            if used.is_zero() {
                0.0
            } else {
                1e6 + used.as_f64()
            }
        }
        Some(quota) => used.as_f64() / quota.as_f64(),
    }
}
