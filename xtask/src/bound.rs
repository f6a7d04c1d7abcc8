//! The browser's programs, each bound to its JavaScript, made smaller and compressed. wasm-bindgen is a library here, so
//! its version and the browser code's cannot differ. Nothing is made twice of the same compiled file: it takes long.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::{fs, thread};

use anyhow::{Context, Result, anyhow};
use wasm_bindgen_cli_support::Bindgen;

use crate::paths::{ENGINE, PROGRAMS, WASM, pkg, target};
use crate::{files, snip::snipped};

/// Everything beside the compiled file that decides what is made of it.
const MADE_WITH: [&str; 3] =
    [include_str!("bound.rs"), include_str!("snip.rs"), include_str!("../../Cargo.lock")];
/// Beside what is made: of what.
const MADE_OF: &str = "made-of";

/// Puts all of them into the site.
pub fn build(profile: &str, release: bool) -> Result<()> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    for programs in PROGRAMS.chunks(cores) {
        let made = thread::scope(|scope| {
            let each =
                programs.iter().map(|program| scope.spawn(|| made(program, profile, release)));
            let each: Vec<_> = each.collect();
            each.into_iter()
                .map(|one| one.join().unwrap_or_else(|_| Err(anyhow!("broke off"))))
                .collect::<Vec<_>>()
        });
        for (folder, program) in made.into_iter().zip(programs) {
            copy(&folder.with_context(|| format!("could not bind {program}"))?)?;
        }
    }
    Ok(())
}

/// Compresses a file as far as it goes, into one beside it.
pub fn compress(file: &Path) -> Result<()> {
    let mut small = fs::File::create(file.with_added_extension("br"))?;
    brotli::BrotliCompress(&mut fs::File::open(file)?, &mut small, &Default::default())
        .with_context(|| format!("could not compress {}", file.display()))?;
    Ok(())
}

/// The folder in which one is.
fn made(program: &str, profile: &str, release: bool) -> Result<PathBuf> {
    let compiled = target()?.join(WASM).join(profile).join(format!("{program}.wasm"));
    let folder = target()?.join("bound").join(profile).join(program);
    let mut hasher = DefaultHasher::new();
    (fs::read(&compiled)?, MADE_WITH).hash(&mut hasher);
    let of = format!("{:016x}", hasher.finish());
    if fs::read_to_string(folder.join(MADE_OF)).is_ok_and(|before| before == of) {
        return Ok(folder);
    }
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    bind(program, &compiled, release, &folder)?;
    if release {
        for file in files::below(&folder).collect::<Vec<_>>() {
            compress(&file)?;
        }
    }
    fs::write(folder.join(MADE_OF), of)?;
    Ok(folder)
}

fn bind(program: &str, compiled: &Path, release: bool, to: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.out_name(program).web(true)?.typescript(false);
    // What Leptos never calls is only where pages are.
    if release && program != ENGINE {
        bindgen.input_module(program, snipped(compiled)?);
    } else {
        bindgen.input_path(compiled);
    }
    bindgen.remove_name_section(release).remove_producers_section(release).generate(to)?;
    // The name that leptos' scripts ask for. No wasm-opt: it saves nothing after brotli.
    let made = to.join(format!("{program}_bg.wasm"));
    fs::rename(made, to.join(format!("{program}.wasm"))).context("could not name the wasm file")
}

fn copy(folder: &Path) -> Result<()> {
    for file in files::below(folder).filter(|file| !file.ends_with(MADE_OF)) {
        let to = pkg().join(file.strip_prefix(folder)?);
        fs::copy(&file, &to).with_context(|| format!("could not copy {}", file.display()))?;
    }
    Ok(())
}
