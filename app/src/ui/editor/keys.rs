//! Typing in the editor: where the caret is, breaking a line with its indent, taking a proposal. The browser
//! types, so that undoing works.

use web_sys::{HtmlDocument, HtmlTextAreaElement, wasm_bindgen::JsCast};

use super::Proposals;

/// A place in the text: both from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caret {
    pub line: usize,
    pub column: usize,
}

/// Where the caret is.
pub fn caret(area: &HtmlTextAreaElement) -> Option<Caret> {
    let at = area.selection_start().ok().flatten()?;
    Some(caret_at(&area.value(), at))
}

/// The place after so many UTF-16 units, as browsers count.
fn caret_at(text: &str, units: u32) -> Caret {
    let mut left = units as usize;
    let mut caret = Caret { line: 1, column: 1 };
    for letter in text.chars() {
        if left < letter.len_utf16() {
            break;
        }
        left -= letter.len_utf16();
        caret = match letter {
            '\n' => Caret { line: caret.line + 1, column: 1 },
            _ => Caret { column: caret.column + 1, ..caret },
        };
    }
    caret
}

/// UTF-16 units before a place.
fn units_before(text: &str, line: usize, column: usize) -> u32 {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(|line| line.encode_utf16().count())
        .sum();
    let own = text.split('\n').nth(line.saturating_sub(1)).unwrap_or_default();
    let within: usize = own.chars().take(column.saturating_sub(1)).map(char::len_utf16).sum();
    u32::try_from(before + within).unwrap_or(u32::MAX)
}

/// A new line that begins as far in as the one before, or two further after a colon.
pub fn indented_break(area: &HtmlTextAreaElement) {
    let Some(Caret { line, column }) = caret(area) else { return };
    let text = area.value();
    let own = text.split('\n').nth(line - 1).unwrap_or_default();
    let before: String = own.chars().take(column - 1).collect();
    insert(area, &format!("\n{}", indent_after(&before)));
}

fn indent_after(line: &str) -> String {
    let indent: String = line.chars().take_while(|c| *c == ' ').collect();
    let deeper = line.trim_end().ends_with(':');
    if deeper { format!("{indent}  ") } else { indent }
}

/// Types a proposal over what it stands for.
pub fn type_in(area: &HtmlTextAreaElement, at: &Proposals, text: &str) {
    let whole = area.value();
    let (from, to) = (units_before(&whole, at.line, at.from), units_before(&whole, at.line, at.to));
    if area.set_selection_range(from, to).is_ok() {
        insert(area, text);
    }
}

/// As if it had been typed. It is the one way that the browser's undo knows of.
fn insert(area: &HtmlTextAreaElement, text: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    let Some(document) = document.and_then(|it| it.dyn_into::<HtmlDocument>().ok()) else { return };
    let typed = document.exec_command_with_show_ui_and_value("insertText", false, text);
    if typed != Ok(true) {
        // A browser without it still gets the text; only undoing is lost.
        let _ = area.set_range_text(text);
    }
}

/// Left and top of what hangs below a place, as CSS.
pub fn place(line: usize, column: usize) -> (String, String) {
    (format!("calc({}ch + 0.25rem)", column - 1), format!("calc({} * 1.375rem + 0.5rem)", line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_as_browsers_do() {
        let text = "a: 😀b\n  c";
        assert_eq!(caret_at(text, 0), Caret { line: 1, column: 1 });
        assert_eq!(caret_at(text, 5), Caret { line: 1, column: 5 });
        assert_eq!(caret_at(text, 9), Caret { line: 2, column: 3 });
        assert_eq!(units_before(text, 1, 5), 5);
        assert_eq!(units_before(text, 2, 3), 9);
        assert_eq!(units_before(text, 9, 9), 10);
    }

    #[test]
    fn a_break_keeps_the_indent() {
        let said = ["rules:", "  compute:  ", "    max: 2", "- a", ""];
        let said = said.map(|line| indent_after(line).len());
        assert_eq!(said, [2, 4, 4, 0, 0]);
    }
}
