//! Checking: every mistake of a document, with its place in the text and what would be right.

use super::{Checked, Desk, Mark, Severity, place::place as place_of, right::right};
use crate::policy::{
    issue::{Fault, Issue},
    read::{Reading, read},
    save::{Place as SavePlace, save},
    text::parse_past,
    tree::{Limits, Node, Place, TextError},
};

/// So many problems are told; whoever has more begins with these.
const PROBLEMS_MAX: usize = 200;
/// To say what would be right the text is read again. That much is read before no more is said.
const BYTES_READ_AGAIN: usize = 1 << 20;

impl Desk {
    /// All checks of saving (`policies.md` §7, 3 to 10), on a text.
    pub fn check(&self, text: &str) -> Checked {
        let (tree, reading) = self.read(text);
        let place =
            SavePlace { of: self.of, scope: &self.scope, above: &self.above, below: &self.below };
        let report = save(&reading, place, Some(&|id| self.asset(id)));
        let marking = Marking { text, lines: text.lines().collect(), desk: self };
        let errors = report.errors.iter().map(|issue| (issue, Severity::Error));
        let warnings = report.warnings.iter().map(|issue| (issue, Severity::Warning));
        let placed = errors.chain(warnings).map(|(issue, severity)| {
            let place = place_of(self.catalogue(), &tree, issue).unwrap_or(START);
            (marking.within(place), issue, severity)
        });
        let mut placed: Vec<_> = placed.collect();
        placed.sort_by_key(|(place, ..)| *place);
        placed.truncate(PROBLEMS_MAX);
        let rights = BYTES_READ_AGAIN / text.len().max(1);
        let mark = |(n, of): (usize, (Place, &Issue, Severity))| marking.mark(of, n < rights);
        Checked { problems: placed.into_iter().enumerate().map(mark).collect() }
    }

    /// What of a text can be understood, with all that is wrong with it as a text.
    fn read(&self, text: &str) -> (Node, Reading) {
        let (tree, mistakes) = parse_past(text, Limits::DOCUMENT, PROBLEMS_MAX);
        let mut reading = read(&tree, self.of);
        let issue =
            |wrong: TextError| Issue::new("", Fault::Document(wrong.what), Some(wrong.place));
        reading.errors.extend(mistakes.into_iter().map(issue));
        (tree, reading)
    }
}

struct Marking<'a> {
    text: &'a str,
    lines: Vec<&'a str>,
    desk: &'a Desk,
}

impl Marking<'_> {
    fn mark(&self, (place, issue, severity): (Place, &Issue, Severity), is_told: bool) -> Mark {
        let right = is_told.then(|| right(self.text, issue, place, self.desk)).flatten();
        let Place { line, column, length } = place;
        Mark {
            line,
            column,
            length,
            field: issue.field.clone(),
            code: issue.code().to_owned(),
            message: issue.details(),
            right,
            severity,
        }
    }

    /// A place that can be marked: in a line that exists, and at least one character of it. What
    /// goes on below, or whose end is not known, is marked to the end of its line.
    fn within(&self, place: Place) -> Place {
        let line = place.line.min(self.lines.len().max(1));
        let written = self.lines.get(line - 1).map_or("", |line| line.trim_end());
        let end = written.chars().count() + 1;
        // Behind the end the last character is the one that something is missing after.
        let column = if line < place.line { usize::MAX } else { place.column };
        let column = column.min(end.saturating_sub(1)).max(1);
        let rest = end.saturating_sub(column).max(1);
        let length = if place.length == 0 { rest } else { place.length.min(rest) };
        Place { line, column, length }
    }
}

const START: Place = Place { line: 1, column: 1, length: 1 };
