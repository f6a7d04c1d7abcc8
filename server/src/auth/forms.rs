//! Signing in and out, by plain forms that work without scripts.

use app::pages::sign_in::PASSWORD;
use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use control::{Error, SessionToken, SignedIn};
use domain::settings::Setting;
use proxy::own_path;
use serde::Deserialize;

use super::{Doors, address, clearing, session_of, setting};

/// What the sign-in page sends.
#[derive(Deserialize)]
pub struct Credentials {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    /// Where to go afterwards; a path of ours.
    #[serde(default)]
    next: String,
    /// The one-time link's token, on the welcome page.
    #[serde(default)]
    token: String,
}

/// `POST /sign-in`.
pub async fn sign_in(State(doors): State<Doors>, request: Request) -> Response {
    enter(doors, request, "/sign-in").await
}

/// `POST /welcome`: the first administrator.
pub async fn welcome(State(doors): State<Doors>, request: Request) -> Response {
    enter(doors, request, "/welcome").await
}

async fn enter(doors: Doors, request: Request, page: &str) -> Response {
    let (parts, body) = request.into_parts();
    let form = read::<Credentials>(&parts.headers, body).await;
    let Some(form) = form else { return (StatusCode::BAD_REQUEST, "not a form\n").into_response() };
    let from = address(&parts);
    let done = match page {
        "/welcome" => doors.control.welcome(&form.token, &form.email, &form.password).await,
        _ => doors.control.sign_in(&form.email, &form.password, &from).await,
    };
    match done {
        Ok(token) => entered(&token, &parts.headers, own_path(&form.next)),
        Err(error) => refused(page, &form, &error),
    }
}

fn entered(token: &SessionToken, headers: &axum::http::HeaderMap, next: &str) -> Response {
    let mut response = Redirect::to(next).into_response();
    if let Some(cookie) = setting(token, headers) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// Back to the page, with what went wrong and what was typed, but never the password.
fn refused(page: &str, form: &Credentials, error: &Error) -> Response {
    let message = super::encode(&message(error));
    let (email, next) = (super::encode(&form.email), super::encode(&form.next));
    let token = super::encode(&form.token);
    let address = format!("{page}?problem={message}&email={email}&next={next}&token={token}");
    Redirect::to(&address).into_response()
}

fn message(error: &Error) -> String {
    match error {
        Error::Invalid(problems) => {
            problems.iter().map(|p| p.message.as_str()).collect::<Vec<_>>().join(". ")
        }
        Error::WrongCredentials => "The e-mail address or the password is wrong".into(),
        Error::TooManyAttempts { retry_after_secs } => {
            format!("Too many attempts; try again in {retry_after_secs} s")
        }
        Error::NotFound { .. } => "There is an administrator already; sign in".into(),
        other => other.to_string(),
    }
}

/// `POST /sign-out`.
pub async fn sign_out(State(doors): State<Doors>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if let Err(response) = with_token(&parts, body).await {
        return response;
    }
    if let Some(token) = session_of(&parts.headers)
        && let Err(error) = doors.control.sign_out(&SessionToken(token)).await
    {
        return crate::rest::RestError::from(error).into_response();
    }
    let chosen = doors.control.world().settings.text(Setting::LogoutRedirect);
    let to = if chosen.is_empty() { "/sign-in" } else { &chosen };
    let mut response = Redirect::to(to).into_response();
    if let Some(cookie) = clearing(&parts.headers) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// What the page sends where somebody chooses a password.
#[derive(Deserialize)]
struct Passwords {
    csrf: String,
    #[serde(default)]
    current: String,
    #[serde(default)]
    new: String,
    #[serde(default)]
    again: String,
}

/// `POST /password`: the own password. The session goes on, all others end.
pub async fn change_password(State(doors): State<Doors>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let form = read::<Passwords>(&parts.headers, body).await;
    let Some(signed_in) = parts.extensions.get::<SignedIn>() else {
        return Redirect::to("/sign-in").into_response();
    };
    let Some(form) = form.filter(|form| form.csrf == signed_in.csrf) else { return out_of_date() };
    if form.new != form.again {
        return not_changed("The two new passwords differ");
    }
    let from = address(&parts);
    let changed =
        doors.control.change_own_password(&signed_in.actor, &form.current, &form.new, &from);
    let begun = match changed.await {
        Ok(user) => doors.control.begin_session(&user).await,
        Err(error) => Err(error),
    };
    match begun {
        Ok(token) => entered(&token, &parts.headers, "/workloads"),
        Err(error) => not_changed(&message(&error)),
    }
}

fn not_changed(why: &str) -> Response {
    Redirect::to(&format!("{PASSWORD}?problem={}", super::encode(why))).into_response()
}

fn out_of_date() -> Response {
    (StatusCode::FORBIDDEN, "this form is out of date; load the page again\n").into_response()
}

#[derive(Deserialize)]
struct Proof {
    csrf: String,
}

/// Refuses a form that does not carry the session's token.
async fn with_token(
    parts: &axum::http::request::Parts,
    body: axum::body::Body,
) -> std::result::Result<(), Response> {
    let proof = read::<Proof>(&parts.headers, body).await;
    let wanted = parts.extensions.get::<SignedIn>().map(|signed_in| &signed_in.csrf);
    match (proof, wanted) {
        (Some(proof), Some(wanted)) if proof.csrf == *wanted => Ok(()),
        _ => Err(out_of_date()),
    }
}

/// Reads a form of at most 16 kB.
async fn read<T: serde::de::DeserializeOwned>(
    headers: &axum::http::HeaderMap,
    body: axum::body::Body,
) -> Option<T> {
    let is_form = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    let bytes = axum::body::to_bytes(body, 16 << 10).await.ok()?;
    is_form.then(|| serde_urlencoded::from_bytes(&bytes).ok()).flatten()
}
