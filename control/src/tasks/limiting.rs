//! Limiting: stops what has run as long as it may (`scheduling-and-organisation.md` §5), after a warning.

use std::sync::Arc;

use domain::workload::Workload;

use crate::{ControlPlane, Result, changes::changed};

impl ControlPlane {
    /// One turn. Returns how many workloads were warned or stopped.
    pub async fn limit_once(&self) -> Result<usize> {
        let now = self.now();
        let is_due = |workload: &Arc<Workload>| workload.limit_is_due(now);
        if !self.world().live().any(is_due) {
            return Ok(0);
        }
        self.change(|world, now| {
            let due = world.live().filter(|workload| workload.limit_is_due(now));
            let changes: Vec<_> = due
                .map(|workload| {
                    let mut workload = (**workload).clone();
                    workload.heed_limit(now);
                    changed(workload)
                })
                .collect();
            let count = changes.len();
            Ok((changes, count))
        })
        .await
    }
}
