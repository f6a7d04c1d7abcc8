//! What the built program must stand: `trials chaos` kills it again and again under load, `trials
//! bench` measures it against its bars, `trials idle` leaves what is open alone. `cargo xtask` has chores
//! of the same names, which build the program and come here. What is asked of it goes through its doors alone.

mod bench;
mod berth;
mod chaos;
mod client;
mod idle;
mod process;
mod tool;
mod workshop;

use std::process::ExitCode;

use clap::Parser;

#[derive(Debug, Parser)]
enum Trial {
    /// Kill the program at random moments while people use it; nothing may be lost or run twice
    Chaos(chaos::Args),
    /// Measure the program against its bars
    Bench(bench::Args),
    /// Leave a terminal and a log alone for a while, with a restart in the middle; both must go on
    Idle(idle::Args),
    /// Be the tool of a workspace
    #[command(hide = true)]
    Tool(tool::Args),
    /// Serve one file from memory, to have something to compare with
    #[command(hide = true)]
    Plain(bench::plain::Args),
}

fn main() -> ExitCode {
    let trial = Trial::parse();
    testkit::tls::provide();
    let done = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(async {
            match trial {
                Trial::Chaos(args) => chaos::run(args).await,
                Trial::Bench(args) => bench::run(args).await,
                Trial::Idle(args) => idle::run(args).await,
                Trial::Tool(args) => tool::serve(args).await,
                Trial::Plain(args) => bench::plain::serve(args).await,
            }
        }),
        Err(problem) => Err(problem.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("trials: {problem:#}");
            ExitCode::FAILURE
        }
    }
}
