//! What was used of a node pool in the past, hour by hour: what time-based fair share weighs
//! (`scheduling-and-organisation.md` §3.5).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{NodePoolId, ProjectId, Timestamp};

/// GPUs, cores and bytes, each times seconds.
pub type Amounts = [f64; 3];

const HOUR_SECS: i64 = 3_600;
/// Days of the window that nobody chose.
pub const WINDOW_SECS_DEFAULT: i64 = 7 * 86_400;

/// How the past counts in a pool.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeBased {
    /// How much it counts: 0 is not at all, above 1 it outweighs the weights.
    pub weight: f64,
    /// What is older is forgotten.
    pub window_secs: i64,
    /// After so long, usage counts half.
    pub half_life_secs: Option<i64>,
}

impl Default for TimeBased {
    fn default() -> Self {
        Self { weight: 1.0, window_secs: WINDOW_SECS_DEFAULT, half_life_secs: None }
    }
}

/// One hour of a pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HourUsage {
    pub pool: NodePoolId,
    /// Hours since 1970.
    pub hour: i64,
    /// What there was.
    pub capacity: Amounts,
    pub used: BTreeMap<ProjectId, Amounts>,
}

impl HourUsage {
    /// An hour of which nothing is known yet.
    pub fn new(pool: NodePoolId, hour: i64) -> Self {
        Self { pool, hour, capacity: [0.0; 3], used: BTreeMap::new() }
    }

    /// The hour that a time is in.
    pub fn hour_of(at: Timestamp) -> i64 {
        at.as_second().div_euclid(HOUR_SECS)
    }

    /// That so much was there, and in use, for some seconds.
    pub fn add(&mut self, secs: f64, capacity: Amounts, used: &BTreeMap<ProjectId, Amounts>) {
        let more = |to: &mut Amounts, of: &Amounts| {
            to.iter_mut().zip(of).for_each(|(to, of)| *to += of * secs);
        };
        more(&mut self.capacity, &capacity);
        for (project, of) in used {
            more(self.used.entry(*project).or_default(), of);
        }
    }
}

impl TimeBased {
    /// The first hour that still counts.
    pub fn first_hour(&self, now: Timestamp) -> i64 {
        HourUsage::hour_of(now).saturating_sub((self.window_secs - 1).div_euclid(HOUR_SECS))
    }

    /// Which part of what there was each project used, in the hours that count.
    pub fn parts<'a>(
        &self,
        hours: impl IntoIterator<Item = &'a HourUsage>,
        now: Timestamp,
    ) -> BTreeMap<ProjectId, [f64; 3]> {
        let (mut capacity, mut used) = ([0.0; 3], BTreeMap::<ProjectId, Amounts>::new());
        let (first, last) = (self.first_hour(now), HourUsage::hour_of(now));
        for hour in hours.into_iter().filter(|of| of.hour >= first) {
            let age = (last.saturating_sub(hour.hour)).max(0) * HOUR_SECS;
            let counts = self
                .half_life_secs
                .map_or(1.0, |half| 0.5_f64.powf(age as f64 / half.max(1) as f64));
            (0..3).for_each(|r| capacity[r] += hour.capacity[r] * counts);
            for (project, of) in &hour.used {
                let to = used.entry(*project).or_default();
                (0..3).for_each(|r| to[r] += of[r] * counts);
            }
        }
        let part = |of: f64, all: f64| if all > 0.0 { of / all } else { 0.0 };
        used.into_iter().map(|(id, of)| (id, [0, 1, 2].map(|r| part(of[r], capacity[r])))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(hour: i64, gpus: f64) -> HourUsage {
        let mut of = HourUsage::new(NodePoolId(1), hour);
        of.add(3_600.0, [10.0, 1.0, 1.0], &BTreeMap::from([(ProjectId(1), [gpus, 0.0, 0.0])]));
        of
    }

    #[test]
    fn what_was_used_is_a_part_of_what_there_was() {
        let now = Timestamp::from_second(100 * HOUR_SECS + 10).unwrap();
        let hours = [hour(90, 10.0), hour(99, 10.0), hour(100, 0.0)];
        let part = |of: TimeBased| of.parts(&hours, now).get(&ProjectId(1)).map_or(0.0, |p| p[0]);
        let all = TimeBased::default();
        assert!((part(all) - 2.0 / 3.0).abs() < 1e-9, "20 of 30 GPU hours");
        let short = TimeBased { window_secs: 2 * HOUR_SECS, ..all };
        assert!((part(short) - 0.5).abs() < 1e-9, "the tenth hour before is forgotten");
        let fading = TimeBased { half_life_secs: Some(HOUR_SECS), ..short };
        assert!((part(fading) - 5.0 / 15.0).abs() < 1e-9, "an hour ago counts half");
    }
}
