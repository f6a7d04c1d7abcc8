//! The offline commands alone, for trying them without building the server.

use clap::Parser;

#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    command: cli::Command,
}

fn main() -> std::process::ExitCode {
    cli::run(Args::parse().command)
}
