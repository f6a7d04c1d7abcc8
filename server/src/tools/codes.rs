//! Codes that bring a sign-in from Berth's origin to that of a tool: good once, for half a minute, in the browser
//! that asked for it.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use control::{SessionRef, Tool};
use domain::{Timestamp, WorkloadId};

/// Seconds that a code is good.
pub const LIFETIME_SECS: i64 = 30;
/// Codes on their way at most; the oldest would be long past.
const CODES_MAX: usize = 10_000;

#[derive(Default)]
pub struct Codes(Mutex<HashMap<String, (Coming, i64)>>);

/// Somebody on the way to a tool.
pub struct Coming {
    pub session: SessionRef,
    pub workload: WorkloadId,
    /// The tool's, in the container.
    pub port: u16,
    /// What their browser was given when it asked.
    pub state: String,
    /// The path that they want to see.
    pub to: String,
}

impl Codes {
    /// Remembers whom a code is for.
    pub fn keep(&self, code: String, coming: Coming, now: Timestamp) {
        let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = now.as_second();
        codes.retain(|_, (_, until)| *until > now);
        if codes.len() < CODES_MAX {
            codes.insert(code, (coming, now.saturating_add(LIFETIME_SECS)));
        }
    }

    /// Session and path of a code for this tool, in the browser with this state. It is good no second time.
    pub fn take(
        &self,
        code: &str,
        tool: &Tool,
        state: &str,
        now: Timestamp,
    ) -> Option<(SessionRef, String)> {
        let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (coming, until) = codes.remove(code)?;
        let right = until > now.as_second()
            && (coming.workload, coming.port) == (tool.workload.id, tool.port)
            && coming.state == state;
        right.then_some((coming.session, coming.to))
    }
}
