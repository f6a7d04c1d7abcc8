//! From a change of state to the changed row in a real browser.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};

use super::{
    Args, WORKLOADS, field, populate, setup,
    table::{Amount, Table},
};
use crate::berth::{ADMIN, Setup};

/// Images come at once; nothing else is in a hurry.
const SIMULATION: &str = "speed = 100\n";
/// Changes that are measured.
const CHANGES: usize = 60;

pub async fn measure(args: &Args, table: &mut Table) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let simulation = folder.path().join("simulation.toml");
    std::fs::write(&simulation, SIMULATION)?;
    let setup = Setup { simulation: Some(simulation), ..setup(args, folder.path()) };
    let berth = setup.start()?;
    let rest = populate(&berth, WORKLOADS).await?;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let before = berth.cpu()?;
    let told = Command::new("node")
        .arg("bench.mjs")
        .current_dir("end2end")
        .env("BENCH_URL", &berth.url)
        .env("BENCH_TOKEN", &rest.token)
        .env("BENCH_EMAIL", ADMIN.0)
        .env("BENCH_PASSWORD", ADMIN.1)
        .env("BENCH_CHANGES", CHANGES.to_string())
        .stderr(Stdio::inherit())
        .output()
        .context("could not start node")?;
    let said = String::from_utf8_lossy(&told.stdout);
    ensure!(told.status.success(), "the browser part failed: {said}");
    let cpu = berth.cpu()? - before;
    let milliseconds = |name: &str| Ok::<_, anyhow::Error>(field(&said, name)?.parse::<f64>()?);
    let what = format!("change of state to changed row, {CHANGES} changes, 95th of 100");
    table.at_most(what, Amount::Milliseconds(milliseconds("p95")?), Amount::Milliseconds(250.0));
    table.figure("    median", Amount::Milliseconds(milliseconds("p50")?));
    table.figure("    most", Amount::Milliseconds(milliseconds("most")?));
    table.figure(
        "    until the first page could be used",
        Amount::Milliseconds(milliseconds("hydrated")?),
    );
    let each = cpu / u32::try_from(CHANGES)?;
    table.figure("    processor of the server for one change and its page", Amount::of(each));
    table.figure(
        "    times the page was loaded again for one change",
        Amount::Times(milliseconds("reloads")? / CHANGES as f64),
    );
    Ok(())
}
