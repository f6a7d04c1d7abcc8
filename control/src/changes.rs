//! The one way in which the state changes: look at the world, decide, let the database take it, then
//! show it to everybody. A caller that goes away in the middle does not interrupt it.

use std::sync::Arc;

use domain::{EventId, Timestamp, event::Event, workload::Workload};
use store::{AccessChange, Change};

use crate::{ControlPlane, Error, Live, Result, World};

/// A workload to be stored.
pub(crate) fn changed(workload: Workload) -> Change {
    Change::Workload(Box::new(workload))
}

impl ControlPlane {
    /// Carries out one change. `decide` sees the state that the change will be made on, and the time
    /// of it; what it returns beside the changes is handed back once they are stored.
    pub(crate) async fn change<T, F>(&self, decide: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&World, Timestamp) -> Result<(Vec<Change>, T)> + Send + 'static,
    {
        let control = self.clone();
        // Its own task: whoever waits for it may be cancelled, the change may not.
        let work = tokio::spawn(async move { control.change_now(decide).await });
        work.await.unwrap_or_else(|end| match end.is_panic() {
            true => Err(Error::Internal { what: "finish the change" }),
            false => Err(Error::Stopping),
        })
    }

    async fn change_now<T>(
        &self,
        decide: impl FnOnce(&World, Timestamp) -> Result<(Vec<Change>, T)>,
    ) -> Result<T> {
        let _writing = self.inner.writing.lock().await;
        self.out_of_doubt().await?;
        let now = self.now();
        let (changes, told) = decide(&self.world(), now)?;
        if changes.is_empty() {
            return Ok(told);
        }
        let changes = self.with_history(changes, now);
        self.heed(self.inner.store.commit(&changes).await)?;
        self.update_world(|world| world.apply(&changes));
        self.announce(&changes);
        Ok(told)
    }

    /// Changes what is not stored: contact and pods.
    pub(crate) fn update_world(&self, update: impl FnOnce(&mut World)) {
        let mut world = self.inner.world.write().unwrap_or_else(|e| e.into_inner());
        update(Arc::make_mut(&mut world));
    }

    /// Turns what workloads tell about themselves into events, and counts their versions on.
    fn with_history(&self, changes: Vec<Change>, now: Timestamp) -> Vec<Change> {
        let mut all = Vec::with_capacity(changes.len() * 2);
        for mut change in changes {
            let mut events = Vec::new();
            if let Change::Workload(workload) = &mut change {
                workload.version += 1;
                let id = workload.id;
                events.extend(std::mem::take(&mut workload.news).into_iter().map(|what| Event {
                    id: EventId(self.inner.chance.uuid()),
                    workload: id,
                    at: now,
                    what,
                }));
            }
            all.push(change);
            all.extend(events.into_iter().map(Change::Event));
        }
        all
    }

    fn announce(&self, changes: &[Change]) {
        let mut organisation = false;
        for change in changes {
            match change {
                Change::Workload(workload) => {
                    // Nobody listening is no error.
                    let _ = self.inner.live.send(Live::Workload(workload.id));
                }
                // A rule changes what is there for somebody.
                Change::Access(AccessChange::Rule(_)) => organisation = true,
                Change::Event(_) | Change::Access(_) | Change::Audit(_) => {}
                Change::Cycle(_)
                | Change::ForgetCycles(..)
                | Change::Usage(_)
                | Change::ForgetUsage(..)
                | Change::Number(..) => {}
                _ => organisation = true,
            }
        }
        if organisation {
            let _ = self.inner.live.send(Live::Organisation);
        }
        self.inner.scheduling.wake();
        self.inner.reconciling.wake();
    }
}
