//! What the built program must stand: `trials chaos` kills it again and again under load, `trials
//! bench` measures it against its bars. `cargo xtask chaos` and `cargo xtask bench` build the program
//! and come here. What is asked of it goes through its doors alone.

mod bench;
mod berth;
mod chaos;
mod client;

use std::process::ExitCode;

use clap::Parser;

#[derive(Debug, Parser)]
enum Trial {
    /// Kill the program at random moments while people use it; nothing may be lost or run twice
    Chaos(chaos::Args),
    /// Measure the program against its bars
    Bench(bench::Args),
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
