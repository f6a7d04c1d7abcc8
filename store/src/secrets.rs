//! Encrypted contents of credentials. What is in them is not known here, and they are not loaded with
//! the rest of the state: whoever needs one asks for it.

use std::fmt;

use domain::AssetId;
use sqlx::AnyConnection;

use crate::{Error, Result, Store, change::run, codec};

/// Secrets of all credentials that are read at most.
const ROWS_MAX: i64 = 1_000_000;

/// A secret under a key.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    pub key_id: i32,
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

pub(crate) async fn write(to: &mut AnyConnection, id: AssetId, sealed: &Sealed) -> Result<()> {
    let sql = "INSERT INTO secrets (asset, key_id, sealed) VALUES ($1, $2, $3)
               ON CONFLICT (asset) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed";
    let query = sqlx::query(sql)
        .bind(id.to_string())
        .bind(i64::from(sealed.key_id))
        .bind(codec::hex(&sealed.bytes));
    run(to, "a secret", query).await
}

impl Store {
    /// What a credential keeps.
    pub async fn sealed(&self, id: AssetId) -> Result<Option<Sealed>> {
        let row: Option<(i64, String)> =
            sqlx::query_as("SELECT key_id, sealed FROM secrets WHERE asset = $1")
                .bind(id.to_string())
                .fetch_optional(&self.pool)
                .await
                .map_err(|cause| Error::Read { what: "a secret", cause })?;
        Ok(row.and_then(|(key, text)| sealed(key, &text)))
    }

    /// All of them, for whoever changes the key.
    pub async fn all_sealed(&self) -> Result<Vec<(AssetId, Sealed)>> {
        let rows: Vec<(String, i64, String)> =
            sqlx::query_as("SELECT asset, key_id, sealed FROM secrets ORDER BY asset LIMIT $1")
                .bind(ROWS_MAX)
                .fetch_all(&self.pool)
                .await
                .map_err(|cause| Error::Read { what: "secrets", cause })?;
        let read =
            |(id, key, text): &(String, i64, String)| Some((id.parse().ok()?, sealed(*key, text)?));
        Ok(rows.iter().filter_map(read).collect())
    }

    /// Under which key each secret is.
    pub(crate) async fn keys_of_secrets(&self) -> Result<Vec<(AssetId, i32)>> {
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT asset, key_id FROM secrets ORDER BY asset LIMIT $1")
                .bind(ROWS_MAX)
                .fetch_all(&self.pool)
                .await
                .map_err(|cause| Error::Read { what: "secrets", cause })?;
        let read = |(id, key): &(String, i64)| Some((id.parse().ok()?, i32::try_from(*key).ok()?));
        Ok(rows.iter().filter_map(read).collect())
    }
}

fn sealed(key: i64, text: &str) -> Option<Sealed> {
    Some(Sealed { key_id: i32::try_from(key).ok()?, bytes: codec::unhex(text)? })
}
