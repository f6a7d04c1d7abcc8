//! Suites side by side: most of them wait more than they compute. Each runs in a process of its own that writes into a
//! file, shown whole when it ends, so that no suite's lines stand among another's.

use std::env;
use std::fs::{self, File};
use std::io::{self, Write};
use std::num::NonZero;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::paths;
use crate::tally::Tally;

/// Cores for each that run at a time: tests have limits of time, and browsers and API servers want more than one core.
const CORES_EACH: usize = 2;

/// Runs suites, each as `cargo xtask suite NAME` does; a lane that is done takes the next one.
pub fn run(suites: &[&'static str]) -> Result<Vec<(&'static str, Tally)>> {
    let folder = paths::target()?.join("suites");
    fs::create_dir_all(&folder).with_context(|| format!("could not make {}", folder.display()))?;
    let (next, folder) = (AtomicUsize::new(0), &folder);
    let lane = || {
        let mut done = vec![];
        while let Some(&name) = suites.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.push((name, one(name, &folder.join(format!("{name}.log")))));
        }
        done
    };
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let done = thread::scope(|scope| {
        let lanes = 0..(cores / CORES_EACH).max(1);
        let lanes: Vec<_> = lanes.map(|_| scope.spawn(lane)).collect();
        // A lane that broke off is noticed by the suites that are missing.
        lanes.into_iter().flat_map(|lane| lane.join().unwrap_or_default()).collect::<Vec<_>>()
    });
    let tally = |name| done.iter().find(|(of, _)| *of == name).map(|(_, tally)| *tally);
    Ok(suites.iter().map(|name| (*name, tally(*name).unwrap_or(Tally::broken()))).collect())
}

fn one(name: &str, log: &Path) -> Tally {
    eprintln!("== {name} begins: {}", log.display());
    let begun = Instant::now();
    let tally = kept(name, log).unwrap_or_else(|problem| {
        eprintln!("xtask: the suite {name} did not run: {problem:#}");
        Tally::broken()
    });
    eprintln!("== {name} ended after {} s: {tally}", begun.elapsed().as_secs());
    tally
}

/// Runs a suite with both its outputs in one file, and shows that.
fn kept(name: &str, log: &Path) -> Result<Tally> {
    let to = File::create(log).with_context(|| format!("could not write {}", log.display()))?;
    let mut suite = Command::new(env::current_exe()?);
    suite.args(["suite", name]).stdin(Stdio::null()).stdout(to.try_clone()?).stderr(to);
    let success = suite.status().context("could not start")?.success();
    let said = fs::read(log)?;
    io::stdout().lock().write_all(&said)?;
    Ok(Tally::of_sum(&String::from_utf8_lossy(&said)).unwrap_or_default().ended(success))
}
