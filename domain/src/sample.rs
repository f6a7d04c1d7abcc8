//! What a workload used, window by window, and a range of it in so many points. Points without a sample are left out:
//! nothing was measured then, which is not the same as nothing.

use serde::{Deserialize, Serialize};

use crate::{Cores, MemoryBytes, Timestamp};

/// Seconds of one window.
pub const SAMPLE_SECS: i64 = 30;
/// How long every sample is kept, in seconds: a day.
pub const FINE_KEPT_SECS: i64 = 24 * 3600;
/// Of older ones, one in so many seconds stays.
pub const COARSE_SECS: i64 = 600;
/// How long those are kept: 90 days.
pub const COARSE_KEPT_SECS: i64 = 90 * 24 * 3600;

/// What was used in one window, on the average.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Where the window begins.
    pub at: Timestamp,
    pub cpu: Cores,
    pub memory: MemoryBytes,
    /// Of the GPUs that it has, whoever else works on them.
    pub gpus: Vec<GpuSample>,
}

/// What was used of one GPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GpuSample {
    /// Its place on the node.
    pub index: u32,
    pub busy_percent: u32,
    pub memory: MemoryBytes,
}

/// The beginning of the window that a time lies in.
pub fn window(at: Timestamp) -> Timestamp {
    let second = at.as_second().div_euclid(SAMPLE_SECS) * SAMPLE_SECS;
    Timestamp::from_second(second).unwrap_or(at)
}

/// A part of time, cut into equal parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub start: Timestamp,
    pub end: Timestamp,
    pub points: usize,
}

/// What was measured about one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The middle of its part of the span.
    pub at: Timestamp,
    pub value: f64,
}

impl Span {
    /// The mean of what `of` says of the samples in each part; parts of which it says nothing have no point.
    pub fn points(&self, samples: &[Sample], of: impl Fn(&Sample) -> Option<f64>) -> Vec<Point> {
        let mut sums = vec![(0.0, 0_u32); self.points];
        for sample in samples {
            let part = self.part(sample.at).and_then(|part| sums.get_mut(part));
            if let (Some(sum), Some(value)) = (part, of(sample)) {
                *sum = (sum.0 + value, sum.1 + 1);
            }
        }
        let measured = sums.into_iter().enumerate().filter(|(_, (_, count))| *count > 0);
        measured.map(|(n, (sum, count))| self.point(n, sum / f64::from(count))).collect()
    }

    /// In which part a time lies.
    fn part(&self, at: Timestamp) -> Option<usize> {
        let (length, since) = (self.millis(), at.as_millisecond() - self.start.as_millisecond());
        let is_inside = (0..length).contains(&since);
        is_inside.then(|| (since as f64 / length as f64 * self.points as f64) as usize)
    }

    fn point(&self, n: usize, value: f64) -> Point {
        let middle = (n as f64 + 0.5) / self.points as f64 * self.millis() as f64;
        let at = self.start.as_millisecond().saturating_add(middle as i64);
        Point { at: Timestamp::from_millisecond(at).unwrap_or(self.end), value }
    }

    fn millis(&self) -> i64 {
        self.end.as_millisecond() - self.start.as_millisecond()
    }

    /// How far into the span a time lies: 0 at its start, 1 at its end.
    pub fn share(&self, at: Timestamp) -> f64 {
        let since = at.as_millisecond() - self.start.as_millisecond();
        since as f64 / self.millis().max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn sample(second: i64, millicores: i64) -> Sample {
        Sample { at: at(second), cpu: Cores(millicores), memory: MemoryBytes(0), gpus: vec![] }
    }

    fn cpu(span: Span, samples: &[Sample]) -> Vec<(i64, f64)> {
        let points = span.points(samples, |sample| Some(sample.cpu.as_f64()));
        points.iter().map(|point| (point.at.as_second(), point.value)).collect()
    }

    #[test]
    fn a_part_is_the_mean_of_its_samples_and_an_empty_one_is_none() {
        let samples = [sample(0, 1_000), sample(30, 3_000), sample(90, 500), sample(240, 9_000)];
        let span = Span { start: at(0), end: at(240), points: 4 };
        assert_eq!(cpu(span, &samples), [(30, 2.0), (90, 0.5)], "the end belongs to the next span");
        assert_eq!(cpu(Span { points: 0, ..span }, &samples), []);
        assert_eq!(cpu(Span { points: 1, ..span }, &samples), [(120, 1.5)]);
        assert_eq!(cpu(Span { end: at(0), ..span }, &samples), []);
    }

    #[test]
    fn what_nobody_measured_is_left_out() {
        let span = Span { start: at(0), end: at(60), points: 2 };
        let points =
            span.points(&[sample(0, 1), sample(30, 2)], |sample| (sample.cpu.0 > 1).then_some(1.0));
        assert_eq!(points.len(), 1);
    }

    #[test]
    fn windows_begin_at_whole_half_minutes() {
        assert_eq!(window(at(89)), at(60));
        assert_eq!(window(at(60)), at(60));
        assert_eq!(window(at(-1)), at(-30));
    }
}
