//! What the program weighs and needs while nobody asks anything of it, and how it starts.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use reqwest::Client;

use super::{
    Args, WORKLOADS, populate, setup,
    table::{Amount, Table, percentile},
};
use crate::berth::{Berth, Setup};

/// Starts that are measured.
const STARTS: usize = 9;
/// How long it is left alone before it is looked at.
const REST: Duration = Duration::from_secs(10);
/// How long it is watched.
const WATCH: Duration = Duration::from_secs(20);

pub async fn measure(args: &Args, table: &mut Table) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let demo = Setup { demo: true, ..setup(args, folder.path()) };
    let berth = demo.start()?;
    for program in ["berth", "form", "setup", "org", "policies", "assets", "engine"] {
        let size = Amount::Kilobytes(wasm_size(&berth, program).await?);
        table.at_most(format!("{program}.wasm, brotli"), size, Amount::Kilobytes(350.0));
    }
    tokio::time::sleep(REST).await;
    weigh(&berth, "the demonstration", table)?;
    drop(berth);

    let folder = tempfile::tempdir()?;
    let setup = setup(args, folder.path());
    let berth = setup.start()?;
    populate(&berth, WORKLOADS).await?;
    tokio::time::sleep(REST).await;
    weigh(&berth, &format!("{WORKLOADS} workloads"), table)?;
    drop(berth);
    start(&setup, table).await
}

/// Kilobytes of one of the browser's programs, as it comes over the wire.
async fn wasm_size(berth: &Berth, program: &str) -> Result<f64> {
    let url = format!("{}/pkg/{program}.wasm", berth.url);
    let answer = Client::new().get(url).header("accept-encoding", "br").send().await?;
    if answer.headers().get("content-encoding").is_none_or(|how| how != "br") {
        bail!("the browser code is not compressed: this is no release build of the site");
    }
    Ok(answer.bytes().await?.len() as f64 / 1e3)
}

/// Memory and processor time while nobody asks anything.
pub fn weigh(berth: &Berth, of: &str, table: &mut Table) -> Result<()> {
    let memory = berth.memory()?;
    let megabytes = |bytes: u64| Amount::Megabytes(bytes as f64 / 1e6);
    let what = format!("resident memory at rest, {of}");
    table.at_most(what, megabytes(memory.resident), Amount::Megabytes(60.0));
    table.figure("    of it not from files", megabytes(memory.anonymous));
    let cpu = berth.idle_cpu(WATCH)? * 100.0;
    let what = format!("processor at rest, {of}");
    table.at_most(what, Amount::Percent(cpu), Amount::Percent(1.0));
    Ok(())
}

/// From the start of the process until it says that it is ready.
pub async fn start(setup: &Setup, table: &mut Table) -> Result<()> {
    let mut times = vec![];
    for _ in 0..STARTS {
        let begun = Instant::now();
        let berth = setup.start()?;
        ready(&berth).await?;
        times.push(begun.elapsed());
        berth.kill()?;
    }
    let what = format!("start to ready after a kill, {WORKLOADS} workloads, most of {STARTS}");
    let most = Amount::of(percentile(&mut times, 1.0));
    table.at_most(what, most, Amount::Milliseconds(1_000.0));
    table.figure("    median", Amount::of(percentile(&mut times, 0.5)));
    Ok(())
}

/// Returns when it says that it is ready.
pub async fn ready(berth: &Berth) -> Result<()> {
    let url = format!("{}/health/ready", berth.url);
    let until = Instant::now() + Duration::from_secs(30);
    while Instant::now() < until {
        let answer = reqwest::get(&url).await.context("asking whether it is ready")?;
        if answer.status().is_success() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    bail!("it is never ready")
}
