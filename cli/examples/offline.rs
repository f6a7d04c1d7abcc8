//! The client without the server, as a program of its own: `cargo run -p cli --example offline -- simulate FILE`.

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

#[derive(Parser)]
#[command(name = "berth")]
struct Offline {
    #[command(flatten)]
    global: cli::Global,
    #[command(subcommand)]
    command: cli::Command,
}

fn main() -> ExitCode {
    let Offline { global, command } = Offline::parse();
    cli::run(&global, command, Offline::command())
}
