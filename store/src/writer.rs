//! The one connection that writes. It is also what keeps other programs away: a SQLite file has a
//! lock file beside it; in PostgreSQL the connection itself holds an advisory lock, so that nothing
//! is written without it. Each batch leaves a mark in the database. Where a connection broke, the mark
//! found afterwards says whether the batch was stored, and whether somebody else has written.

use std::time::{Duration, Instant};

use sqlx::{AnyConnection, Connection, Executor};
use tokio::time::{sleep, timeout};

use crate::{
    Change, DatabaseUrl, Error, Result, Trouble, change,
    error::trouble_of,
    lock::{FileLock, HANDOVER, LOOK_EVERY},
    open::{PATIENCE, prepare},
};

/// The advisory lock's key, the letters BERTH. PostgreSQL keeps the locks of each database apart.
const LOCK_KEY: i64 = 0x42_45_52_54_48;
/// The name of the mark among the settings.
const MARK: &str = "mark";
/// How long an older connection of ours may take to lose the lock.
const RETAKE: Duration = Duration::from_millis(500);
/// How long the database may take for one batch.
const BATCH_LIMIT: Duration = Duration::from_secs(20);

/// Writes one batch after the other.
#[derive(Debug)]
pub(crate) struct Writer {
    url: DatabaseUrl,
    /// None when it broke, or is at work.
    connection: Option<AnyConnection>,
    _lock: Option<FileLock>,
    /// A number that the database gave to this opening.
    opening: String,
    /// How many batches this opening has tried.
    batches: u64,
    /// The mark of the state that was loaded, with the batches since.
    mark: Option<String>,
    is_behind: bool,
    is_sealed: bool,
}

/// How far a batch came.
enum End {
    Stored,
    /// Nothing of it is stored.
    Refused(Error),
    /// The word to commit was sent; its answer never came.
    Unsure(sqlx::Error),
}

impl Writer {
    /// Takes the lock before anything in the database is looked at.
    pub async fn open(url: &DatabaseUrl) -> Result<Self> {
        let lock = match url {
            DatabaseUrl::Sqlite(path) => {
                let what = format!("the database {url}");
                Some(FileLock::take(&FileLock::beside(path), &what).await?)
            }
            DatabaseUrl::Postgres(_) => None,
        };
        let mut connection = connect(url, HANDOVER).await?;
        // Two openings that get the same number are less likely than a broken disk.
        let asked = sqlx::query_scalar("SELECT CAST(RANDOM() AS TEXT)");
        let opening: String = asked
            .fetch_one(&mut connection)
            .await
            .map_err(|cause| Error::Open { url: url.to_string(), cause })?;
        Ok(Self {
            url: url.clone(),
            connection: Some(connection),
            _lock: lock,
            opening,
            batches: 0,
            mark: None,
            is_behind: false,
            is_sealed: false,
        })
    }

    /// Lets go of connection and lock for good.
    pub fn seal(&mut self) {
        (self.is_sealed, self.connection, self._lock) = (true, None, None);
    }

    pub fn is_sealed(&self) -> bool {
        self.is_sealed
    }

    /// Begins to follow the database: what is loaded from now on is as new as the marks say.
    pub async fn catch_up(&mut self) -> Result<()> {
        let mut connection = self.connected().await?;
        self.mark = mark_in(&mut connection).await?;
        self.connection = Some(connection);
        self.is_behind = false;
        Ok(())
    }

    /// Makes sure that no other program may write.
    pub async fn hold(&mut self) -> Result<()> {
        let mut connection = self.up_to_date().await?;
        if matches!(self.url, DatabaseUrl::Postgres(_)) {
            let answer = timeout(PATIENCE, connection.ping()).await;
            if !matches!(answer, Ok(Ok(()))) {
                connection = self.up_to_date().await?;
            }
        }
        self.connection = Some(connection);
        Ok(())
    }

    /// Takes all of `changes`, or none.
    pub async fn commit(&mut self, changes: &[Change]) -> Result<()> {
        self.batches += 1;
        let mark = format!("{}.{}", self.opening, self.batches);
        let mut end = self.attempt(changes, &mark).await?;
        if matches!(&end, End::Refused(error) if error.trouble() == Trouble::Unreachable) {
            // The connection had broken before; nothing was stored, so it may be tried again.
            end = self.attempt(changes, &mark).await?;
        }
        match end {
            End::Stored => {
                self.mark = Some(mark);
                Ok(())
            }
            End::Refused(error) => Err(error),
            End::Unsure(cause) => self.settle(mark, cause).await,
        }
    }

    /// One attempt. A connection that did not come through it well is given up.
    async fn attempt(&mut self, changes: &[Change], mark: &str) -> Result<End> {
        let mut connection = self.up_to_date().await?;
        let mut is_committing = false;
        let work = batch(&mut connection, changes, mark, &mut is_committing);
        let Ok(done) = timeout(BATCH_LIMIT, work).await else {
            let late = std::io::Error::from(std::io::ErrorKind::TimedOut);
            return Ok(lost(is_committing, late.into()));
        };
        match done {
            Ok(()) => {
                self.connection = Some(connection);
                Ok(End::Stored)
            }
            Err(Error::Unsure(cause)) => Ok(End::Unsure(cause)),
            Err(error) => {
                if error.trouble() != Trouble::Unreachable {
                    self.connection = Some(connection);
                }
                Ok(End::Refused(error))
            }
        }
    }

    /// Finds out whether the batch with this mark was stored.
    async fn settle(&mut self, mark: String, cause: sqlx::Error) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.found().await {
                Ok(found) if found.as_ref() == Some(&mark) => {
                    self.mark = found;
                    return Ok(());
                }
                Ok(found) if found == self.mark => {
                    return Err(Error::Write { what: "a change", cause });
                }
                Ok(_) => {
                    self.is_behind = true;
                    return Err(Error::Behind);
                }
                Err(_) if Instant::now() < until => sleep(LOOK_EVERY).await,
                Err(_) => return Err(Error::Unsure(cause)),
            }
        }
    }

    async fn found(&mut self) -> Result<Option<String>> {
        let mut connection = self.connected().await?;
        let found = mark_in(&mut connection).await?;
        self.connection = Some(connection);
        Ok(found)
    }

    /// The connection, while the state that was loaded is as new as the database.
    async fn up_to_date(&mut self) -> Result<AnyConnection> {
        if self.is_behind {
            return Err(Error::Behind);
        }
        if let Some(connection) = self.connection.take() {
            return Ok(connection);
        }
        let mut connection = connect(&self.url, RETAKE).await?;
        if mark_in(&mut connection).await? == self.mark {
            return Ok(connection);
        }
        self.connection = Some(connection);
        self.is_behind = true;
        Err(Error::Behind)
    }

    /// A connection that holds the lock.
    async fn connected(&mut self) -> Result<AnyConnection> {
        match self.connection.take() {
            Some(connection) => Ok(connection),
            None => connect(&self.url, RETAKE).await,
        }
    }
}

fn lost(is_committing: bool, cause: sqlx::Error) -> End {
    match is_committing {
        true => End::Unsure(cause),
        false => End::Refused(Error::Write { what: "a change", cause }),
    }
}

async fn batch(
    connection: &mut AnyConnection,
    changes: &[Change],
    mark: &str,
    is_committing: &mut bool,
) -> Result<()> {
    let failed = |cause| Error::Write { what: "a change", cause };
    let mut transaction = connection.begin().await.map_err(failed)?;
    let written = async {
        for one in changes {
            change::write(&mut transaction, one).await?;
        }
        leave(&mut transaction, mark).await
    };
    if let Err(error) = written.await {
        transaction.rollback().await.map_err(failed)?;
        return Err(error);
    }
    *is_committing = true;
    transaction.commit().await.map_err(|cause| match trouble_of(&cause) {
        Trouble::Unreachable => Error::Unsure(cause),
        Trouble::Locked | Trouble::Full | Trouble::Other => failed(cause),
    })
}

async fn leave(to: &mut AnyConnection, mark: &str) -> Result<()> {
    let sql = "INSERT INTO meta (name, value) VALUES ($1, $2)
               ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    let query = sqlx::query(sql).bind(MARK.to_owned()).bind(mark.to_owned());
    query.execute(to).await.map(drop).map_err(|cause| Error::Write { what: "a change", cause })
}

async fn mark_in(connection: &mut AnyConnection) -> Result<Option<String>> {
    let failed = |cause| Error::Read { what: "the last change", cause };
    let query = sqlx::query_scalar("SELECT value FROM meta WHERE name = $1").bind(MARK.to_owned());
    let answer = timeout(PATIENCE, query.fetch_optional(connection)).await;
    answer.map_err(|_| failed(sqlx::Error::PoolTimedOut))?.map_err(failed)
}

async fn connect(url: &DatabaseUrl, patience: Duration) -> Result<AnyConnection> {
    let failed = |cause| Error::Open { url: url.to_string(), cause };
    let made = async {
        let mut connection = AnyConnection::connect(&url.connection()).await?;
        let is_sqlite = matches!(url, DatabaseUrl::Sqlite(_));
        prepare(&mut connection, is_sqlite).await?;
        Ok(connection)
    };
    let made = timeout(PATIENCE, made).await.map_err(|_| failed(sqlx::Error::PoolTimedOut))?;
    let mut connection = made.map_err(failed)?;
    if matches!(url, DatabaseUrl::Postgres(_)) {
        lock(&mut connection, url, patience).await?;
    }
    Ok(connection)
}

/// Takes PostgreSQL's lock. It ends with the connection; the server notices within ten seconds when the
/// machine at the other end is gone.
async fn lock(connection: &mut AnyConnection, url: &DatabaseUrl, patience: Duration) -> Result<()> {
    let failed = |cause| Error::Open { url: url.to_string(), cause };
    let notice = "SET tcp_keepalives_idle = 4; SET tcp_keepalives_interval = 2;
                  SET tcp_keepalives_count = 3";
    connection.execute(notice).await.map_err(failed)?;
    let until = Instant::now() + patience;
    loop {
        let query = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(LOCK_KEY);
        let is_ours: bool = query.fetch_one(&mut *connection).await.map_err(failed)?;
        match is_ours {
            true => return Ok(()),
            false if Instant::now() < until => sleep(LOOK_EVERY).await,
            false => return Err(Error::InUse { what: format!("the database {url}"), by: None }),
        }
    }
}
