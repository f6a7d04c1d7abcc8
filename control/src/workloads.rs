//! Workloads in general: seeing, stopping, running and deleting them, one or many.

use std::sync::Arc;

use cluster::{Driver, DriverError, LogLine, PodDetail};
use domain::{
    ClusterId, WorkloadId,
    access::{Action, Actor, Resource},
    event::Event,
    workload::Workload,
};
use futures::{Stream, StreamExt};
use store::{Change, EventKind, Page};

use crate::{
    ControlPlane, Error, Result, World,
    changes::changed,
    privacy::{told, told_event},
};

/// Lines of a log that are read at most.
const LOG_LINES_MAX: usize = 10_000;

/// What is done to many workloads at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchAction {
    Delete,
    Suspend,
    Resume,
}

/// How it went, workload by workload.
#[derive(Debug, Default)]
pub struct BatchOutcome {
    pub succeeded: Vec<WorkloadId>,
    pub failed: Vec<(WorkloadId, Error)>,
}

/// The pod of a workload, as far as its cluster has described it.
#[derive(Clone, Debug)]
pub struct Pod {
    pub workload: Arc<Workload>,
    pub detail: Arc<PodDetail>,
}

impl ControlPlane {
    /// Every workload that `actor` may see, oldest first: the live ones, or the deleted ones.
    pub fn workloads(&self, actor: &Actor, world: &World, deleted: bool) -> Vec<Arc<Workload>> {
        let mut seen: Vec<_> = world
            .workloads
            .values()
            .filter(|w| w.is_deleted() == deleted)
            .filter(|w| actor.is_allowed(Action::Read, Resource::Workload(w.project)))
            .map(|w| told(actor, w))
            .collect();
        seen.sort_by_key(|w| (w.created_at, w.id));
        seen
    }

    /// One workload. What the actor may not see does not exist for them.
    pub fn workload(&self, actor: &Actor, id: WorkloadId) -> Result<Arc<Workload>> {
        visible(&self.world(), actor, id).map(|workload| told(actor, &workload))
    }

    /// The workload of this name in a project.
    pub fn named_workload(
        &self,
        actor: &Actor,
        project: &str,
        name: &str,
    ) -> Result<Arc<Workload>> {
        let world = self.world();
        let of = world.projects.values().find(|known| known.name.as_str() == project);
        let of = of.ok_or_else(|| Error::not_found("project", project))?.id;
        let mut all = world.live().filter(|workload| workload.project == of);
        let found = all.find(|workload| workload.name.as_str() == name);
        let found = found.ok_or_else(|| Error::not_found("workload", name))?;
        self.workload(actor, found.id)
    }

    /// Stops it; stopping what is stopped changes nothing.
    pub async fn stop_workload(&self, actor: &Actor, id: WorkloadId) -> Result<()> {
        self.act(actor, id, BatchAction::Suspend).await
    }

    /// Runs it again; running what runs changes nothing.
    pub async fn run_workload(&self, actor: &Actor, id: WorkloadId) -> Result<()> {
        self.act(actor, id, BatchAction::Resume).await
    }

    /// Deletes it; deleting what is being deleted changes nothing.
    pub async fn delete_workload(&self, actor: &Actor, id: WorkloadId) -> Result<()> {
        self.act(actor, id, BatchAction::Delete).await
    }

    /// Does the same to each of `ids`; one that fails does not keep the others from it.
    pub async fn batch(
        &self,
        actor: &Actor,
        action: BatchAction,
        ids: &[WorkloadId],
    ) -> BatchOutcome {
        let mut outcome = BatchOutcome::default();
        for id in ids {
            match self.act(actor, *id, action).await {
                Ok(()) => outcome.succeeded.push(*id),
                Err(error) => outcome.failed.push((*id, error)),
            }
        }
        outcome
    }

    async fn act(&self, actor: &Actor, id: WorkloadId, action: BatchAction) -> Result<()> {
        let actor = actor.clone();
        self.change(move |world, now| {
            let mut workload = (*visible(world, &actor, id)?).clone();
            let right = match action {
                BatchAction::Delete => Action::Delete,
                BatchAction::Suspend | BatchAction::Resume => Action::Update,
            };
            actor.may(right, Resource::Workload(workload.project))?;
            match action {
                BatchAction::Delete => workload.delete(&actor.name, now),
                BatchAction::Suspend => workload.stop(&actor.name, now)?,
                BatchAction::Resume => workload.run(&actor.name, now)?,
            }
            let is_new = !workload.news.is_empty();
            Ok((is_new.then(|| changed(workload)).into_iter().collect(), ()))
        })
        .await
    }

    /// Its history, newest first or last.
    pub async fn workload_events(
        &self,
        actor: &Actor,
        id: WorkloadId,
        kind: EventKind,
        page: (u32, u32),
        newest_first: bool,
    ) -> Result<Page<Event>> {
        self.workload(actor, id)?;
        let (offset, limit) = page;
        let page = self.inner.store.events(id, kind, offset, limit, newest_first).await?;
        let items = page.items.into_iter().map(|event| told_event(actor, event)).collect();
        Ok(Page { items, ..page })
    }

    /// The pods of the workloads that `actor` may see; of one of them, or of all.
    pub fn pods(&self, actor: &Actor, of: Option<WorkloadId>) -> Result<Vec<Pod>> {
        let world = self.world();
        if let Some(id) = of {
            visible(&world, actor, id)?;
        }
        let pods = world.pods.iter().filter(|(id, _)| of.is_none_or(|of| of == **id));
        let seen = pods.filter_map(|(id, detail)| {
            let workload = visible(&world, actor, *id).ok().filter(|w| !w.is_deleted())?;
            (workload.generation == detail.generation)
                .then(|| Pod { workload: told(actor, &workload), detail: detail.clone() })
        });
        Ok(seen.collect())
    }

    /// The last lines that its container wrote.
    pub async fn logs(&self, actor: &Actor, id: WorkloadId, lines: usize) -> Result<Vec<LogLine>> {
        let workload = self.workload(actor, id)?;
        let driver = self.driver_of(workload.cluster)?;
        let logs = driver.logs(id, lines.min(LOG_LINES_MAX)).await;
        logs.map_err(|cause| self.silent(workload.cluster, cause))
    }

    /// The last lines of the instance before, which ended and was started again.
    pub async fn earlier_logs(
        &self,
        actor: &Actor,
        id: WorkloadId,
        lines: usize,
    ) -> Result<Vec<LogLine>> {
        let workload = self.workload(actor, id)?;
        let driver = self.driver_of(workload.cluster)?;
        let logs = driver.earlier_logs(id, lines.min(LOG_LINES_MAX)).await;
        logs.map_err(|cause| self.silent(workload.cluster, cause))
    }

    /// The last lines that its container wrote, then each as it comes: until the container ends, or the reader may see it
    /// no longer.
    pub async fn follow_logs(
        &self,
        actor: &Actor,
        id: WorkloadId,
        lines: usize,
    ) -> Result<impl Stream<Item = LogLine> + Send + use<>> {
        let workload = self.workload(actor, id)?;
        let driver = self.driver_of(workload.cluster)?;
        let log = driver.follow(id, lines.min(LOG_LINES_MAX)).await;
        let log = log.map_err(|cause| self.silent(workload.cluster, cause))?;
        let (control, actor) = (self.clone(), actor.clone());
        let ends = self.world().sign_outs(&actor);
        let sees = move || {
            let world = control.world();
            let now = world.actor_again(&actor).filter(|now| world.sign_outs(now) == ends);
            now.is_some_and(|actor| control.workload(&actor, id).is_ok())
        };
        Ok(log.take_while(move |_| std::future::ready(sees())))
    }

    pub(crate) fn driver_of(&self, cluster: ClusterId) -> Result<Arc<dyn Driver>> {
        self.driver(cluster).ok_or(Error::Internal { what: "find the cluster's driver" })
    }

    pub(crate) fn silent(&self, cluster: ClusterId, cause: DriverError) -> Error {
        let world = self.world();
        let name = world.clusters.get(&cluster).map(|cluster| cluster.name.clone());
        Error::Cluster { cluster: name.unwrap_or_default(), cause }
    }

    /// Deletes what ended long enough ago, and forgets what was deleted long ago.
    pub(crate) async fn prune_workloads(&self) -> Result<usize> {
        self.change(|world, now| {
            let kept_since = crate::tasks::pruning::kept_since(now);
            let mut changes = Vec::new();
            for workload in world.workloads.values() {
                if workload.deleted_at.is_some_and(|at| at < kept_since) {
                    changes.push(Change::ForgetWorkload(workload.id));
                } else if workload.is_due_for_deletion(now) {
                    let mut due = (**workload).clone();
                    due.delete("its auto-deletion time", now);
                    changes.push(changed(due));
                }
            }
            let count = changes.len();
            Ok((changes, count))
        })
        .await
    }
}

/// The workload, if `actor` may see it.
fn visible(world: &World, actor: &Actor, id: WorkloadId) -> Result<Arc<Workload>> {
    let found = world.workloads.get(&id);
    let seen = found.filter(|w| actor.is_allowed(Action::Read, Resource::Workload(w.project)));
    seen.cloned().ok_or_else(|| Error::not_found("workload", id))
}
