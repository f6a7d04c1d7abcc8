//! Access tokens of API clients: JSON Web Tokens signed with HMAC-SHA-256. The payload's base64url
//! text holds neither `-` nor `_`, for a client in use decodes it with the standard alphabet
//! (`rest-api.md` §2.2).

use control::World;
use domain::{
    Timestamp, UserId,
    access::{Actor, User},
};
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
    /// Of a client; a user has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// How often everything of the user had been ended by then.
    #[serde(default)]
    ends: u32,
    /// Whether it is good for another token and nothing else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    refresh: bool,
    iat: i64,
    exp: i64,
    jti: String,
    tenant_id: i64,
}

/// Who a token was granted to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bearer {
    Client(String),
    /// And how often everything of theirs had been ended by then.
    User(UserId, u32),
}

impl Bearer {
    /// Somebody's token from now on.
    pub fn of(user: &User) -> Self {
        Self::User(user.id, user.sign_outs)
    }

    /// Who that is now, if they still may come in with it.
    pub fn actor(&self, world: &World) -> Option<Actor> {
        match self {
            Self::Client(id) => world.actor_of_application(id),
            Self::User(..) => Some(world.actor_of(self.user(world)?)),
        }
    }

    /// The user, if they still may come in with it.
    pub fn user<'w>(&self, world: &'w World) -> Option<&'w User> {
        let Self::User(id, ends) = self else { return None };
        let user = world.users.get(id);
        user.filter(|user| user.sign_outs == *ends && !user.must_change_password)
    }
}

impl Tokens {
    /// Tokens signed with this secret.
    pub fn new(secret: &str) -> Option<Self> {
        Some(Self { key: Hmac::new_from_slice(secret.as_bytes()).ok()? })
    }

    /// A token for a client or a user.
    pub fn grant(&self, to: &Bearer, email: Option<&str>, now: Timestamp) -> Option<String> {
        self.signed(to, email, (now, LIFETIME_SECS), false)
    }

    /// A token for another token of a user.
    pub fn grant_refresh(&self, to: &Bearer, now: Timestamp, secs: i64) -> Option<String> {
        self.signed(to, None, (now, secs), true)
    }

    fn signed(
        &self,
        to: &Bearer,
        email: Option<&str>,
        (now, secs): (Timestamp, i64),
        refresh: bool,
    ) -> Option<String> {
        let iat = now.as_second();
        let (sub, client_id, ends) = match to {
            Bearer::Client(id) => (id.clone(), Some(id.clone()), 0),
            Bearer::User(id, ends) => (id.to_string(), None, *ends),
        };
        (0..SALTS_MAX).find_map(|salt| {
            let claims = Claims {
                sub: sub.clone(),
                client_id: client_id.clone(),
                email: email.map(str::to_owned),
                ends,
                refresh,
                iat,
                exp: iat.saturating_add(secs),
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

    /// Who a token was granted to, while it is good.
    pub fn read(&self, token: &str, now: Timestamp) -> Option<Bearer> {
        self.verified(token, now, false)
    }

    /// Who may have another token for this one.
    pub fn read_refresh(&self, token: &str, now: Timestamp) -> Option<Bearer> {
        self.verified(token, now, true)
    }

    fn verified(&self, token: &str, now: Timestamp, refresh: bool) -> Option<Bearer> {
        let token: Token<Header, Claims, _> =
            VerifyWithKey::verify_with_key(token, &self.key).ok()?;
        let claims: &Claims = token.claims();
        let right = token.header().algorithm == AlgorithmType::Hs256
            && claims.exp > now.as_second()
            && claims.refresh == refresh;
        right.then_some(())?;
        match &claims.client_id {
            Some(id) => Some(Bearer::Client(id.clone())),
            None => Some(Bearer::User(claims.sub.parse().ok()?, claims.ends)),
        }
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
        let client = Bearer::Client("ci-bot".into());
        for second in 0..200 {
            let token = tokens.grant(&client, None, at(second)).unwrap();
            assert!(!token.split('.').nth(1).unwrap().contains(['-', '_']));
            assert_eq!(tokens.read(&token, at(second + 3_599)), Some(client.clone()));
            assert_eq!(tokens.read(&token, at(second + 3_600)), None);
            assert_eq!(Tokens::new("other").unwrap().read(&token, at(second)), None);
        }
    }

    #[test]
    fn what_is_for_another_token_opens_nothing_itself() {
        let tokens = Tokens::new("secret").unwrap();
        let mara = Bearer::User(UserId(uuid::Uuid::from_u128(7)), 3);
        let token = tokens.grant(&mara, Some("mara@example.org"), at(0)).unwrap();
        let again = tokens.grant_refresh(&mara, at(0), 60).unwrap();
        assert_eq!(tokens.read(&token, at(1)), Some(mara.clone()));
        assert_eq!(tokens.read_refresh(&token, at(1)), None);
        assert_eq!(tokens.read(&again, at(1)), None);
        assert_eq!(tokens.read_refresh(&again, at(59)), Some(mara));
        assert_eq!(tokens.read_refresh(&again, at(60)), None);
    }

    #[test]
    fn a_token_without_a_signature_is_none() {
        let tokens = Tokens::new("secret").unwrap();
        let unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.";
        for token in ["", "a.b.c", unsigned] {
            assert_eq!(tokens.read(token, at(0)), None);
        }
    }
}
