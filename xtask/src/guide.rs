//! Whether every step of the user guide is performed by a story: `end2end/guide.md` lists the steps, stories
//! say `did('…')` behind the lines that perform one.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Result, bail};

use crate::files;

const TABLE: &str = "end2end/guide.md";
const STORIES: &str = "end2end/stories";

/// Compares the two.
pub fn check() -> Result<()> {
    let listed = listed(&fs::read_to_string(TABLE)?);
    let mut done = BTreeSet::new();
    for file in files::below(STORIES) {
        done.extend(performed(&fs::read_to_string(file)?));
    }
    let not_done: Vec<_> = listed.difference(&done).cloned().collect();
    let not_listed: Vec<_> = done.difference(&listed).cloned().collect();
    if !not_done.is_empty() {
        bail!("no story performs these steps of {TABLE}: {}", not_done.join(", "));
    }
    if !not_listed.is_empty() {
        bail!("{TABLE} does not have these steps: {}", not_listed.join(", "));
    }
    Ok(())
}

/// The steps of the table: what stands in backticks in its first column.
fn listed(table: &str) -> BTreeSet<String> {
    let steps = table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    steps.map(|(step, _)| step.to_owned()).filter(|step| step.contains('.')).collect()
}

/// The steps that a story names.
fn performed(story: &str) -> BTreeSet<String> {
    let calls = story.split("did(").skip(1).filter_map(|rest| rest.split_once(')'));
    let named = calls.flat_map(|(steps, _)| steps.split(','));
    named.map(|step| step.trim().trim_matches('\'').to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_found_in_the_table_and_in_stories() {
        let table =
            "| Step | Stories |\n|---|---|\n| **New** | |\n| `new.1` | `walk` |\n| `new.2` | |\n";
        assert_eq!(listed(table), BTreeSet::from(["new.1".to_owned(), "new.2".to_owned()]));
        let story = "await a();\n  did('new.1', 'new.2');\n  b();\n  did('new.3');\n";
        let done = BTreeSet::from(["new.1".to_owned(), "new.2".to_owned(), "new.3".to_owned()]);
        assert_eq!(performed(story), done);
    }
}
