//! Asking for a token (`rest-api.md` §2.1). Names of fields are matched without regard to case.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The body that asks for a token, as it is described. Names are matched without regard to case.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenBody {
    /// `client_credentials` or `app_token`.
    pub grant_type: String,
    #[serde(rename = "clientID")]
    pub client_id: Option<String>,
    pub client_secret: Option<String>,
    /// With `app_token`.
    #[serde(rename = "appID")]
    pub app_id: Option<String>,
    /// With `app_token`.
    pub app_secret: Option<String>,
}

/// What is asked.
#[derive(Clone, PartialEq, Eq)]
pub enum TokenRequest {
    /// `app_token` and `client_credentials`.
    Client { id: String, secret: String },
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenResponse {
    pub access_token: String,
    /// Seconds.
    pub expires_in: i64,
    pub id_token: String,
    pub refresh_token: String,
}

impl TokenRequest {
    /// Reads the body; what is wrong is named.
    pub fn parse(body: &Map<String, Value>) -> Result<Self, String> {
        let text = |name: &str| {
            let found = body.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
            found.and_then(|(_, value)| value.as_str()).filter(|text| !text.is_empty())
        };
        let needed = |names: [&str; 2]| {
            let found = names.into_iter().find_map(text).map(str::to_owned);
            found.ok_or_else(|| format!("{} is missing", names[0]))
        };
        match text("grantType") {
            Some("app_token") => Ok(Self::Client {
                id: needed(["appID", "clientID"])?,
                secret: needed(["appSecret", "clientSecret"])?,
            }),
            Some("client_credentials") => Ok(Self::Client {
                id: needed(["clientID", "appID"])?,
                secret: needed(["clientSecret", "appSecret"])?,
            }),
            Some(other) => Err(format!(
                "grantType {other:?} is not offered; use client_credentials or app_token"
            )),
            None => Err("grantType is missing; use client_credentials or app_token".into()),
        }
    }
}
