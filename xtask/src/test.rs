//! `cargo xtask test`: every suite, then one line that sums them up. A suite that could not run is
//! one failure, and the others still run, so that a person sees everything at once.

use anyhow::{Result, bail};

use crate::tally::Tally;
use crate::{build, setup, suites, web};

/// Runs everything; `fast` leaves out what needs a browser or Python.
pub fn all(fast: bool) -> Result<()> {
    // The browser code as it is shipped: some of its faults show only when optimised. First, so that the server is
    // compiled once, around it.
    let site = if fast { Ok(()) } else { web::build(true) };
    web::ensure_site()?;
    let mut sum = Tally::default();
    // Before the tests are compiled: both want all the cores.
    let control_plane = setup::kubernetes();
    add(&mut sum, "chores", suites::chores);
    add(&mut sum, "native", || {
        setup::postgres().and_then(|()| setup::registry()).and_then(|()| suites::native())
    });
    add(&mut sum, "containers", with_an_engine);
    add(&mut sum, "kubernetes", || with_a_control_plane(control_plane));
    if !fast {
        match site.and_then(|()| build::for_tests()) {
            Ok(()) => against_the_program(&mut sum),
            Err(problem) => {
                eprintln!("xtask: no program for the browser tests: {problem:#}");
                sum.failed += 1;
            }
        }
    }
    finish(sum)
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
fn with_a_control_plane(built: Result<()>) -> Result<Tally> {
    match built {
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

fn against_the_program(sum: &mut Tally) {
    add(sum, "stories", || setup::npm().and_then(|()| suites::stories(false, &[])));
    if setup::has_python_tests() {
        add(sum, "python client", suites::python_client);
    }
}

fn add(sum: &mut Tally, suite: &str, run: impl FnOnce() -> Result<Tally>) {
    eprintln!("\n== {suite}");
    let tally = run().unwrap_or_else(|problem| {
        eprintln!("xtask: the suite {suite} did not run: {problem:#}");
        Tally::default().ended(false)
    });
    eprintln!("== {suite}: {tally}");
    *sum += tally;
}

fn finish(sum: Tally) -> Result<()> {
    if sum.failed > 0 {
        // Said here and not only as an error, so that the last line is the sum.
        eprintln!("xtask: not everything passed");
    }
    println!("{sum}");
    if sum.failed > 0 {
        std::process::exit(1)
    }
    if sum.passed == 0 {
        bail!("no test ran")
    }
    Ok(())
}
