//! Fetching what a chore needs and the machine lacks: the wasm target, a browser, PostgreSQL, the
//! npm and the Python packages. Each function does nothing when its thing is there already. System
//! packages come from apt; elsewhere the error says what to install.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};

use crate::{paths, process};

/// Names under which a usable browser is installed. The shell is Chromium without its windows, and takes a third less.
const BROWSERS: [&str; 5] = [
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];
const POSTGRES: &str = "/usr/lib/postgresql";
const REQUIREMENTS: &str = "end2end/python/requirements.txt";

/// Fetches everything.
pub fn all() -> Result<()> {
    wasm()?;
    postgres()?;
    registry()?;
    containers()?;
    kubernetes()?;
    npm()?;
    browser()?;
    if has_python_tests() {
        python()?;
    }
    Ok(())
}

/// Makes builds for the browser possible. Gives the toolchain to use; empty means the default.
pub fn wasm() -> Result<String> {
    let script = Command::new("scripts/setup-wasm.sh").stderr(Stdio::inherit()).output();
    let output = script.context("could not run scripts/setup-wasm.sh")?;
    if !output.status.success() {
        bail!("there is no toolchain for {}", paths::WASM);
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// PostgreSQL's server programs; the tests start a throw-away server of their own.
pub fn postgres() -> Result<()> {
    if has_postgres() {
        return Ok(());
    }
    apt(&["postgresql-15"]).or_else(|_| apt(&["postgresql"]))?;
    if has_postgres() { Ok(()) } else { bail!("no {POSTGRES}/*/bin/initdb after the installation") }
}

/// A container registry for the tests of its client.
pub fn registry() -> Result<()> {
    match process::which("docker-registry") {
        Some(_) => Ok(()),
        None => apt(&["docker-registry"]),
    }
}

/// A container engine, and a registry that it pulls from. An engine that is installed and cannot run
/// here, for want of rights or of a kernel that it needs, is an error that says so.
pub fn containers() -> Result<()> {
    if !(process::has("podman") && process::has("runc") && process::has("busybox")) {
        apt(&["podman", "runc", "containernetworking-plugins", "busybox-static"])?;
    }
    registry()?;
    let folder = paths::target()?.join("engine-probe");
    let (store, run) = (folder.join("store"), folder.join("run"));
    let mut podman = Command::new("podman");
    podman.arg("--root").arg(store).arg("--runroot").arg(run).arg("info");
    let said = podman.output().context("could not start podman")?;
    let _ = fs::remove_dir_all(&folder);
    match said.status.success() {
        true => Ok(()),
        false => {
            bail!("podman does not work here: {}", String::from_utf8_lossy(&said.stderr).trim())
        }
    }
}

/// The control plane of Kubernetes that `kube/build.sh` makes, once a machine and version.
pub fn kubernetes() -> Result<()> {
    if process::which("go").is_none() {
        apt(&["golang-go"])?;
    }
    for (program, package) in [("openssl", "openssl"), ("curl", "curl")] {
        if process::which(program).is_none() {
            apt(&[package])?;
        }
    }
    process::run(&mut Command::new("kube/build.sh"))
}

/// An image of JupyterLab, as an archive; made once and kept, for that takes some minutes.
pub fn jupyter() -> Result<PathBuf> {
    const SCRIPT: &str = "scripts/jupyter-image.sh";
    let mut hasher = DefaultHasher::new();
    fs::read(SCRIPT)?.hash(&mut hasher);
    let home = env::var_os("HOME").context("HOME is not set")?;
    // Another script makes another image.
    let name = format!("jupyter-{:016x}.tar", hasher.finish());
    let archive = PathBuf::from(home).join(".cache/berth").join(name);
    if !archive.is_file() {
        process::run(Command::new(SCRIPT).arg(&archive))?;
    }
    Ok(archive)
}

fn has_postgres() -> bool {
    let versions = fs::read_dir(POSTGRES).into_iter().flatten().flatten();
    versions.into_iter().any(|version| version.path().join("bin/initdb").is_file())
}

/// A Chromium for the browser tests.
pub fn browser() -> Result<PathBuf> {
    if find_browser().is_none() {
        apt(&["chromium-headless-shell"]).or_else(|_| apt(&["chromium"]))?;
    }
    find_browser().context("no browser found: install Chromium")
}

fn find_browser() -> Option<PathBuf> {
    BROWSERS.iter().find_map(|name| process::which(name))
}

/// The packages of the browser tests, exactly those of the lock file.
pub fn npm() -> Result<()> {
    let lock = Path::new("end2end/package-lock.json");
    let installed = Path::new("end2end/node_modules/.package-lock.json");
    let changed = |file: &Path| fs::metadata(file).and_then(|data| data.modified()).ok();
    if changed(installed) > changed(lock) {
        return Ok(());
    }
    if !process::has("npm") {
        bail!("the browser tests need Node 20 or newer: install `nodejs` and `npm`");
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-fund", "--no-audit"]).current_dir("end2end");
    process::run(npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))
}

/// Whether there are tests in Python.
pub fn has_python_tests() -> bool {
    let files = fs::read_dir("end2end/python").into_iter().flatten().flatten();
    files.into_iter().any(|file| file.file_name().to_string_lossy().starts_with("test_"))
}

/// A Python of our own with the packages that the tests in Python name. Gives the interpreter.
pub fn python() -> Result<PathBuf> {
    let wanted = fs::read_to_string(REQUIREMENTS)
        .with_context(|| format!("could not read {REQUIREMENTS}"))?;
    let home = paths::target()?.join("python");
    let python = home.join("bin/python");
    let installed = home.join("requirements.txt");
    if fs::read_to_string(&installed).is_ok_and(|have| have == wanted) {
        return Ok(python);
    }
    if !process::succeeds("python3", &["-c", "import venv, ensurepip"]) {
        apt(&["python3", "python3-venv"])?;
    }
    process::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&home))?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]);
    process::run(pip.arg(REQUIREMENTS))?;
    fs::write(installed, wanted)?;
    Ok(python)
}

fn apt(packages: &[&str]) -> Result<()> {
    // One at a time: beside another, the renewal of the lists fails.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let list = packages.join(" ");
    if !process::has("apt-get") {
        bail!("please install {list}: this machine has no apt-get to do it with");
    }
    eprintln!("xtask: installing {list}");
    // Package lists that could not be renewed may still be good enough.
    let _ = process::run(apt_get().arg("update"));
    process::run(apt_get().args(["install", "-y", "--no-install-recommends"]).args(packages))
        .with_context(|| format!("could not install {list}"))
}

fn apt_get() -> Command {
    let mut command = Command::new(if is_root() { "env" } else { "sudo" });
    command.args((!is_root()).then_some("env"));
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]);
    command.args(["-o", "DPkg::Lock::Timeout=600"]);
    command
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
