//! The real program, started as systems start programs: with few open files.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

#[test]
fn berth_may_have_as_many_files_open_as_the_system_allows() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("sh");
    command.args([
        "-c",
        "ulimit -Sn 256; exec \"$0\" \"$@\"",
        env!("CARGO_BIN_EXE_berth"),
        "serve",
    ]);
    command.args(["--cluster", "simulated", "--listen", "127.0.0.1:0", "--data"]);
    let mut berth =
        command.arg(folder.path()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(berth.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", berth.id())).unwrap();
    berth.kill().unwrap();
    berth.wait().unwrap();
    let files = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let [soft, hard] = [3, 4].map(|at| files.split_whitespace().nth(at).unwrap());
    assert_eq!(soft, hard, "{files}");
}
