//! The client's commands: parse, call, print. Commands that need no server, such as `simulate`, work
//! on files alone.

mod commands;

use std::process::ExitCode;

pub use commands::simulate::simulate;

/// What the command line can do besides `berth serve`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Run the scheduler on a scenario file, in memory, and say what it does and why
    Simulate(commands::simulate::Arguments),
}

/// Runs a command.
pub fn run(command: Command) -> ExitCode {
    match command {
        Command::Simulate(arguments) => commands::simulate::run(&arguments),
    }
}
