//! The table of what was measured: value, bar, and whether it is met.

use std::{fmt, time::Duration};

/// What was measured, in its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    Milliseconds(f64),
    Microseconds(f64),
    Megabytes(f64),
    Kilobytes(f64),
    PerSecond(f64),
    /// Of one processor.
    Percent(f64),
    /// Instructions.
    Millions(f64),
    /// One amount in another.
    Times(f64),
    Count(f64),
}

impl Amount {
    pub fn of(time: Duration) -> Self {
        Self::Milliseconds(time.as_secs_f64() * 1e3)
    }

    /// The number before its unit.
    fn number(self) -> f64 {
        match self {
            Self::Milliseconds(n) | Self::Microseconds(n) | Self::Megabytes(n) => n,
            Self::Kilobytes(n) | Self::PerSecond(n) | Self::Percent(n) => n,
            Self::Millions(n) | Self::Times(n) | Self::Count(n) => n,
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self {
            Self::Milliseconds(_) => "ms",
            Self::Microseconds(_) => "µs",
            Self::Megabytes(_) => "MB",
            Self::Kilobytes(_) => "KB",
            Self::PerSecond(_) => "/s",
            Self::Percent(_) => "%",
            Self::Millions(_) => "million",
            Self::Times(_) => "×",
            Self::Count(n) => return write!(f, "{n}"),
        };
        let digits = if self.number() < 10.0 { 2 } else { usize::from(self.number() < 100.0) };
        write!(f, "{:.digits$} {unit}", self.number())
    }
}

#[derive(Debug)]
struct Row {
    what: String,
    measured: Amount,
    /// At most this.
    bar: Option<Amount>,
}

/// Rows in the order in which they were measured.
#[derive(Debug, Default)]
pub struct Table(Vec<Row>);

impl Table {
    /// A figure without a bar.
    pub fn figure(&mut self, what: impl Into<String>, measured: Amount) {
        self.0.push(Row { what: what.into(), measured, bar: None });
    }

    /// A figure that may be at most `bar`, in the same unit.
    pub fn at_most(&mut self, what: impl Into<String>, measured: Amount, bar: Amount) {
        self.0.push(Row { what: what.into(), measured, bar: Some(bar) });
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.iter().map(|row| row.what.chars().count()).max().unwrap_or_default();
        writeln!(f, "{:width$}  {:>12}  {:>10}", "", "measured", "at most")?;
        for Row { what, measured, bar } in &self.0 {
            let (bar, verdict) = match bar {
                None => (String::new(), ""),
                Some(bar) if measured.number() <= bar.number() => (bar.to_string(), "met"),
                Some(bar) => (bar.to_string(), "MISSED"),
            };
            let line = format!("{what:width$}  {:>12}  {bar:>10}  {verdict}", measured.to_string());
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// The time below which this part of `times` lies; they are sorted on the way.
pub fn percentile(times: &mut [Duration], part: f64) -> Duration {
    times.sort_unstable();
    let place = (times.len() as f64 * part).ceil() as usize;
    times.get(place.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_says_what_is_missed() {
        let mut table = Table::default();
        table.figure("speed", Amount::PerSecond(1234.5));
        table.at_most("size", Amount::Kilobytes(349.96), Amount::Kilobytes(350.0));
        table.at_most("start", Amount::of(Duration::from_millis(1001)), Amount::Milliseconds(1e3));
        let text = table.to_string();
        let lines: Vec<_> = text.lines().map(str::split_whitespace).map(Vec::from_iter).collect();
        assert_eq!(lines[1], ["speed", "1234", "/s"]);
        assert_eq!(lines[2], ["size", "350", "KB", "350", "KB", "met"]);
        assert_eq!(lines[3], ["start", "1001", "ms", "1000", "ms", "MISSED"]);
    }

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let mut times: Vec<_> = (1..=100).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile(&mut times, 0.5), Duration::from_millis(50));
        assert_eq!(percentile(&mut times, 0.99), Duration::from_millis(99));
        assert_eq!(percentile(&mut [], 0.5), Duration::ZERO);
    }
}
