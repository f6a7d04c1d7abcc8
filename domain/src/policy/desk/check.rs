//! Checking: every mistake of a document, with its place in the text and what would be right.

use super::{Checked, Desk, Mark, Severity, place::place, right::right};
use crate::policy::{
    document::Document,
    issue::{Fault, Issue},
    read::{Reading, read},
    save::{Place as SavePlace, save},
    text::parse,
    tree::{Content, Limits, Node, Place, TextError},
};

impl Desk {
    /// All checks of saving (`policies.md` §7, 3 to 10), on a text.
    pub fn check(&self, text: &str) -> Checked {
        let (tree, reading) = self.read(text).unwrap_or_else(|wrong| self.nothing(wrong));
        let place =
            SavePlace { of: self.of, scope: &self.scope, above: &self.above, below: &self.below };
        let report = save(&reading, place, Some(&|id| self.asset(id)));
        let marking = Marking { text, tree: &tree, desk: self };
        let errors = report.errors.iter().map(|issue| marking.mark(issue, Severity::Error));
        let warnings = report.warnings.iter().map(|issue| marking.mark(issue, Severity::Warning));
        let mut problems: Vec<Mark> = errors.chain(warnings).collect();
        problems.sort_by_key(|mark| (mark.line, mark.column));
        Checked { problems }
    }

    /// The tree of a text, and what it means.
    pub(super) fn read(&self, text: &str) -> Result<(Node, Reading), TextError> {
        let tree = parse(text, Limits::DOCUMENT)?;
        let reading = read(&tree, self.of);
        Ok((tree, reading))
    }

    /// A text that is none is an empty document with one error.
    fn nothing(&self, wrong: TextError) -> (Node, Reading) {
        let errors = vec![Issue::new("", Fault::Document(wrong.what), Some(wrong.place))];
        let document = Document::empty(self.catalogue());
        let nothing = Node { content: Content::Null, place: None };
        (nothing, Reading { document, errors, warnings: Vec::new() })
    }
}

struct Marking<'a> {
    text: &'a str,
    tree: &'a Node,
    desk: &'a Desk,
}

impl Marking<'_> {
    fn mark(&self, issue: &Issue, severity: Severity) -> Mark {
        let place = place(self.desk.catalogue(), self.tree, issue);
        let right = place.and_then(|place| right(self.text, issue, place, self.desk));
        let Place { line, column, length } = self.within(place.unwrap_or(START));
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
        let lines: Vec<&str> = self.text.lines().collect();
        let line = place.line.min(lines.len().max(1));
        let written = lines.get(line - 1).map_or("", |line| line.trim_end());
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
