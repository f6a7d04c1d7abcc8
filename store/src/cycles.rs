//! Cycles of the scheduler that decided something, as texts that whoever runs the scheduler understands.

use domain::{ClusterId, Timestamp};
use sqlx::{AnyConnection, AnyPool, any::AnyPoolOptions};

use crate::{
    DatabaseUrl, Error, Result, Store,
    change::run,
    codec::{micros, time},
    open::PATIENCE,
};

/// Differences in a row that are followed back at most; more is a ring or a broken table.
const CHAIN_MAX: usize = 1_000;

/// One cycle, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCycle {
    pub number: i64,
    pub cluster: ClusterId,
    pub at: Timestamp,
    /// The cycle to which this one is a difference; `None` where it is whole.
    pub base: Option<i64>,
    pub body: String,
}

/// What is kept of the cycles at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CycleBounds {
    /// Older ones go.
    pub since: Timestamp,
    /// Bytes of all of a cluster; the oldest go first.
    pub bytes: i64,
}

/// A database that is read beside whoever writes it: nothing is locked, made or changed.
#[derive(Clone, Debug)]
pub struct Archive {
    pool: AnyPool,
}

pub(crate) async fn write(to: &mut AnyConnection, cycle: &KeptCycle) -> Result<()> {
    let sql = "INSERT INTO cycles (id, cluster, at, base, size, body)
               VALUES ($1, $2, $3, $4, $5, $6)";
    let query = sqlx::query(sql)
        .bind(cycle.number)
        .bind(cycle.cluster.to_string())
        .bind(micros(cycle.at))
        .bind(cycle.base)
        .bind(i64::try_from(cycle.body.len()).unwrap_or(i64::MAX))
        .bind(cycle.body.clone());
    run(to, "a cycle", query).await
}

/// Of a cluster, what is before a cycle goes.
pub(crate) async fn forget(to: &mut AnyConnection, cluster: ClusterId, before: i64) -> Result<()> {
    let sql = "DELETE FROM cycles WHERE cluster = $1 AND id < $2";
    run(to, "cycles", sqlx::query(sql).bind(cluster.to_string()).bind(before)).await
}

impl Store {
    /// A cycle and those that it is a difference to, the whole one first; empty where it is not kept.
    pub async fn cycle(&self, number: i64) -> Result<Vec<KeptCycle>> {
        chain(&self.pool, number).await
    }

    /// The number of the last cycle that was kept.
    pub async fn last_cycle(&self) -> Result<i64> {
        let row: (i64,) = sqlx::query_as("SELECT CAST(COALESCE(MAX(id), 0) AS BIGINT) FROM cycles")
            .fetch_one(&self.pool)
            .await
            .map_err(unread)?;
        Ok(row.0)
    }

    /// The first cycle of a cluster that is to stay: a whole one, for the differences after it need it.
    /// `None` where all stay.
    pub async fn first_cycle_within(
        &self,
        cluster: ClusterId,
        bounds: CycleBounds,
    ) -> Result<Option<i64>> {
        let sql = "SELECT id, at, size, CASE WHEN base IS NULL THEN 1 ELSE 0 END FROM cycles
                   WHERE cluster = $1 ORDER BY id DESC";
        let rows: Vec<(i64, i64, i64, i32)> = sqlx::query_as(sql)
            .bind(cluster.to_string())
            .fetch_all(&self.pool)
            .await
            .map_err(unread)?;
        Ok(first_within(&rows, bounds))
    }
}

/// Rows are id, time, size and whether it is whole, the newest first.
fn first_within(rows: &[(i64, i64, i64, i32)], bounds: CycleBounds) -> Option<i64> {
    let (mut bytes, mut first) = (0_i64, None);
    for (id, at, size, whole) in rows {
        bytes = bytes.saturating_add(*size);
        let fits = time(*at) >= bounds.since && bytes <= bounds.bytes;
        if !fits && first.is_some() {
            return first;
        }
        if *whole == 1 {
            first = Some(*id);
        }
    }
    None
}

impl Archive {
    /// Opens a database to read in it.
    pub async fn open(url: &DatabaseUrl) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let connection = match url {
            DatabaseUrl::Sqlite(_) => url.connection().replace("?mode=rwc", "?mode=ro"),
            DatabaseUrl::Postgres(_) => url.connection(),
        };
        let pool = AnyPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            .connect(&connection)
            .await
            .map_err(|cause| Error::Open { url: url.to_string(), cause })?;
        Ok(Self { pool })
    }

    /// As [`Store::cycle`].
    pub async fn cycle(&self, number: i64) -> Result<Vec<KeptCycle>> {
        chain(&self.pool, number).await
    }
}

async fn chain(pool: &AnyPool, number: i64) -> Result<Vec<KeptCycle>> {
    let mut found = Vec::new();
    let mut wanted = Some(number);
    while let Some(number) = wanted.filter(|_| found.len() < CHAIN_MAX) {
        let sql = "SELECT cluster, at, base, body FROM cycles WHERE id = $1";
        let row: Option<(String, i64, Option<i64>, String)> =
            sqlx::query_as(sql).bind(number).fetch_optional(pool).await.map_err(unread)?;
        // Without the one before it, a difference says nothing.
        let Some((cluster, at, base, body)) = row else { return Ok(vec![]) };
        let Ok(cluster) = cluster.parse() else { return Ok(vec![]) };
        found.push(KeptCycle { number, cluster, at: time(at), base, body });
        wanted = base;
    }
    found.reverse();
    Ok(found)
}

fn unread(cause: sqlx::Error) -> Error {
    Error::Read { what: "cycles", cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_begins_with_a_whole_one() {
        let hour = 3_600_000_000;
        // Newest first: 6 and 5 are differences to 4; 3 and 2 to 1.
        let rows =
            [(6, 6, 1, 0), (5, 5, 1, 0), (4, 4, 10, 1), (3, 3, 1, 0), (2, 2, 1, 0), (1, 1, 10, 1)];
        let rows = rows.map(|(id, at, size, whole)| (id, at * hour, size, whole));
        let bounds = |hours: i64, bytes| CycleBounds { since: time(hours * hour), bytes };
        assert_eq!(first_within(&rows, bounds(0, 100)), None, "all of it fits");
        assert_eq!(first_within(&rows, bounds(3, 100)), Some(4), "2 and 1 are too old");
        assert_eq!(first_within(&rows, bounds(0, 13)), Some(4), "2 and 1 are too much");
        assert_eq!(first_within(&rows, bounds(5, 1)), Some(4), "the last ones can be read");
        assert_eq!(first_within(&[], bounds(0, 0)), None);
    }
}
