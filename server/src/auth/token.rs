//! Access tokens of API clients: JSON Web Tokens signed with HMAC-SHA-256. The payload's base64url
//! text holds neither `-` nor `_`, for a client in use decodes it with the standard alphabet
//! (`rest-api.md` §2.2).

use domain::Timestamp;
use hmac::{Hmac, Mac};
use jwt::{AlgorithmType, Header, SignWithKey, Token, VerifyWithKey};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// Seconds that a token is good.
pub const LIFETIME_SECS: i64 = 3_600;
/// Attempts to find a payload without the two characters; each succeeds about half the time.
const SALTS_MAX: u32 = 1_000;

/// Signs and reads tokens.
pub struct Tokens {
    key: Hmac<Sha256>,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    client_id: String,
    iat: i64,
    exp: i64,
    jti: String,
    tenant_id: i64,
}

impl Tokens {
    /// Tokens signed with this secret.
    pub fn new(secret: &str) -> Option<Self> {
        Some(Self { key: Hmac::new_from_slice(secret.as_bytes()).ok()? })
    }

    /// A token for a client.
    pub fn grant(&self, client_id: &str, now: Timestamp) -> Option<String> {
        let iat = now.as_second();
        (0..SALTS_MAX).find_map(|salt| {
            let claims = Claims {
                sub: client_id.to_owned(),
                client_id: client_id.to_owned(),
                iat,
                exp: iat + LIFETIME_SECS,
                jti: format!("{:x}{salt:x}", now.as_microsecond()),
                tenant_id: i64::from(api::TENANT_ID),
            };
            let header = Header { algorithm: AlgorithmType::Hs256, ..Header::default() };
            let token = Token::new(header, claims).sign_with_key(&self.key).ok()?;
            let text = token.as_str();
            let payload = text.split('.').nth(1)?;
            (!payload.contains(['-', '_'])).then(|| text.to_owned())
        })
    }

    /// The client that a token was granted to, while it is good.
    pub fn subject(&self, token: &str, now: Timestamp) -> Option<String> {
        let token: Token<Header, Claims, _> =
            VerifyWithKey::verify_with_key(token, &self.key).ok()?;
        let claims: &Claims = token.claims();
        let right =
            token.header().algorithm == AlgorithmType::Hs256 && claims.exp > now.as_second();
        right.then(|| claims.client_id.clone())
    }
}

/// Nothing of a token is shown in logs.
impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_token_is_good_for_an_hour_and_for_this_key_alone() {
        let tokens = Tokens::new("secret").unwrap();
        for second in 0..200 {
            let token = tokens.grant("ci-bot", at(second)).unwrap();
            assert!(!token.split('.').nth(1).unwrap().contains(['-', '_']));
            assert_eq!(tokens.subject(&token, at(second + 3_599)).as_deref(), Some("ci-bot"));
            assert_eq!(tokens.subject(&token, at(second + 3_600)), None);
            assert_eq!(Tokens::new("other").unwrap().subject(&token, at(second)), None);
        }
    }

    #[test]
    fn a_token_without_a_signature_is_none() {
        let tokens = Tokens::new("secret").unwrap();
        let unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.";
        for token in ["", "a.b.c", unsigned] {
            assert_eq!(tokens.subject(token, at(0)), None);
        }
    }
}
