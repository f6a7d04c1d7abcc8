//! Asking for a token (`rest-api.md` §2.1). Names of fields are matched without regard to case.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The body that asks for a token, as it is described. Names are matched without regard to case.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenBody {
    /// `client_credentials`, `app_token`, `password` or `refresh_token`.
    pub grant_type: String,
    #[serde(rename = "clientID")]
    pub client_id: Option<String>,
    pub client_secret: Option<String>,
    /// With `app_token`.
    #[serde(rename = "appID")]
    pub app_id: Option<String>,
    /// With `app_token`.
    pub app_secret: Option<String>,
    /// With `password`: the e-mail address of a user.
    pub username: Option<String>,
    /// With `password`.
    pub password: Option<String>,
    /// With `refresh_token`.
    pub refresh_token: Option<String>,
}

/// What is asked.
#[derive(Clone, PartialEq, Eq)]
pub enum TokenRequest {
    /// `app_token` and `client_credentials`.
    Client { id: String, secret: String },
    /// `password`.
    User { name: String, password: String },
    /// `refresh_token`.
    Refresh(String),
}

/// What is answered.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenResponse {
    pub access_token: String,
    /// Seconds.
    pub expires_in: i64,
    pub id_token: String,
    /// Of a user, for another token; else empty.
    pub refresh_token: String,
}

/// What is answered in the words of OAuth 2.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OAuthToken {
    pub access_token: String,
    /// `Bearer`.
    pub token_type: String,
    /// Seconds.
    pub expires_in: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// A refusal in the words of OAuth 2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OAuthRefusal {
    pub error: String,
    pub error_description: String,
}

const GRANTS: &str = "use client_credentials, app_token, password or refresh_token";

impl TokenRequest {
    /// Reads the body; what is wrong is named.
    pub fn parse(body: &Map<String, Value>) -> Result<Self, String> {
        let texts = body.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)));
        Self::of(&texts.collect::<Vec<_>>(), "grantType")
    }

    /// Reads the fields of a form, whose names have underscores between their words.
    pub fn parse_form(fields: &[(String, String)]) -> Result<Self, String> {
        let plain: Vec<_> = fields.iter().map(|(name, v)| (name.replace('_', ""), v)).collect();
        let texts = plain.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Self::of(&texts.collect::<Vec<_>>(), "grant_type")
    }

    fn of(fields: &[(&str, &str)], grant: &str) -> Result<Self, String> {
        let text = |name: &str| {
            let found = fields.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
            found.map(|(_, value)| *value).filter(|text| !text.is_empty())
        };
        let needed = |names: &[&str]| {
            let found = names.iter().find_map(|name| text(name)).map(str::to_owned);
            found.ok_or_else(|| format!("{} is missing", names[0]))
        };
        match text("grantType") {
            Some("app_token") => Ok(Self::Client {
                id: needed(&["appID", "clientID"])?,
                secret: needed(&["appSecret", "clientSecret"])?,
            }),
            Some("client_credentials") => Ok(Self::Client {
                id: needed(&["clientID", "appID"])?,
                secret: needed(&["clientSecret", "appSecret"])?,
            }),
            Some("password") => {
                Ok(Self::User { name: needed(&["username"])?, password: needed(&["password"])? })
            }
            Some("refresh_token") => Ok(Self::Refresh(needed(&["refreshToken"])?)),
            Some(other) => Err(format!("{grant} {other:?} is not offered; {GRANTS}")),
            None => Err(format!("{grant} is missing; {GRANTS}")),
        }
    }
}
