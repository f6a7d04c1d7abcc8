//! The client's commands of `berth`; `berth serve` lives in the server. Offline commands work
//! without either server or database.

mod commands;

use std::process::ExitCode;

/// What `berth` can do besides serving.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Checks and tests workload policies, offline.
    #[command(subcommand)]
    Policy(commands::policy::Policy),
}

/// Does what was asked; the code says how it went.
pub fn run(command: Command) -> ExitCode {
    match command {
        Command::Policy(policy) => commands::policy::run(policy),
    }
}
