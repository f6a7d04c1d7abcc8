//! Metering: what projects use of node pools with time-based fair share, added up hour by hour.

use std::{collections::BTreeMap, sync::MutexGuard};

use domain::{
    ProjectId, Timestamp,
    node::NodePool,
    usage::{Amounts, HourUsage},
};
use store::Change;

use crate::{ControlPlane, Result, World};

/// Nothing is known of a longer time between two turns: Berth was off, or slept.
const GAP_SECS_MAX: i64 = 300;

/// Up to when usage was metered.
#[derive(Debug, Default)]
pub(crate) struct Metered {
    last: Option<Timestamp>,
    /// Seconds that could not be written down yet.
    owed_secs: i64,
}

impl Metered {
    /// The seconds that are to be written down at `now`.
    fn turn(&mut self, now: Timestamp) -> i64 {
        let secs = self.last.replace(now).map_or(0, |last| now.as_second() - last.as_second());
        // The clock may have jumped back.
        self.owed_secs += if (1..=GAP_SECS_MAX).contains(&secs) { secs } else { 0 };
        self.owed_secs
    }
}

impl ControlPlane {
    /// One turn. Returns how many pools were metered.
    pub async fn meter_once(&self) -> Result<usize> {
        let secs = self.metered().turn(self.now());
        let is_on = self.world().node_pools.values().any(|pool| pool.time_based.is_some());
        if secs == 0 || !is_on {
            self.metered().owed_secs = 0;
            return Ok(0);
        }
        let written = self
            .change(move |world, now| {
                let changes = metered(world, secs, now);
                let count = changes.len();
                Ok((changes, count))
            })
            .await?;
        // Where it could not be written, the next turn writes it too.
        self.metered().owed_secs -= secs;
        Ok(written)
    }

    fn metered(&self) -> MutexGuard<'_, Metered> {
        self.inner.metered.lock().unwrap_or_else(|e| e.into_inner())
    }
}

fn metered(world: &World, secs: i64, now: Timestamp) -> Vec<Change> {
    let by_project = world.usage_by(|workload| Some(workload.project));
    let mut changes = Vec::new();
    for pool in world.node_pools.values() {
        let Some(time_based) = pool.time_based else { continue };
        let used: BTreeMap<ProjectId, Amounts> = by_project
            .iter()
            .filter_map(|(project, usage)| {
                let of = usage.get(&pool.name)?.allocated;
                Some((*project, [of.gpu.as_f64(), of.cpu.0 as f64, of.memory.0 as f64]))
            })
            .collect();
        let hour = HourUsage::hour_of(now);
        let known = world.usage_history.get(&(pool.id, hour));
        let mut of = known.map_or_else(|| HourUsage::new(pool.id, hour), |of| (**of).clone());
        of.add(secs as f64, capacity(world, pool), &used);
        changes.push(Change::Usage(Box::new(of)));
        let first = time_based.first_hour(now);
        let mut old = world.usage_history.range((pool.id, i64::MIN)..(pool.id, first));
        if old.next().is_some() {
            changes.push(Change::ForgetUsage(pool.id, first));
        }
    }
    changes
}

/// What the ready nodes of a pool have.
fn capacity(world: &World, pool: &NodePool) -> Amounts {
    let nodes = world.nodes_of(pool).into_iter();
    nodes.filter(|node| node.is_ready()).fold([0.0; 3], |sum, node| {
        let of = [node.gpus.len() as f64, node.cpu.0 as f64, node.memory.0 as f64];
        [0, 1, 2].map(|r| sum[r] + of[r])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_written_is_written_later() {
        let at = |secs: i64| Timestamp::from_second(1_000 + secs).unwrap();
        let mut metered = Metered::default();
        assert_eq!(metered.turn(at(0)), 0, "nothing is known of the time before");
        assert_eq!(metered.turn(at(60)), 60);
        // It failed, and again; then it is written.
        assert_eq!(metered.turn(at(120)), 120);
        metered.owed_secs -= 120;
        assert_eq!(metered.turn(at(180)), 60);
        metered.owed_secs -= 60;
        assert_eq!(metered.turn(at(180 + GAP_SECS_MAX + 1)), 0, "Berth slept");
        assert_eq!(metered.turn(at(60)), 0, "the clock jumped back");
        assert_eq!(metered.turn(at(120)), 60);
    }
}
