//! `cargo xtask fuzz`: a minute of hostile texts against everything that reads policies, with little memory, and a minute
//! of hostile requests against what stands before tools. The examples `fuzz` of the two crates make them.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::{paths, process};

/// What the readers of policies may have, in kilobytes of address space; a text of the largest size needs a tenth.
const MEMORY_KB: usize = 512 << 10;

/// Runs both; `args` are the seconds and the seed of each.
pub fn run(args: &[String]) -> Result<()> {
    let limit = format!("ulimit -v {MEMORY_KB} && ");
    against("domain", &["--features", "policy-yaml"], &limit, args)?;
    against("proxy", &[], "", args)
}

fn against(of: &str, features: &[&str], before: &str, args: &[String]) -> Result<()> {
    let mut build = process::cargo();
    build.args(["build", "-p", of, "--example", "fuzz", "--profile", "fuzz"]).args(features);
    process::run(&mut build)?;
    let program = paths::target()?.join("fuzz/examples/fuzz");
    let line = format!("{before}exec \"$0\" \"$@\"");
    let done = Command::new("sh").args(["-c", &line]).arg(program).args(args).status()?;
    ensure!(done.success(), "a text was found that {of} does not stand");
    Ok(())
}
