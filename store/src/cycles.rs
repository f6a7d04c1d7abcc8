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

impl KeptCycle {
    pub fn size(&self) -> CycleSize {
        let size = i64::try_from(self.body.len()).unwrap_or(i64::MAX);
        CycleSize { number: self.number, at: self.at, size, is_whole: self.base.is_none() }
    }
}

/// How much one cycle takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CycleSize {
    pub number: i64,
    pub at: Timestamp,
    /// Bytes.
    pub size: i64,
    /// Whether it is a difference to none.
    pub is_whole: bool,
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
        .bind(cycle.size().size)
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

    /// What is kept of the cycles of a cluster, the oldest first.
    pub async fn cycle_sizes(&self, cluster: ClusterId) -> Result<Vec<CycleSize>> {
        let sql = "SELECT id, at, size, CASE WHEN base IS NULL THEN 1 ELSE 0 END FROM cycles
                   WHERE cluster = $1 ORDER BY id";
        let rows: Vec<(i64, i64, i64, i32)> = sqlx::query_as(sql)
            .bind(cluster.to_string())
            .fetch_all(&self.pool)
            .await
            .map_err(unread)?;
        let one = |(number, at, size, whole)| CycleSize {
            number,
            at: time(at),
            size,
            is_whole: whole == 1,
        };
        Ok(rows.into_iter().map(one).collect())
    }
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
