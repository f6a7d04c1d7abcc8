//! Sessions and one-time links, by the hash of what their holders hold.

use domain::{Timestamp, access::Session};

use crate::{
    Error, Result, Store,
    codec::{hex, micros, time},
};

impl Store {
    /// The session with this hash.
    pub async fn session(&self, hash: &[u8; 32]) -> Result<Option<Session>> {
        let row: Option<(String, String, i64, i64, i64)> = sqlx::query_as(
            "SELECT user_id, csrf, created_at, last_seen, expires_at FROM sessions WHERE hash = $1",
        )
        .bind(hex(hash))
        .fetch_optional(&self.pool)
        .await
        .map_err(|cause| Error::Read { what: "a session", cause })?;
        Ok(row.and_then(|(user, csrf, created, seen, expires)| {
            let user = user.parse().ok()?;
            let (created_at, last_seen) = (time(created), time(seen));
            Some(Session { user, csrf, created_at, last_seen, expires_at: time(expires) })
        }))
    }

    pub async fn insert_session(&self, hash: &[u8; 32], session: &Session) -> Result<()> {
        let _writing = self.writing().await?;
        sqlx::query(
            "INSERT INTO sessions (hash, user_id, csrf, created_at, last_seen, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(hex(hash))
        .bind(session.user.to_string())
        .bind(session.csrf.clone())
        .bind(micros(session.created_at))
        .bind(micros(session.last_seen))
        .bind(micros(session.expires_at))
        .execute(&self.pool)
        .await
        .map(drop)
        .map_err(|cause| Error::Write { what: "a session", cause })
    }

    /// Writes down that a session was used, and until when it is good.
    pub async fn touch_session(&self, hash: &[u8; 32], session: &Session) -> Result<()> {
        let _writing = self.writing().await?;
        sqlx::query("UPDATE sessions SET last_seen = $2, expires_at = $3 WHERE hash = $1")
            .bind(hex(hash))
            .bind(micros(session.last_seen))
            .bind(micros(session.expires_at))
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(|cause| Error::Write { what: "a session", cause })
    }

    pub async fn delete_session(&self, hash: &[u8; 32]) -> Result<()> {
        let _writing = self.writing().await?;
        sqlx::query("DELETE FROM sessions WHERE hash = $1")
            .bind(hex(hash))
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(|cause| Error::Write { what: "a session", cause })
    }

    /// Removes sessions and links whose time is over.
    pub async fn prune_sessions(&self, now: Timestamp) -> Result<()> {
        let _writing = self.writing().await?;
        let failed = |cause| Error::Write { what: "sessions", cause };
        for sql in [
            "DELETE FROM sessions WHERE expires_at <= $1",
            "DELETE FROM links WHERE expires_at <= $1",
        ] {
            sqlx::query(sql).bind(micros(now)).execute(&self.pool).await.map_err(failed)?;
        }
        Ok(())
    }

    pub async fn insert_link(
        &self,
        hash: &[u8; 32],
        purpose: &str,
        expires_at: Timestamp,
    ) -> Result<()> {
        let _writing = self.writing().await?;
        sqlx::query("INSERT INTO links (hash, purpose, expires_at) VALUES ($1, $2, $3)")
            .bind(hex(hash))
            .bind(purpose.to_owned())
            .bind(micros(expires_at))
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(|cause| Error::Write { what: "a link", cause })
    }

    /// Uses a link up. True for one of all that try, and while it is good.
    pub async fn take_link(&self, hash: &[u8; 32], purpose: &str, now: Timestamp) -> Result<bool> {
        let _writing = self.writing().await?;
        sqlx::query("DELETE FROM links WHERE hash = $1 AND purpose = $2 AND expires_at > $3")
            .bind(hex(hash))
            .bind(purpose.to_owned())
            .bind(micros(now))
            .execute(&self.pool)
            .await
            .map(|done| done.rows_affected() == 1)
            .map_err(|cause| Error::Write { what: "a link", cause })
    }
}
