//! The trials of the built program: chaos and measurements. They are a crate of their own, so that
//! the chores stay quick to build; here the program is built and the trial started.

use anyhow::Result;

use crate::{build, paths, process, setup};

/// Kills the program again and again under load.
pub fn chaos(release: bool, args: &[String]) -> Result<()> {
    setup::postgres()?;
    build::server(release)?;
    trial("chaos", release, args)
}

/// Leaves a terminal and a log alone for a long time, with a restart in the middle.
pub fn idle(release: bool, args: &[String]) -> Result<()> {
    setup::containers()?;
    build::server(release)?;
    trial("idle", release, args)
}

/// Measures the program as it is shipped.
pub fn bench(args: &[String]) -> Result<()> {
    setup::npm()?;
    if let Err(problem) = setup::containers() {
        eprintln!("xtask: tools cannot be measured: {problem:#}");
    }
    build::all(true)?;
    trial("bench", true, args)
}

/// Measures the scheduler alone: its bars, then how many instructions a steady cycle takes.
pub fn scheduler() -> Result<()> {
    let mut cargo = process::cargo();
    cargo.args(["run", "--quiet", "-p", "trials", "--", "bench", "--only", "scheduler"]);
    process::run(&mut cargo)
}

fn trial(name: &str, release: bool, args: &[String]) -> Result<()> {
    let mut cargo = process::cargo();
    cargo.args(["run", "--quiet", "-p", "trials"]).args(release.then_some("--release"));
    cargo.args(["--", name]).args(args).env("BERTH_BIN", paths::berth(release)?);
    if name == "bench" {
        cargo.env("BERTH_BROWSER", setup::browser()?);
        match setup::jupyter() {
            Ok(image) => drop(cargo.env("BERTH_JUPYTER", image)),
            Err(problem) => eprintln!("xtask: no image of JupyterLab: {problem:#}"),
        }
    }
    process::run(&mut cargo)
}
