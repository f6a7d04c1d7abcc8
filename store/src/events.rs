//! The histories of workloads, page by page.

use domain::{WorkloadId, event::Event};

use crate::{Error, Result, Store, codec::read};

/// Which lines of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    All,
    /// Changes of phase.
    Phases,
    /// Events of cluster and people.
    Events,
}

/// Some of many.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Whether more come after these.
    pub has_more: bool,
}

impl Store {
    /// `limit` lines of a workload's history from `offset` on, oldest or newest first.
    pub async fn events(
        &self,
        workload: WorkloadId,
        kind: EventKind,
        offset: u32,
        limit: u32,
        newest_first: bool,
    ) -> Result<Page<Event>> {
        let sql = match newest_first {
            true => {
                "SELECT body FROM events WHERE workload = $1 AND is_phase IN ($2, $3)
                 ORDER BY at DESC, place DESC, id DESC LIMIT $4 OFFSET $5"
            }
            false => {
                "SELECT body FROM events WHERE workload = $1 AND is_phase IN ($2, $3)
                 ORDER BY at, place, id LIMIT $4 OFFSET $5"
            }
        };
        let (first, second) = match kind {
            EventKind::All => (0_i64, 1_i64),
            EventKind::Phases => (1, 1),
            EventKind::Events => (0, 0),
        };
        let rows: Vec<(String,)> = sqlx::query_as(sql)
            .bind(workload.to_string())
            .bind(first)
            .bind(second)
            .bind(i64::from(limit) + 1)
            .bind(i64::from(offset))
            .fetch_all(&self.pool)
            .await
            .map_err(|cause| Error::Read { what: "events", cause })?;
        let has_more = rows.len() > limit as usize;
        let items = rows.iter().take(limit as usize).map(|(body,)| read("an event", body));
        Ok(Page { items: items.collect::<Result<_>>()?, has_more })
    }
}
