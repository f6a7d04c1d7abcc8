//! The rules of a document as a form, and what is typed there.

use super::Desk;
use crate::policy::{
    edit::edited,
    form::{CellKind, RuleSection, rule_sections, typed},
    read::read,
    text::parse,
    tree::{Limits, TextError},
};

impl Desk {
    /// Every field that the document may speak of, with what it says; `None` while the text cannot be
    /// read as one.
    pub fn rules(&self, text: &str) -> Option<Vec<RuleSection>> {
        let tree = parse(text, Limits::DOCUMENT).ok()?;
        Some(rule_sections(&read(&tree, self.of).document))
    }

    /// The text with what somebody typed into the cell `at`, dotted; an empty one takes it out.
    pub fn write(
        &self,
        text: &str,
        at: &str,
        kind: CellKind,
        new: &str,
    ) -> Result<String, TextError> {
        let path: Vec<&str> = at.split('.').collect();
        edited(text, &path, typed(kind, new).as_ref())
    }
}
