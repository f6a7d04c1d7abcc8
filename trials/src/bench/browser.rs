//! From a change of state to the changed row in a real browser.

use std::{ffi::OsStr, time::Duration};

use anyhow::Result;

use super::{
    Args, WORKLOADS, browsed, field, milliseconds, populate, setup,
    table::{Amount, Table},
};
use crate::berth::Setup;

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
    let (token, changes) = (OsStr::new(&rest.token), CHANGES.to_string());
    let with = [("BENCH_TOKEN", token), ("BENCH_CHANGES", OsStr::new(&changes))];
    let said = browsed("bench.mjs", &berth, &with)?;
    let cpu = berth.cpu()? - before;
    let milliseconds = |name| milliseconds(&said, name);
    let what = format!("change of state to changed row, {CHANGES} changes, 95th of 100");
    table.at_most(what, milliseconds("p95")?, Amount::Milliseconds(250.0));
    table.figure("    median", milliseconds("p50")?);
    table.figure("    most", milliseconds("most")?);
    table.figure("    until the first page could be used", milliseconds("hydrated")?);
    let each = cpu / u32::try_from(CHANGES)?;
    table.figure("    processor of the server for one change and its page", Amount::of(each));
    table.figure(
        "    times the page was loaded again for one change",
        Amount::Times(field(&said, "reloads")?.parse::<f64>()? / CHANGES as f64),
    );
    Ok(())
}
