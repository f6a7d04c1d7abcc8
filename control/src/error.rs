//! What can go wrong in a use case. The server turns it into HTTP in one file, the pages into
//! messages in another.

use domain::{Problem, access::Forbidden, workload::WrongPhase};

/// The outcome of a use case.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a use case was not carried out. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody asked: no session, no token, or one that has ended.
    #[error("sign in first")]
    SignedOut,
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// It does not exist, or not for this actor.
    #[error("there is no {what} {id}")]
    NotFound { what: &'static str, id: String },
    /// The input is wrong; each problem names its field.
    #[error("{}", first(.0))]
    Invalid(Vec<Problem>),
    /// Somebody else has changed it since it was read; each problem says what.
    #[error("somebody else has changed this meanwhile; nothing was saved")]
    Outdated(Vec<Problem>),
    /// The name is in use.
    #[error("{0}")]
    NameTaken(String),
    #[error(transparent)]
    WrongPhase(#[from] WrongPhase),
    /// It cannot be done as things stand; says why.
    #[error("{0}")]
    NotNow(String),
    /// It is still in use.
    #[error("{0}")]
    InUse(String),
    /// An asset that others need; says which.
    #[error("{0}")]
    AssetInUse(String),
    #[error("too many attempts; try again in {retry_after_secs} s")]
    TooManyAttempts { retry_after_secs: u64 },
    /// Wrong e-mail address or password: which of them is not said.
    #[error("the e-mail address or the password is wrong")]
    WrongCredentials,
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error("could not reach cluster {cluster}")]
    Cluster {
        cluster: String,
        #[source]
        cause: cluster::DriverError,
    },
    #[error("the work was given up, because the program is stopping")]
    Stopping,
    #[error("could not {what}")]
    Internal { what: &'static str },
}

impl Error {
    /// One wrong field.
    pub fn field(field: &str, key: &str, message: impl Into<String>) -> Self {
        Error::Invalid(vec![Problem::new(field, key, message)])
    }

    pub fn not_found(what: &'static str, id: impl ToString) -> Self {
        Error::NotFound { what, id: id.to_string() }
    }
}

fn first(problems: &[Problem]) -> String {
    match problems {
        [] => "the input is wrong".into(),
        [one] => format!("{}: {}", one.field, one.message),
        [one, rest @ ..] => format!("{}: {} (and {} more)", one.field, one.message, rest.len()),
    }
}

/// An error with all its causes, in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
