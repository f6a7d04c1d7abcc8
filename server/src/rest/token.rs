//! `POST /api/v1/token`. Wrong credentials are 400: a client in use repeats on 401 and loses the
//! message (`rest-api.md` §2.1).

use api::token::{TokenBody, TokenRequest, TokenResponse};
use axum::{Json, extract::State};
use serde_json::{Map, Value};

use super::{Body, RestError};
use crate::{Doors, auth::LIFETIME_SECS};

/// A token for a program
///
/// Wrong credentials are answered with 400.
#[utoipa::path(
    post, path = "/api/v1/token", tag = "Tokens", operation_id = "grant_token", security(()),
    request_body = TokenBody,
    responses((status = 200, description = "The token", body = TokenResponse))
)]
pub async fn grant(
    State(doors): State<Doors>,
    Body(body): Body<Map<String, Value>>,
) -> Result<Json<TokenResponse>, RestError> {
    let TokenRequest::Client { id, secret } =
        TokenRequest::parse(&body).map_err(|wrong| RestError::new(400, wrong))?;
    let wrong = |_| RestError::new(400, "the client id or the secret is wrong");
    doors.control.check_client(&id, &secret).map_err(wrong)?;
    let token = doors.tokens.grant(&id, doors.control.now());
    let access_token = token.ok_or_else(|| RestError::new(500, "could not sign a token"))?;
    Ok(Json(TokenResponse {
        access_token,
        expires_in: LIFETIME_SECS,
        id_token: String::new(),
        refresh_token: String::new(),
    }))
}
