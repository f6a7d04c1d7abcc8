//! `cargo xtask fuzz`: a minute of hostile texts against everything that reads policies, with little memory, and a minute
//! of hostile requests against what stands before tools. Examples of the two crates make them.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::{paths, process};

/// What the readers of policies may have, in kilobytes of address space; a text of the largest size needs a tenth.
const MEMORY_KB: usize = 512 << 10;

/// Runs both; `args` are the seconds and the seed of each.
pub fn run(args: &[String]) -> Result<()> {
    let limit = format!("ulimit -v {MEMORY_KB} && ");
    against("fuzz-policies", &["-p", "domain", "--features", "policy-yaml"], &limit, args)?;
    against("fuzz-requests", &["-p", "proxy"], "", args)
}

fn against(example: &str, of: &[&str], before: &str, args: &[String]) -> Result<()> {
    let mut build = process::cargo();
    process::run(build.args(["build", "--profile", "fuzz", "--example", example]).args(of))?;
    let program = paths::target()?.join("fuzz/examples").join(example);
    let line = format!("{before}exec \"$0\" \"$@\"");
    let done = Command::new("sh").args(["-c", &line]).arg(program).args(args).status()?;
    ensure!(done.success(), "{example} found a text that is not stood");
    Ok(())
}
