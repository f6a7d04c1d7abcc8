//! Who is at the door: a bearer token for clients, a session cookie for browsers. Forms and calls of
//! another site are turned away.

mod cookie;
pub mod forgery;
pub mod forms;
mod holder;
mod token;

use std::{net::SocketAddr, sync::Arc};

use app::pages::sign_in::PASSWORD;
use axum::{
    extract::{ConnectInfo, FromRef, FromRequestParts, Request, State},
    http::{header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use control::{ControlPlane, Error, SessionToken, SignedIn};
use domain::access::Actor;
use leptos::config::LeptosOptions;

pub use cookie::{clearing, session_of, setting};
pub use holder::Holder;
pub use token::{Bearer, LIFETIME_SECS, Tokens};

use crate::rest::RestError;

/// What every handler may need. Cheap to clone.
#[derive(Clone)]
pub struct Doors {
    pub control: ControlPlane,
    pub tokens: Arc<Tokens>,
    pub metrics_token: Option<Arc<str>>,
    /// Whether only this machine can reach the server.
    pub is_loopback: bool,
    pub leptos: LeptosOptions,
    /// Whether it is still this process that serves.
    pub turn: crate::handover::Turn,
    /// The shells of open terminals.
    pub shells: Arc<crate::terminal::Shells>,
    /// Opens tools, where browsers can find them.
    pub tools: Option<Arc<crate::tools::Desk>>,
}

impl Doors {
    /// The doors onto `control` of a server that listens on `address`.
    pub async fn of(control: &ControlPlane, address: SocketAddr) -> Result<Self, Error> {
        let secret = control.secret("token-key").await?;
        let what = "sign tokens with the key that is kept";
        let tokens = Tokens::new(&secret).ok_or(Error::Internal { what })?;
        Ok(Self {
            control: control.clone(),
            tokens: Arc::new(tokens),
            metrics_token: None,
            is_loopback: address.ip().is_loopback(),
            leptos: LeptosOptions::builder().output_name("berth").site_addr(address).build(),
            turn: crate::handover::Turn::default(),
            shells: Arc::default(),
            tools: None,
        })
    }
}

impl FromRef<Doors> for LeptosOptions {
    fn from_ref(doors: &Doors) -> Self {
        doors.leptos.clone()
    }
}

impl FromRef<Doors> for ControlPlane {
    fn from_ref(doors: &Doors) -> Self {
        doors.control.clone()
    }
}

/// The actor of a REST call: a bearer token, or the session of a page of ours.
#[derive(Debug)]
pub struct Caller(pub Actor);

impl FromRequestParts<Doors> for Caller {
    type Rejection = RestError;

    async fn from_request_parts(parts: &mut Parts, doors: &Doors) -> Result<Self, RestError> {
        if let Some(header) = parts.headers.get(header::AUTHORIZATION) {
            let bearer = header.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
            let bearer = bearer.and_then(|jwt| doors.tokens.read(jwt, doors.control.now()));
            let actor = bearer.and_then(|bearer| bearer.actor(&doors.control.world()));
            return actor.map(Caller).ok_or(RestError::from(Error::SignedOut));
        }
        forgery::same_origin(&parts.method, &parts.headers)?;
        let signed_in = signed_in(doors, parts).await?;
        match signed_in.must_change_password {
            true => Err(RestError::new(403, MUST_CHANGE)),
            false => Ok(Caller(signed_in.actor)),
        }
    }
}

/// What is said to somebody who may do nothing else yet.
const MUST_CHANGE: &str = "choose a password of your own first";

/// Like [`Caller`], but also somebody who has to choose another password first.
#[derive(Debug)]
pub struct Anybody(pub Actor);

impl FromRequestParts<Doors> for Anybody {
    type Rejection = RestError;

    async fn from_request_parts(parts: &mut Parts, doors: &Doors) -> Result<Self, RestError> {
        if parts.headers.contains_key(header::AUTHORIZATION) {
            return Ok(Self(Caller::from_request_parts(parts, doors).await?.0));
        }
        forgery::same_origin(&parts.method, &parts.headers)?;
        Ok(Self(signed_in(doors, parts).await?.actor))
    }
}

/// Who holds the session of this request.
pub async fn signed_in(doors: &Doors, parts: &Parts) -> Result<SignedIn, Error> {
    let token = session_of(&parts.headers).ok_or(Error::SignedOut)?;
    doors.control.session(&SessionToken(token)).await
}

/// The address that a request comes from, as a part of it.
pub struct Address(pub String);

impl FromRequestParts<Doors> for Address {
    type Rejection = RestError;

    async fn from_request_parts(parts: &mut Parts, _: &Doors) -> Result<Self, RestError> {
        Ok(Self(address(parts)))
    }
}

/// The address that a request comes from; behind a proxy that is the proxy's.
pub fn address(parts: &Parts) -> String {
    let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    info.map_or_else(|| "unknown".to_owned(), |info| info.0.ip().to_string())
}

/// Stands before the pages: who is not signed in is sent to sign in, calls of other sites are turned
/// away, and what is inside finds the actor in its request.
pub async fn guard(State(doors): State<Doors>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    if let Err(error) = forgery::same_origin(&parts.method, &parts.headers) {
        return RestError::from(error).into_response();
    }
    match signed_in(&doors, &parts).await {
        Ok(signed_in) if signed_in.must_change_password && !is_for_all(parts.uri.path()) => {
            return match is_page(&parts) {
                true => Redirect::to(PASSWORD).into_response(),
                false => RestError::new(403, MUST_CHANGE).into_response(),
            };
        }
        Ok(signed_in) => drop(parts.extensions.insert(signed_in)),
        Err(Error::SignedOut) if is_public(parts.uri.path()) => {}
        Err(Error::SignedOut) if is_page(&parts) => {
            let back: String = encode(parts.uri.path_and_query().map_or("/", |p| p.as_str()));
            return Redirect::to(&format!("/sign-in?next={back}")).into_response();
        }
        Err(error) => return RestError::from(error).into_response(),
    }
    next.run(Request::from_parts(parts, body)).await
}

/// What also those may do who have to choose a password first.
fn is_for_all(path: &str) -> bool {
    is_public(path) || matches!(path, PASSWORD | "/sign-out")
}

fn is_public(path: &str) -> bool {
    matches!(path, "/sign-in" | "/welcome")
}

/// Whether a person is looking, rather than a script of a page.
pub fn is_page(parts: &Parts) -> bool {
    let accept = parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    parts.method == axum::http::Method::GET && accept.is_some_and(|a| a.contains("text/html"))
}

/// Percent-encodes all but letters, digits and `-_.~/`.
pub fn encode(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~' | b'/');
    let encode = |b: u8| if plain(b) { (b as char).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(encode).collect()
}
