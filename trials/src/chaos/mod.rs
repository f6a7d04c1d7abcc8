//! Chaos: the real program is killed at random moments while people submit, stop, run and delete
//! workspaces through its REST interface. After each restart: everything that was accepted is there,
//! nothing has run twice, and every workload reaches what is wanted of it. The seed decides what
//! people ask and when the kill comes; how the machine interleaves the two, it cannot.

mod checks;
mod people;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use clap::ValueEnum;
use testkit::dice::Dice;

use self::people::Town;
use crate::{berth::Setup, client::Rest};

/// Pods take milliseconds; a node more than people need, and fewer GPUs than they want.
const SIMULATION: &str = r#"
speed = 1000
[[node]]
name = "one"
cpu = 1000
memory = "4T"
gpus = 4
gpu = "NVIDIA A100"
[[node]]
name = "two"
cpu = 1000
memory = "4T"
gpus = 4
gpu = "NVIDIA A100"
"#;
/// How many ask at the same time.
const PEOPLE: u64 = 4;
/// A life with people in it is at most this long, in milliseconds.
const LIFE_MAX_MS: u64 = 400;
/// A life that is killed while it begins is at most this long.
const BEGINNING_MAX_MS: u64 = 200;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The program
    #[arg(long, env = "BERTH_BIN")]
    program: PathBuf,
    /// How often it is killed, on each database
    #[arg(long, default_value_t = 200)]
    kills: u32,
    /// Decides what is asked and when the kills come
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only one of the databases
    #[arg(long)]
    database: Option<Database>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

pub async fn run(args: Args) -> Result<()> {
    for database in [Database::Sqlite, Database::Postgres] {
        if args.database.is_some_and(|only| only != database) {
            continue;
        }
        let begun = Instant::now();
        let url = (database == Database::Postgres).then(testkit::postgres::database);
        let folder = tempfile::tempdir()?;
        let told = story(&args, folder.path(), url).await.with_context(|| {
            format!("on {database:?} with --seed {}; {}", args.seed, kept(folder.path()))
        })?;
        println!("{database:?}, seed {}: {told} in {:.0?}", args.seed, begun.elapsed());
    }
    Ok(())
}

/// What the program said is worth keeping when something went wrong.
fn kept(folder: &Path) -> String {
    let said = std::fs::read_to_string(folder.join("data/said.log")).unwrap_or_default();
    let lines: Vec<_> = said.lines().rev().take(20).collect();
    format!("the last that it said: {:#?}", lines)
}

/// All the lives on one database.
async fn story(args: &Args, folder: &Path, database_url: Option<String>) -> Result<String> {
    let simulation = folder.join("simulation.toml");
    std::fs::write(&simulation, SIMULATION)?;
    let simulation = Some(simulation);
    let setup = Setup { database_url, simulation, ..Setup::of(&args.program, folder) };
    let dice = Dice::of(args.seed);
    let town = Arc::new(Town::default());
    for number in 0..PEOPLE {
        let dice = Dice::of(args.seed.wrapping_mul(1_000_003).wrapping_add(number));
        tokio::spawn(people::person(town.clone(), number, dice));
    }
    let mut killed_early = 0;
    for number in 1..=args.kills {
        if dice.below(6) == 0 {
            let mut child = setup.spawn()?;
            sleep(Duration::from_millis(dice.below(BEGINNING_MAX_MS)));
            child.kill()?;
            child.wait()?;
            killed_early += 1;
        } else {
            let life = Duration::from_millis(dice.below(LIFE_MAX_MS));
            one_life(&setup, &town, life).await.with_context(|| format!("life {number}"))?;
        }
        if number % 20 == 0 {
            eprintln!("{number} kills, {}", town.told());
        }
    }
    last_life(&setup, &town).await.context("the last life")?;
    Ok(format!("{} kills, {killed_early} of them at the start; {}", args.kills, town.told()))
}

/// It starts, everything is as it must be, people come in, and in the middle of that it is killed.
async fn one_life(setup: &Setup, town: &Town, life: Duration) -> Result<()> {
    let berth = setup.start()?;
    let rest = Rest::sign_in(&berth.url).await?;
    checks::all(&rest, &setup.data, town).await?;
    town.open(rest).await;
    tokio::time::sleep(life).await;
    berth.kill()?;
    town.close().await;
    Ok(())
}

/// Nobody asks any more; everything can be deleted, and then nothing runs.
async fn last_life(setup: &Setup, town: &Town) -> Result<()> {
    let berth = setup.start()?;
    let rest = Rest::sign_in(&berth.url).await?;
    checks::all(&rest, &setup.data, town).await?;
    for id in town.ids().await {
        let path = format!("/api/v1/workloads/workspaces/{id}");
        rest.send(reqwest::Method::DELETE, &path, None).await?.error_for_status()?;
    }
    checks::all_gone(&rest, &setup.data).await
}
