//! Building the program, with the site inside, and starting it.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{paths, process, suites, web};

/// Builds the site, then the program. Gives the program's path.
pub fn all(release: bool) -> Result<PathBuf> {
    web::build(release)?;
    server(release)?;
    let program = paths::berth(release)?;
    eprintln!("xtask: built {}", program.display());
    Ok(program)
}

/// Builds the program around the site that is there.
pub fn server(release: bool) -> Result<()> {
    web::ensure_site()?;
    let mut cargo = process::cargo();
    cargo.args(["build", "-p", "server"]).args(release.then_some("--release"));
    process::run(&mut cargo)
}

/// Builds the program as tests of the server have it.
pub fn for_tests() -> Result<()> {
    web::ensure_site()?;
    process::run(suites::tests().args(["--no-run", "--test", "handover"]))
}

/// Builds everything and becomes `berth serve`, so that signals reach the server itself.
pub fn run(release: bool, args: &[String]) -> Result<()> {
    let mut berth = Command::new(all(release)?);
    berth.arg("serve");
    if !args.iter().any(|arg| arg == "--data" || arg.starts_with("--data=")) {
        berth.args(["--data", "data"]);
    }
    let problem = berth.args(args).exec();
    Err(problem).context("could not start berth")
}
