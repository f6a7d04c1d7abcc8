//! What workloads used, window by window. Nobody holds it in memory, and what cannot be written is lost.

use domain::{
    Cores, MemoryBytes, Timestamp, WorkloadId,
    sample::{COARSE_KEPT_SECS, COARSE_SECS, FINE_KEPT_SECS, Sample},
};

use crate::{Error, Result, Store};

/// Rows that are read at once: every sample of a day, and those that stay of 90.
const READ_MAX: i64 = 20_000;

impl Store {
    /// Keeps what was used. A window that is kept already stays as it is.
    pub async fn keep_samples(&self, samples: &[(WorkloadId, Sample)]) -> Result<()> {
        let failed = |cause| Error::Write { what: "what workloads use", cause };
        let _writing = self.writing().await?;
        let mut batch = self.pool.begin().await.map_err(failed)?;
        for (workload, sample) in samples {
            let gpus = serde_json::to_string(&sample.gpus).unwrap_or_default();
            sqlx::query(
                "INSERT INTO workload_samples (workload, at, cpu, memory, gpus)
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT (workload, at) DO NOTHING",
            )
            .bind(workload.to_string())
            .bind(sample.at.as_second())
            .bind(sample.cpu.0)
            .bind(sample.memory.0)
            .bind(gpus)
            .execute(&mut *batch)
            .await
            .map_err(failed)?;
        }
        batch.commit().await.map_err(failed)
    }

    /// What a workload used from `start` on and before `end`, the oldest first.
    pub async fn samples(
        &self,
        workload: WorkloadId,
        start: Timestamp,
        end: Timestamp,
    ) -> Result<Vec<Sample>> {
        let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(
            "SELECT at, cpu, memory, gpus FROM workload_samples
             WHERE workload = $1 AND at >= $2 AND at < $3 ORDER BY at LIMIT $4",
        )
        .bind(workload.to_string())
        .bind(start.as_second())
        .bind(end.as_second())
        .bind(READ_MAX)
        .fetch_all(&self.pool)
        .await
        .map_err(|cause| Error::Read { what: "what a workload used", cause })?;
        let sample = |(at, cpu, memory, gpus): (i64, i64, i64, String)| {
            let at = Timestamp::from_second(at).ok()?;
            let gpus = serde_json::from_str(&gpus).unwrap_or_default();
            Some(Sample { at, cpu: Cores(cpu), memory: MemoryBytes(memory), gpus })
        };
        Ok(rows.into_iter().filter_map(sample).collect())
    }

    /// When the first sample that is kept of a workload was taken.
    pub async fn first_sample(&self, workload: WorkloadId) -> Result<Option<Timestamp>> {
        let first: Option<i64> =
            sqlx::query_scalar("SELECT MIN(at) FROM workload_samples WHERE workload = $1")
                .bind(workload.to_string())
                .fetch_one(&self.pool)
                .await
                .map_err(|cause| Error::Read { what: "what a workload used", cause })?;
        Ok(first.and_then(|second| Timestamp::from_second(second).ok()))
    }

    /// Thins out what is older than a day, and forgets what is older than 90.
    pub async fn thin_samples(&self, now: Timestamp) -> Result<()> {
        let failed = |cause| Error::Write { what: "what workloads used", cause };
        let _writing = self.writing().await?;
        sqlx::query("DELETE FROM workload_samples WHERE at < $1 AND (at < $2 OR at % $3 <> 0)")
            .bind(now.as_second().saturating_sub(FINE_KEPT_SECS))
            .bind(now.as_second().saturating_sub(COARSE_KEPT_SECS))
            .bind(COARSE_SECS)
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(failed)
    }
}
