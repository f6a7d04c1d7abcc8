//! Counting: how many tests passed and failed, read from what each test program says.

use std::fmt;
use std::ops::AddAssign;

use serde_json::Value;

/// Tests that passed and failed. Skipped ones are neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
}

impl Tally {
    /// Reads the `test result:` lines of `cargo test`, one for each test program.
    pub fn of_cargo(output: &str) -> Self {
        let results = output.lines().filter_map(|line| line.split_once("test result: "));
        results.fold(Self::default(), |mut sum, (_, result)| {
            let words: Vec<&str> = result.split_whitespace().collect();
            sum.passed += before(&words, "passed;");
            sum.failed += before(&words, "failed;");
            sum
        })
    }

    /// Reads Playwright's report. A test that passed only when repeated counts as failed.
    pub fn of_playwright(report: &str) -> Option<Self> {
        let report: Value = serde_json::from_str(report).ok()?;
        let count = |name: &str| report["stats"][name].as_u64();
        let outside = report["errors"].as_array().map_or(0, Vec::len) as u64;
        Some(Self {
            passed: count("expected")?,
            failed: count("unexpected")? + count("flaky")? + outside,
        })
    }

    /// Reads what Python's `unittest` says: `Ran 5 tests`, `FAILED (failures=1, errors=2)`.
    pub fn of_unittest(output: &str) -> Self {
        let output = output.replace("expected failures=", "foreseen=");
        let sum = |prefix: &str| -> u64 {
            let words = output.split([' ', '(', ')', ',', '\n']);
            words.filter_map(|word| word.strip_prefix(prefix)?.parse::<u64>().ok()).sum()
        };
        let words: Vec<&str> = output.split_whitespace().collect();
        let ran = before(&words, "tests") + before(&words, "test");
        let failed = sum("failures=") + sum("errors=") + sum("successes=");
        Self { passed: ran.saturating_sub(failed + sum("skipped=")), failed }
    }

    /// Reads the last line, as a whole run or one suite ends with it: `5 passed, 1 failed`.
    pub fn of_sum(output: &str) -> Option<Self> {
        let (passed, failed) = output.lines().next_back()?.split_once(" passed, ")?;
        let failed = failed.strip_suffix(" failed")?;
        Some(Self { passed: passed.parse().ok()?, failed: failed.parse().ok()? })
    }

    /// Of a suite that did not even start.
    pub fn broken() -> Self {
        Self::default().ended(false)
    }

    /// A suite that ended badly but counted no failure, for instance because it did not compile,
    /// is one failure.
    #[must_use]
    pub fn ended(mut self, success: bool) -> Self {
        if !success && self.failed == 0 {
            self.failed = 1;
        }
        self
    }
}

/// The number that stands before `word`; nought where there is none.
fn before(words: &[&str], word: &str) -> u64 {
    let pairs = words.windows(2).filter(|pair| pair[1] == word);
    pairs.filter_map(|pair| pair[0].parse::<u64>().ok()).next_back().unwrap_or(0)
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_says_one_line_a_program() {
        let output = "
running 2 tests
test a ... ok
test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(Tally::of_cargo(output), Tally { passed: 5, failed: 1 });
    }

    #[test]
    fn a_flaky_browser_test_is_a_failure() {
        let report = r#"{"stats":{"expected":4,"unexpected":1,"flaky":1,"skipped":2},"errors":[]}"#;
        assert_eq!(Tally::of_playwright(report), Some(Tally { passed: 4, failed: 2 }));
        assert_eq!(Tally::of_playwright("not a report"), None);
    }

    #[test]
    fn python_counts_what_ran() {
        let output = "Ran 7 tests in 0.010s\n\nFAILED (failures=1, errors=2, expected failures=1, skipped=1)\n";
        assert_eq!(Tally::of_unittest(output), Tally { passed: 3, failed: 3 });
        assert_eq!(Tally::of_unittest("Ran 1 test in 1s\n\nOK\n"), Tally { passed: 1, failed: 0 });
    }

    #[test]
    fn what_is_said_as_a_sum_is_read_as_one() {
        let sum = Tally { passed: 12, failed: 3 };
        assert_eq!(Tally::of_sum(&format!("of 7 passed, 1 failed\n{sum}\n")), Some(sum));
        assert_eq!(Tally::of_sum(&format!("{sum}\nkilled")), None);
        assert_eq!(Tally::of_sum(""), None);
    }

    #[test]
    fn what_did_not_even_start_failed_once() {
        assert_eq!(Tally::broken(), Tally { passed: 0, failed: 1 });
        assert_eq!(Tally { passed: 1, failed: 2 }.ended(false).failed, 2);
    }
}
