//! Estimates and what came true, in rows.

use control::{ControlPlane, Error, World, estimates::CameTrue};
use domain::{Timestamp, access::Actor, duration::minute, verdict::Met};

use super::data::{EstimateRow, Estimates};

pub fn estimates(control: &ControlPlane, actor: &Actor) -> Result<Estimates, Error> {
    let (learned, came_true) = control.learned(actor)?;
    let world = control.world();
    let part = |of: u64| (learned.count > 0).then(|| of * 100 / learned.count.max(1));
    Ok(Estimates {
        count: learned.count,
        before_half: part(learned.before_half),
        before_most: part(learned.before_most),
        rows: came_true.iter().map(|one| row(&world, one)).collect(),
    })
}

fn row(world: &World, of: &CameTrue) -> EstimateRow {
    let said = of.first.said;
    let time = |at: Option<Timestamp>| at.map_or_else(|| "–".to_owned(), minute);
    let project = world.projects.get(&of.project);
    let is_there = world.workloads.contains_key(&of.workload);
    EstimateRow {
        href: is_there.then(|| format!("/workloads?open={}", of.workload)),
        cells: vec![
            of.name.clone(),
            project.map_or_else(|| "–".to_owned(), |project| project.name.to_string()),
            minute(of.first.at),
            time(said.p50),
            time(said.p90),
            minute(of.started),
            said.met(of.started).map_or("–", Met::words).to_owned(),
            said.rests(),
        ],
    }
}
