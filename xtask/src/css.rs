//! The styles: Tailwind's classes, found in the Rust sources and made into one style sheet by
//! `ironframe`, a Tailwind engine in Rust (see docs/decisions/0001-tailwind-from-rust.md), or by
//! the official program where `TAILWIND` names it. A class that got no rule stops the build.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};

use crate::literals::strings;
use crate::paths::{NAME, pkg, target};
use crate::{files, process};

const INPUT: &str = "style/app.css";
/// Classes that mark an element for others and have no rule of their own.
const MARKERS: [&str; 2] = ["group", "peer"];

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

fn is_known(class: &str, known: &BTreeSet<String>) -> bool {
    known.contains(class) || MARKERS.contains(&class.split('/').next().unwrap_or(class))
}

/// The classes that a source file writes as literals: in `class="…"`, in functions called
/// `classes`, and wherever most words of a longer literal are classes. Places of `format!` are not.
fn used<'a>(source: &'a str, known: &BTreeSet<String>) -> Vec<&'a str> {
    let attributes = source.split("class=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let functions = source.split("classes(self)").skip(1).flat_map(|rest| {
        let body = rest.split("\n    }\n").next().unwrap_or_default();
        strings(body)
    });
    let lists = strings(source).into_iter().filter(|text| is_list_of_classes(text, known));
    let words = attributes.chain(functions).chain(lists).flat_map(str::split_whitespace);
    words.filter(|word| !word.contains('{')).collect()
}

fn is_list_of_classes(text: &str, known: &BTreeSet<String>) -> bool {
    let words = text.split_whitespace().count();
    let classes = text.split_whitespace().filter(|word| is_known(word, known)).count();
    words > 2 && classes * 3 >= words * 2
}

/// The class names that a style sheet's selectors name, unescaped.
fn defined(css: &str) -> BTreeSet<String> {
    css.match_indices('.').filter_map(|(dot, _)| class_name(&css[dot + 1..])).collect()
}

/// The class name that `text` begins with, if it begins with one (`.5rem` does not).
fn class_name(text: &str) -> Option<String> {
    let mut name = String::new();
    let mut rest = text.chars().peekable();
    if rest.peek().is_some_and(char::is_ascii_digit) {
        return None;
    }
    while let Some(&next) = rest.peek() {
        match next {
            '\\' => {
                rest.next();
                name.push(unescaped(&mut rest)?);
            }
            _ if next.is_alphanumeric() || next == '-' || next == '_' => {
                rest.next();
                name.push(next);
            }
            _ => break,
        }
    }
    (!name.is_empty()).then_some(name)
}

/// One escaped character: up to six hexadecimal digits and a blank, or the character itself.
fn unescaped(rest: &mut std::iter::Peekable<std::str::Chars>) -> Option<char> {
    let mut digits = String::new();
    while digits.len() < 6 {
        match rest.next_if(char::is_ascii_hexdigit) {
            Some(digit) => digits.push(digit),
            None => break,
        }
    }
    if digits.is_empty() {
        return rest.next();
    }
    rest.next_if(char::is_ascii_whitespace);
    u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_css_escapes_them() {
        let css = r".p-4{padding:.5rem}.md\:w-1\/2:hover{}.\32 xl\:hidden > .a_b,.w-\[3\.5px\]{}";
        let names: Vec<String> = defined(css).into_iter().collect();
        assert_eq!(names, ["2xl:hidden", "a_b", "md:w-1/2", "p-4", "w-[3.5px]"]);
    }

    #[test]
    fn classes_are_found_in_attributes_and_in_enums() {
        let source = "
            view! { <p class=\"p-4 text-ink\">\"not this\"</p> }
    fn classes(self) -> &'static str {
        match self {
            Kind::Quiet => \"bg-surface hover:bg-page\",
        }
    }
    fn label(self) -> &'static str { \"nor this\" }";
        assert_eq!(
            used(source, &BTreeSet::new()),
            ["p-4", "text-ink", "bg-surface", "hover:bg-page"]
        );
    }

    #[test]
    fn comments_go_and_the_rest_stays() {
        assert_eq!(without_comments("a /* b */ c /* d */"), "a  c ");
        assert_eq!(without_comments("a /* open"), "a ");
    }

    #[test]
    fn a_literal_of_classes_is_one_wherever_it_stands() {
        let known = BTreeSet::from(["p-4".to_owned(), "flex".to_owned()]);
        let source = "const LINK: &str = \"flex p-4 gap-44\"; const SAID: &str = \"a flex here\";";
        assert_eq!(used(source, &known), ["flex", "p-4", "gap-44"]);
    }

    #[test]
    fn comments_leave_nothing() {
        assert_eq!(without_comments("a /* b */ c /* d"), "a  c ");
    }

    #[test]
    fn markers_need_no_rule() {
        assert!(is_known("group/row", &BTreeSet::new()));
        assert!(!is_known("grouped", &BTreeSet::new()));
    }
}
