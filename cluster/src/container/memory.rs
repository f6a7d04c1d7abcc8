//! The memory of a running container, read where the kernel shows it, and what the kernel writes down
//! when it ends a process. Some engines do not say that a container ran out of memory; these two do.

use std::{
    fs,
    io::Read,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// Opening the kernel's log must not wait for its next line.
const O_NONBLOCK: i32 = 0o4000;
/// Bytes of the kernel's log that are read.
const LOG_MAX: usize = 4 << 20;

/// The most that was seen while it ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Bytes.
    pub peak: i64,
    /// Processes that the kernel ended.
    pub oom_kills: i64,
    /// Times that it wanted more than it may have.
    pub failures: i64,
}

impl Seen {
    /// Both together.
    pub fn and(self, other: Self) -> Self {
        Self {
            peak: self.peak.max(other.peak),
            oom_kills: self.oom_kills.max(other.oom_kills),
            failures: self.failures.max(other.failures),
        }
    }
}

/// The folder in which the kernel shows the memory of the group that a process is in. `groups` is
/// what `/proc/PID/cgroup` says, `root` usually `/sys/fs/cgroup`.
pub fn folder(groups: &str, root: &Path) -> Option<PathBuf> {
    let lines = groups.lines().filter_map(|line| {
        let mut parts = line.splitn(3, ':');
        Some((parts.next()?, parts.next()?, parts.next()?.trim_start_matches('/')))
    });
    let lines: Vec<_> = lines.collect();
    let of_memory = |controllers: &str| controllers.split(',').any(|one| one == "memory");
    let first = lines.iter().find(|(_, controllers, _)| of_memory(controllers));
    match first {
        Some((_, _, path)) => Some(root.join("memory").join(path)),
        None => {
            let (_, _, path) = lines.iter().find(|(id, _, _)| *id == "0")?;
            Some(root.join(path))
        }
    }
}

/// What the kernel shows now; nothing once the group is gone.
pub fn read(folder: &Path) -> Option<Seen> {
    let text = |name: &str| fs::read_to_string(folder.join(name)).ok();
    let number = |name: &str| text(name).and_then(|text| text.trim().parse().ok());
    // The second version, then the first.
    if let Some(events) = text("memory.events") {
        return Some(Seen {
            peak: number("memory.peak").or_else(|| number("memory.current")).unwrap_or_default(),
            oom_kills: counter(&events, "oom_kill"),
            failures: counter(&events, "max"),
        });
    }
    Some(Seen {
        peak: number("memory.max_usage_in_bytes")?,
        oom_kills: counter(&text("memory.oom_control").unwrap_or_default(), "oom_kill"),
        failures: number("memory.failcnt").unwrap_or_default(),
    })
}

fn counter(text: &str, name: &str) -> i64 {
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value.and_then(|value| value.trim().parse().ok()).unwrap_or_default()
}

/// Whether the kernel wrote down that it ended a process of this container for its memory. Where we
/// may not read its log, it says nothing.
pub fn kernel_ended(container: &str) -> bool {
    let opened = fs::OpenOptions::new().read(true).custom_flags(O_NONBLOCK).open("/dev/kmsg");
    let Ok(mut log) = opened else { return false };
    let (mut record, mut read) = ([0; 8192], 0);
    while read < LOG_MAX {
        // Each read gives one line; an error is the end, or a line that has been overwritten.
        match log.read(&mut record) {
            Ok(0) => return false,
            Ok(length) => {
                read += length;
                if is_of(&String::from_utf8_lossy(&record[..length]), container) {
                    return true;
                }
            }
            Err(cause) if cause.kind() == std::io::ErrorKind::BrokenPipe => {}
            Err(_) => return false,
        }
    }
    false
}

fn is_of(line: &str, container: &str) -> bool {
    !container.is_empty() && line.contains("oom-kill:") && line.contains(container)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_of_a_process_in_both_versions() {
        let root = Path::new("/sys/fs/cgroup");
        let hybrid = "5:devices:/a\n4:memory:/libpod/libpod-f00\n0::/libpod/libpod-f00\n";
        let second = "0::/system.slice/docker-f00.scope\n";
        let said = [hybrid, second, "5:devices:/a\n", ""].map(|groups| folder(groups, root));
        insta::assert_debug_snapshot!(said, @r#"
        [
            Some(
                "/sys/fs/cgroup/memory/libpod/libpod-f00",
            ),
            Some(
                "/sys/fs/cgroup/system.slice/docker-f00.scope",
            ),
            None,
            None,
        ]
        "#);
    }

    #[test]
    fn numbers_of_both_versions() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        assert_eq!(read(folder.path()), None);
        write("memory.max_usage_in_bytes", "33554432\n");
        write("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
        write("memory.failcnt", "7\n");
        assert_eq!(read(folder.path()), Some(Seen { peak: 33_554_432, oom_kills: 2, failures: 7 }));
        write("memory.events", "low 0\nhigh 0\nmax 12\noom 3\noom_kill 1\noom_group_kill 0\n");
        write("memory.current", "100\n");
        assert_eq!(read(folder.path()), Some(Seen { peak: 100, oom_kills: 1, failures: 12 }));
    }

    #[test]
    fn only_the_kernels_own_line_counts() {
        let line =
            "6,454,1,-;oom-kill:constraint=CONSTRAINT_MEMCG,oom_memcg=/libpod-9f80,task=tail";
        assert!(is_of(line, "9f80"));
        assert!(!is_of(line, "1234"));
        assert!(!is_of("6,1,1,-;docker: 9f80 entered state", "9f80"));
        assert!(!is_of(line, ""));
    }
}
