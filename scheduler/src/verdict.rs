//! What would happen if: the cycle itself, with the submission added as a job that was made now.

use domain::{
    Gpus, NodePoolName, Reason,
    reason::ScopeKind,
    submission::Spec,
    verdict::{Consequences, Outcome, PreemptibleBy, QuotaChange, Verdict},
    workload::Placement,
};

use crate::{
    Decision, Job, Probe, Snapshot,
    allocate::{allocate, try_job},
    fixes,
    plan::Plan,
};

/// The answer for a submission whose checks passed, with fixes that were each tried on this very
/// snapshot.
pub fn verdict(snapshot: &Snapshot, probe: &Probe) -> Verdict {
    let asked = Question { snapshot, probe };
    let answer = asked.answer(&probe.spec);
    let pool = match &answer {
        Answer::StartsNow(placement) => Some(placement.pool.clone()),
        _ => None,
    };
    let consequences = Some(consequences(snapshot, probe, pool));
    let outcome = match answer {
        Answer::StartsNow(placement) => Outcome::StartsNow { placement },
        Answer::Waits(mut reasons) => {
            let reason = first(&mut reasons);
            let ahead = if let Reason::Busy { ahead, .. } = reason { ahead } else { 0 };
            let fixes = fixes::find(&asked, false);
            Outcome::Waits { reason, others: reasons, ahead, fixes }
        }
        Answer::Never(mut reasons) => {
            let reason = first(&mut reasons);
            Outcome::Never { reason, others: reasons, fixes: fixes::find(&asked, true) }
        }
    };
    Verdict { outcome, consequences, snapshot: snapshot.serial }
}

fn first(reasons: &mut Vec<Reason>) -> Reason {
    match reasons.is_empty() {
        true => Reason::QueuedForCycle,
        false => reasons.remove(0),
    }
}

/// What is asked, again and again with other specs.
pub(crate) struct Question<'a> {
    pub snapshot: &'a Snapshot,
    pub probe: &'a Probe,
}

/// The answer without its trimmings.
pub(crate) enum Answer {
    StartsNow(Placement),
    Waits(Vec<Reason>),
    Never(Vec<Reason>),
}

impl Question<'_> {
    /// The answer for the probe's project and this spec.
    pub fn answer(&self, spec: &Spec) -> Answer {
        let snapshot = self.snapshot;
        let probe = Probe { project: self.probe.project, spec: spec.clone() };
        let job = Job::probe(&probe, snapshot.now);
        let mut plan = Plan::of(snapshot);
        if let Err(never) = on_the_empty_cluster(&plan, &job) {
            return Answer::Never(never);
        }
        if let Some(since) = snapshot.unreachable_since {
            let cluster = snapshot.cluster_name.clone();
            return Answer::Waits(vec![Reason::ClusterUnreachable { cluster, since }]);
        }
        let mut waiting: Vec<_> = snapshot.jobs.iter().filter(|j| j.placement.is_none()).collect();
        waiting.push(&job);
        let decisions = allocate(&mut plan, waiting);
        let own = decisions.into_iter().find(|decision| match decision {
            Decision::Place { workload, .. } | Decision::Wait { workload, .. } => {
                *workload == job.id
            }
        });
        match own {
            Some(Decision::Place { placement, .. }) => Answer::StartsNow(placement),
            Some(Decision::Wait { reasons, .. }) => Answer::Waits(reasons),
            None => Answer::Waits(vec![Reason::QueuedForCycle]),
        }
    }
}

/// Whether it can run at all: with every workload gone and every node ready, quotas and limits kept.
fn on_the_empty_cluster(plan: &Plan<'_>, job: &Job) -> Result<Placement, Vec<Reason>> {
    let mut snapshot = plan.world.snapshot.clone_without_jobs();
    for node in &mut snapshot.nodes {
        node.ready = domain::node::Readiness::Ready;
    }
    try_job(&mut Plan::of(&snapshot), job)
}

impl Snapshot {
    /// The same cluster with nothing on it.
    fn clone_without_jobs(&self) -> Self {
        Self {
            serial: self.serial,
            now: self.now,
            cluster_name: self.cluster_name.clone(),
            unreachable_since: None,
            pools: self.pools.clone(),
            nodes: self.nodes.clone(),
            departments: self.departments.clone(),
            projects: self.projects.clone(),
            jobs: vec![],
        }
    }
}

fn consequences(snapshot: &Snapshot, probe: &Probe, pool: Option<NodePoolName>) -> Consequences {
    let plan = Plan::of(snapshot);
    let job = Job::probe(probe, snapshot.now);
    let meant = pool.or_else(|| plan.world.pools_for(&job).into_iter().next());
    let at = meant.as_ref().and_then(|name| plan.world.pool(name.as_str()));
    let queue = plan.world.queue(probe.project);
    let mut quota = Vec::new();
    let mut over = false;
    if let (Some(pool), Some(at), Some(queue)) = (meant, at, queue) {
        let added = plan.world.charged(&job, at).gpu;
        for scope in queue.scopes() {
            let usage = plan.state.usage(scope, at);
            let deserved = scope.quota(at).gpu.deserved;
            let before = usage.allocated.gpu;
            over |= deserved.is_some_and(|deserved: Gpus| before + added > deserved);
            quota.push(QuotaChange {
                scope: scope.name.clone(),
                pool: pool.clone(),
                before,
                after: before + added,
                non_preemptible: usage.non_preemptible.gpu,
                deserved,
            });
        }
        debug_assert!(quota.first().is_none_or(|q| q.scope.kind == ScopeKind::Project));
    }
    let preemptible = probe.spec.is_preemptible();
    let preemptible_by = match preemptible && (over || !quota.is_empty()) {
        true => PreemptibleBy::OwnersOfTheQuota,
        false => PreemptibleBy::Nobody,
    };
    Consequences { quota, preempts: vec![], preemptible_by, price_per_hour: None }
}
