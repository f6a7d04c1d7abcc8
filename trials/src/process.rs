//! What the kernel says of a process: the memory that it has, and the processor time that it used; and where it runs.

use std::time::Duration;

use anyhow::{Context, Result};
use rustix::{
    process::Pid,
    thread::{CpuSet, sched_setaffinity},
};

/// Memory in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    pub resident: u64,
    /// Of that what no file lies behind.
    pub anonymous: u64,
}

/// Memory that a process has of the machine.
pub fn memory(pid: u32) -> Result<Memory> {
    let path = format!("/proc/{pid}/status");
    let text = std::fs::read_to_string(&path).with_context(|| format!("no {path}"))?;
    let kilobytes = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok())
    };
    let resident = kilobytes("VmRSS:").context("no VmRSS")? * 1024;
    let anonymous = kilobytes("RssAnon:").context("no RssAnon")? * 1024;
    Ok(Memory { resident, anonymous })
}

/// Processor time used so far.
pub fn cpu(pid: u32) -> Result<Duration> {
    let path = format!("/proc/{pid}/stat");
    let text = std::fs::read_to_string(&path).with_context(|| format!("no {path}"))?;
    // The name in parentheses may hold spaces; fields 14 and 15 are user and system.
    let after = text.rsplit(')').next().unwrap_or_default();
    let ticks: Vec<u64> =
        after.split_whitespace().skip(11).take(2).filter_map(|n| n.parse().ok()).collect();
    // Linux counts a hundred a second for programs, whatever the kernel does inside.
    Ok(Duration::from_millis(ticks.iter().sum::<u64>() * 10))
}

/// Lets a process run on these processors alone, with all the threads that it has.
pub fn pin(pid: u32, processors: &[usize]) -> Result<()> {
    let mut set = CpuSet::new();
    processors.iter().for_each(|processor| set.set(*processor));
    let path = format!("/proc/{pid}/task");
    for thread in std::fs::read_dir(&path).with_context(|| format!("no {path}"))? {
        let id = thread?.file_name().to_string_lossy().parse()?;
        sched_setaffinity(Pid::from_raw(id), &set)
            .with_context(|| format!("could not move thread {id} to {processors:?}"))?;
    }
    Ok(())
}
