//! The styles: Tailwind's classes, found in the Rust sources and made into one style sheet by
//! `ironframe`, a Tailwind engine in Rust (see docs/decisions/0001-tailwind-from-rust.md), or by
//! the official program where `TAILWIND` names it. A class that got no rule stops the build.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::process::Command;

use anyhow::{Result, anyhow, bail};

use crate::paths::{NAME, pkg};
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

fn made_by_ironframe(out: &str, release: bool) -> Result<()> {
    ironframe::run(ironframe::Command::Build {
        inputs: vec!["app/src/**/*.rs".into()],
        out: Some(out.into()),
        input_css: Some(INPUT.into()),
        compare_css: None,
        minify: release,
        config: None,
        ignore: vec![],
    })
    .map_err(|problem| anyhow!("could not make the styles: {}", problem.message))
}

fn refuse_unknown(css: &str) -> Result<()> {
    let known = defined(css);
    let mut unknown = BTreeSet::new();
    for file in files::below("app/src").filter(|file| files::ends_with(file, &["rs"])) {
        let source = fs::read_to_string(&file)?;
        let strays = used(&source).into_iter().filter(|class| !is_known(class, &known));
        unknown.extend(strays.map(|class| format!("  {class}  in {}", file.display())));
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

/// The classes that a source file writes as literals: in `class="…"`, and in the text of functions
/// whose name ends with `classes`.
fn used(source: &str) -> Vec<&str> {
    let attributes = source.split("class=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let functions = source.split("classes(self)").skip(1).flat_map(|rest| {
        let body = rest.split("\n    }\n").next().unwrap_or_default();
        body.split('"').skip(1).step_by(2)
    });
    attributes.chain(functions).flat_map(str::split_whitespace).collect()
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
        assert_eq!(used(source), ["p-4", "text-ink", "bg-surface", "hover:bg-page"]);
    }

    #[test]
    fn markers_need_no_rule() {
        assert!(is_known("group/row", &BTreeSet::new()));
        assert!(!is_known("grouped", &BTreeSet::new()));
    }
}
