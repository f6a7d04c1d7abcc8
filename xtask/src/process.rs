//! Running other programs: loudly, and with an error that says which one failed.

use std::env;
use std::io::{BufRead, BufReader, Write, stderr, stdout};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

/// `cargo` as it called us, without the variables that describe xtask: build scripts watch some of
/// them, and would run again and again when plain cargo and xtask take turns.
pub fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    without_own_variables(&mut cargo);
    cargo
}

/// `cargo` that lints what it compiles of this workspace, as `cargo clippy` does with what it only reads; a warning is an
/// error.
pub fn linting_cargo() -> Command {
    let mut cargo = cargo();
    cargo.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
    // As `cargo clippy` passes its words on, with this between them.
    cargo.env("CLIPPY_ARGS", ["-D", "warnings", ""].join("__CLIPPY_HACKERY__"));
    cargo
}

/// `cargo` of a named toolchain; the empty name is the one that called us.
pub fn cargo_of(toolchain: &str) -> Command {
    if toolchain.is_empty() {
        return cargo();
    }
    let mut cargo = Command::new("cargo");
    without_own_variables(&mut cargo);
    cargo.env("RUSTUP_TOOLCHAIN", toolchain).env_remove("RUSTC").env_remove("CARGO");
    cargo
}

fn without_own_variables(command: &mut Command) {
    let own = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(own) {
            command.env_remove(name);
        }
    }
}

/// Runs to the end; a failure is an error that shows the command.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("could not start {}", shown(command)))?;
    if status.success() { Ok(()) } else { bail!("failed: {}", shown(command)) }
}

/// Tells of a failure that fails again where it counts.
pub fn told<T>(done: Result<T>) {
    if let Err(problem) = done {
        eprintln!("xtask: {problem:#}");
    }
}

/// Runs to the end in silence; says whether it succeeded. A program that is not there did not.
pub fn succeeds(program: &str, args: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Whether a program of this name can be found.
pub fn has(program: &str) -> bool {
    which(program).is_some()
}

/// Where a program of this name lies.
pub fn which(program: &str) -> Option<std::path::PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// What a finished program said, and whether it succeeded.
#[derive(Debug)]
pub struct Said {
    pub text: String,
    pub success: bool,
}

/// Runs to the end, shows standard output as it comes, and returns it too.
pub fn tee(command: &mut Command) -> Result<Said> {
    let mut child = started(command.stdout(Stdio::piped()))?;
    let text = match child.stdout.take() {
        Some(output) => copied(BufReader::new(output), stdout())?,
        None => String::new(),
    };
    Ok(Said { text, success: child.wait()?.success() })
}

/// Like `tee`, for programs that report on standard error.
pub fn tee_errors(command: &mut Command) -> Result<Said> {
    let mut child = started(command.stderr(Stdio::piped()))?;
    let text = match child.stderr.take() {
        Some(output) => copied(BufReader::new(output), stderr())?,
        None => String::new(),
    };
    Ok(Said { text, success: child.wait()?.success() })
}

fn started(command: &mut Command) -> Result<Child> {
    command.spawn().with_context(|| format!("could not start {}", shown(command)))
}

fn copied(mut from: impl BufRead, mut to: impl Write) -> Result<String> {
    let mut text = String::new();
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line)? > 0 {
        to.write_all(&line)?;
        text.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    Ok(text)
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
