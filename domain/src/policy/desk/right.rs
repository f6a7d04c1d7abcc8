//! What would be right in place of a mistake, where its message does not say it.

use super::Desk;
use crate::policy::{
    issue::{Fault, Issue},
    tree::Place,
};

/// So many names are told at most.
const NAMES_MAX: usize = 8;
/// Words that share less than this are not taken for each other.
const LIKENESS: f64 = 0.5;
/// So many of those that it could have been are named.
const LIKELY_MAX: usize = 2;

/// What the parser of YAML says, and what helps.
const OF_YAML: [(&str, &str); 12] = [
    ("tabs", "Indent with spaces."),
    ("flow mapping", "Close it with “}”, or go on with “,” and the next key."),
    ("flow sequence", "Close it with “]”, or go on with “,” and the next value."),
    ("scanning a quoted scalar", "Close the quotation mark."),
    ("escape", "Write the character itself, and “\\\\” for a “\\”."),
    ("unknown anchor", "Name an anchor that stands above, such as “&a”."),
    ("mapping values", "Put a text with “: ” in it in quotes, or begin a new line."),
    ("simple key expect", "Write “: ” behind the key."),
    ("expected key", "Indent it like the keys around it."),
    ("expected '-' indicator", "Indent it like the items around it, or begin with “- ”."),
    ("indentation", "Indent it deeper than the key that it belongs to."),
    ("recursion limit", "Nest less deeply."),
];

/// A sentence, or nothing.
pub fn right(text: &str, issue: &Issue, place: Place, desk: &Desk) -> Option<String> {
    let names = || desk.names_at(text, place.line, place.column);
    match &issue.fault {
        Fault::UnknownField { name } => unknown(name, names()),
        Fault::RuleKind => {
            let names = names();
            (!names.is_empty()).then(|| format!("It can have {}.", names.join(", ")))
        }
        Fault::Document(what) => {
            let helps = OF_YAML.iter().find(|(said, _)| what.contains(said));
            helps.map(|(_, right)| (*right).to_owned())
        }
        _ => None,
    }
}

fn unknown(name: &str, names: Vec<String>) -> Option<String> {
    let likeness = |other: &str| {
        strsim::normalized_damerau_levenshtein(&name.to_lowercase(), &other.to_lowercase())
    };
    let mut near: Vec<_> = names.iter().map(|other| (likeness(other), other)).collect();
    near.retain(|(likeness, _)| *likeness >= LIKENESS);
    near.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let near: Vec<_> = near.iter().take(LIKELY_MAX).map(|(_, name)| format!("“{name}”")).collect();
    match near.is_empty() {
        false => Some(format!("Did you mean {}?", near.join(" or "))),
        true if names.is_empty() => Some("Nothing can stand here; leave it out.".to_owned()),
        true if names.len() <= NAMES_MAX => Some(format!("Known here: {}.", names.join(", "))),
        true => None,
    }
}
