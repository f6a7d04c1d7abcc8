//! The rules of a document as a form, and what is typed there.

use super::Desk;
use crate::policy::{
    edit::{EditError, edited},
    form::{CellKind, RuleSection, rule_sections, typed},
    read::read,
    text::parse,
    tree::Limits,
};

impl Desk {
    /// Every field that the document may speak of, with what it says; `None` while the text cannot be
    /// read as one.
    pub fn rules(&self, text: &str) -> Option<Vec<RuleSection>> {
        let tree = parse(text, Limits::DOCUMENT).ok()?;
        Some(rule_sections(&read(&tree, self.of).document))
    }

    /// The text with what somebody typed into the cell `at`, dotted; an empty one takes it out.
    ///
    /// A field that is written with an old name is left to the text.
    pub fn write(
        &self,
        text: &str,
        at: &str,
        kind: CellKind,
        new: &str,
    ) -> Result<String, EditError> {
        let path: Vec<&str> = at.split('.').collect();
        let edited = edited(text, &path, typed(kind, new).as_ref())?;
        let said = |text: &str| {
            let cells = self.rules(text).into_iter().flatten().flat_map(|section| section.rows);
            let mut cells = cells.flat_map(|row| row.cells);
            cells.find(|cell| cell.at == at).map(|cell| typed(kind, &cell.value))
        };
        let is_said = said(&edited) == Some(typed(kind, new));
        if is_said { Ok(edited) } else { Err(EditError::Anew) }
    }
}
