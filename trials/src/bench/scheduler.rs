//! The scheduler alone, on generated clusters of 100 to 5 000 nodes: its own example says how fast it is, and an
//! example of the command line how fast it is on files of `scripts/load.py`; here their figures are put beside
//! their bars. Of each the 99th of a hundred, or the slowest of fewer.

use std::{
    ffi::OsString,
    fs::File,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use super::{
    Args,
    table::{Amount, Table},
};

pub async fn measure(_: &Args, table: &mut Table) -> Result<()> {
    let said = example(Command::new(cargo()).args(RUN))?;
    said.lines().try_for_each(|line| note(line, "", table))?;
    files(table)?;
    match instructions() {
        Ok(count) => {
            let most = RECORDED * (1.0 + LEEWAY);
            let (count, most) = (Amount::Millions(count / 1e6), Amount::Millions(most / 1e6));
            table.at_most("instructions of the cycle steady at 1000", count, most);
        }
        Err(problem) => eprintln!("trials: no instructions are counted: {problem:#}"),
    }
    Ok(())
}

/// Takes a line of an example into the table.
fn note(line: &str, what: &str, table: &mut Table) -> Result<()> {
    if let Some(kilobytes) = line.strip_prefix("memory at its most: ") {
        let kilobytes: f64 = kilobytes.trim_end_matches("kB").trim().parse()?;
        let (most, bar) = (kilobytes * 1_024.0 / 1e6, (1_u32 << 30) as f64 / 1e6);
        let (most, bar) = (Amount::Megabytes(most), Amount::Megabytes(bar));
        let of = if what.is_empty() { "5000 nodes and 50000 workloads" } else { what };
        table.at_most(format!("memory of {of}"), most, bar);
    }
    let Some((own, times)) = line.split_once(": median ") else { return Ok(()) };
    let what = if what.is_empty() { own } else { what };
    let (median, p99) = times.split_once(", p99 ").context("a line without its p99")?;
    let (median, p99) = (milliseconds(median)?, milliseconds(p99)?);
    match bar(what) {
        Some(bar) => table.at_most(what, Amount::Milliseconds(p99), bar),
        None => table.figure(what, Amount::Milliseconds(p99)),
    }
    table.figure("    median", Amount::Milliseconds(median));
    Ok(())
}

/// Instructions of one steady cycle at 1 000 nodes when they were last looked at, so that no noise of a machine hides
/// that it has become slower. Whoever makes it slower with reason writes the new count there, with its compiler:
/// `valgrind --tool=callgrind … speed instructions N`, of three cycles less those of one, halved.
const RECORDED: f64 = include!("scheduler.instructions");

/// By so much a count may be larger: compilers differ.
const LEEWAY: f64 = 0.05;

/// Shape, nodes, workloads and cycles of the files that are measured; of workloads, pods make some more.
const FILES: [(&str, u32, u32, u32); 11] = [
    ("pending", 100, 1_000, 1),
    ("pending", 1_000, 10_000, 1),
    ("pending", 5_000, 43_000, 1),
    ("steady", 100, 0, 100),
    ("steady", 1_000, 0, 100),
    ("steady", 5_000, 0, 20),
    ("stuck", 100, 0, 100),
    ("stuck", 1_000, 0, 100),
    ("reclaim", 100, 0, 1),
    ("reclaim", 1_000, 0, 1),
    ("reclaim", 5_000, 0, 1),
];

/// The same on files, as `berth simulate` reads them.
fn files(table: &mut Table) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("load.json");
    for (shape, nodes, jobs, cycles) in FILES {
        let mut make = Command::new("python3");
        make.args(["scripts/load.py", "--shape", shape, "--nodes", &nodes.to_string()]);
        make.args(["--jobs", &jobs.to_string(), "--waiting", &waiting(shape, nodes).to_string()]);
        let made = make.stdout(File::create(&path)?).status().context("could not run python3")?;
        ensure!(made.success(), "scripts/load.py: {made}");
        let mut run = Command::new(cargo());
        run.args(["run", "--quiet", "--release", "-p", "cli", "--example", "cycles", "--"]);
        let said = example(run.arg(cycles.to_string()).stdin(Stdio::from(File::open(&path)?)))?;
        let name = match shape {
            "pending" => "all pending",
            "reclaim" => "storm",
            other => other,
        };
        let what = format!("file {name} at {nodes} nodes");
        said.lines().try_for_each(|line| note(line, &what, table))?;
    }
    Ok(())
}

/// Workloads that wait beside those that run: in a storm one for each node.
fn waiting(shape: &str, nodes: u32) -> u32 {
    if shape == "reclaim" { nodes } else { 100 }
}

const RUN: [&str; 7] = ["run", "--quiet", "--release", "-p", "scheduler", "--example", "speed"];

fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// What it prints.
fn example(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("could not run {command:?}"))?;
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "{complaint}");
    Ok(String::from_utf8(output.stdout)? + &complaint)
}

/// Instructions of one steady cycle, as valgrind counts them: of three less those of one, halved.
fn instructions() -> Result<f64> {
    let count = |cycles: &str| {
        let mut counted = Command::new(cargo());
        let runner = "valgrind --tool=callgrind --callgrind-out-file=/dev/null";
        counted.env(format!("CARGO_TARGET_{}_RUNNER", target()?), runner);
        let said = example(counted.args(RUN).args(["--", "instructions", cycles]))?;
        let line = said.lines().find_map(|line| line.split_once("Collected :"));
        let count = line.context("valgrind counts nothing")?.1.trim();
        count.parse::<f64>().context("valgrind's count is no number")
    };
    Ok((count("3")? - count("1")?) / 2.0)
}

/// The name of this machine's kind, as a variable of cargo's has it.
fn target() -> Result<String> {
    let said = example(Command::new("rustc").arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not say what it runs on")?.to_uppercase().replace('-', "_"))
}

/// What is promised of it; `None` where nothing is.
fn bar(what: &str) -> Option<Amount> {
    const BARS: [(&str, f64); 11] = [
        ("0 go, 0 fixes", 5.0),
        ("go, 0 fixes", 50.0), // by preemption
        ("fixes", 150.0),
        ("estimate", 100.0),
        ("all pending at 1000 ", 1_000.0),
        ("steady at 1000 ", 20.0),
        ("stuck at 1000 ", 20.0),
        ("storm at 1000 ", 1_000.0),
        ("all pending at 5000 ", 10_000.0),
        ("steady at 5000 ", 150.0),
        ("storm at 5000 ", 3_000.0), // cut at its budget
    ];
    let found = BARS.iter().find(|(part, _)| what.contains(part));
    found.map(|(_, most)| Amount::Milliseconds(*most))
}

/// The milliseconds of `1.5ms`, `17µs` or `2s`, as Rust prints a duration.
fn milliseconds(text: &str) -> Result<f64> {
    let text = text.trim();
    let end = text.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let scale = match unit {
        "s" => 1e3,
        "ms" => 1.0,
        "µs" => 1e-3,
        "ns" => 1e-6,
        other => anyhow::bail!("{other:?} is no unit of time, in {text:?}"),
    };
    Ok(number.parse::<f64>()? * scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_find_their_bars() {
        let bar = |what: &str| bar(what).map(|bar| bar.to_string());
        assert_eq!(bar("verdict 1 GPUs low: StartsNow, 0 go, 0 fixes").unwrap(), "5.00 ms");
        assert_eq!(bar("verdict 4 GPUs very-high: StartsNow, 1 go, 0 fixes").unwrap(), "50.0 ms");
        assert_eq!(bar("verdict 8 GPUs low: Waits, 0 go, 2 fixes").unwrap(), "150 ms");
        assert_eq!(bar("cycle storm at 1000 nodes, 1000 waiting").unwrap(), "1000 ms");
        assert_eq!(bar("cycle storm at 100 nodes, 100 waiting"), None);
    }

    #[test]
    fn durations_are_read() {
        assert_eq!(milliseconds("1.5ms").unwrap(), 1.5);
        assert_eq!(milliseconds("250µs").unwrap(), 0.25);
        assert_eq!(milliseconds("2s").unwrap(), 2000.0);
        assert!(milliseconds("2 h").is_err());
    }
}
