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

    pub async fn set_meta(&self, name: &str, value: &str) -> Result<()> {
        let _writing = self.writing.lock().await;
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
