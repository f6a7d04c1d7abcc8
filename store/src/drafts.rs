//! Drafts of forms, by the digest of what is in them. Nobody holds them in memory.

use domain::Timestamp;

use crate::{Error, Result, Store, codec::micros};

impl Store {
    /// Keeps a draft; one that is kept already is kept anew.
    pub async fn keep_draft(&self, id: &str, body: &str, now: Timestamp) -> Result<()> {
        let _writing = self.writing().await?;
        sqlx::query(
            "INSERT INTO drafts (id, kept_at, body) VALUES ($1, $2, $3)
             ON CONFLICT (id) DO UPDATE SET kept_at = $2",
        )
        .bind(id.to_owned())
        .bind(micros(now))
        .bind(body.to_owned())
        .execute(&self.pool)
        .await
        .map(drop)
        .map_err(|cause| Error::Write { what: "a draft", cause })
    }

    pub async fn draft(&self, id: &str) -> Result<Option<String>> {
        sqlx::query_scalar("SELECT body FROM drafts WHERE id = $1")
            .bind(id.to_owned())
            .fetch_optional(&self.pool)
            .await
            .map_err(|cause| Error::Read { what: "a draft", cause })
    }

    /// Forgets those that were kept last before `until`.
    pub async fn prune_drafts(&self, until: Timestamp) -> Result<()> {
        let _writing = self.writing().await?;
        sqlx::query("DELETE FROM drafts WHERE kept_at < $1")
            .bind(micros(until))
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(|cause| Error::Write { what: "drafts", cause })
    }
}
