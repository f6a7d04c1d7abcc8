//! What was used of node pools, hour by hour.

use domain::{NodePoolId, usage::HourUsage};
use sqlx::AnyConnection;

use crate::{Result, change::run, codec::body};

pub(crate) async fn write(to: &mut AnyConnection, usage: &HourUsage) -> Result<()> {
    let sql = "INSERT INTO pool_usage (pool, hour, body) VALUES ($1, $2, $3)
               ON CONFLICT (pool, hour) DO UPDATE SET body = excluded.body";
    let query =
        sqlx::query(sql).bind(usage.pool.to_string()).bind(usage.hour).bind(body("usage", usage)?);
    run(to, "usage", query).await
}

/// Of a pool, what is before an hour goes.
pub(crate) async fn forget(to: &mut AnyConnection, pool: NodePoolId, before: i64) -> Result<()> {
    let sql = "DELETE FROM pool_usage WHERE pool = $1 AND hour < $2";
    run(to, "usage", sqlx::query(sql).bind(pool.to_string()).bind(before)).await
}
