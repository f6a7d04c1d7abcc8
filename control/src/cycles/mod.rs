//! Looking back: the cycle that decided last about a workload, why another one started before it, and a
//! cycle played again.

mod kept;
mod ledger;

use std::{
    collections::BTreeMap,
    sync::{Arc, MutexGuard},
};

use domain::{
    ClusterId, Other, ProjectId, Reason, Timestamp, WorkloadId,
    access::{Action, Actor, Resource},
    precedence::Precedence,
    reason::ScopeKind,
    settings::Setting,
    workload::Workload,
};
use scheduler::{Decision, Job};
use store::Change;

use crate::{
    ControlPlane, Error, Inner, Result, World,
    privacy::{as_other, sees},
};

pub(crate) use kept::{Base, Told, write};
pub use kept::{Cycle, Replay, Unreadable};
use ledger::{Bounds, Ledger};

/// Others of which a reader may ask why they went first.
const OTHERS_MAX: usize = 50;
/// Seconds after which cycles that have become too old are looked for, also when nothing is decided.
const PRUNED_EVERY_SECS: i64 = 3_600;

/// What a cycle came to for one workload.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    pub number: i64,
    pub at: Timestamp,
    /// What it decided about the workload, in sentences.
    pub decided: Vec<String>,
    /// Counts of what it decided about everybody.
    pub started: usize,
    pub evicted: usize,
    pub waiting: usize,
    /// Others that started while it waited, by the names that the reader may see.
    pub others: Vec<(WorkloadId, Other)>,
}

/// Why another workload started before one.
#[derive(Clone, Debug, PartialEq)]
pub struct Before {
    /// The cycle in which the other one started.
    pub number: i64,
    pub at: Timestamp,
    /// Whose turn came first in it, and why; `None` where they did not stand in one line.
    pub order: Option<(WorkloadId, Precedence)>,
    /// Why the one that is asked about waited in that cycle.
    pub reasons: Vec<Reason>,
}

impl Before {
    /// In sentences.
    pub fn sentences(&self, mine: WorkloadId) -> Vec<String> {
        let order = match &self.order {
            Some((first, why)) if *first == mine => {
                format!("Its turn was not later: {}", why.sentence())
            }
            Some((_, why)) => why.sentence(),
            None => "They did not wait in one line then: one was not there yet, or asked for other node pools.".to_owned(),
        };
        std::iter::once(order).chain(self.reasons.iter().map(ToString::to_string)).collect()
    }
}

impl ControlPlane {
    /// The cycle that decided last about a workload; `None` where none has yet, or it is not kept any more.
    pub async fn cycle_of(&self, actor: &Actor, id: WorkloadId) -> Result<Option<Look>> {
        let workload = self.workload(actor, id)?;
        let Some(number) = workload.decided_in else { return Ok(None) };
        let Some(cycle) = self.kept_cycle(number as i64).await? else { return Ok(None) };
        Ok(Some(self.look(actor, &workload, &cycle)))
    }

    /// Why `other` started before `id`, in the words that the reader may see.
    pub async fn started_before(
        &self,
        actor: &Actor,
        id: WorkloadId,
        other: WorkloadId,
    ) -> Result<Option<Before>> {
        let mine = self.workload(actor, id)?;
        // Whose name the reader may not see is seen in the queue all the same.
        let theirs = self.world().workloads.get(&other).cloned();
        let theirs = theirs.ok_or_else(|| Error::not_found("workload", other))?;
        let Some(placed) = theirs.placed else { return Ok(None) };
        let Some(cycle) = self.kept_cycle(placed.cycle as i64).await? else { return Ok(None) };
        let before = tokio::task::spawn_blocking(move || before(&cycle, mine.id, theirs.id)).await;
        let mut before = before.map_err(|_| Error::Internal { what: "play the cycle again" })?;
        if let Some((_, why)) = &mut before.order {
            self.veil(actor, why);
        }
        before.reasons =
            before.reasons.into_iter().map(|reason| reason.seen_by(&sees(actor))).collect();
        Ok(Some(before))
    }

    /// A cycle, for administrators.
    pub async fn cycle(&self, actor: &Actor, number: i64) -> Result<Cycle> {
        actor.may(Action::Update, Resource::Settings)?;
        let kept = self.kept_cycle(number).await?;
        kept.ok_or_else(|| Error::not_found("cycle", number))
    }

    /// A cycle played again, for administrators.
    pub async fn replay(&self, actor: &Actor, number: i64) -> Result<(Cycle, Replay)> {
        let cycle = self.cycle(actor, number).await?;
        let play = move || {
            let replay = cycle.replay();
            (cycle, replay)
        };
        let played = tokio::task::spawn_blocking(play).await;
        played.map_err(|_| Error::Internal { what: "play the cycle again" })
    }

    async fn kept_cycle(&self, number: i64) -> Result<Option<Cycle>> {
        let chain = self.inner.store.cycle(number).await?;
        match Cycle::read(number, &chain) {
            Ok(cycle) => Ok(Some(cycle)),
            Err(Unreadable::Missing(_)) => Ok(None),
            Err(broken @ Unreadable::Broken { .. }) => {
                tracing::warn!(cycle = number, "{broken}");
                Err(Error::Internal { what: "read what is kept of the cycle" })
            }
        }
    }

    fn look(&self, actor: &Actor, workload: &Workload, cycle: &Cycle) -> Look {
        let sees = sees(actor);
        let job = |id: WorkloadId| cycle.job(id);
        let count = |wanted: fn(&Decision) -> bool| {
            cycle.decisions.iter().filter(|decision| wanted(decision)).count()
        };
        let world = self.world();
        // The wait ends with the cycle that gave the place, and not with the last one that looked.
        let ended = workload.placed.filter(|_| !workload.is_waiting()).map(|placed| placed.cycle);
        let since = workload.waits_since();
        let started_meanwhile = |other: &&Arc<Workload>| {
            other.id != workload.id
                && other.cluster == workload.cluster
                && other.placed.is_some_and(|placed| {
                    placed.at >= since && ended.is_none_or(|ended| placed.cycle <= ended)
                })
        };
        let others = world.live().filter(started_meanwhile).take(OTHERS_MAX);
        let others = others.map(|other| (other.id, as_other(other).seen_by(&sees)));
        let own = cycle.decisions.iter().filter(|decision| decision.workload() == workload.id);
        Look {
            number: cycle.number,
            at: cycle.at,
            decided: own.flat_map(|decision| said(decision, job, &sees)).collect(),
            started: count(|d| matches!(d, Decision::Bind { .. })),
            evicted: count(|d| matches!(d, Decision::Evict { .. })),
            waiting: count(|d| matches!(d, Decision::Wait { .. })),
            others: others.collect(),
        }
    }

    /// Names of scopes that the reader may not see are taken out.
    fn veil(&self, actor: &Actor, why: &mut Precedence) {
        if why.level != Some(ScopeKind::Project) {
            return;
        }
        let world = self.world();
        let may = |name: &str| {
            let mut own = world.projects.values().filter(|project| project.name.as_str() == name);
            own.any(|project| actor.is_allowed(Action::Read, Resource::Project(project.id)))
        };
        for name in [&mut why.first, &mut why.second] {
            if !may(name) {
                name.clear();
            }
        }
    }

    /// Forgets cycles that are too old, or too many. Returns how many clusters had some.
    pub(crate) async fn prune_cycles(&self) -> Result<usize> {
        let (world, now) = (self.world(), self.now());
        if !self.inner.is_to_prune(world.last_cycle, now) {
            return Ok(0);
        }
        let bounds = self.cycle_bounds();
        let mut forgotten = 0;
        for cluster in world.clusters.keys().copied() {
            let Some(first) = self.first_within(cluster, bounds).await? else { continue };
            let forget = move |_: &World, _| Ok((vec![Change::ForgetCycles(cluster, first)], ()));
            self.change(forget).await?;
            self.inner.ledgers().entry(cluster).or_default().forget_before(first);
            forgotten += 1;
        }
        Ok(forgotten)
    }

    /// The first cycle of a cluster that is to stay.
    async fn first_within(&self, cluster: ClusterId, bounds: Bounds) -> Result<Option<i64>> {
        if !self.inner.ledgers().contains_key(&cluster) {
            // No cycle is kept between the look and the ledger.
            let _writing = self.inner.writing.lock().await;
            let ledger = Ledger::of(self.inner.store.cycle_sizes(cluster).await?);
            self.inner.ledgers().insert(cluster, ledger);
        }
        Ok(self.inner.ledgers().get(&cluster).and_then(|ledger| ledger.first_within(bounds)))
    }

    fn cycle_bounds(&self) -> Bounds {
        let world = self.world();
        let number = |setting| i64::from(world.settings.number(setting).unwrap_or(1));
        let days = number(Setting::CycleLogDays);
        let since = self.now().as_second().saturating_sub(days.saturating_mul(86_400));
        Bounds {
            since: Timestamp::from_second(since).unwrap_or(Timestamp::MIN),
            bytes: number(Setting::CycleLogMegabytes).saturating_mul(1_000_000),
        }
    }
}

impl Inner {
    pub(crate) fn ledgers(&self) -> MutexGuard<'_, Ledgers> {
        self.ledgers.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// Whether cycles have come since old ones were looked for, or it was long ago.
    fn is_to_prune(&self, last_cycle: i64, now: Timestamp) -> bool {
        let mut pruned = self.pruned.lock().unwrap_or_else(|e| e.into_inner());
        let is_due = |(cycle, at): (i64, Timestamp)| {
            cycle != last_cycle || now.as_second() - at.as_second() >= PRUNED_EVERY_SECS
        };
        let is_to_prune = pruned.is_none_or(is_due);
        if is_to_prune {
            *pruned = Some((last_cycle, now));
        }
        is_to_prune
    }
}

fn before(cycle: &Cycle, mine: WorkloadId, theirs: WorkloadId) -> Before {
    let scheduler = cycle.scheduler();
    let order = scheduler.precedence(mine, theirs);
    let decisions = scheduler.decide().decisions;
    let reasons = decisions.into_iter().find_map(|decision| match decision {
        Decision::Wait { workload, reasons } if workload == mine => Some(reasons),
        _ => None,
    });
    let reasons = reasons.unwrap_or_default();
    Before { number: cycle.number, at: cycle.at, order, reasons }
}

impl Cycle {
    /// A decision in sentences, for whoever may see everything.
    pub fn sentences(&self, decision: &Decision) -> Vec<String> {
        said(decision, |id| self.job(id), &|_| true)
    }

    /// A workload that was there.
    pub fn job(&self, id: WorkloadId) -> Option<&Job> {
        self.snapshot.jobs.iter().find(|job| job.id == id)
    }
}

/// A decision in sentences, for somebody who sees some projects.
fn said<'a>(
    decision: &Decision,
    job: impl Fn(WorkloadId) -> Option<&'a Job>,
    sees: &impl Fn(ProjectId) -> bool,
) -> Vec<String> {
    let name = |id: WorkloadId| {
        let other = job(id).map(|job| Other::named(job.id, job.project, &job.name));
        other.unwrap_or_else(Other::hidden).seen_by(sees)
    };
    match decision {
        Decision::Bind { placement, .. } => {
            vec![format!("Started on {} in node pool {}.", placement.node, placement.pool)]
        }
        Decision::Pipeline { placement, .. } => {
            vec![format!("It has a place on {} once that is free.", placement.node)]
        }
        Decision::Evict { by, gains, .. } => match gains {
            Some(gains) => vec![format!("Lost its place to {} ({}).", name(*gains), by.word())],
            None => vec![format!("Lost its place ({}).", by.word())],
        },
        Decision::Wait { reasons, .. } => reasons.iter().map(ToString::to_string).collect(),
    }
}

/// The base of each cluster, by whoever schedules.
pub(crate) type Bases = BTreeMap<ClusterId, Arc<Base>>;
/// What is kept of each cluster, once it has been read.
pub(crate) type Ledgers = BTreeMap<ClusterId, Ledger>;
