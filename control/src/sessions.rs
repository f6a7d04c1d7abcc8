//! Sessions: a random 256-bit reference in a cookie, kept as its hash. They end when nobody uses
//! them for [`IDLE_SECS`], or as long as the settings say, and at the latest after [`ABSOLUTE_SECS`].

use std::fmt;

use domain::{
    Timestamp, UserId,
    access::{Actor, Session, User},
    settings::Setting,
};
use sha2::{Digest, Sha256};
use store::{AccessChange, Change};

use crate::{ControlPlane, Error, Result, World};

/// Seconds without use after which a session ends.
pub const IDLE_SECS: i64 = 24 * 3600;
/// Seconds after which a session ends in any case.
pub const ABSOLUTE_SECS: i64 = 14 * 24 * 3600;
/// Use is written down at most this often, in seconds.
const TOUCH_SECS: i64 = 60;

/// What the cookie holds.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(pub String);

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

impl SessionToken {
    /// The session that it opens.
    pub fn session(&self) -> SessionRef {
        SessionRef(Sha256::digest(self.0.as_bytes()).into())
    }
}

/// A session, by what opens nothing: the hash of its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionRef(pub [u8; 32]);

/// Who a session belongs to.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub actor: Actor,
    /// The token that forms carry, so that no other site can send them.
    pub csrf: String,
    /// Until they have chosen a password of their own, they may do nothing else.
    pub must_change_password: bool,
}

impl ControlPlane {
    /// Signs in with e-mail address and password. `from` is the address it comes from.
    pub async fn sign_in(&self, email: &str, password: &str, from: &str) -> Result<SessionToken> {
        let user = self.check_password(email, password, from).await?;
        let token = self.begin_session(&user).await?;
        self.note_sign_in(user.id).await?;
        Ok(token)
    }

    /// Writes down that a user has signed in.
    pub async fn note_sign_in(&self, id: UserId) -> Result<()> {
        self.change(move |world, now| {
            let user = world.users.get(&id).ok_or(Error::WrongCredentials)?;
            let user = User { last_login: Some(now), ..user.clone() };
            Ok((vec![Change::Access(AccessChange::User(user))], ()))
        })
        .await
    }

    /// Begins a session of this user.
    pub async fn begin_session(&self, user: &User) -> Result<SessionToken> {
        let token = SessionToken(self.random_text());
        let now = self.now();
        let session = Session {
            user: user.id,
            csrf: self.random_text(),
            created_at: now,
            last_seen: now,
            expires_at: after(now, idle_secs(&self.world())),
        };
        self.inner.store.insert_session(&token.session().0, &session).await?;
        Ok(token)
    }

    /// Who holds this token, if its session still goes on.
    pub async fn session(&self, token: &SessionToken) -> Result<SignedIn> {
        self.session_of(token.session()).await
    }

    /// Who holds this session, if it still goes on; which is a use of it.
    pub async fn session_of(&self, of: SessionRef) -> Result<SignedIn> {
        let (mut session, held) = self.held(of).await?;
        let now = self.now();
        let idle = idle_secs(&self.world());
        if now.as_second() - session.last_seen.as_second() >= TOUCH_SECS.min(idle / 4) {
            session.last_seen = now;
            let at_the_latest = after(session.created_at, ABSOLUTE_SECS);
            session.expires_at = after(now, idle).min(at_the_latest);
            self.inner.store.touch_session(&of.0, &session).await?;
        }
        Ok(held)
    }

    /// Who holds this session, if it still goes on. Asking is no use of it.
    pub async fn holder_of(&self, of: SessionRef) -> Result<SignedIn> {
        Ok(self.held(of).await?.1)
    }

    async fn held(&self, SessionRef(hash): SessionRef) -> Result<(Session, SignedIn)> {
        let found = self.inner.store.session(&hash).await?;
        let session = found.ok_or(Error::SignedOut)?;
        let world = self.world();
        // A shorter time of idling holds for the sessions that there are as well.
        let end = session.expires_at.min(after(session.last_seen, idle_secs(&world)));
        if end <= self.now() {
            // It has ended whether it can be removed now or by a later look.
            let _ = self.inner.store.delete_session(&hash).await;
            return Err(Error::SignedOut);
        }
        let user = world.users.get(&session.user).ok_or(Error::SignedOut)?;
        let held = SignedIn {
            actor: world.actor_of(user),
            csrf: session.csrf.clone(),
            must_change_password: user.must_change_password,
        };
        Ok((session, held))
    }

    /// Ends a session.
    pub async fn sign_out(&self, token: &SessionToken) -> Result<()> {
        Ok(self.inner.store.delete_session(&token.session().0).await?)
    }
}

/// Seconds without use after which a session ends: as administrators chose.
fn idle_secs(world: &World) -> i64 {
    let minutes = world.settings.number(Setting::InactivityMinutes);
    minutes.map_or(IDLE_SECS, |minutes| i64::from(minutes) * 60)
}

/// The hash under which a one-time link is kept.
pub(crate) fn link_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// `secs` later, or the end of time.
pub(crate) fn after(now: Timestamp, secs: i64) -> Timestamp {
    Timestamp::from_second(now.as_second().saturating_add(secs)).unwrap_or(Timestamp::MAX)
}
