//! Measurements of the program as it is shipped, each beside its bar. Nothing is written into the
//! repository. A machine that does other work at the same time measures that as well; the load that it
//! had is printed with the table.

mod browser;
mod engine;
mod form;
#[path = "../../../domain/benches/policy/full.rs"]
mod full;
mod load;
pub mod plain;
mod scale;
mod scheduler;
mod standing;
mod table;
mod tools;

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use self::table::{Amount, Table};
use crate::{
    berth::{ADMIN, Berth, Setup},
    client::Rest,
};

/// Workloads that are there when pages and lists are measured.
const WORKLOADS: usize = 500;
/// Requests on their way at the same time while workloads are made.
const MAKERS: usize = 8;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The program; the scheduler alone is measured without
    #[arg(long, env = "BERTH_BIN", default_value = "berth")]
    program: PathBuf,
    /// How long each load lasts, in seconds
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// JupyterLab's image as an archive, which is measured as a tool where there is one
    #[arg(long, env = "BERTH_JUPYTER")]
    jupyter: Option<PathBuf>,
    /// Only these parts: standing, load, browser, form, engine, scheduler, tools, scale
    #[arg(long = "only")]
    only: Vec<String>,
}

pub async fn run(args: Args) -> Result<()> {
    let (mut table, mut failed) = (Table::default(), vec![]);
    for (name, part) in PARTS {
        if args.only.is_empty() && name != "scale" || args.only.iter().any(|only| only == name) {
            eprintln!("== {name}");
            // What the other parts measured is worth something without this one.
            if let Err(problem) = part(&args, &mut table).await {
                eprintln!("trials: the part {name}: {problem:#}");
                failed.push(name);
            }
        }
    }
    println!("{table}");
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("load of the machine: {}", load.trim());
    ensure!(failed.is_empty(), "these parts failed: {}", failed.join(", "));
    Ok(())
}

type Part =
    for<'a> fn(&'a Args, &'a mut Table) -> std::pin::Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// In this order; the last only when it is asked for, for it takes minutes.
const PARTS: [(&str, Part); 8] = [
    ("standing", |args, table| Box::pin(standing::measure(args, table))),
    ("load", |args, table| Box::pin(load::measure(args, table))),
    ("browser", |args, table| Box::pin(browser::measure(args, table))),
    ("form", |args, table| Box::pin(form::measure(args, table))),
    ("engine", |args, table| Box::pin(engine::measure(args, table))),
    ("scheduler", |args, table| Box::pin(scheduler::measure(args, table))),
    ("tools", |args, table| Box::pin(tools::measure(args, table))),
    ("scale", |args, table| Box::pin(scale::measure(args, table))),
];

/// A program with data in `folder`.
fn setup(args: &Args, folder: &Path) -> Setup {
    Setup::of(&args.program, folder)
}

/// Makes this many workspaces, most of which run.
async fn populate(berth: &Berth, count: usize) -> Result<Rest> {
    let rest = Rest::sign_in(&berth.url).await?;
    let makers = (0..MAKERS).map(|maker| {
        let rest = rest.clone();
        tokio::spawn(async move {
            for number in (maker..count).step_by(MAKERS) {
                let answer = rest.create(&format!("bench-{number}"), spec(number)).await?;
                let status = answer.status();
                if !status.is_success() {
                    bail!("{status}: {}", answer.text().await?);
                }
            }
            Ok(())
        })
    });
    for maker in makers.collect::<Vec<_>>() {
        maker.await??;
    }
    Ok(rest)
}

/// Some want a GPU, most do not; all have what people write into forms.
fn spec(number: usize) -> Value {
    json!({
        "image": "jupyter/scipy-notebook",
        "environmentVariables": [{"name": "EPOCHS", "value": "1"}, {"name": "MODE", "value": "x"}],
        "exposedUrls": [{"container": 8888, "toolType": "jupyter-notebook", "toolName": "Jupyter"}],
        "compute": {
            "gpuDevicesRequest": u8::from(number.is_multiple_of(10)),
            "cpuCoreRequest": 0.01,
            "cpuMemoryRequest": "10M",
        },
    })
}

/// What a script of `end2end` prints that measures in a real browser, with what else it has to know.
fn browsed(script: &str, berth: &Berth, with: &[(&str, &OsStr)]) -> Result<String> {
    let told = Command::new("node")
        .arg(script)
        .current_dir("end2end")
        .env("BENCH_URL", &berth.url)
        .env("BENCH_EMAIL", ADMIN.0)
        .env("BENCH_PASSWORD", ADMIN.1)
        .envs(with.iter().copied())
        .stderr(Stdio::inherit())
        .output()
        .context("could not start node")?;
    let said = String::from_utf8_lossy(&told.stdout).into_owned();
    ensure!(told.status.success(), "{script} failed: {said}");
    Ok(said)
}

/// Milliseconds that a script printed under a name.
fn milliseconds(said: &str, name: &str) -> Result<Amount> {
    Ok(Amount::Milliseconds(field(said, name)?.parse()?))
}

/// Reads what belongs to a name in a page's or a program's output.
fn field<'a>(text: &'a str, name: &str) -> Result<&'a str> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix(name));
    line.map(str::trim).with_context(|| format!("no {name} in {text}"))
}
