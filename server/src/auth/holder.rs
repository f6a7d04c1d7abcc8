//! Whoever has something open: a tool, a terminal. What they came in with is kept, so that it can be asked again
//! whether they are still there.

use axum::http::{HeaderMap, header};
use control::{ControlPlane, Error, SessionRef, SessionToken, SignedIn};
use domain::access::Actor;

use super::{Tokens, session_of};

/// What somebody came in with.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Holder {
    Session(SessionRef),
    /// The access token of a program.
    Bearer(String),
}

impl Holder {
    /// What a request brings: a token before a session.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        if let Some(bearer) = headers.get(header::AUTHORIZATION) {
            let token = bearer.to_str().ok()?.strip_prefix("Bearer ")?;
            return Some(Self::Bearer(token.to_owned()));
        }
        session_of(headers).map(|token| Self::Session(SessionToken(token).session()))
    }

    /// Who it is now; nobody once the session or the token has ended. Looking is not use: it keeps no session alive.
    pub async fn actor(
        &self,
        tokens: &Tokens,
        control: &ControlPlane,
    ) -> Result<Option<Actor>, Error> {
        match self {
            Self::Session(session) => held(control.holder_of(*session).await),
            Self::Bearer(token) => Ok(actor_of_token(tokens, control, token)),
        }
    }

    /// The same for somebody who does something.
    pub async fn used(
        &self,
        tokens: &Tokens,
        control: &ControlPlane,
    ) -> Result<Option<Actor>, Error> {
        match self {
            Self::Session(session) => held(control.session_of(*session).await),
            Self::Bearer(token) => Ok(actor_of_token(tokens, control, token)),
        }
    }
}

fn held(held: Result<SignedIn, Error>) -> Result<Option<Actor>, Error> {
    match held {
        Err(Error::SignedOut) => Ok(None),
        // Who has to choose a password first may do nothing else.
        held => Ok(Some(held?).filter(|held| !held.must_change_password).map(|held| held.actor)),
    }
}

/// Whose access token it is.
fn actor_of_token(tokens: &Tokens, control: &ControlPlane, token: &str) -> Option<Actor> {
    tokens.read(token, control.now())?.actor(&control.world())
}
