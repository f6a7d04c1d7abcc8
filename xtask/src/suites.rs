//! The test suites. Each runs one test program to its end and counts; none stops at a failure.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::paths::{self, berth};
use crate::tally::Tally;
use crate::{process, setup};

const REPORT: &str = "end2end/test-results/report.json";

/// Cargo's tests of every crate that runs on the server, to be narrowed by the caller. Another choice of crates would
/// give libraries other features, and compile them again. `frontend` stays out: built beside the server it would mix
/// leptos' features for browser and server. What is compiled is linted: a check of its own would read every library once
/// more, for ten minutes where nothing is compiled yet.
pub fn tests() -> Command {
    let mut cargo = process::linting_cargo();
    cargo.args([
        "test",
        "--no-fail-fast",
        "--workspace",
        "--exclude",
        "frontend",
        "--exclude",
        "xtask",
    ]);
    cargo
}

/// Compiles all of them, the program, and the engine of the stories.
pub fn build() -> Result<()> {
    process::run(tests().arg("--no-run"))?;
    process::told(engine());
    Ok(())
}

/// Unit and integration tests of every crate that runs on the server.
pub fn native() -> Result<Tally> {
    run(&mut tests())
}

/// The chores' own tests.
pub fn chores() -> Result<Tally> {
    run(&mut own_tests())
}

/// Cargo's tests of the chores.
pub fn own_tests() -> Command {
    let mut cargo = process::linting_cargo();
    cargo.args(["test", "--no-fail-fast", "-p", "xtask"]);
    cargo
}

/// The container driver and the program on a real engine. Every test has an engine of its own; more
/// than two at a time only wait for each other.
pub fn containers() -> Result<Tally> {
    ignored(&["containers", "tools", "terminal", "handover"], 2)
}

/// The Kubernetes driver and the program on a real API server. Many tests have one of their own, of half a gigabyte or
/// more, and wait two thirds of their time.
pub fn kubernetes() -> Result<Tally> {
    ignored(&["kubernetes"], 4)
}

/// The tests of these programs that are left out where what they need may be missing, so many at a time.
fn ignored(programs: &[&str], at_once: u8) -> Result<Tally> {
    let mut cargo = tests();
    for program in programs {
        cargo.args(["--test", program]);
    }
    run(cargo.args(["--", "--ignored", "--test-threads", &at_once.to_string()]))
}

fn run(cargo: &mut Command) -> Result<Tally> {
    let said = process::tee(cargo)?;
    Ok(Tally::of_cargo(&said.text).ended(said.success))
}

/// The journeys in the browser, with the program that was built last.
pub fn stories(release: bool, args: &[String]) -> Result<Tally> {
    // A report of an earlier run must not be counted.
    let _ = fs::remove_file(REPORT);
    let mut playwright = Command::new("npx");
    playwright.args(["--no-install", "playwright", "test"]).args(args).current_dir("end2end");
    playwright.env("BERTH_BIN", berth(release)?).env("BERTH_BROWSER", setup::browser()?);
    match engine() {
        Ok(engine) => {
            playwright.env("BERTH_ENGINE_BIN", engine);
            match setup::jupyter() {
                Ok(image) => drop(playwright.env("BERTH_JUPYTER", image)),
                Err(problem) => {
                    eprintln!("xtask: SKIPPED the story of a real notebook: {problem:#}")
                }
            }
        }
        Err(problem) => eprintln!("xtask: SKIPPED the stories of real containers: {problem:#}"),
    }
    match setup::kubernetes() {
        Ok(()) => drop(playwright.env("BERTH_KUBERNETES", "built")),
        Err(problem) => eprintln!("xtask: SKIPPED the stories of Kubernetes: {problem:#}"),
    }
    let success = playwright.status().context("could not start Playwright")?.success();
    let report = fs::read_to_string(Path::new(REPORT)).unwrap_or_default();
    Ok(Tally::of_playwright(&report).unwrap_or_default().ended(success))
}

/// A program that starts a container engine.
fn engine() -> Result<PathBuf> {
    setup::containers()?;
    process::run(process::linting_cargo().args(["build", "-p", "testkit", "--bin", "engine"]))?;
    Ok(paths::target()?.join("debug/engine"))
}

/// The official Python client of the API that we are compatible with, against our server.
pub fn python_client() -> Result<Tally> {
    let mut python = Command::new(setup::python()?);
    python.args(["-u", "-m", "unittest", "discover", "-v", "-s", "end2end/python"]);
    python.env("BERTH_BIN", berth(false)?).env("PYTHONDONTWRITEBYTECODE", "1");
    let said = process::tee_errors(&mut python)?;
    Ok(Tally::of_unittest(&said.text).ended(said.success))
}
