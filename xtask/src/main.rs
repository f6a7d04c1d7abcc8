//! The project's chores: `cargo xtask <chore>`. This file only says which chores there are; each
//! lives in its own file, and `setup` fetches what they need.

mod bound;
mod build;
mod check;
mod classes;
mod css;
mod files;
mod fuzz;
mod guide;
mod lanes;
mod literals;
mod paths;
mod process;
mod rules;
mod setup;
mod snip;
mod suites;
mod tally;
mod test;
mod trials;
mod web;

use std::env;
use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "usage: cargo xtask <chore>

  run [--release] [ARGS]      build everything and start `berth serve --data ./data ARGS`
  test [--fast]               run every test; --fast leaves out the browser and Python
  test --containers           only those with a real container engine
  test --kubernetes           only those with a real Kubernetes API server, which is built the first time
  suite NAME                  one of those that `test` runs, with what is built already
  stories [--release] [ARGS]  build, then only the browser tests: `playwright test ARGS`
  chaos [--release] [ARGS]    kill the program 200 times under load, on each database; --help says more
  idle [--release] [ARGS]     leave a terminal and a log alone for half an hour; --help says more
  bench [ARGS]                measure the program as it is shipped against its bars; --help says more
  bench scheduler             the same for the scheduler alone, which needs no program
  fuzz [SECONDS] [SEED]       hostile texts and requests, against policies and tools, a minute each
  check                       format, lints, the browser build, and our own small rules
  build [--release]           the site, then the program `berth` with the site inside
  web [--release]             only the site: browser code, styles, pictures
  css [--release]             only the styles
  setup                       fetch what the other chores need";

fn main() -> ExitCode {
    match dispatch() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("xtask: {problem:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<()> {
    env::set_current_dir(paths::root()?)?;
    let mut args = env::args().skip(1);
    let chore = args.next().unwrap_or_default();
    let mut rest: Vec<String> = args.collect();
    match chore.as_str() {
        "run" => {
            let release = take(&mut rest, "--release");
            build::run(release, &rest)
        }
        "test" => {
            let fast = take(&mut rest, "--fast");
            let containers = take(&mut rest, "--containers");
            let kubernetes = take(&mut rest, "--kubernetes");
            nothing_left(&rest)?;
            match (containers, kubernetes) {
                (true, _) => test::containers(),
                (false, true) => test::kubernetes(),
                (false, false) => test::all(fast),
            }
        }
        "suite" => {
            let (first, rest) = rest.split_at(1.min(rest.len()));
            nothing_left(rest).and_then(|()| test::one(&first.concat()))
        }
        "stories" => {
            let release = take(&mut rest, "--release");
            test::stories(release, &rest)
        }
        "chaos" => {
            let release = take(&mut rest, "--release");
            trials::chaos(release, &rest)
        }
        "idle" => {
            let release = take(&mut rest, "--release");
            trials::idle(release, &rest)
        }
        "bench" if rest.first().is_some_and(|part| part == "scheduler") => {
            nothing_left(&rest[1..]).and_then(|()| trials::scheduler())
        }
        "bench" => trials::bench(&rest),
        "fuzz" => fuzz::run(&rest),
        "build" => build::all(only_release(rest)?).map(drop),
        "web" => web::build(only_release(rest)?),
        "css" => css::build(only_release(rest)?),
        "check" => nothing_left(&rest).and_then(|()| check::all()),
        "setup" => nothing_left(&rest).and_then(|()| setup::all()),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        "" => bail!("name a chore\n\n{USAGE}"),
        other => bail!("there is no chore `{other}`\n\n{USAGE}"),
    }
}

/// Removes `flag` from the arguments; says whether it was there.
fn take(args: &mut Vec<String>, flag: &str) -> bool {
    let before = args.len();
    args.retain(|arg| arg != flag);
    args.len() < before
}

fn only_release(mut args: Vec<String>) -> Result<bool> {
    let release = take(&mut args, "--release");
    nothing_left(&args)?;
    Ok(release)
}

fn nothing_left(args: &[String]) -> Result<()> {
    match args.first() {
        None => Ok(()),
        Some(stray) => bail!("`{stray}` means nothing here\n\n{USAGE}"),
    }
}
