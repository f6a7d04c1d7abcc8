//! `cargo xtask fuzz`: a minute of hostile texts against everything that reads policies, with little
//! memory. `domain/examples/fuzz.rs` makes the texts.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::{paths, process};

/// What the readers may have, in kilobytes of address space; a text of the largest size needs a tenth.
const MEMORY_KB: usize = 512 << 10;

/// Runs it; `args` are the seconds and the seed.
pub fn run(args: &[String]) -> Result<()> {
    let of = ["build", "-p", "domain", "--example", "fuzz", "--features", "policy-yaml"];
    process::run(process::cargo().args(of).args(["--profile", "fuzz"]))?;
    let program = paths::target()?.join("fuzz/examples/fuzz");
    let limited = format!("ulimit -v {MEMORY_KB} && exec \"$0\" \"$@\"");
    let done = Command::new("sh").args(["-c", &limited]).arg(program).args(args).status()?;
    ensure!(done.success(), "a text was found that the readers do not stand");
    Ok(())
}
