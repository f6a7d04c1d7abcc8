//! `cargo xtask check`: layout, lints for server and browser, and the small rules of the house.
//! Everything is tried before the verdict, the quick things first.

use anyhow::{Result, bail};

use crate::paths::WASM;
use crate::{guide, process, rules, setup, web};

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

/// Everything but `frontend`, with which leptos' features would mix; at once, for another choice of crates would give
/// libraries other features, and read them again.
fn native() -> Result<()> {
    web::ensure_site()?;
    let all = ["clippy", "--workspace", "--exclude", "frontend", "--all-targets"];
    process::run(process::cargo().args(all).args(["--", "-D", "warnings"]))
}

/// What the browser runs, and the pure crates that could. A toolchain made by `setup-wasm.sh` has
/// no clippy; there the build is the check.
fn browser() -> Result<()> {
    let toolchain = setup::wasm()?;
    let linted = toolchain.is_empty();
    let mut cargo = process::cargo_of(&toolchain);
    cargo.arg(if linted { "clippy" } else { "build" });
    cargo.args(["-p", "frontend", "-p", "scheduler", "--lib", "--bins", "--target", WASM]);
    cargo.args(["--profile", "wasm-dev"]);
    if linted {
        cargo.args(["--", "-D", "warnings"]);
    }
    process::run(&mut cargo)
}
