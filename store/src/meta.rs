//! Single values beside the data, by name.

use crate::{Error, Result, Store};

impl Store {
    pub async fn meta(&self, name: &str) -> Result<Option<String>> {
        let row: Option<(String,)> = sqlx::query_as("SELECT value FROM meta WHERE name = $1")
            .bind(name.to_owned())
            .fetch_optional(&self.pool)
            .await
            .map_err(|cause| Error::Read { what: "a setting", cause })?;
        Ok(row.map(|(value,)| value))
    }

    /// All values whose names begin so, without what they begin with.
    pub async fn metas(&self, beginning: &str) -> Result<Vec<(String, String)>> {
        let sql = "SELECT name, value FROM meta WHERE name >= $1 AND name < $2 ORDER BY name";
        let rows: Vec<(String, String)> = sqlx::query_as(sql)
            .bind(beginning.to_owned())
            .bind(format!("{beginning}~"))
            .fetch_all(&self.pool)
            .await
            .map_err(|cause| Error::Read { what: "settings", cause })?;
        let rest = |(name, value): (String, String)| {
            Some((name.strip_prefix(beginning)?.to_owned(), value))
        };
        Ok(rows.into_iter().filter_map(rest).collect())
    }

    /// Sets values, or removes them, all or none.
    pub async fn set_metas(&self, values: &[(String, Option<String>)]) -> Result<()> {
        let _writing = self.writing().await?;
        let failed = |cause| Error::Write { what: "settings", cause };
        let mut transaction = self.pool.begin().await.map_err(failed)?;
        for (name, value) in values {
            let query = match value {
                Some(value) => sqlx::query(
                    "INSERT INTO meta (name, value) VALUES ($1, $2)
                     ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                )
                .bind(name.clone())
                .bind(value.clone()),
                None => sqlx::query("DELETE FROM meta WHERE name = $1").bind(name.clone()),
            };
            query.execute(&mut *transaction).await.map_err(failed)?;
        }
        transaction.commit().await.map_err(failed)
    }

    pub async fn set_meta(&self, name: &str, value: &str) -> Result<()> {
        let _writing = self.writing().await?;
        let sql = "INSERT INTO meta (name, value) VALUES ($1, $2)
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        sqlx::query(sql)
            .bind(name.to_owned())
            .bind(value.to_owned())
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(|cause| Error::Write { what: "a setting", cause })
    }
}
