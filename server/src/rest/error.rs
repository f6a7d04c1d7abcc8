//! Errors as HTTP: the one place that knows which is which status.

use api::{ErrorBody, list::BadQuery};
use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use control::Error;
use domain::Problem;
use tracing::error;

/// A refusal, ready to be sent.
#[derive(Debug)]
pub struct RestError {
    pub body: ErrorBody,
    retry_after_secs: Option<u64>,
}

impl RestError {
    pub fn new(code: u16, message: impl Into<String>) -> Self {
        Self { body: ErrorBody::new(code, message), retry_after_secs: None }
    }

    pub fn problems(problems: &[Problem]) -> Self {
        Self { body: ErrorBody::of_problems(problems), retry_after_secs: None }
    }

    /// One wrong field.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::problems(&[Problem::new(field, "wrong", message)])
    }
}

impl From<BadQuery> for RestError {
    fn from(wrong: BadQuery) -> Self {
        Self::field(wrong.parameter, wrong.wrong)
    }
}

impl From<Error> for RestError {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::Invalid(problems) => return Self::problems(problems),
            Error::Outdated(changes) => {
                let mut body = ErrorBody::new(412, error.to_string());
                body.compliance_issues = ErrorBody::of_problems(changes).compliance_issues;
                return Self { body, retry_after_secs: None };
            }
            Error::SignedOut => 401,
            Error::Forbidden(_) => 403,
            Error::NotFound { .. } => 404,
            Error::NameTaken(_) | Error::WrongPhase(_) | Error::InUse(_) | Error::NotNow(_) => 409,
            Error::AssetInUse(_) => 412,
            Error::WrongCredentials => 400,
            Error::TooManyAttempts { retry_after_secs } => {
                let retry_after_secs = Some(*retry_after_secs);
                return Self { body: ErrorBody::new(429, error.to_string()), retry_after_secs };
            }
            Error::Store(store::Error::NameTaken) => 409,
            Error::Store(_) | Error::Cluster { .. } | Error::Stopping => 503,
            Error::Internal { .. } => 500,
        };
        if code >= 500 {
            error!("a request failed: {}", crate::chain(&error));
        }
        Self::new(code, error.to_string())
    }
}

impl IntoResponse for RestError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.body.code);
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self.body)).into_response();
        if let Some(secs) = self.retry_after_secs {
            response.headers_mut().insert(header::RETRY_AFTER, secs.into());
        }
        response
    }
}
