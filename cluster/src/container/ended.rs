//! Why a container ended, from its exit code, from what the engine says of memory, and from what was
//! seen of its memory while it ran: not every engine says when the system ended a container.

use domain::{MemoryBytes, Reason};

use super::memory::Seen;

/// What is known of a container that ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    pub exit_code: i32,
    /// As the engine says.
    pub oom_killed: bool,
    pub ran_secs: u64,
    pub memory_limit: Option<i64>,
    /// What was seen while it ran.
    pub seen: Seen,
    /// Whether the kernel wrote down that it ended a process of this container for its memory.
    pub kernel_says_so: bool,
    pub restarts: u32,
    pub last_lines: Vec<String>,
}

/// The exit code of a process that was killed.
const KILLED: i32 = 137;

impl Ended {
    /// Whether the system ended it for its memory. A killed process inside does not end the
    /// container, so its exit code must say that it was the main one.
    pub fn is_out_of_memory(&self) -> bool {
        let was_killed = self.exit_code == KILLED;
        let hit = |limit: i64| self.seen.peak >= limit || self.seen.oom_kills > 0;
        self.oom_killed || was_killed && (self.kernel_says_so || self.memory_limit.is_some_and(hit))
    }

    pub fn reason(self) -> Reason {
        if self.is_out_of_memory() {
            let limit = self.memory_limit.unwrap_or(self.seen.peak);
            let peak = self.seen.peak.max(limit);
            return Reason::OutOfMemory { limit: MemoryBytes(limit), peak: MemoryBytes(peak) };
        }
        Reason::Crashed {
            exit_code: self.exit_code,
            restarts: self.restarts,
            after_secs: self.ran_secs,
            last_lines: self.last_lines,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn out_of_memory_is_told_from_a_kill() {
        let ended = |exit_code, peak, oom_kills| Ended {
            exit_code,
            ran_secs: 4,
            memory_limit: Some(64_000_000),
            seen: Seen { peak, oom_kills, failures: 0 },
            ..Ended::default()
        };
        let said = [
            ended(137, 10_000_000, 0),
            ended(137, 64_000_000, 0),
            ended(137, 10_000_000, 1),
            ended(1, 64_000_000, 1),
            Ended { oom_killed: true, ..ended(137, 0, 0) },
            Ended { kernel_says_so: true, ..ended(137, 0, 0) },
            Ended { memory_limit: None, ..ended(137, 64_000_000, 1) },
            Ended { restarts: 6, ..ended(3, 0, 0) },
        ];
        let lines: Vec<_> = said.map(|ended| ended.reason().to_string()).into();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
