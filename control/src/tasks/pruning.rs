//! Pruning: deletes what ended long enough ago, forgets what was deleted 14 days ago, and ends
//! sessions that nobody uses.

use domain::Timestamp;

use crate::{ControlPlane, Result, drafts::DRAFT_KEPT_SECS};

/// How long deleted workloads are listed, in seconds: 14 days (`form-and-assets.md` §15.10).
pub const DELETED_KEPT_SECS: i64 = 14 * 24 * 3600;

/// What was deleted before this is forgotten.
pub fn kept_since(now: Timestamp) -> Timestamp {
    let second = now.as_second().saturating_sub(DELETED_KEPT_SECS);
    Timestamp::from_second(second).unwrap_or(Timestamp::MIN)
}

impl ControlPlane {
    /// One round. Returns how many workloads changed.
    pub async fn prune_once(&self) -> Result<usize> {
        self.inner.store.prune_sessions(self.now()).await?;
        let second = self.now().as_second().saturating_sub(DRAFT_KEPT_SECS);
        let until = Timestamp::from_second(second).unwrap_or(Timestamp::MIN);
        self.inner.store.prune_drafts(until).await?;
        self.forget_unloaded().await?;
        self.prune_cycles().await?;
        self.prune_workloads().await
    }

    /// Forgets what became old while Berth was off: it is in the database and was never loaded.
    async fn forget_unloaded(&self) -> Result<()> {
        let Some(until) = self.unloaded().take() else { return Ok(()) };
        let done = self.heed(self.inner.store.forget_deleted(until).await);
        if done.is_err() {
            self.unloaded().get_or_insert(until);
        }
        done.map(drop)
    }
}
