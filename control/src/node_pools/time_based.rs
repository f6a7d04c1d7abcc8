//! Time-based fair share of a pool, as somebody asks for it (`scheduling-and-organisation.md` §3.5).

use domain::{duration, usage::TimeBased};

use crate::{Error, Result};

/// The past that is looked back on at most.
const WINDOW_SECS_MAX: i64 = 365 * 86_400;
/// How much the past may count at most.
const WEIGHT_MAX: f64 = 1_000.0;

/// Whether past usage counts, and how. `None`: as it is by default.
#[derive(Clone, Debug, Default)]
pub struct TimeBasedShare {
    pub enabled: bool,
    pub weight: Option<f64>,
    /// `7d`.
    pub window: Option<String>,
    /// `1d`; empty for none.
    pub half_life: Option<String>,
}

impl TimeBasedShare {
    /// What is left out stays as in `old`.
    pub(super) fn read(&self, old: Option<TimeBased>) -> Result<Option<TimeBased>> {
        let field = |name: &str| format!("schedulingConfiguration.timeBasedFairShare.{name}");
        let span = |name: &str, text: &str| match duration::parse(text) {
            Some(secs) if (3_600..=WINDOW_SECS_MAX).contains(&secs) => Ok(secs),
            _ => Err(Error::field(&field(name), "duration.range", "From 1h to 365d, such as 7d")),
        };
        let mut read = old.unwrap_or_default();
        if let Some(weight) = self.weight {
            if !(0.0..=WEIGHT_MAX).contains(&weight) {
                let message = format!("From 0 to {WEIGHT_MAX}");
                return Err(Error::field(&field("historicalUsageWeight"), "number.range", message));
            }
            read.weight = weight;
        }
        if let Some(text) = &self.window {
            read.window_secs = span("historicalUsageWindow", text)?;
        }
        if let Some(text) = &self.half_life {
            let is_none = text.trim().is_empty();
            read.half_life_secs = if is_none { None } else { Some(span("halfLife", text)?) };
        }
        Ok(self.enabled.then_some(read))
    }
}
