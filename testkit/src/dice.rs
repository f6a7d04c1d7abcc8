//! Chance that can be had again.

use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers that a seed decides (SplitMix64).
#[derive(Debug)]
pub struct Dice(AtomicU64);

impl Dice {
    pub fn of(seed: u64) -> Self {
        // Mixed, for the numbers of neighbouring seeds would be the same ones, shifted by one.
        Self(AtomicU64::new(mixed(seed)))
    }

    pub fn roll(&self) -> u64 {
        mixed(self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst))
    }

    /// From 0 to `end - 1`.
    pub fn below(&self, end: u64) -> u64 {
        self.roll() % end
    }

    /// A place among so many; 0 where there is none.
    pub fn place(&self, among: usize) -> usize {
        (self.roll() % among.max(1) as u64) as usize
    }

    pub fn pick<'a, T>(&self, all: &'a [T]) -> &'a T {
        &all[self.place(all.len())]
    }
}

fn mixed(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
