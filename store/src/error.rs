//! What can go wrong with the database. Whatever it was, nothing was changed; [`Error::Unsure`] alone
//! cannot promise that. Where [`Error::asks_for_loading`], what is in memory may be wrong.

use std::path::PathBuf;

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
    /// Two of us on the same data would each undo what the other does.
    #[error("another Berth{} uses {what}; end that one, or give this one a place of its own", process(*.by))]
    InUse { what: String, by: Option<u32> },
    #[error("could not lock {path}")]
    Lock {
        path: PathBuf,
        #[source]
        cause: std::io::Error,
    },
    /// Another one of us writes from now on.
    #[error("a newer Berth has taken over")]
    HandedOver,
    /// The lock was lost for a while. Load again.
    #[error("another Berth has changed the database; what is known here is loaded again")]
    Behind,
    /// The connection broke after the word to commit and before its answer. Load again to find out.
    #[error("the database went away while it took the change; it may or may not be stored")]
    Unsure(#[source] sqlx::Error),
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
    /// Whether the database may hold something else than what was loaded from it.
    pub fn asks_for_loading(&self) -> bool {
        matches!(self, Error::Unsure(_) | Error::Conflict(_) | Error::Behind)
    }

    /// The kind of trouble, for those who can wait for a better time.
    pub fn trouble(&self) -> Trouble {
        match self {
            Error::Read { cause, .. } | Error::Write { cause, .. } | Error::Open { cause, .. } => {
                trouble_of(cause)
            }
            Error::Unsure(_) | Error::Lock { .. } => Trouble::Unreachable,
            Error::InUse { .. } => Trouble::Locked,
            Error::Behind | Error::HandedOver => Trouble::Other,
            Error::Migrate(_) | Error::Newer { .. } | Error::Content { .. } => Trouble::Other,
            Error::NameTaken | Error::Conflict(_) => Trouble::Other,
        }
    }
}

fn process(id: Option<u32>) -> String {
    id.map(|id| format!(" (process {id})")).unwrap_or_default()
}

pub(crate) fn trouble_of(cause: &sqlx::Error) -> Trouble {
    use sqlx::Error::*;
    match cause {
        Database(told) => told.code().map_or(Trouble::Other, |code| trouble_in(&code)),
        Io(_) | Protocol(_) | Tls(_) | PoolTimedOut | PoolClosed | WorkerCrashed => {
            Trouble::Unreachable
        }
        _ => Trouble::Other,
    }
}

/// PostgreSQL has codes of five characters; SQLite has numbers, whose low byte is the kind.
fn trouble_in(code: &str) -> Trouble {
    match (code.len(), code.parse::<u32>()) {
        (5, _) => match (code.starts_with("08"), code) {
            (true, _) | (_, "57P01" | "57P02" | "57P03" | "53300") => Trouble::Unreachable,
            (_, "55P03" | "40P01" | "40001") => Trouble::Locked,
            (_, "53100") => Trouble::Full,
            _ => Trouble::Other,
        },
        (_, Ok(number)) => match number & 0xff {
            5 | 6 => Trouble::Locked,
            13 => Trouble::Full,
            14 => Trouble::Unreachable,
            _ => Trouble::Other,
        },
        _ => Trouble::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_databases_are_told_apart() {
        for (code, trouble) in [
            ("5", Trouble::Locked),
            ("517", Trouble::Locked),
            ("6", Trouble::Locked),
            ("13", Trouble::Full),
            ("14", Trouble::Unreachable),
            ("2067", Trouble::Other),
            ("53100", Trouble::Full),
            ("57P01", Trouble::Unreachable),
            ("08006", Trouble::Unreachable),
            ("23505", Trouble::Other),
            ("", Trouble::Other),
            ("äöü", Trouble::Other),
        ] {
            assert_eq!(trouble_in(code), trouble, "{code}");
        }
    }
}
