//! What the cookie at the origin of a tool holds: the session that it goes back to and the one tool that it opens,
//! signed. Nothing of it is kept, so that it is still good when Berth has been started again.

use control::{Error, SessionRef, Tool};
use domain::{Timestamp, WorkloadId};
use hmac::{Hmac, Mac};
use jwt::{AlgorithmType, Header, SignWithKey, Token, VerifyWithKey};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// Seconds that a ticket is good at most; it ends with its session.
pub const LIFETIME_SECS: i64 = 14 * 24 * 3_600;
/// What tells these apart from other tokens of Berth.
const AUDIENCE: &str = "berth-tool";

/// Signs and reads tickets.
pub struct Tickets {
    key: Hmac<Sha256>,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    aud: String,
    /// The session, in hexadecimal.
    sid: String,
    workload: WorkloadId,
    port: u16,
    exp: i64,
}

impl Tickets {
    /// Tickets signed with this secret.
    pub fn of(secret: &str) -> Result<Self, Error> {
        let what = "sign tickets with the key that is kept";
        let key = Hmac::new_from_slice(secret.as_bytes()).map_err(|_| Error::Internal { what })?;
        Ok(Self { key })
    }

    /// A ticket of a session for one tool.
    pub fn grant(&self, session: SessionRef, tool: &Tool, now: Timestamp) -> Option<String> {
        let claims = Claims {
            aud: AUDIENCE.to_owned(),
            sid: session.0.iter().map(|byte| format!("{byte:02x}")).collect(),
            workload: tool.workload.id,
            port: tool.port,
            exp: now.as_second().saturating_add(LIFETIME_SECS),
        };
        let header = Header { algorithm: AlgorithmType::Hs256, ..Header::default() };
        let token = Token::new(header, claims).sign_with_key(&self.key).ok()?;
        Some(token.as_str().to_owned())
    }

    /// The session that a ticket for this tool goes back to.
    pub fn read(&self, ticket: &str, tool: &Tool, now: Timestamp) -> Option<SessionRef> {
        let token: Token<Header, Claims, _> =
            VerifyWithKey::verify_with_key(ticket, &self.key).ok()?;
        let claims: &Claims = token.claims();
        let right = token.header().algorithm == AlgorithmType::Hs256
            && claims.aud == AUDIENCE
            && (claims.workload, claims.port) == (tool.workload.id, tool.port)
            && claims.exp > now.as_second();
        right.then(|| session(&claims.sid)).flatten()
    }
}

fn session(hex: &str) -> Option<SessionRef> {
    let byte = |at: usize| u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok();
    let mut bytes = [0; 32];
    for (at, place) in bytes.iter_mut().enumerate() {
        *place = byte(at)?;
    }
    (hex.len() == 64).then_some(SessionRef(bytes))
}
