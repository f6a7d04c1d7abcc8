//! The site: browser code, styles and public files, put together in `target/site` for the server
//! to embed.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::paths::{PROGRAMS, SITE, WASM, pkg};
use crate::{bound, css, files, process, setup};

/// Builds the whole site from nothing.
pub fn build(release: bool) -> Result<()> {
    compile(release)?;
    empty_site()?;
    bound::build(profile(release), release)?;
    copy_public()?;
    css::build(release)?;
    if release { compress() } else { Ok(()) }
}

/// Compiles what the browser runs: to compile is to lint. A toolchain made by `setup-wasm.sh` has no clippy; there it is
/// only compiled.
pub fn compile(release: bool) -> Result<()> {
    let toolchain = setup::wasm()?;
    let mut cargo = match toolchain.as_str() {
        "" => process::linting_cargo(),
        named => process::cargo_of(named),
    };
    cargo.args(["build", "-p", "frontend", "--target", WASM, "--profile", profile(release)]);
    process::run(&mut cargo)
}

fn profile(release: bool) -> &'static str {
    if release { "wasm-release" } else { "wasm-dev" }
}

/// Makes sure that the site's folder exists: the server does not compile without it.
pub fn ensure_site() -> Result<()> {
    fs::create_dir_all(pkg()).context("could not make the site's folder")
}

/// A compressed file left by a release build would be served instead of a newer plain one. The folder itself stays: the
/// server may just be compiled.
fn empty_site() -> Result<()> {
    ensure_site()?;
    for entry in fs::read_dir(SITE).context("could not read the site's folder")? {
        let entry = entry?;
        let is_folder = entry.file_type()?.is_dir();
        let remove = if is_folder { fs::remove_dir_all } else { fs::remove_file };
        remove(entry.path()).context("could not empty the site's folder")?;
    }
    ensure_site()
}

fn copy_public() -> Result<()> {
    for file in files::below("public") {
        let to = Path::new(SITE).join(file.strip_prefix("public")?);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(&file, &to).with_context(|| format!("could not copy {}", file.display()))?;
    }
    Ok(())
}

/// What is not compressed yet.
fn compress() -> Result<()> {
    let files: Vec<_> = files::below(SITE)
        .filter(|file| files::ends_with(file, &["js", "mjs", "wasm", "css", "svg", "json"]))
        .collect();
    for file in files {
        if !file.with_added_extension("br").exists() {
            bound::compress(&file)?;
        }
    }
    report_size()
}

fn report_size() -> Result<()> {
    for program in PROGRAMS {
        let wasm = pkg().join(format!("{program}.wasm"));
        let raw = fs::metadata(&wasm)?.len();
        let small = fs::metadata(wasm.with_extension("wasm.br"))?.len();
        eprintln!("{program}.wasm: {} KB, {} KB compressed", raw / 1000, small / 1000);
    }
    Ok(())
}
