//! Loading the state again when the database may hold something else than the world in memory: a
//! connection broke in the middle of a commit, or somebody else has written. Until it is loaded,
//! nothing is changed and nothing is asked of a cluster.

use std::sync::{MutexGuard, atomic::Ordering};

use domain::Timestamp;
use tracing::info;

use crate::{ControlPlane, Live, Result, World, tasks::pruning::kept_since};

impl ControlPlane {
    /// Passes on what the store answered; what puts the world in doubt is remembered.
    pub(crate) fn heed<T>(&self, answer: store::Result<T>) -> Result<T> {
        if answer.as_ref().err().is_some_and(store::Error::asks_for_loading) {
            self.inner.in_doubt.store(true, Ordering::SeqCst);
            self.inner.reloading.wake();
        }
        Ok(answer?)
    }

    /// Loads the state again if it is in doubt. Returns how often.
    pub(crate) async fn reload_once(&self) -> Result<usize> {
        if !self.inner.in_doubt.load(Ordering::SeqCst) {
            return Ok(0);
        }
        let _writing = self.inner.writing.lock().await;
        self.out_of_doubt().await
    }

    /// The same, for who holds the right to write.
    pub(crate) async fn out_of_doubt(&self) -> Result<usize> {
        if !self.inner.in_doubt.load(Ordering::SeqCst) {
            return Ok(0);
        }
        let kept_since = kept_since(self.now());
        let loaded = World::of(self.inner.store.load(kept_since).await?);
        self.update_world(|world| world.take_over(loaded));
        *self.unloaded() = Some(kept_since);
        self.inner.ledgers().clear();
        self.inner.in_doubt.store(false, Ordering::SeqCst);
        info!("loaded the state again");
        let _ = self.inner.live.send(Live::Organisation);
        self.inner.scheduling.wake();
        self.inner.reconciling.wake();
        Ok(1)
    }

    /// Changes nothing from now on, and drives no cluster: another program does. What is being changed is changed
    /// first. The loops have ended before.
    pub async fn hand_over(&self) {
        let _writing = self.inner.writing.lock().await;
        self.inner.store.seal().await;
        self.inner.drivers.write().unwrap_or_else(|e| e.into_inner()).clear();
    }

    /// After [`hand_over`](Self::hand_over): reads what the other program has written, so that rights are those of now.
    pub async fn read_along(&self) -> Result<()> {
        let loaded = World::of(self.inner.store.load(kept_since(self.now())).await?);
        self.update_world(|world| world.take_over(loaded));
        Ok(())
    }

    /// Until when deleted workloads were left out when the state was loaded, if they are still in
    /// the database.
    pub(crate) fn unloaded(&self) -> MutexGuard<'_, Option<Timestamp>> {
        self.inner.unloaded.lock().unwrap_or_else(|e| e.into_inner())
    }
}
