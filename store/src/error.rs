//! What can go wrong with the database. Whatever it was, nothing was changed.

/// The outcome of talking to the database.
pub type Result<T> = std::result::Result<T, Error>;

/// The database could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("could not open the database {url}")]
    Open {
        url: String,
        #[source]
        cause: sqlx::Error,
    },
    #[error(
        "the database is at version {found}; this program knows {known} and none newer. Start the newer program"
    )]
    Newer { found: i64, known: i64 },
    #[error("could not bring the database to this program's version")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    #[error("could not read {what}")]
    Read {
        what: &'static str,
        #[source]
        cause: sqlx::Error,
    },
    #[error("could not write {what}: {}", trouble_of(.cause).words())]
    Write {
        what: &'static str,
        #[source]
        cause: sqlx::Error,
    },
    #[error("what is stored as {what} cannot be understood")]
    Content {
        what: &'static str,
        #[source]
        cause: serde_json::Error,
    },
    /// The name is in use by something that is not deleted.
    #[error("this name is in use")]
    NameTaken,
    /// Somebody else has changed it since it was read.
    #[error("workload {0} has been changed by somebody else")]
    Conflict(String),
}

/// What kind of trouble the database is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    Locked,
    Full,
    Unreachable,
    Other,
}

impl Trouble {
    fn words(self) -> &'static str {
        match self {
            Trouble::Locked => "the database is locked by another program",
            Trouble::Full => "the disk is full",
            Trouble::Unreachable => "the database does not answer",
            Trouble::Other => "the database refused",
        }
    }
}

impl Error {
    /// The kind of trouble, for those who can wait for a better time.
    pub fn trouble(&self) -> Trouble {
        match self {
            Error::Read { cause, .. } | Error::Write { cause, .. } | Error::Open { cause, .. } => {
                trouble_of(cause)
            }
            _ => Trouble::Other,
        }
    }
}

fn trouble_of(cause: &sqlx::Error) -> Trouble {
    match cause {
        sqlx::Error::Database(told) => {
            let words = told.message();
            match told.code().as_deref() {
                Some("5" | "6" | "261" | "517") => Trouble::Locked,
                Some("13" | "53100") => Trouble::Full,
                _ if words.contains("locked") => Trouble::Locked,
                _ if words.contains("full") => Trouble::Full,
                _ => Trouble::Other,
            }
        }
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => {
            Trouble::Unreachable
        }
        _ => Trouble::Other,
    }
}
