//! `cargo xtask test`: everything is built, then every suite runs, then one line sums them up. A suite that could not run
//! is one failure, and the others still run, so that a person sees everything at once.

use std::thread;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::tally::Tally;
use crate::{build, lanes, process, setup, suites, web};

/// A suite's name, the cores that it fills, and how it runs with what is built already.
type Suite = (&'static str, usize, fn() -> Result<Tally>);

/// The longest first, so that the last ones end at about the same time. Where two shared the cores of one, both had limits of
/// time to lose and no more than a minute to win.
const SUITES: [Suite; 6] = [
    ("stories", 2, stories_of_all),
    ("kubernetes", 2, with_a_control_plane),
    ("native", 2, native),
    ("containers", 1, with_an_engine),
    ("python", 1, suites::python_client),
    ("chores", 1, suites::chores),
];
/// They need the site and the program, beside a browser or Python.
const AGAINST_THE_PROGRAM: [&str; 2] = ["stories", "python"];

/// Runs everything; `fast` leaves out what needs a browser or Python.
pub fn all(fast: bool) -> Result<()> {
    let mut sum = Tally::default();
    let mut wanted: Vec<_> = SUITES.iter().map(|(name, cores, _)| (*name, *cores)).collect();
    let begun = Instant::now();
    let built = built(fast);
    eprintln!("== all is built after {} s", begun.elapsed().as_secs());
    if fast || built.is_err() {
        wanted.retain(|(name, _)| !AGAINST_THE_PROGRAM.contains(name));
    }
    if let Err(problem) = built {
        eprintln!("xtask: no program for the browser tests: {problem:#}");
        sum.failed += 1;
    }
    wanted.retain(|(name, _)| *name != "python" || setup::has_python_tests());
    for (name, tally) in lanes::run(&wanted)? {
        eprintln!("== {name}: {tally}");
        sum += tally;
    }
    finish(sum)
}

/// Runs one suite with what is built already.
pub fn one(name: &str) -> Result<()> {
    let Some((name, _, run)) = SUITES.iter().find(|(suite, ..)| *suite == name) else {
        bail!("there is no suite `{name}`");
    };
    let mut sum = Tally::default();
    add(&mut sum, name, run);
    say(sum)
}

/// Builds and fetches whatever a suite needs, so that none waits for another's. What cannot be fetched fails again where it
/// is needed, and counts there.
fn built(fast: bool) -> Result<()> {
    web::ensure_site()?;
    thread::scope(|scope| {
        // The longest of all, where it is not there yet.
        scope.spawn(|| process::told(setup::kubernetes()));
        scope.spawn(|| fetch(fast));
        // The browser code as it is shipped: some of its faults show only when optimised. Nothing of it is in a server that
        // is built for tests, and at the end one core is enough for it.
        let site = (!fast).then(|| scope.spawn(|| web::build(true)));
        let program = suites::build();
        let site =
            site.map_or(Ok(()), |site| site.join().unwrap_or_else(|_| bail!("it broke off")));
        site.and(program)
    })
}

fn fetch(fast: bool) {
    process::told(setup::postgres());
    process::told(setup::registry());
    if !fast {
        process::told(setup::npm());
        process::told(setup::browser());
        process::told(setup::jupyter());
    }
}

fn stories_of_all() -> Result<Tally> {
    setup::npm().and_then(|()| suites::stories(false, &[]))
}

fn native() -> Result<Tally> {
    setup::postgres().and_then(|()| setup::registry()).and_then(|()| suites::native())
}

/// Runs only what needs a real container engine.
pub fn containers() -> Result<()> {
    web::ensure_site()?;
    let mut sum = Tally::default();
    add(&mut sum, "containers", || setup::containers().and_then(|()| suites::containers()));
    finish(sum)
}

/// Among all the tests, a machine that cannot have an engine is no failure; it is said.
fn with_an_engine() -> Result<Tally> {
    match setup::containers() {
        Ok(()) => suites::containers(),
        Err(problem) => {
            eprintln!("xtask: SKIPPED the tests with a real container engine: {problem:#}");
            Ok(Tally::default())
        }
    }
}

/// Runs only what needs a real API server of Kubernetes.
pub fn kubernetes() -> Result<()> {
    let mut sum = Tally::default();
    add(&mut sum, "kubernetes", || setup::kubernetes().and_then(|()| suites::kubernetes()));
    finish(sum)
}

/// Among all the tests, a machine that cannot build a control plane is no failure; it is said.
fn with_a_control_plane() -> Result<Tally> {
    match setup::kubernetes() {
        Ok(()) => suites::kubernetes(),
        Err(problem) => {
            eprintln!("xtask: SKIPPED the tests with a real Kubernetes API server: {problem:#}");
            Ok(Tally::default())
        }
    }
}

/// Builds the program and runs only the stories.
pub fn stories(release: bool, args: &[String]) -> Result<()> {
    web::build(release)?;
    build::for_tests()?;
    setup::npm()?;
    finish(suites::stories(false, args)?)
}

fn add(sum: &mut Tally, suite: &str, run: impl FnOnce() -> Result<Tally>) {
    eprintln!("\n== {suite}");
    let tally = run().unwrap_or_else(|problem| {
        eprintln!("xtask: the suite {suite} did not run: {problem:#}");
        Tally::broken()
    });
    eprintln!("== {suite}: {tally}");
    *sum += tally;
}

fn finish(sum: Tally) -> Result<()> {
    if sum == Tally::default() {
        bail!("no test ran")
    }
    say(sum)
}

/// Says the sum, and ends as it is.
fn say(sum: Tally) -> Result<()> {
    if sum.failed > 0 {
        // Said here and not only as an error, so that the last line is the sum.
        eprintln!("xtask: not everything passed");
    }
    println!("{sum}");
    if sum.failed > 0 {
        std::process::exit(1)
    }
    Ok(())
}
