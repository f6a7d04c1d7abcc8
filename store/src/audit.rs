//! What administrators changed, by what was changed.

use domain::audit::{AuditEntry, Subject};
use sqlx::AnyConnection;

use crate::{
    Error, Result, Store,
    change::run,
    codec::{body, micros, read},
};

/// What was changed last comes last, also within one moment.
pub(crate) async fn write(to: &mut AnyConnection, entry: &AuditEntry) -> Result<()> {
    let sql = "INSERT INTO audit (id, subject, at, body, place)
               VALUES ($1, $2, $3, $4, (
                   SELECT COALESCE(MAX(place), -1) + 1 FROM audit WHERE subject = $2
               ))";
    let query = sqlx::query(sql)
        .bind(entry.id.to_string())
        .bind(entry.subject.key())
        .bind(micros(entry.at))
        .bind(body("an audit entry", entry)?);
    run(to, "an audit entry", query).await
}

impl Store {
    /// The last `limit` changes of something, newest first.
    pub async fn audit(&self, subject: Subject, limit: u32) -> Result<Vec<AuditEntry>> {
        let sql = "SELECT body FROM audit WHERE subject = $1
                   ORDER BY place DESC, id DESC LIMIT $2";
        let rows: Vec<(String,)> = sqlx::query_as(sql)
            .bind(subject.key())
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await
            .map_err(|cause| Error::Read { what: "audit entries", cause })?;
        rows.iter().map(|(body,)| read("an audit entry", body)).collect()
    }
}
