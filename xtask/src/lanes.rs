//! Suites side by side, as many as the machine has cores for: some of them wait more than they compute. Each runs in a
//! process of its own that writes into a file, shown whole when it ends, so that no suite's lines stand among another's.

use std::env;
use std::fs::{self, File};
use std::io::{self, Write};
use std::num::NonZero;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::paths;
use crate::tally::Tally;

/// Runs suites, each as `cargo xtask suite NAME` does, in this order, each as soon as so many cores are free as stand
/// beside its name. One that wants more than there are has the machine to itself.
pub fn run(suites: &[(&'static str, usize)]) -> Result<Vec<(&'static str, Tally)>> {
    let folder = paths::target()?.join("suites");
    fs::create_dir_all(&folder).with_context(|| format!("could not make {}", folder.display()))?;
    let all = thread::available_parallelism().map_or(1, NonZero::get);
    let (free, folder) = (&Cores::new(all), &folder);
    Ok(thread::scope(|scope| {
        let started = suites.iter().map(|&(name, cores)| {
            let cores = cores.min(all);
            free.take(cores);
            let suite = scope.spawn(move || {
                let tally = one(name, &folder.join(format!("{name}.log")));
                free.give(cores);
                tally
            });
            (name, suite)
        });
        let started: Vec<_> = started.collect();
        // One that broke off counts as a failure.
        let ended = |(name, suite): (_, thread::ScopedJoinHandle<_>)| {
            (name, suite.join().unwrap_or(Tally::broken()))
        };
        started.into_iter().map(ended).collect()
    }))
}

/// Those that nobody has.
struct Cores(Mutex<usize>, Condvar);

impl Cores {
    fn new(free: usize) -> Self {
        Self(Mutex::new(free), Condvar::new())
    }

    fn take(&self, cores: usize) {
        let free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let enough = self.1.wait_while(free, |free| *free < cores);
        *enough.unwrap_or_else(PoisonError::into_inner) -= cores;
    }

    fn give(&self, cores: usize) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += cores;
        self.1.notify_all();
    }
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
