//! Runs a scenario through time.

use serde::Serialize;

use super::scenario::Scenario;

#[derive(Debug, Serialize)]
pub(super) struct Timed {}

pub(super) fn run(_scenario: &Scenario, _until: i64, _summary: bool) -> Timed {
    Timed {}
}
