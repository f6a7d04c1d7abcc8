//! The client's commands of `berth`: parse, call, print. `berth serve` lives in the server; commands that
//! need neither server nor database, such as `simulate`, work on files alone.

mod commands;

use std::process::ExitCode;

pub use commands::simulate::simulate;

/// What `berth` can do besides serving.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Check and test workload policies, offline
    #[command(subcommand)]
    Policy(commands::policy::Policy),
    /// Run the scheduler on a scenario file, in memory, and say what it does and why
    Simulate(commands::simulate::Arguments),
}

/// Does what was asked; the code says how it went.
pub fn run(command: Command) -> ExitCode {
    match command {
        Command::Policy(policy) => commands::policy::run(policy),
        Command::Simulate(arguments) => commands::simulate::run(&arguments),
    }
}
