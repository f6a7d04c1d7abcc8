//! What is configured about storage classes.

use domain::storage_class::StorageClassConfig;
use sqlx::AnyConnection;

use crate::{Result, change::run, codec::body};

pub(crate) async fn write(to: &mut AnyConnection, config: &StorageClassConfig) -> Result<()> {
    let sql = "INSERT INTO storage_classes (id, cluster, name, body) VALUES ($1, $2, $3, $4)
               ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body";
    let query = sqlx::query(sql)
        .bind(config.id.to_string())
        .bind(config.cluster.to_string())
        .bind(config.name.clone())
        .bind(body("a storage class", config)?);
    run(to, "a storage class", query).await
}
