//! Everything at 1 000 nodes with 8 GPUs each and 10 000 workloads: what it needs at rest, how it
//! starts, and how long a list and a verdict take.

use std::{
    fmt::Write,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use reqwest::Method;
use serde_json::json;

use super::{
    Args, browsed, milliseconds, populate, setup, spec, standing,
    table::{Amount, Table, percentile},
};
use crate::{
    berth::{Berth, Setup},
    client::Rest,
};

const NODES: usize = 1_000;
const WORKLOADS: usize = 10_000;
/// Questions of each kind.
const ROUNDS: usize = 50;
/// How long everything may take to start.
const PATIENCE: Duration = Duration::from_secs(600);

pub async fn measure(args: &Args, table: &mut Table) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let simulation = folder.path().join("simulation.toml");
    std::fs::write(&simulation, nodes()?)?;
    let setup = Setup { simulation: Some(simulation), ..setup(args, folder.path()) };
    let berth = setup.start()?;
    let begun = Instant::now();
    let rest = populate(&berth, WORKLOADS).await?;
    let made = begun.elapsed() / u32::try_from(WORKLOADS)?;
    table.figure(format!("making one of {WORKLOADS} workloads, 8 at a time"), Amount::of(made));
    until_all_run(&rest).await?;
    table.figure("    until all run", Amount::of(begun.elapsed()));
    tokio::time::sleep(Duration::from_secs(10)).await;
    weigh(&berth, table)?;
    questions(&rest, table).await?;
    answers(&berth, table)?;
    drop(berth);

    let begun = Instant::now();
    let berth = setup.start()?;
    standing::ready(&berth).await?;
    table.figure("start to ready, 10 000 workloads", Amount::of(begun.elapsed()));
    Ok(())
}

fn nodes() -> Result<String> {
    let mut text = String::from("speed = 1000\n");
    for number in 0..NODES {
        write!(
            text,
            "[[node]]\nname = \"n{number:04}\"\ncpu = 96\nmemory = \"1T\"\ngpus = 8\ngpu = \"NVIDIA A100\"\n"
        )?;
    }
    Ok(text)
}

async fn until_all_run(rest: &Rest) -> Result<()> {
    let until = Instant::now() + PATIENCE;
    loop {
        let path = "/api/v1/workloads/count?filterBy=phase==Running";
        let running = rest.get(path).await?["count"].as_u64().unwrap_or_default();
        if running as usize == WORKLOADS {
            return Ok(());
        }
        ensure!(Instant::now() < until, "{running} of {WORKLOADS} run");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn weigh(berth: &Berth, table: &mut Table) -> Result<()> {
    let memory = berth.memory()?;
    table.figure(
        "resident memory, 10 000 workloads",
        Amount::Megabytes(memory.resident as f64 / 1e6),
    );
    let cpu = berth.idle_cpu(Duration::from_secs(20))? * 100.0;
    table.figure("processor at rest, 10 000 workloads", Amount::Percent(cpu));
    Ok(())
}

/// What people see of a verdict (`why.md`, W5).
fn answers(berth: &Berth, table: &mut Table) -> Result<()> {
    let said = browsed("answer.mjs", berth, &[])?;
    let what = "form, 10 000 workloads: from a key press to the answer, 95th of 100";
    table.at_most(what, milliseconds(&said, "answer95")?, Amount::Milliseconds(250.0));
    table.figure("    median", milliseconds(&said, "answer50")?);
    table.figure("    most", milliseconds(&said, "answer100")?);
    Ok(())
}

async fn questions(rest: &Rest, table: &mut Table) -> Result<()> {
    let body = json!({
        "name": "probe", "projectId": rest.project, "clusterId": rest.cluster, "spec": spec(0),
    });
    let verdict =
        ("verdict over REST", Method::POST, "/api/v1/workloads/workspaces/verdict", Some(body));
    let list = ("list of 50 of 10 000 workloads", Method::GET, "/api/v1/workloads", None);
    for (what, method, path, body) in [verdict, list] {
        let mut times = vec![];
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            let answer = rest.send(method.clone(), path, body.clone()).await?.error_for_status()?;
            answer.bytes().await?;
            times.push(begun.elapsed());
        }
        table.figure(format!("{what}, median"), Amount::of(percentile(&mut times, 0.5)));
        table.figure("    95th of 100", Amount::of(percentile(&mut times, 0.95)));
    }
    Ok(())
}
