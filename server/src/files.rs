//! How many files and connections the system lets Berth have open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tracing::warn;

/// Takes what the system allows. Programs begin with about a thousand, for the sake of those that could not count
/// farther; each open WebSocket of a tool needs two.
pub fn open_as_many_as_allowed() {
    let maximum = getrlimit(Resource::Nofile).maximum;
    if let Err(problem) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        warn!("could not ask for more open files: {problem}");
    }
}
