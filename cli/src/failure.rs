//! Why a command did not do what was asked: the lines for standard error, and the code with which it ends.

use api::ErrorBody;

/// The codes (`cli.md` §1).
pub mod code {
    pub const GENERAL: u8 = 1;
    pub const USAGE: u8 = 2;
    pub const NOT_SIGNED_IN: u8 = 3;
    pub const FORBIDDEN: u8 = 4;
    pub const NOT_FOUND: u8 = 5;
    pub const POLICY: u8 = 6;
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub code: u8,
    /// One sentence for people.
    pub message: String,
    /// One line for each field at fault: `<field>: <details>`.
    pub fields: Vec<String>,
    /// The status of the server's answer, where one answered.
    pub status: Option<u16>,
}

pub type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    pub fn new(code: u8, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), fields: vec![], status: None }
    }

    /// The request failed, or was refused for no reason that has a code of its own.
    pub fn general(message: impl Into<String>) -> Self {
        Self::new(code::GENERAL, message)
    }

    /// What was typed cannot be meant.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(code::USAGE, message)
    }

    /// `what` is not there, or not for this caller.
    pub fn not_found(what: &str, name: &str) -> Self {
        Self::new(code::NOT_FOUND, format!("there is no {what} {name:?}, or you may not see it"))
    }

    pub fn not_signed_in(why: &str) -> Self {
        Self::new(code::NOT_SIGNED_IN, format!("{why}; sign in with berth login"))
    }

    /// What the server refused with, in its words.
    pub fn of_body(body: &ErrorBody) -> Self {
        let issues = body.compliance_issues.iter();
        let fields: Vec<_> =
            issues.map(|issue| format!("{}: {}", issue.field, issue.details)).collect();
        let code = match body.code {
            401 => return Self::not_signed_in("the server does not take the token, or no longer"),
            403 => code::FORBIDDEN,
            404 => code::NOT_FOUND,
            _ if body.is_policy_violation() => code::POLICY,
            _ => code::GENERAL,
        };
        // A message that repeats its only field would say it twice.
        let fields = if fields.first() == Some(&body.message) && fields.len() == 1 {
            vec![]
        } else {
            fields
        };
        Self { code, message: body.message.clone(), fields, status: Some(body.code) }
    }

    /// Whether a server understood and said no.
    pub fn is_refusal(&self) -> bool {
        self.status.is_some_and(|status| status < 500)
    }

    /// The same where somebody proves who they are: a refusal is that they are not signed in.
    pub fn of_sign_in(self) -> Self {
        match self.is_refusal() {
            true => Self { code: code::NOT_SIGNED_IN, ..self },
            false => self,
        }
    }

    /// For standard error.
    pub fn lines(&self) -> Vec<String> {
        let first = format!("berth: {}", self.message);
        std::iter::once(first).chain(self.fields.iter().cloned()).collect()
    }
}
