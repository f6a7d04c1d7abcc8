//! What would happen if: the cycle itself, with the submission added as a job that was made now.

use domain::{
    Gpus, NodePoolName, Other, Reason, WorkloadId,
    reason::ScopeKind,
    submission::Spec,
    verdict::{Consequences, Outcome, PreemptibleBy, QuotaChange, Verdict},
    workload::Placement,
};

use serde_json::Value;

use crate::{
    Decision, Job, Probe, Scheduler,
    act::{Threat, protected_until},
    cycle::Done,
    fixes,
    scheduler::{Supposed, reasons},
    shares::Shares,
    state::State,
    world::{JobAt, PoolAt, World},
};

/// What is known of whoever asks, for the fixes that are offered.
#[derive(Clone, Copy)]
pub struct Help<'a> {
    /// What would be submitted with a patch; nothing where that would be refused.
    pub submitted: &'a dyn Fn(&Value) -> Option<Spec>,
    /// The asker's own workloads that run, in the order in which they had better stop.
    pub own: &'a [WorkloadId],
}

/// The verdict on a probe.
pub(crate) fn verdict(scheduler: &Scheduler, probe: &Probe, help: &Help<'_>) -> Verdict {
    let asked = Question { scheduler, probe, help };
    let Said { answer, consequences } = asked.ask(&probe.spec, &Supposed::Nothing);
    let outcome = match answer {
        Answer::StartsNow(placement) => Outcome::StartsNow { placement },
        Answer::Waits(mut reasons, ahead) => {
            let fixes = fixes::find(&asked, &reasons, false);
            let reason = first(&mut reasons);
            Outcome::Waits { reason, others: reasons, ahead, fixes }
        }
        Answer::Never(mut reasons) => {
            let fixes = fixes::find(&asked, &reasons, true);
            let reason = first(&mut reasons);
            Outcome::Never { reason, others: reasons, fixes }
        }
    };
    let consequences = Some(consequences);
    Verdict { outcome, consequences, estimate: None, snapshot: scheduler.snapshot().serial }
}

fn first(reasons: &mut Vec<Reason>) -> Reason {
    match reasons.is_empty() {
        true => Reason::QueuedForCycle,
        false => reasons.remove(0),
    }
}

/// What is asked, again and again with other specs.
pub(crate) struct Question<'a> {
    pub scheduler: &'a Scheduler,
    pub probe: &'a Probe,
    pub help: &'a Help<'a>,
}

/// The answer without its trimmings.
pub(crate) enum Answer {
    StartsNow(Placement),
    /// With how many are ahead.
    Waits(Vec<Reason>, u32),
    Never(Vec<Reason>),
}

pub(crate) struct Said {
    pub answer: Answer,
    pub consequences: Consequences,
}

impl Question<'_> {
    /// Whether it starts now, for the probe's project and this spec.
    pub fn starts(&self, spec: &Spec) -> bool {
        let job = self.job(spec);
        let mut desk = self.scheduler.questions();
        desk.cycle(Some(&job), |world, _, done| placed(world, &done).is_some())
    }

    /// Whether it ever could.
    pub fn may_ever_start(&self, spec: &Spec) -> bool {
        let job = self.job(spec);
        let mut desk = self.scheduler.emptied();
        desk.cycle(Some(&job), |world, _, done| placed(world, &done).is_some())
    }

    /// The whole answer, where something else is different too.
    pub fn ask(&self, spec: &Spec, supposed: &Supposed) -> Said {
        let job = self.job(spec);
        let never = self.scheduler.emptied().supposing(supposed, |desk| {
            desk.cycle(Some(&job), |world, state, done| match placed(world, &done) {
                Some(_) => None,
                None => Some(own_reasons(world, state, &done).0),
            })
        });
        self.scheduler.questions().supposing(supposed, |desk| {
            desk.cycle(Some(&job), |world, state, done| {
                let answer = match (never, placed(world, &done)) {
                    (Some(never), _) => Answer::Never(never),
                    (None, Some(placement)) => Answer::StartsNow(placement),
                    (None, None) => {
                        let (reasons, ahead) = own_reasons(world, state, &done);
                        Answer::Waits(reasons, ahead)
                    }
                };
                let consequences = consequences(world, &done, &answer);
                Said { answer, consequences }
            })
        })
    }

    fn job(&self, spec: &Spec) -> Job {
        let probe = Probe { project: self.probe.project, spec: spec.clone() };
        Job::probe(&probe, self.scheduler.now())
    }
}

/// The job that was added for the question.
fn own(world: &World) -> JobAt {
    world.jobs.len() - 1
}

/// Where the cycle puts it: at once, or as soon as those have gone who go for it.
fn placed(world: &World, done: &Done) -> Option<Placement> {
    let makes_room = !evicted_for(world, done).is_empty();
    done.decisions
        .iter()
        .find_map(|decision| match decision {
            Decision::Bind { workload, placement, .. } if *workload == WorkloadId::LAST => {
                Some(placement.clone())
            }
            Decision::Pipeline { workload, placement, .. }
                if *workload == WorkloadId::LAST && makes_room =>
            {
                Some(placement.clone())
            }
            _ => None,
        })
        .filter(|_| !loses_it_again(done))
}

/// Bound, and then taken back in the same cycle.
fn loses_it_again(done: &Done) -> bool {
    done.decisions.iter().any(|decision| {
        matches!(decision, Decision::Evict { workload, .. } if *workload == WorkloadId::LAST)
    })
}

/// Names of the workloads that are interrupted for it, or moved.
fn evicted_for(world: &World, done: &Done) -> Vec<Other> {
    let mut others = vec![];
    for decision in &done.decisions {
        let Decision::Evict { workload, gains: Some(WorkloadId::LAST), .. } = decision else {
            continue;
        };
        let job = world.jobs.iter().find(|job| job.id == *workload);
        let named = job.map(|job| Other::named(job.id, job.project, &job.name));
        others.extend(named.filter(|other| !others.contains(other)));
    }
    others
}

/// Why it waits, and how many are ahead.
fn own_reasons(world: &World, state: &State, done: &Done) -> (Vec<Reason>, u32) {
    let mut all = reasons(world, state, done).into_iter();
    let own = all.find(|told| told.job == own(world)).map(|told| (told.reasons, told.ahead));
    own.unwrap_or_else(|| (vec![Reason::QueuedForCycle], 0))
}

fn consequences(world: &World, done: &Done, answer: &Answer) -> Consequences {
    let (job, of) = (own(world), &world.jobs[own(world)]);
    let placed = match answer {
        Answer::StartsNow(placement) => world.pool(&placement.pool),
        Answer::Waits(..) | Answer::Never(_) => None,
    };
    let meant = of.pools.iter().find_map(|pool| pool.as_ref().ok().copied());
    let Some(pool) = placed.or(meant) else {
        return Consequences {
            quota: vec![],
            preempts: vec![],
            preemptible_by: PreemptibleBy::Nobody,
            preemptible_from: None,
            price_per_hour: None,
        };
    };
    let quota = quota_changes(world, done, job, pool);
    let preemptible_by = match of.preemptible && !quota.is_empty() {
        true => PreemptibleBy::OwnersOfTheQuota,
        false => PreemptibleBy::Nobody,
    };
    Consequences {
        quota,
        preempts: evicted_for(world, done),
        preemptible_by,
        preemptible_from: preemptible_from(world, job, pool).filter(|_| of.preemptible),
        price_per_hour: None,
    }
}

/// The end of its minimum guaranteed runtime, if it started now.
fn preemptible_from(world: &World, job: JobAt, pool: PoolAt) -> Option<domain::Timestamp> {
    let own = world.jobs[job].queue?;
    let others = (0..world.queues.len()).filter(|at| world.queues[*at].is_project && *at != own);
    let threats = others.map(Threat::Reclaim).chain([Threat::Preempt]);
    threats.map(|threat| protected_until(world, job, pool, threat)).min().flatten()
}

/// The project, then its department, with what they held before the cycle.
fn quota_changes(world: &World, done: &Done, job: JobAt, pool: PoolAt) -> Vec<QuotaChange> {
    let Some(queue) = world.jobs[job].queue else { return vec![] };
    let pods: Vec<_> = world.jobs[job].pods.clone().collect();
    let gpus = |amount: f64| Gpus(amount.round() as i64);
    let added = gpus(crate::gang::asked(world, &pods, pool)[0]);
    let shares: Option<&Shares> = done.shares.iter().find(|shares| shares.pool == pool);
    let change = |at: usize| {
        let usage = shares.map(|shares| shares.before[at]).unwrap_or_default();
        let before = gpus(usage.allocated[0]);
        let name: NodePoolName = world.pools[pool].name.clone();
        QuotaChange {
            scope: world.queues[at].name.clone(),
            pool: name,
            before,
            after: before + added,
            non_preemptible: gpus(usage.non_preemptible[0]),
            deserved: world.queues[at].quotas[pool].gpu.deserved,
        }
    };
    let changes: Vec<_> = world.path(queue).map(change).collect();
    debug_assert!(changes.first().is_none_or(|q| q.scope.kind == ScopeKind::Project));
    changes
}
