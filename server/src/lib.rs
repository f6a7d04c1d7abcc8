//! The server: two doors, REST and pages, onto the use cases of `control`. What is here translates
//! and carries; what is decided is decided further in.

mod auth;
mod clusters;
mod config;
mod files;
mod follow;
mod front;
mod handover;
mod headers;
mod health;
mod keys;
mod live;
mod origins;
mod plain;
mod ports;
mod replay;
mod replica;
pub mod rest;
mod site;
mod start;
mod telemetry;
mod terminal;
pub mod tools;
mod which;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
pub(crate) use control::chain;

pub use auth::Doors;
pub use config::{Config, ServeArgs};
pub use front::Front;
pub use site::everything;

/// GPU workspaces that always say why.
#[derive(Debug, Parser)]
#[command(name = "berth", version)]
struct Args {
    #[command(flatten)]
    global: cli::Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Starts Berth: pages, REST interface, scheduler and drivers in one process.
    Serve(ServeArgs),
    /// What concerns the secrets of credentials.
    #[command(subcommand)]
    Secrets(keys::SecretsCommand),
    /// Play a cycle of the scheduler again, and say whether it decides the same
    Replay(replay::ReplayArgs),
    #[command(flatten)]
    Client(cli::Command),
}

/// Runs the program with the arguments it was started with.
pub fn main() -> ExitCode {
    let Args { global, command } = Args::parse();
    let args = match command {
        Command::Serve(args) => args,
        Command::Secrets(command) => return ended(on_runtime(keys::run(command))),
        Command::Client(cli::Command::Cluster(cli::Cluster::Kubernetes(command))) => {
            return ended(runtime().and_then(|runtime| runtime.block_on(clusters::run(command))));
        }
        Command::Client(command) => return cli::run(&global, command, Args::command()),
        Command::Replay(args) => {
            return ended(runtime().and_then(|runtime| runtime.block_on(replay::run(args))));
        }
    };
    let config = Config::of(args).map_err(Into::into);
    ended(config.and_then(|config| {
        telemetry::start();
        files::open_as_many_as_allowed();
        on_runtime(start::serve(config))
    }))
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

fn on_runtime(work: impl Future<Output = Result<(), Failure>>) -> Result<ExitCode, Failure> {
    let runtime = runtime()?;
    let end = runtime.block_on(work);
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    end.map(|()| ExitCode::SUCCESS)
}

/// The code; what went wrong is said once.
fn ended(done: Result<ExitCode, Failure>) -> ExitCode {
    done.unwrap_or_else(|error| {
        eprintln!("berth: {}", chain(error.as_ref()));
        ExitCode::FAILURE
    })
}
