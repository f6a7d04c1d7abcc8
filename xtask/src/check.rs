//! `cargo xtask check`: layout, lints for server and browser, and the small rules of the house. What is tested is
//! compiled for that, and not once more for the tests.
//! Everything is tried before the verdict, the quick things first.

use std::env;

use anyhow::{Result, bail};

use crate::paths::WASM;
use crate::{guide, process, rules, setup, suites, web};

type Step = (&'static str, fn() -> Result<()>);

const STEPS: [Step; 5] = [
    ("rules", rules::check),
    ("steps of the guide", guide::check),
    ("format", format),
    ("lints of the server and the chores", native),
    ("lints of the browser code", browser),
];

/// Runs every step; names those that failed.
pub fn all() -> Result<()> {
    let mut failed = Vec::new();
    for (name, step) in STEPS {
        eprintln!("== {name}");
        if let Err(problem) = step() {
            eprintln!("xtask: {problem:#}");
            failed.push(name);
        }
    }
    if failed.is_empty() { Ok(()) } else { bail!("these checks failed: {}", failed.join(", ")) }
}

fn format() -> Result<()> {
    process::run(process::cargo().args(["fmt", "--all", "--check"]))
}

/// Compiles all that is tested, and the benchmarks: to compile is to lint.
fn native() -> Result<()> {
    web::ensure_site()?;
    process::run(suites::tests().args(["--no-run", "--all-targets"]))?;
    process::run(suites::own_tests().arg("--no-run"))
}

/// What the browser runs, and the pure crate that could. Where all is tried, it is compiled as it is shipped, and not once
/// more for the tests.
fn browser() -> Result<()> {
    web::compile(env::var_os("CI").is_some())?;
    let mut cargo = process::cargo_of(&setup::wasm()?);
    process::run(cargo.args(["check", "-p", "scheduler", "--target", WASM]))
}
