//! The styles: Tailwind's classes, found in the Rust sources and made into one style sheet by
//! `ironframe`, a Tailwind engine in Rust (see docs/decisions/0001-tailwind-from-rust.md), or by
//! the official program where `TAILWIND` names it. A class that got no rule stops the build.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};

use crate::classes::{defined, is_known, used};
use crate::literals::strings;
use crate::paths::{NAME, pkg, target};
use crate::{files, process};

const INPUT: &str = "style/app.css";
/// Writes the style sheet into the site.
pub fn build(release: bool) -> Result<()> {
    fs::create_dir_all(pkg())?;
    let out = pkg().join(format!("{NAME}.css")).to_string_lossy().into_owned();
    match env::var_os("TAILWIND") {
        Some(official) => {
            let mut tailwind = Command::new(official);
            tailwind.args(["-i", INPUT, "-o", &out]).args(release.then_some("--minify"));
            process::run(&mut tailwind)?;
        }
        None => made_by_ironframe(&out, release)?,
    }
    refuse_unknown(&fs::read_to_string(&out)?)
}

/// Ironframe reads the same input as the official program, but passes over a `@theme` value that
/// stands behind a comment, and over some classes in Rust sources. So it gets the input as one file
/// without comments, in which every candidate for a class is named.
fn made_by_ironframe(out: &str, release: bool) -> Result<()> {
    let prepared = target()?.join("app.css");
    fs::write(&prepared, prepared_input()?).context("could not write the prepared styles")?;
    ironframe::run(ironframe::Command::Build {
        inputs: vec![],
        out: Some(out.into()),
        input_css: Some(prepared.to_string_lossy().into_owned()),
        compare_css: None,
        minify: release,
        config: None,
        ignore: vec![],
    })
    .map_err(|problem| anyhow!("could not make the styles: {}", problem.message))
}

/// Every word of every text literal that could be a class.
fn candidates() -> Result<BTreeSet<String>> {
    let could_be = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_lowercase() || "-*[!".contains(c))
            && !word.contains(['"', '\'', '<', '{', '\\', ';'])
    };
    let mut words = BTreeSet::new();
    for source in sources()? {
        let found = strings(&source.text).into_iter().flat_map(str::split_whitespace);
        words.extend(found.filter(could_be).map(str::to_owned));
    }
    Ok(words)
}

/// The input with its own imports put in, without comments, and with our list as the only source.
fn prepared_input() -> Result<String> {
    let mut css = String::from("@import \"tailwindcss\" source(none);\n");
    // One name each: several in one `inline` are not understood.
    css.extend(candidates()?.iter().map(|class| format!("@source inline(\"{class}\");\n")));
    for line in without_comments(&fs::read_to_string(INPUT)?).lines() {
        match line.trim().strip_prefix("@import \"./").and_then(|rest| rest.strip_suffix("\";")) {
            Some(name) => {
                let file = Path::new("style").join(name);
                let text = fs::read_to_string(&file)
                    .with_context(|| format!("could not read {}", file.display()))?;
                css.push_str(&without_comments(&text));
            }
            None if line.starts_with("@import \"tailwindcss\"") => {}
            None => css.push_str(line),
        }
        css.push('\n');
    }
    Ok(css)
}

fn without_comments(css: &str) -> String {
    let mut parts = css.split("/*");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once("*/").map_or("", |(_, rest)| rest))
}

/// One Rust source of the pages.
struct Source {
    path: PathBuf,
    text: String,
}

fn sources() -> Result<Vec<Source>> {
    let files = files::below("app/src").filter(|file| files::ends_with(file, &["rs"]));
    files.map(|path| Ok(Source { text: fs::read_to_string(&path)?, path })).collect()
}

fn refuse_unknown(css: &str) -> Result<()> {
    let known = defined(css);
    let mut unknown = BTreeSet::new();
    for source in sources()? {
        let strays = used(&source.text, &known).into_iter().filter(|it| !is_known(it, &known));
        unknown.extend(strays.map(|class| format!("  {class}  in {}", source.path.display())));
    }
    if unknown.is_empty() {
        return Ok(());
    }
    let list = unknown.into_iter().collect::<Vec<_>>().join("\n");
    bail!("no rule was made for these classes (misspelt, or not understood):\n{list}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_leave_nothing() {
        assert_eq!(without_comments("a /* b */ c /* d */"), "a  c ");
        assert_eq!(without_comments("a /* open"), "a ");
    }
}
