//! What would happen if: the cycle itself, with the submission added as a job that was made now.

use std::cell::RefCell;

use domain::{
    Gpus, NodePoolName, Reason,
    node::Readiness,
    reason::ScopeKind,
    submission::Spec,
    verdict::{Consequences, Outcome, PreemptibleBy, QuotaChange, Verdict},
    workload::Placement,
};

use crate::{
    Decision, Job, Probe, Snapshot,
    allocate::{allocate, try_job},
    fixes,
    plan::{Plan, State},
};

/// The answer for a submission whose checks passed, with fixes that were each tried on this very
/// snapshot.
pub fn verdict(snapshot: &Snapshot, probe: &Probe) -> Verdict {
    let emptied = snapshot.emptied();
    let asked = Question::of(snapshot, &emptied, probe);
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

/// What is asked, again and again with other specs. The state is read once; each answer starts from
/// a copy of what changes.
pub(crate) struct Question<'a> {
    pub snapshot: &'a Snapshot,
    pub probe: &'a Probe,
    plan: RefCell<Plan<'a>>,
    before: State,
    emptied: RefCell<Plan<'a>>,
}

/// The answer without its trimmings.
pub(crate) enum Answer {
    StartsNow(Placement),
    Waits(Vec<Reason>),
    Never(Vec<Reason>),
}

impl<'a> Question<'a> {
    fn of(snapshot: &'a Snapshot, emptied: &'a Snapshot, probe: &'a Probe) -> Self {
        let plan = Plan::of(snapshot);
        let before = plan.state.clone();
        let (plan, emptied) = (RefCell::new(plan), RefCell::new(Plan::of(emptied)));
        Self { snapshot, probe, plan, before, emptied }
    }

    /// The answer for the probe's project and this spec.
    pub fn answer(&self, spec: &Spec) -> Answer {
        let snapshot = self.snapshot;
        let probe = Probe { project: self.probe.project, spec: spec.clone() };
        let job = Job::probe(&probe, snapshot.now);
        if let Err(never) = self.on_the_emptied_cluster(&job) {
            return Answer::Never(never);
        }
        if let Some(since) = snapshot.unreachable_since {
            let cluster = snapshot.cluster_name.clone();
            return Answer::Waits(vec![Reason::ClusterUnreachable { cluster, since }]);
        }
        let mut waiting: Vec<_> = snapshot.jobs.iter().filter(|j| j.placement.is_none()).collect();
        waiting.push(&job);
        let plan = &mut *self.plan.borrow_mut();
        plan.state.clone_from(&self.before);
        let decisions = allocate(plan, waiting);
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

    /// Whether it can run at all: with every workload gone and every node ready, quotas and limits
    /// kept.
    fn on_the_emptied_cluster(&self, job: &Job) -> Result<Placement, Vec<Reason>> {
        let emptied = &mut *self.emptied.borrow_mut();
        emptied.state = emptied.world.empty();
        try_job(emptied, job)
    }
}

impl Snapshot {
    /// The same cluster with nothing on it and every node ready.
    fn emptied(&self) -> Self {
        let mut nodes = self.nodes.clone();
        nodes.iter_mut().for_each(|node| node.ready = Readiness::Ready);
        Self {
            serial: self.serial,
            now: self.now,
            cluster_name: self.cluster_name.clone(),
            unreachable_since: None,
            pools: self.pools.clone(),
            nodes,
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
