//! Opening a database, and bringing it to this program's version.

use std::{fmt, path::PathBuf, str::FromStr, sync::Arc, time::Duration};

use sqlx::{
    AnyConnection, AnyPool, Executor,
    any::AnyPoolOptions,
    migrate::{MigrateError, Migrator},
};
use tokio::sync::{Mutex, MutexGuard};

use crate::{Error, Result, Store, writer::Writer};

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// Connections at most; SQLite's readers are as many.
const CONNECTIONS: u32 = 8;
/// How long somebody waits for a connection, or for SQLite's lock.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    Postgres(String),
}

/// The text is no address of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write sqlite:PATH or postgres://user@host/database")]
pub struct NoDatabaseUrl;

impl FromStr for DatabaseUrl {
    type Err = NoDatabaseUrl;

    fn from_str(text: &str) -> std::result::Result<Self, NoDatabaseUrl> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite:").map(|rest| rest.strip_prefix("//").unwrap_or(rest));
        match path {
            Some(path) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            _ => Err(NoDatabaseUrl),
        }
    }
}

/// Without the password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => match url.rsplit_once('@') {
                // Options after the question mark may hold a password as well.
                Some((_, rest)) => write!(f, "postgres://…@{}", before_options(rest)),
                None => f.write_str(before_options(url)),
            },
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn before_options(url: &str) -> &str {
    url.split_once('?').map_or(url, |(before, _)| before)
}

impl DatabaseUrl {
    /// As a driver wants it, with the password where there is one.
    pub fn connection(&self) -> String {
        match self {
            // The file is made where it is missing. The path is percent-encoded as a URL asks.
            Self::Sqlite(path) => {
                let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~/".contains(&b);
                let bytes = path.to_string_lossy().into_owned().into_bytes();
                let one =
                    |b: u8| if plain(b) { (b as char).to_string() } else { format!("%{b:02X}") };
                let path: String = bytes.into_iter().map(one).collect();
                format!("sqlite:{path}?mode=rwc")
            }
            Self::Postgres(url) => url.clone(),
        }
    }
}

impl Store {
    /// Opens the database and applies what it lacks. A database that another program holds, or that
    /// a newer one has changed, is refused.
    pub async fn open(url: &DatabaseUrl) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let failed = |cause| Error::Open { url: url.to_string(), cause };
        let is_sqlite = matches!(url, DatabaseUrl::Sqlite(_));
        // A pool tries again until its patience ends, and forgets why; one connection says why.
        let mut writer = Writer::open(url).await?;
        let opened = AnyPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .after_connect(move |connection, _| Box::pin(prepare(connection, is_sqlite)))
            .connect(&url.connection())
            .await;
        let pool = opened.map_err(failed)?;
        migrate(&pool).await?;
        writer.catch_up().await?;
        Ok(Self { pool, writing: Arc::new(Mutex::new(writer)) })
    }

    /// Whether the database answers, and is still ours.
    pub async fn ping(&self) -> Result<()> {
        let asked = sqlx::query("SELECT 1").execute(&self.pool).await;
        asked.map(drop).map_err(|cause| Error::Read { what: "anything", cause })?;
        // Whoever writes just now finds out by itself.
        match self.writing.try_lock() {
            Ok(mut writer) => writer.hold().await,
            Err(_) => Ok(()),
        }
    }

    /// Makes sure that this program is still the one that may write; to be asked before something is
    /// done outside on the strength of what was loaded.
    pub async fn hold(&self) -> Result<()> {
        self.writing().await?.hold().await
    }

    /// The right to write, while this program has it.
    pub(crate) async fn writing(&self) -> Result<MutexGuard<'_, Writer>> {
        let writer = self.writing.lock().await;
        if writer.is_sealed() { Err(Error::HandedOver) } else { Ok(writer) }
    }

    /// Writes no more from now on, and lets go of the database, so that another program may have it. What is being
    /// written is written first. Reading goes on.
    pub async fn seal(&self) {
        self.writing.lock().await.seal();
    }
}

/// What a new connection is told before it is used.
pub(crate) async fn prepare(connection: &mut AnyConnection, is_sqlite: bool) -> sqlx::Result<()> {
    if is_sqlite {
        // FULL: what was answered survives a power cut as well.
        let sql = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                   PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON";
        connection.execute(sql).await?;
    }
    Ok(())
}

/// Applies what the database lacks. sqlx looks for versions that it does not know before it changes
/// anything.
async fn migrate(pool: &AnyPool) -> Result<()> {
    let Err(cause) = MIGRATIONS.run(pool).await else {
        return Ok(());
    };
    let known = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default();
    match cause {
        MigrateError::VersionMissing(found) if found > known => Err(Error::Newer { found, known }),
        cause => Err(Error::Migrate(cause)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_shown_without_secrets() {
        let sqlite = |path: &str| Ok(DatabaseUrl::Sqlite(path.into()));
        assert_eq!("sqlite:berth.db".parse(), sqlite("berth.db"));
        assert_eq!("sqlite:/var/berth.db".parse(), sqlite("/var/berth.db"));
        assert_eq!("sqlite:///var/berth.db".parse(), sqlite("/var/berth.db"));
        assert_eq!("sqlite:////var/berth.db".parse(), sqlite("//var/berth.db"));
        for wrong in ["", "sqlite:", "sqlite://", "berth.db", "mysql://host/berth"] {
            assert_eq!(wrong.parse::<DatabaseUrl>(), Err(NoDatabaseUrl), "{wrong}");
        }
        for (url, shown) in [
            ("postgres://me:secret@host/berth", "postgres://…@host/berth"),
            ("postgresql://host/berth?password=secret", "postgresql://host/berth"),
        ] {
            let url: DatabaseUrl = url.parse().unwrap();
            assert_eq!((url.to_string(), format!("{url:?}")), (shown.into(), shown.into()));
        }
    }
}
