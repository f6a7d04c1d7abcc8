//! A file system of some hundred kilobytes, to see what happens when it is full. It is mounted in a
//! namespace of its own, where one process runs.

use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
};

/// Names the folder to the process inside.
const FOLDER: &str = "TESTKIT_SMALL_FOLDER";
/// Mounts the small file system on `$1` and becomes the rest.
const INSIDE: &str = r#"mount -t tmpfs -o size="$1" small "$2" || exit 77; shift 2; exec "$@""#;

/// The folder on the small file system. Outside it is `None`: then the test that calls this has been
/// run again inside, and has passed there.
///
/// # Panics
///
/// When the test failed inside.
pub fn small_folder(test: &str, kilobytes: u32) -> Option<PathBuf> {
    if let Some(folder) = env::var_os(FOLDER) {
        return Some(folder.into());
    }
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let program = env::current_exe().expect("the path of this program");
    let ran = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", INSIDE, "sh", &format!("{kilobytes}k")])
        .arg(folder.path())
        .arg(program)
        .args(["--exact", test, "--nocapture"])
        .env(FOLDER, folder.path())
        .stdin(Stdio::null())
        .output();
    match ran {
        Ok(ran) if ran.status.success() => {}
        // Containers may forbid it; the rest of the tests is worth something without this one.
        Ok(ran) if ran.status.code() == Some(77) || is_forbidden(&ran.stderr) => {
            eprintln!("{test} was not run: no small file system can be mounted here");
        }
        Err(missing) => eprintln!("{test} was not run: there is no `unshare` ({missing})"),
        Ok(ran) => {
            let said = [ran.stdout, ran.stderr].concat();
            panic!("{test} failed on a small file system:\n{}", String::from_utf8_lossy(&said));
        }
    }
    None
}

fn is_forbidden(said: &[u8]) -> bool {
    String::from_utf8_lossy(said).starts_with("unshare:")
}
