//! A clock that a test winds by hand.
#![allow(clippy::unwrap_used, reason = "a helper of tests, which clippy does not see as one")]

use std::sync::atomic::{AtomicI64, Ordering};

use control::clock::Clock;
use domain::Timestamp;

/// Seconds since it was made.
#[derive(Debug, Default)]
pub struct HandClock(pub AtomicI64);

impl HandClock {
    pub fn wind(&self, secs: i64) {
        self.0.fetch_add(secs, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + self.0.load(Ordering::SeqCst)).unwrap()
    }
}
