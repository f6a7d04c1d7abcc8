//! What an access token says of itself. The server alone knows whether it is right.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Deserialize;

/// A token that is about to expire is not worth sending.
const MARGIN_SECS: i64 = 30;

/// The payload, as far as it concerns the client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Claims {
    pub sub: String,
    pub exp: i64,
    pub email: Option<String>,
    pub preferred_username: Option<String>,
    pub tenant_id: Option<i64>,
}

impl Claims {
    /// Who it is, for people.
    pub fn who(&self) -> &str {
        let name = self.email.as_deref().or(self.preferred_username.as_deref());
        name.unwrap_or(&self.sub)
    }
}

/// The claims of a token; `None` where it is none.
pub fn claims(token: &str) -> Option<Claims> {
    let payload = token.split('.').nth(1)?;
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Whether it will be good for a while.
pub fn is_good(token: &str) -> bool {
    claims(token).is_some_and(|claims| claims.exp > now() + MARGIN_SECS)
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
