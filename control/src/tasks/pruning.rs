//! Pruning: deletes what ended long enough ago, forgets what was deleted 14 days ago, and ends
//! sessions that nobody uses.

use domain::Timestamp;

use crate::{ControlPlane, Result};

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
        self.prune_workloads().await
    }
}
