//! Checking: every mistake of a document, with its place in the text and what would be right.

use super::{Around, Checked, Mark, Severity, place::place, right::right};
use crate::policy::{
    catalogue::Catalogue,
    document::Document,
    effective::Layer,
    issue::{Fault, Issue},
    read::{Reading, read},
    save::{Place as SavePlace, save},
    text::parse,
    tree::{Content, Limits, Node, Place},
};

/// All checks of saving (`policies.md` §7, 3 to 10), on a text.
pub fn check(text: &str, around: &Around) -> Checked {
    let of = around.workload_type;
    let (tree, reading) = match parse(text, Limits::DOCUMENT) {
        Ok(tree) => {
            let reading = read(&tree, of);
            (tree, reading)
        }
        Err(wrong) => {
            let fault = Fault::Document(wrong.what);
            let errors = vec![Issue::new("", fault, Some(wrong.place))];
            let document = Document::empty(Catalogue::of(of));
            let nothing = Node { content: Content::Null, place: None };
            (nothing, Reading { document, errors, warnings: Vec::new() })
        }
    };
    let above = around.layers_above();
    let below: Vec<Vec<Layer>> = around.below.iter().map(|way| around.layers(way)).collect();
    let place = SavePlace { of, scope: &around.scope, above: &above, below: &below };
    let report = save(&reading, place, Some(&|id| around.asset(id)));
    let marked = Marking { text, tree: &tree, around };
    let errors = report.errors.iter().map(|issue| marked.mark(issue, Severity::Error));
    let warnings = report.warnings.iter().map(|issue| marked.mark(issue, Severity::Warning));
    let mut problems: Vec<Mark> = errors.chain(warnings).collect();
    problems.sort_by_key(|mark| (mark.line, mark.column));
    Checked { problems }
}

struct Marking<'a> {
    text: &'a str,
    tree: &'a Node,
    around: &'a Around,
}

impl Marking<'_> {
    fn mark(&self, issue: &Issue, severity: Severity) -> Mark {
        let catalogue = Catalogue::of(self.around.workload_type);
        let place = place(catalogue, self.tree, issue);
        let right = place.and_then(|place| right(self.text, issue, place, self.around));
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
