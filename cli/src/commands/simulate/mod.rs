//! `berth simulate`: reads a scenario (a cluster, an organisation, workloads), lets the real
//! scheduler run on it in memory, and prints what it did and why.

mod field;
mod file;
mod fitting;
mod json;
mod ledger;
mod nodes;
mod organisation;
mod play;
mod report;
mod scenario;
mod snapshot;
mod text;
mod timed;
mod workloads;

use std::{
    io::{Read, Write},
    process::ExitCode,
};

use field::Wrong;

/// Exit status for a file that is wrong.
const WRONG_FILE: u8 = 2;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A scenario in JSON or YAML; - reads standard input
    file: String,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Cycles to run, instead of those that the file asks for
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=scenario::CYCLES_MAX))]
    cycles: Option<u64>,
    /// Run through time until so many seconds have passed
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(1..=scenario::SECONDS_MAX))]
    until: Option<i64>,
    /// Counts and timings only
    #[arg(long)]
    summary: bool,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    Text,
    Json,
}

/// What can go wrong before anything runs.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("could not read {file}: {cause}")]
    Read { file: String, cause: std::io::Error },
    #[error("{file}: {cause}")]
    Syntax { file: String, cause: String },
    #[error(transparent)]
    Wrong(#[from] Wrong),
}

/// Runs the command: results to standard output, what is wrong to standard error.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    match simulated(arguments) {
        Ok(text) => match std::io::stdout().write_all(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            // Whoever reads has had enough.
            Err(_) => ExitCode::FAILURE,
        },
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(WRONG_FILE)
        }
    }
}

/// Runs the scenario in a text, JSON or YAML, for as many cycles as it says, or through time until
/// so many seconds have passed; the result as JSON.
///
/// # Errors
/// What is wrong with the text, with the path of the field.
pub fn simulate(text: &str, until: Option<i64>) -> Result<String, String> {
    let value = file::parse(text)?;
    let scenario = scenario::read(&value).map_err(|wrong| wrong.to_string())?;
    if let Some(until) = until {
        return Ok(json::line(&timed::run(&scenario, until, false)));
    }
    let cycles = scenario.options.cycles + scenario.options.stable_cycles;
    Ok(json::line(&play::run(&scenario, cycles, false)))
}

/// Runs so many cycles of a scenario; how long each took, in milliseconds, without reading and writing.
///
/// # Errors
/// What is wrong with the text, with the path of the field.
pub fn cycle_times(text: &str, cycles: u64) -> Result<Vec<f64>, String> {
    let value = file::parse(text)?;
    let scenario = scenario::read(&value).map_err(|wrong| wrong.to_string())?;
    let played = play::run(&scenario, cycles, true);
    Ok(played.cycles.iter().map(|cycle| cycle.timing.cycle).collect())
}

fn simulated(arguments: &Arguments) -> Result<String, Error> {
    let scenario = scenario::read(&file::read(&arguments.file)?)?;
    if let Some(until) = arguments.until {
        let report = timed::run(&scenario, until, arguments.summary);
        return Ok(match arguments.format {
            Format::Json => json::line(&report),
            Format::Text => text::timed(&report),
        });
    }
    let cycles =
        arguments.cycles.unwrap_or(scenario.options.cycles + scenario.options.stable_cycles);
    let played = play::run(&scenario, cycles, arguments.summary);
    Ok(match arguments.format {
        Format::Json => json::line(&played),
        Format::Text => text::cycles(&played),
    })
}

fn standard_input() -> std::io::Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}
