//! The commands that need no server, as a program of their own: `cargo run -p cli --example offline
//! -- simulate FILE`.

use std::process::ExitCode;

use clap::Parser;

#[derive(Parser)]
struct Offline {
    #[command(subcommand)]
    command: cli::Command,
}

fn main() -> ExitCode {
    cli::run(Offline::parse().command)
}
