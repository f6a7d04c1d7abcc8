//! Prints how long the cycles of a scenario take, and the most memory that it all took, for whoever puts them
//! beside their bars: `scripts/load.py --shape steady | cargo run --release -p cli --example cycles 100`.

use std::{io::Read, process::ExitCode};

fn main() -> ExitCode {
    let cycles = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1);
    let mut text = String::new();
    let read = std::io::stdin().read_to_string(&mut text).map_err(|error| error.to_string());
    match read.and_then(|_| cli::cycle_times(&text, cycles)) {
        Ok(times) => tell(times),
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn tell(mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| times[(times.len() * percent).div_ceil(100).max(1) - 1];
    println!("cycle: median {}ms, p99 {}ms", at(50), at(99));
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    println!("memory at its most: {}", peak.unwrap_or("unknown").trim());
}
