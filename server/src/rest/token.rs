//! `POST /api/v1/token` and, in the words of OAuth 2, `POST /api/v2/token`. Wrong credentials are 400: a client in
//! use repeats on 401 and loses the message (`rest-api.md` §2.1).

use api::token::{OAuthRefusal, OAuthToken, TokenBody, TokenRequest, TokenResponse};
use axum::{
    Form, Json,
    extract::State,
    response::{IntoResponse, Response},
};
use control::Error;
use domain::access::User;
use serde_json::{Map, Value};

use super::{Body, RestError};
use crate::{
    Doors,
    auth::{Address, Bearer, LIFETIME_SECS},
};

/// Seconds that a token for another token is good; each use gives a new one.
const REFRESH_SECS: i64 = 24 * 3_600;

/// A token for a program or a user
///
/// Wrong credentials are answered with 400.
#[utoipa::path(
    post, path = "/api/v1/token", tag = "Tokens", operation_id = "grant_token", security(()),
    request_body = TokenBody,
    responses(
        (status = 200, description = "The token", body = TokenResponse),
        (status = 429, description = "Too many attempts", body = api::ErrorBody),
    )
)]
pub async fn grant(
    State(doors): State<Doors>,
    Address(from): Address,
    Body(body): Body<Map<String, Value>>,
) -> Result<Json<TokenResponse>, RestError> {
    let asked = TokenRequest::parse(&body).map_err(|wrong| RestError::new(400, wrong))?;
    let granted = granted(&doors, asked, &from).await?;
    Ok(Json(TokenResponse {
        access_token: granted.access,
        expires_in: LIFETIME_SECS,
        id_token: String::new(),
        refresh_token: granted.refresh.unwrap_or_default(),
    }))
}

/// A token, in the words of OAuth 2
#[utoipa::path(
    post, path = "/api/v2/token", tag = "Tokens", operation_id = "grant_token_v2", security(()),
    request_body(content = Object, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The token", body = OAuthToken),
        (status = 400, description = "Why not", body = OAuthRefusal),
        (status = 429, description = "Too many attempts", body = OAuthRefusal),
    )
)]
pub async fn grant_oauth(
    State(doors): State<Doors>,
    Address(from): Address,
    form: Result<Form<Vec<(String, String)>>, axum::extract::rejection::FormRejection>,
) -> Response {
    let Ok(Form(fields)) = form else { return refused(400, "invalid_request", "must be a form") };
    let asked = match TokenRequest::parse_form(&fields) {
        Ok(asked) => asked,
        Err(wrong) => return refused(400, "invalid_request", &wrong),
    };
    let error = if matches!(asked, TokenRequest::Client { .. }) {
        "invalid_client"
    } else {
        "invalid_grant"
    };
    match granted(&doors, asked, &from).await {
        Ok(granted) => Json(OAuthToken {
            access_token: granted.access,
            token_type: "Bearer".to_owned(),
            expires_in: LIFETIME_SECS,
            refresh_token: granted.refresh,
        })
        .into_response(),
        Err(wrong) => refused(wrong.body.code, error, &wrong.body.message),
    }
}

fn refused(code: u16, error: &str, why: &str) -> Response {
    let body = OAuthRefusal { error: error.to_owned(), error_description: why.to_owned() };
    let status = axum::http::StatusCode::from_u16(code);
    (status.unwrap_or(axum::http::StatusCode::BAD_REQUEST), Json(body)).into_response()
}

/// What somebody gets who proved who they are.
struct Granted {
    access: String,
    refresh: Option<String>,
}

async fn granted(doors: &Doors, asked: TokenRequest, from: &str) -> Result<Granted, RestError> {
    let now = doors.control.now();
    let unsigned = || RestError::new(500, "could not sign a token");
    match asked {
        TokenRequest::Client { id, secret } => {
            let wrong = "the client id or the secret is wrong, or the client is disabled";
            doors.control.check_client(&id, &secret).await.map_err(|error| match error {
                Error::WrongCredentials => RestError::new(400, wrong),
                other => RestError::from(other),
            })?;
            let access = doors.tokens.grant(&Bearer::Client(id), None, now);
            Ok(Granted { access: access.ok_or_else(unsigned)?, refresh: None })
        }
        TokenRequest::User { name, password } => {
            let user = doors.control.check_password(&name, &password, from).await?;
            if user.must_change_password {
                return Err(RestError::new(400, "choose a password of your own first"));
            }
            doors.control.note_sign_in(user.id).await?;
            of_user(doors, &user)
        }
        TokenRequest::Refresh(token) => {
            let world = doors.control.world();
            let bearer = doors.tokens.read_refresh(&token, now);
            let user = bearer.and_then(|bearer| bearer.user(&world).cloned());
            let ended = || RestError::new(400, "the refresh token is wrong, or its time is over");
            of_user(doors, &user.ok_or_else(ended)?)
        }
    }
}

fn of_user(doors: &Doors, user: &User) -> Result<Granted, RestError> {
    let (bearer, now) = (Bearer::of(user), doors.control.now());
    let access = doors.tokens.grant(&bearer, Some(&user.email), now);
    let refresh = doors.tokens.grant_refresh(&bearer, now, REFRESH_SECS);
    let unsigned = || RestError::new(500, "could not sign a token");
    Ok(Granted {
        access: access.ok_or_else(unsigned)?,
        refresh: Some(refresh.ok_or_else(unsigned)?),
    })
}
