//! Time and chance, as arguments: the program is given the real ones, a test winds its own.

use std::fmt::Debug;

use domain::Timestamp;
use uuid::Uuid;

/// Tells the time.
pub trait Clock: Debug + Send + Sync {
    fn now(&self) -> Timestamp;
}

/// Makes identities and secrets.
pub trait Chance: Debug + Send + Sync {
    /// Fills `bytes` with what nobody can guess.
    fn fill(&self, bytes: &mut [u8]);

    /// A new identity.
    fn uuid(&self) -> Uuid {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

/// The system's clock.
#[derive(Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else asks")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The system's source of randomness.
#[derive(Debug)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn fill(&self, bytes: &mut [u8]) {
        // Without randomness no secret is safe, and there is nothing to fall back to.
        #[expect(
            clippy::expect_used,
            reason = "the system always has randomness once it has booted"
        )]
        getrandom::fill(bytes).expect("the system gives randomness");
    }
}
