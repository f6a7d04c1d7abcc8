//! The small rules of the house that no other tool checks. A rule is a function from one file's
//! path and text to what is wrong in it; which files a rule reads, it decides itself.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::files;

type Rule = fn(&Path, &str) -> Vec<Finding>;

const RULES: [Rule; 5] = [
    begins_with_a_paragraph,
    todo_names_its_end,
    no_path_of_one_machine,
    pages_have_no_looks,
    packages_are_public,
];

/// What others wrote, kept as it came.
const VENDORED: &str = "public/terminal";

/// What is wrong, and in which line.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    line: usize,
    what: &'static str,
}

/// Applies every rule to every file.
pub fn check() -> Result<()> {
    let mut found = 0;
    for file in files::below(".") {
        let file = file.strip_prefix(".").unwrap_or(&file);
        // What is not text has no rules.
        let Ok(text) = fs::read_to_string(file) else { continue };
        for finding in RULES.iter().flat_map(|rule| rule(file, &text)) {
            eprintln!("{}:{}: {}", file.display(), finding.line, finding.what);
            found += 1;
        }
    }
    if found == 0 { Ok(()) } else { bail!("{found} breaches of the rules of the house") }
}

fn begins_with_a_paragraph(file: &Path, text: &str) -> Vec<Finding> {
    if !files::ends_with(file, &["rs"]) || text.starts_with("//! ") {
        return vec![];
    }
    vec![Finding { line: 1, what: "a file begins with `//!` and says what lives in it" }]
}

fn todo_names_its_end(file: &Path, text: &str) -> Vec<Finding> {
    let mark = concat!("TO", "DO");
    let ends = |rest: &str| rest.starts_with(" when ") || rest.starts_with(" until ");
    let is_ours = !file.starts_with(VENDORED);
    if !is_ours || !files::ends_with(file, &["rs", "ts", "sql", "css", "sh", "py", "toml"]) {
        return vec![];
    }
    lines(text, "name what ends it: `when …` or `until …`", |line| {
        line.split(mark).skip(1).any(|rest| !ends(rest))
    })
}

fn no_path_of_one_machine(file: &Path, text: &str) -> Vec<Finding> {
    let root = concat!("/", "work", "/");
    let inside = |before: &str| {
        before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '}' | '.' | '-' | '_' | '/'))
    };
    if files::ends_with(file, &["lock"]) {
        return vec![];
    }
    lines(text, "no path of one particular machine", |line| {
        line.match_indices(root).any(|(at, _)| !inside(&line[..at]))
    })
}

fn pages_have_no_looks(file: &Path, text: &str) -> Vec<Finding> {
    if !file.starts_with("app/src/pages") {
        return vec![];
    }
    lines(text, "pages carry no looks: use or make a component in `ui` or `widgets`", |line| {
        let line = line.split("//").next().unwrap_or_default();
        line.split_whitespace().any(|word| word.starts_with("class=") || word.starts_with("class:"))
    })
}

fn packages_are_public(file: &Path, text: &str) -> Vec<Finding> {
    if !file.ends_with("package-lock.json") {
        return vec![];
    }
    lines(text, "packages come from the public registry", |line| {
        line.contains("\"resolved\":") && !line.contains("\"https://registry.npmjs.org/")
    })
}

fn lines(text: &str, what: &'static str, is_wrong: impl Fn(&str) -> bool) -> Vec<Finding> {
    let numbered = text.lines().zip(1..).filter(|(line, _)| is_wrong(line));
    numbered.map(|(_, line)| Finding { line, what }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong_lines(rule: Rule, file: &str, text: &str) -> Vec<usize> {
        rule(Path::new(file), text).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn rust_files_introduce_themselves() {
        assert_eq!(wrong_lines(begins_with_a_paragraph, "a.rs", "use std::fs;"), [1]);
        assert!(wrong_lines(begins_with_a_paragraph, "a.rs", "//! Files.").is_empty());
        assert!(wrong_lines(begins_with_a_paragraph, "a.ts", "import fs").is_empty());
    }

    #[test]
    fn a_promise_says_when_it_ends() {
        let text = ["// TO", "DO: tidy\n// TO", "DO when 2.0 is out: drop it"].concat();
        assert_eq!(wrong_lines(todo_names_its_end, "a.rs", &text), [1]);
    }

    #[test]
    fn only_whole_paths_count() {
        let text = ["see /wo", "rk/x\nhome/wo", "rk/x\n\"/wo", "rk/y\""].concat();
        assert_eq!(wrong_lines(no_path_of_one_machine, "a.md", &text), [1, 3]);
    }

    #[test]
    fn looks_are_for_components() {
        let text = "<Card/>\n<p class=\"p-4\">\n// class= in a comment";
        assert_eq!(wrong_lines(pages_have_no_looks, "app/src/pages/nodes/mod.rs", text), [2]);
        assert!(wrong_lines(pages_have_no_looks, "app/src/ui/card.rs", text).is_empty());
    }

    #[test]
    fn lock_files_name_the_public_registry() {
        let text = "\"resolved\": \"https://registry.npmjs.org/a.tgz\"\n\"resolved\": \"http://x\"";
        assert_eq!(wrong_lines(packages_are_public, "end2end/package-lock.json", text), [2]);
    }
}
