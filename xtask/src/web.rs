//! The site: browser code, styles and public files, put together in `target/site` for the server
//! to embed. wasm-bindgen is a library here, so its version and the browser code's cannot differ.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::paths::{ENGINE, PROGRAMS, SITE, WASM, pkg, target};
use crate::{css, files, process, setup, snip::snipped};

/// Builds the whole site from nothing.
pub fn build(release: bool) -> Result<()> {
    let toolchain = setup::wasm()?;
    let profile = if release { "wasm-release" } else { "wasm-dev" };
    let mut cargo = process::cargo_of(&toolchain);
    cargo.args(["build", "-p", "frontend", "--target", WASM, "--profile", profile]);
    process::run(&mut cargo)?;

    empty_site()?;
    for program in PROGRAMS {
        bind(program, profile, release)?;
    }
    copy_public()?;
    css::build(release)?;
    if release { compress() } else { Ok(()) }
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

fn bind(program: &str, profile: &str, release: bool) -> Result<()> {
    let compiled = target()?.join(WASM).join(profile).join(format!("{program}.wasm"));
    let mut bindgen = Bindgen::new();
    bindgen.out_name(program).web(true)?.typescript(false);
    // What Leptos never calls is only where pages are.
    if release && program != ENGINE {
        bindgen.input_module(program, snipped(&compiled)?);
    } else {
        bindgen.input_path(compiled);
    }
    bindgen.remove_name_section(release).remove_producers_section(release).generate(pkg())?;
    // The name that leptos' scripts ask for. No wasm-opt: it saves nothing after brotli.
    let made = pkg().join(format!("{program}_bg.wasm"));
    fs::rename(made, pkg().join(format!("{program}.wasm"))).context("could not name the wasm file")
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

fn compress() -> Result<()> {
    let files: Vec<_> = files::below(SITE)
        .filter(|file| files::ends_with(file, &["js", "mjs", "wasm", "css", "svg", "json"]))
        .collect();
    for file in files {
        let mut name = file.clone().into_os_string();
        name.push(".br");
        let mut small = fs::File::create(name)?;
        brotli::BrotliCompress(&mut fs::File::open(&file)?, &mut small, &Default::default())
            .with_context(|| format!("could not compress {}", file.display()))?;
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
