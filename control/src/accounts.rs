//! Local users and applications: making them, and proving who somebody is. Passwords are kept as
//! Argon2id hashes, secrets of applications as SHA-256 of 256 random bits.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
};

use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    ClientId, Timestamp, UserId,
    access::{Action, Actor, Application, Principal, Resource, User},
};
use sha2::{Digest, Sha256};
use store::Change;
use subtle::ConstantTimeEq;

use crate::{ControlPlane, Error, Result, World};

/// Characters of a password, at least (NIST SP 800-63B: length is what counts).
pub const PASSWORD_MIN: usize = 8;
/// Characters of a password, at most; more would only cost time.
pub const PASSWORD_MAX: usize = 256;
/// Attempts to sign in, per account and per address, in [`WINDOW_SECS`].
const ATTEMPTS_MAX: usize = 10;
const WINDOW_SECS: i64 = 300;
/// Accounts and addresses that are watched at once.
const WATCHED_MAX: usize = 10_000;

/// A secret, shown once.
pub struct ClientSecret(pub String);

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(…)")
    }
}

/// A user whose address and password are right, not stored yet.
pub(crate) struct PreparedUser {
    email: String,
    hash: String,
    is_admin: bool,
}

/// Recent attempts to sign in, by account and by address.
#[derive(Debug, Default)]
pub struct Attempts(HashMap<String, Vec<Timestamp>>);

impl Attempts {
    /// Counts an attempt, or says how long to wait, in seconds.
    fn count(&mut self, key: String, now: Timestamp) -> std::result::Result<(), u64> {
        let recent = |at: &Timestamp| now.as_second() - at.as_second() < WINDOW_SECS;
        if self.0.len() >= WATCHED_MAX {
            self.0.retain(|_, times| times.iter().any(recent));
        }
        let times = self.0.entry(key).or_default();
        times.retain(recent);
        match times.first() {
            Some(first) if times.len() >= ATTEMPTS_MAX => {
                let wait = WINDOW_SECS - (now.as_second() - first.as_second());
                Err(wait.max(1).unsigned_abs())
            }
            _ => {
                times.push(now);
                Ok(())
            }
        }
    }

    fn forget(&mut self, key: &str) {
        self.0.remove(key);
    }
}

impl World {
    /// The actor that a user is.
    pub fn actor_of(&self, user: &User) -> Actor {
        let member = self.members.iter().filter(|(_, id)| *id == user.id);
        Actor {
            who: Principal::User(user.id),
            name: user.email.clone(),
            is_admin: user.is_admin,
            projects: member.map(|(project, _)| *project).collect(),
        }
    }

    /// The actor that an application is, while it is enabled.
    pub fn actor_of_application(&self, client_id: &str) -> Option<Actor> {
        let found = self.applications.values().find(|a| a.client_id == client_id && a.enabled)?;
        Some(Actor {
            who: Principal::Application(found.id),
            name: found.name.clone(),
            is_admin: found.is_admin,
            projects: BTreeSet::new(),
        })
    }

    pub(crate) fn user_by_email(&self, email: &str) -> Option<&User> {
        let email = email.trim().to_lowercase();
        self.users.values().find(|user| user.email == email)
    }
}

impl ControlPlane {
    /// The user whose e-mail address and password these are. Attempts are limited per account and
    /// per address, right ones included.
    pub async fn check_password(&self, email: &str, password: &str, from: &str) -> Result<User> {
        let account = format!("account {}", email.trim().to_lowercase());
        let address = format!("address {from}");
        self.count_attempt(&account)?;
        self.count_attempt(&address)?;
        let user = self.world().user_by_email(email).cloned();
        let hash = user.as_ref().and_then(|user| user.password_hash.clone());
        // An unknown account takes as long as a known one.
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let password = password.to_owned();
        let right = blocking(move || verify(&password, &hash)).await?;
        match user {
            Some(user) if right && known => {
                self.attempts().forget(&account);
                Ok(user)
            }
            _ => Err(Error::WrongCredentials),
        }
    }

    /// The application whose id and secret these are.
    pub fn check_client(&self, client_id: &str, secret: &str) -> Result<Actor> {
        let world = self.world();
        let found = world.applications.values().find(|a| a.client_id == client_id);
        let given = secret_hash(secret);
        let right =
            found.is_some_and(|a| bool::from(a.secret_hash.as_bytes().ct_eq(given.as_bytes())));
        let actor = right.then(|| world.actor_of_application(client_id)).flatten();
        actor.ok_or(Error::WrongCredentials)
    }

    /// Makes a user with a password.
    pub async fn create_user(
        &self,
        actor: &Actor,
        email: &str,
        password: &str,
        is_admin: bool,
    ) -> Result<User> {
        let prepared = self.prepare_user(email, password).await?;
        self.add_user(actor, PreparedUser { is_admin, ..prepared }).await
    }

    /// Checks everything about a new administrator that can be wrong, and changes nothing.
    pub(crate) async fn prepare_user(&self, email: &str, password: &str) -> Result<PreparedUser> {
        let email = checked_email(email)?;
        Ok(PreparedUser { email, hash: self.hash(password).await?, is_admin: true })
    }

    pub(crate) async fn add_user(&self, actor: &Actor, new: PreparedUser) -> Result<User> {
        actor.may(Action::Create, Resource::Identity)?;
        let id = UserId(self.inner.chance.uuid());
        self.change(move |world, now| {
            let PreparedUser { email, hash, is_admin } = new;
            if world.user_by_email(&email).is_some() {
                return Err(Error::NameTaken(format!("A user {email} already exists")));
            }
            let password_hash = Some(hash);
            let user =
                User { id, email, password_hash, is_admin, created_at: now, last_login: None };
            Ok((vec![Change::User(user.clone())], user))
        })
        .await
    }

    /// Makes an application and says its secret, once.
    pub async fn create_application(
        &self,
        actor: &Actor,
        name: &str,
        client_id: &str,
        secret: Option<String>,
    ) -> Result<(Application, ClientSecret)> {
        actor.may(Action::Create, Resource::Identity)?;
        if client_id.is_empty()
            || !client_id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        {
            let message = "Use letters, digits and hyphens";
            return Err(Error::field("clientId", "client.id", message));
        }
        let secret = secret.unwrap_or_else(|| self.random_text());
        let id = ClientId(self.inner.chance.uuid());
        let (name, client_id) = (name.to_owned(), client_id.to_owned());
        let secret_hash = secret_hash(&secret);
        let made = self.change(move |world, now| {
            if world.applications.values().any(|a| a.client_id == client_id) {
                let message = format!("An application with the id {client_id} already exists");
                return Err(Error::NameTaken(message));
            }
            let application = Application {
                id,
                name,
                client_id,
                secret_hash,
                is_admin: true,
                enabled: true,
                created_at: now,
            };
            Ok((vec![Change::Application(application.clone())], application))
        });
        Ok((made.await?, ClientSecret(secret)))
    }

    /// 256 random bits as text.
    pub(crate) fn random_text(&self) -> String {
        let mut bytes = [0; 32];
        self.inner.chance.fill(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    async fn hash(&self, password: &str) -> Result<String> {
        let length = password.chars().count();
        if !(PASSWORD_MIN..=PASSWORD_MAX).contains(&length) {
            let message = format!("Between {PASSWORD_MIN} and {PASSWORD_MAX} characters");
            return Err(Error::field("password", "password.length", message));
        }
        let mut salt = [0; 16];
        self.inner.chance.fill(&mut salt);
        let password = password.to_owned();
        blocking(move || {
            let salt = SaltString::encode_b64(&salt).ok()?;
            let hash = Argon2::default().hash_password(password.as_bytes(), &salt).ok()?;
            Some(hash.to_string())
        })
        .await?
        .ok_or(Error::Internal { what: "hash the password" })
    }

    fn count_attempt(&self, key: &str) -> Result<()> {
        let counted = self.attempts().count(key.to_owned(), self.now());
        counted.map_err(|retry_after_secs| Error::TooManyAttempts { retry_after_secs })
    }

    fn attempts(&self) -> std::sync::MutexGuard<'_, Attempts> {
        self.inner.attempts.lock().unwrap_or_else(|e| e.into_inner())
    }
}

/// The hash of no password, with the parameters of `Argon2::default()`.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm8$\
                      0JbGxxbXoXkTAl1xVOAShIfrVXmQCWZ3xlHTkwRlnYA";

fn verify(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Error::Internal { what: "check the password" })
}

/// The form in which secrets of applications are kept.
fn secret_hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes()))
}

fn checked_email(email: &str) -> Result<String> {
    let email = email.trim().to_lowercase();
    let (name, host) = email.split_once('@').unwrap_or_default();
    let plain =
        email.len() <= 254 && !email.contains(|c: char| c.is_whitespace() || c.is_control());
    match !name.is_empty() && host.contains('.') && plain || host == "localhost" {
        true => Ok(email),
        false => Err(Error::field("email", "email.format", "Enter an e-mail address")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_attempt_waits() {
        let mut attempts = Attempts::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        for second in 0..10 {
            assert_eq!(attempts.count("a".into(), at(second)), Ok(()));
        }
        assert_eq!(attempts.count("a".into(), at(100)), Err(200));
        assert_eq!(attempts.count("b".into(), at(100)), Ok(()));
        assert_eq!(attempts.count("a".into(), at(301)), Ok(()));
    }

    #[test]
    fn the_hash_of_nobody_is_a_hash() {
        assert!(PasswordHash::new(NOBODY).is_ok());
        assert!(!verify("nobody", NOBODY));
    }
}
