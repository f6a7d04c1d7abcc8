//! The last that a shell wrote, for a connection that is taken up again.

use std::collections::VecDeque;

/// Bytes that are kept.
const KEPT_MAX: usize = 256 << 10;

/// The end of all that was written.
#[derive(Debug, Default)]
pub struct Scrollback {
    /// How much was written before what is kept.
    begins: u64,
    bytes: VecDeque<u8>,
}

impl Scrollback {
    pub fn push(&mut self, written: &[u8]) {
        self.bytes.extend(written);
        let surplus = self.bytes.len().saturating_sub(KEPT_MAX);
        self.bytes.drain(..surplus);
        self.begins += surplus as u64;
    }

    /// What was written after the first `seen` bytes, as far as it is kept, and where it begins.
    pub fn after(&self, seen: u64) -> (u64, Vec<u8>) {
        let end = self.begins + self.bytes.len() as u64;
        // Who says that they have seen more than there was has seen something else.
        let from = if seen > end { self.begins } else { seen.max(self.begins) };
        let skipped = usize::try_from(from - self.begins).unwrap_or(usize::MAX);
        (from, self.bytes.iter().skip(skipped).copied().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_not_told_again() {
        let mut kept = Scrollback::default();
        kept.push(b"one ");
        kept.push(b"two");
        assert_eq!(kept.after(0), (0, b"one two".to_vec()));
        assert_eq!(kept.after(4), (4, b"two".to_vec()));
        assert_eq!(kept.after(7), (7, vec![]));
        assert_eq!(kept.after(99), (0, b"one two".to_vec()));
    }

    #[test]
    fn only_the_end_is_kept() {
        let mut kept = Scrollback::default();
        kept.push(&vec![b'a'; KEPT_MAX]);
        kept.push(b"bc");
        let (from, bytes) = kept.after(0);
        assert_eq!((from, bytes.len()), (2, KEPT_MAX));
        assert!(bytes.ends_with(b"abc"));
    }
}
