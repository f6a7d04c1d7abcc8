//! How much is kept of the cycles of a cluster. It is read from the database once and carried on from then, so that
//! nobody reads through all that is kept to find out what is to go.

use std::collections::VecDeque;

use domain::Timestamp;
use store::CycleSize;

/// What is kept of the cycles at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Older ones go.
    pub since: Timestamp,
    /// Bytes of all of a cluster; the oldest go first.
    pub bytes: i64,
}

/// The cycles that are kept, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    kept: VecDeque<CycleSize>,
    bytes: i64,
}

impl Ledger {
    pub fn of(kept: Vec<CycleSize>) -> Self {
        let mut ledger = Self::default();
        kept.into_iter().for_each(|one| ledger.add(one));
        ledger
    }

    /// One more is kept; one that was read already is counted once.
    pub fn add(&mut self, one: CycleSize) {
        if self.kept.back().is_some_and(|last| last.number >= one.number) {
            return;
        }
        self.bytes = self.bytes.saturating_add(one.size);
        self.kept.push_back(one);
    }

    /// What is before a cycle has gone.
    pub fn forget_before(&mut self, number: i64) {
        while let Some(gone) = self.kept.pop_front_if(|one| one.number < number) {
            self.bytes = self.bytes.saturating_sub(gone.size);
        }
    }

    /// The first cycle that is to stay: a whole one, for the differences after it need it. `None` where all stay.
    /// Of what does not fit, only the oldest is looked at.
    pub fn first_within(&self, bounds: Bounds) -> Option<i64> {
        let (mut bytes, mut beyond) = (self.bytes, 0);
        let too_old = |at: Timestamp| at < bounds.since;
        for one in &self.kept {
            if !too_old(one.at) && bytes <= bounds.bytes {
                break;
            }
            bytes = bytes.saturating_sub(one.size);
            beyond += 1;
        }
        if beyond == 0 {
            return None;
        }
        // The next whole one, or where there is none any more, the last one: the youngest can always be read.
        let next = self.kept.iter().skip(beyond).find(|one| one.is_whole);
        let last = || self.kept.iter().rev().find(|one| one.is_whole);
        let first = next.or_else(last)?.number;
        self.kept.front().filter(|oldest| oldest.number < first).map(|_| first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(hours * 3_600).unwrap()
    }

    fn bounds(hours: i64, bytes: i64) -> Bounds {
        Bounds { since: at(hours), bytes }
    }

    /// 2 and 3 are differences to 1; 5 and 6 to 4.
    fn ledger() -> Ledger {
        let one = |number: i64| {
            let is_whole = number % 3 == 1;
            CycleSize { number, at: at(number), size: if is_whole { 10 } else { 1 }, is_whole }
        };
        Ledger::of((1..=6).map(one).collect())
    }

    #[test]
    fn what_stays_begins_with_a_whole_one() {
        let ledger = ledger();
        assert_eq!(ledger.first_within(bounds(0, 100)), None, "all of it fits");
        assert_eq!(ledger.first_within(bounds(3, 100)), Some(4), "2 and 1 are too old");
        assert_eq!(ledger.first_within(bounds(0, 13)), Some(4), "3, 2 and 1 are too much");
        assert_eq!(ledger.first_within(bounds(5, 1)), Some(4), "the last ones can be read");
        assert_eq!(ledger.first_within(bounds(100, 0)), Some(4), "however old they are");
        assert_eq!(Ledger::default().first_within(bounds(0, 0)), None);
    }

    #[test]
    fn what_has_gone_is_counted_no_more() {
        let mut ledger = ledger();
        ledger.forget_before(4);
        assert_eq!(ledger.first_within(bounds(0, 12)), None);
        ledger.add(CycleSize { number: 7, at: at(7), size: 10, is_whole: true });
        assert_eq!(ledger.first_within(bounds(0, 12)), Some(7));
        assert_eq!(ledger.first_within(bounds(0, 22)), None);
    }
}
