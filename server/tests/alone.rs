//! The real program, started twice: the second ends with words that name the folder or the database,
//! and a kill lets go of both.
#![allow(clippy::unwrap_used, reason = "helpers of a test, which clippy does not see as one")]

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
};

fn berth(data: &Path, database: Option<&str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_berth"));
    command
        .args(["serve", "--cluster", "simulated", "--listen", "127.0.0.1:0", "--data"])
        .arg(data);
    command.args(database.iter().flat_map(|url| ["--database-url", url]));
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).stdin(Stdio::null());
    command
}

/// A server that answers.
fn started(data: &Path, database: Option<&str>) -> Child {
    let mut child = berth(data, database).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    if !line.starts_with("listening on http://") {
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        panic!("it said {line:?}, and {said}");
    }
    child
}

/// What a server says that ends by itself.
fn refused(data: &Path, database: Option<&str>) -> (ExitStatus, String) {
    let output = berth(data, database).output().unwrap();
    assert!(output.stdout.is_empty(), "{output:?}");
    (output.status, String::from_utf8_lossy(&output.stderr).into_owned())
}

fn kill(mut child: Child) {
    // SIGKILL: nothing of ours runs any more.
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn one_folder_has_one_berth() {
    let folder = tempfile::tempdir().unwrap();
    let first = started(folder.path(), None);
    let (status, said) = refused(folder.path(), None);
    assert_eq!(status.code(), Some(1), "{said}");
    let named = format!(
        "berth: another Berth (process {}) uses the folder {}",
        first.id(),
        folder.path().display()
    );
    assert!(said.contains(&named), "{said}");

    kill(first);
    kill(started(folder.path(), None));
}

#[test]
fn one_sqlite_file_has_one_berth() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let file = folders[0].path().join("other.db");
    let url = format!("sqlite:{}", file.display());
    let first = started(folders[0].path(), Some(&url));
    let (status, said) = refused(folders[1].path(), Some(&url));
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("uses the database {}", file.display())), "{said}");

    kill(first);
    kill(started(folders[1].path(), Some(&url)));
}

#[test]
fn one_postgres_database_has_one_berth() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let url = testkit::postgres::database();
    let first = started(folders[0].path(), Some(&url));
    let (status, said) = refused(folders[1].path(), Some(&url));
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("uses the database postgres://…@localhost/test_"), "{said}");
    // The folder is locked as well: the simulated cluster's file lies there.
    let other = testkit::postgres::database();
    let (_, said) = refused(folders[0].path(), Some(&other));
    assert!(said.contains("uses the folder"), "{said}");

    kill(first);
    kill(started(folders[1].path(), Some(&url)));
}
