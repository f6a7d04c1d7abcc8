//! The scheduler alone, at 1 000 nodes and 10 000 workloads: its own example says how fast it is.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::{
    Args,
    table::{Amount, Table},
};

pub async fn measure(_: &Args, table: &mut Table) -> Result<()> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["run", "--quiet", "--release", "-p", "scheduler", "--example", "speed"]);
    let output = cargo.output().context("could not run the scheduler's example")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout)?;
    for line in said.lines() {
        let Some((what, times)) = line.split_once(": median ") else { continue };
        let (median, p99) = times.split_once(", p99 ").context("a line without its p99")?;
        let what = format!("{what}, 99th of 100");
        table.at_most(&what, Amount::Milliseconds(milliseconds(p99)?), bar(&what));
        table.figure("    median", Amount::Milliseconds(milliseconds(median)?));
    }
    Ok(())
}

/// What is promised of a verdict, and of a cycle in which a hundred wait and none can start.
fn bar(what: &str) -> Amount {
    Amount::Milliseconds(match what {
        _ if what.starts_with("cycle") => 20.0,
        _ if what.contains("very-high, StartsNow") => 50.0, // by preemption
        _ if what.contains("StartsNow") => 5.0,
        _ => 150.0,
    })
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
    fn durations_are_read() {
        assert_eq!(milliseconds("1.5ms").unwrap(), 1.5);
        assert_eq!(milliseconds("250µs").unwrap(), 0.25);
        assert_eq!(milliseconds("2s").unwrap(), 2000.0);
        assert!(milliseconds("2 h").is_err());
    }
}
