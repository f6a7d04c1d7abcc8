//! The scheduler alone, at 1 000 nodes and 10 000 workloads: its own example says how fast it is.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::{
    Args, field,
    table::{Amount, Table},
};

pub async fn measure(_: &Args, table: &mut Table) -> Result<()> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["run", "--quiet", "--release", "-p", "scheduler", "--example", "speed"]);
    let output = cargo.output().context("could not run the scheduler's example")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout)?;
    // The verdict without a fix to find is the plain one.
    for (gpus, bar) in [("0", 5.0), ("1", 5.0), ("8", 150.0), ("16", 150.0)] {
        let line = field(&said, &format!("verdict with fixes, {gpus} GPUs,"))?;
        let most = milliseconds(field(&line.replace(", ", "\n"), "most")?)?;
        let median = milliseconds(field(&line.replace(": ", "\n"), "median")?)?;
        let kind = line.split(':').next().unwrap_or_default();
        let what =
            format!("verdict, 1 000 nodes, 10 000 workloads, {gpus} GPUs ({kind}), most of 21");
        table.at_most(what, Amount::Milliseconds(most), Amount::Milliseconds(bar));
        table.figure("    median", Amount::Milliseconds(median));
    }
    let steady = field(&said, "steady,")?.replace(": ", "\n");
    table.figure(
        "a cycle in which nothing starts",
        Amount::Milliseconds(milliseconds(field(&steady, "median")?)?),
    );
    Ok(())
}

/// The milliseconds of `1.5ms`, `17µs` or `2s`, as Rust prints a duration.
fn milliseconds(text: &str) -> Result<f64> {
    let text = text.split(',').next().unwrap_or_default().trim();
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
        assert_eq!(milliseconds("250µs, most 3ms").unwrap(), 0.25);
        assert_eq!(milliseconds("2s").unwrap(), 2000.0);
        assert!(milliseconds("2 h").is_err());
    }
}
