//! `berth policy`: what can be said about policies without a server (`policy-tests.md` §1).

mod check;
mod explain;
mod explain_online;
mod test;

use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand, ValueEnum};
use domain::policy::WorkloadType;

use crate::context::Global;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Says whether a policy document is right, judged with the built-in policies alone.
    Check(CheckArgs),
    /// Evaluates test files: 0 all cases passed, 1 some failed, 2 a file is not a test file.
    Test(TestArgs),
    /// Says which scope's rule holds for a field of a project, what it overrides, and whose default
    /// it has.
    Explain(ExplainArgs),
}

/// What to check.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// A document in YAML or JSON; `-` reads standard input.
    pub file: PathBuf,
    /// The type of the workloads that it is for.
    #[arg(long = "type", default_value = "workspace", value_parser = workload_type)]
    pub of: WorkloadType,
    /// How the result is written
    #[arg(long, default_value = "table")]
    pub format: Format,
}

/// What to test.
#[derive(Debug, Args)]
pub struct TestArgs {
    /// Test files in YAML or JSON.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// How the result is written
    #[arg(long, default_value = "table")]
    pub format: Format,
}

/// What to explain.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Test files, or files with one `chain`, in YAML or JSON; without any the server is asked.
    pub files: Vec<PathBuf>,
    /// The project, as the chain names it.
    #[arg(long)]
    pub project: String,
    /// The field, as a policy writes it: `compute.gpuDevicesRequest`.
    #[arg(long)]
    pub field: String,
    /// How the result is written
    #[arg(long, default_value = "table")]
    pub format: Format,
}

/// How results are written to standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Table,
    Json,
}

fn workload_type(name: &str) -> Result<WorkloadType, String> {
    WorkloadType::named(name).ok_or_else(|| {
        format!("the type is one of {}", WorkloadType::ALL.map(WorkloadType::name).join(", "))
    })
}

/// What a command has to say, and the code with which it ends.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    /// The result, for standard output.
    out: String,
    /// What is said about it, one line each.
    err: Vec<String>,
    code: u8,
}

/// Runs one of them.
pub fn run(global: &Global, policy: Policy) -> ExitCode {
    let Outcome { out, err, code } = match policy {
        Policy::Check(args) => check::outcome(&args),
        Policy::Test(args) => test::outcome(&args),
        Policy::Explain(args) if args.files.is_empty() => {
            return crate::online(global, async |context| {
                explain_online::run(&context, &args).await
            });
        }
        Policy::Explain(args) => explain::outcome(&args),
    };
    err.iter().for_each(|line| eprintln!("berth: {line}"));
    // A reader that has seen enough, such as `head`, is no failure of ours.
    let _ = io::stdout().write_all(out.as_bytes());
    ExitCode::from(code)
}

/// The bytes of a file, or of standard input for `-`; never more than anybody would read.
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    const READ_MAX: u64 = 16 << 20;
    let mut bytes = Vec::new();
    match path == Path::new("-") {
        true => io::stdin().take(READ_MAX).read_to_end(&mut bytes)?,
        false => fs::File::open(path)?.take(READ_MAX).read_to_end(&mut bytes)?,
    };
    Ok(bytes)
}
