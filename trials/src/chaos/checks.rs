//! What must be true after each restart.

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, Result, bail, ensure};
use cluster::simulated::{World, doubled};
use domain::Timestamp;
use serde_json::Value;

use super::people::Town;
use crate::client::Rest;

/// How long everything may take to come to rest, on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// GPUs of the simulated cluster.
const GPUS: usize = 8;

/// Nothing is lost, nothing ran twice, and everything reaches what is wanted of it.
pub async fn all(rest: &Rest, data: &Path, town: &Town) -> Result<()> {
    let rows = rows(rest).await?;
    let pairs = rows.iter().map(|row| (text(row, "name"), text(row, "desiredPhase")));
    let found: BTreeMap<_, _> = pairs.collect();
    ensure!(found.len() == rows.len(), "a name was given twice");
    let wrong = town.compare(&found);
    ensure!(wrong.is_empty(), "{}", wrong.join("; "));
    at_rest(rest).await?;
    let live = rows.iter().filter(|row| row["deletedAt"].is_null());
    town.found(live.map(|row| (text(row, "name"), text(row, "id"))).collect()).await;
    ran_once(data)
}

/// Everything was deleted: nothing is left, and nothing runs.
pub async fn all_gone(rest: &Rest, data: &Path) -> Result<()> {
    at_rest(rest).await?;
    let live = rest.workloads(false).await?;
    ensure!(live.is_empty(), "{} workloads are still there", live.len());
    ran_once(data)?;
    let running: Vec<_> =
        world(data)?.starts().iter().filter(|s| s.until.is_none()).cloned().collect();
    ensure!(running.is_empty(), "still running: {running:?}");
    Ok(())
}

/// The live and the deleted; one that is deleted between the two questions is deleted.
async fn rows(rest: &Rest) -> Result<Vec<Value>> {
    let mut rows = BTreeMap::new();
    for deleted in [false, true] {
        let some = rest.workloads(deleted).await?;
        rows.extend(some.into_iter().map(|row| (text(&row, "id"), row)));
    }
    Ok(rows.into_values().collect())
}

async fn at_rest(rest: &Rest) -> Result<()> {
    let until = Instant::now() + PATIENCE;
    loop {
        let rows = rows(rest).await?;
        let given: usize =
            rows.iter().map(|row| row["placement"]["gpus"].as_array().map_or(0, Vec::len)).sum();
        ensure!(given <= GPUS, "{given} of {GPUS} GPUs are given away");
        let moving: Vec<_> = rows.iter().filter(|row| !is_at_rest(row, given)).collect();
        if moving.is_empty() {
            return Ok(());
        }
        if Instant::now() > until {
            let one =
                |row: &&Value| format!("{} {} {}", row["name"], row["desiredPhase"], row["phase"]);
            bail!("never came to rest: {}", moving.iter().map(one).collect::<Vec<_>>().join("; "));
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

fn is_at_rest(row: &Value, given: usize) -> bool {
    let ends = row["command"].as_str().is_some_and(|command| !command.is_empty());
    match (row["desiredPhase"].as_str(), row["phase"].as_str()) {
        (Some("Running"), Some("Running")) => !ends,
        (Some("Running"), Some("Completed" | "Failed")) => ends,
        // It waits for a GPU, and rightly so.
        (Some("Running"), Some("Pending")) => given == GPUS,
        (Some("Stopped"), Some("Stopped")) => true,
        (Some("Deleted"), _) => !row["deletedAt"].is_null(),
        _ => false,
    }
}

/// By the cluster's own record no start happened twice, and no two ran at the same time.
fn ran_once(data: &Path) -> Result<()> {
    let twice = doubled(world(data)?.starts());
    ensure!(twice.is_empty(), "ran twice: {twice:?}");
    Ok(())
}

/// The simulated cluster as it is now: its file, and what has happened by itself since.
fn world(data: &Path) -> Result<World> {
    let path = data.join("simulated.json");
    let mut world: World = match std::fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes).context("the cluster's file")?,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => World::default(),
        Err(cause) => return Err(cause).context("the cluster's file"),
    };
    world.advance(Timestamp::try_from(SystemTime::now())?);
    Ok(world)
}

fn text(row: &Value, field: &str) -> String {
    row[field].as_str().unwrap_or_default().to_owned()
}
