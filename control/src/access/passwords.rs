//! Passwords: making a hash of one, checking one, and how often somebody may try. They are kept as Argon2id
//! hashes.

use std::collections::HashMap;

use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
};
use domain::{Timestamp, access::User};

use crate::{ControlPlane, Error, Result};

/// Characters of a password, at least (NIST SP 800-63B: length is what counts).
pub const PASSWORD_MIN: usize = 8;
/// Characters of a password, at most; more would only cost time.
pub const PASSWORD_MAX: usize = 256;
/// Attempts to sign in, per account and per address, in [`WINDOW_SECS`].
const ATTEMPTS_MAX: usize = 10;
const WINDOW_SECS: i64 = 300;
/// Accounts and addresses that are watched at once.
const WATCHED_MAX: usize = 10_000;

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

    /// A password as it is kept; `field` is where it was typed.
    pub(super) async fn hash(&self, field: &str, password: &str) -> Result<String> {
        let length = password.chars().count();
        if !(PASSWORD_MIN..=PASSWORD_MAX).contains(&length) {
            let message = format!("Between {PASSWORD_MIN} and {PASSWORD_MAX} characters");
            return Err(Error::field(field, "password.length", message));
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
