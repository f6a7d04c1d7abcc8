//! What a page says when something did not work: one enum on the wire, one place that words it.

use domain::Problem;
use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

use crate::wire::Wire;

/// Why a server function did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub enum UiError {
    #[error("You are signed out. Sign in again; what you typed is kept in the address.")]
    SignedOut,
    #[error("{0}")]
    Forbidden(String),
    #[error("{0}")]
    NotFound(String),
    /// Each problem belongs to a field.
    #[error("{}", words(.0))]
    Invalid(Vec<Problem>),
    #[error("{0}")]
    NameTaken(String),
    /// It is the system's fault, and may work later. Nothing was changed.
    #[error("{0} Nothing was changed; it can be tried again.")]
    Unavailable(String),
    /// The server did not answer.
    #[error("The server does not answer. What you typed is kept; it can be tried again.")]
    Lost(String),
}

impl UiError {
    /// Whether the same may go well a moment later.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Lost(_) | Self::Unavailable(_))
    }
}

impl FromServerFnError for UiError {
    type Encoder = Wire;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        UiError::Lost(error.to_string())
    }
}

#[cfg(feature = "ssr")]
impl UiError {
    /// What HTTP calls it.
    pub fn status(&self) -> axum::http::StatusCode {
        use axum::http::StatusCode;
        match self {
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::NameTaken(_) => StatusCode::CONFLICT,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Lost(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

fn words(problems: &[Problem]) -> String {
    problems.iter().map(|p| p.message.as_str()).collect::<Vec<_>>().join(". ")
}

#[cfg(feature = "ssr")]
impl From<control::Error> for UiError {
    fn from(error: control::Error) -> Self {
        use control::Error;
        match error {
            Error::SignedOut | Error::WrongCredentials => UiError::SignedOut,
            Error::Forbidden(why) => UiError::Forbidden(sentence(&why.to_string())),
            Error::NotFound { .. } => UiError::NotFound(sentence(&error.to_string())),
            Error::Invalid(problems) | Error::Outdated(problems) => UiError::Invalid(problems),
            Error::NameTaken(why) => UiError::NameTaken(why),
            Error::NotNow(why) => UiError::Forbidden(why),
            Error::WrongPhase(_) | Error::InUse(_) | Error::AssetInUse(_) => {
                UiError::Forbidden(sentence(&error.to_string()))
            }
            Error::Store(_)
            | Error::Cluster { .. }
            | Error::TooManyAttempts { .. }
            | Error::Stopping
            | Error::Internal { .. } => UiError::Unavailable(sentence(&error.to_string())),
        }
    }
}

/// An error's words as a sentence.
#[cfg(feature = "ssr")]
fn sentence(words: &str) -> String {
    crate::words::capital(words) + "."
}
