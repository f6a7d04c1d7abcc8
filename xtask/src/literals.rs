//! Reading the text literals out of Rust source, well enough to find class names: comments and
//! character literals are stepped over, raw and ordinary strings are understood.

/// The contents of every string literal, as written.
pub fn strings(source: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let (before, here) = rest.split_at(at);
        let raw = here.starts_with('"').then(|| raw_end(before)).flatten();
        rest = if here.starts_with("//") {
            here.split_once('\n').map_or("", |(_, after)| after)
        } else if let Some(after) = here.strip_prefix("'\"'") {
            after
        } else if let Some(escaped) = here.strip_prefix("'\\") {
            escaped.get(1..).unwrap_or_default()
        } else if let Some(inside) = here.strip_prefix('"') {
            let (text, after) = string(inside, raw.as_deref());
            found.push(text);
            after
        } else {
            &here[1..]
        };
    }
    found
}

/// What ends the string that begins after `before`, if it is a raw one.
fn raw_end(before: &str) -> Option<String> {
    let name = before.trim_end_matches('#');
    let marks = before.len() - name.len();
    let ends_in_r = name.ends_with('r') && !name[..name.len() - 1].ends_with(char::is_alphanumeric);
    ends_in_r.then(|| format!("\"{}", "#".repeat(marks)))
}

/// Splits behind the end of a string whose opening quote is gone.
fn string<'a>(text: &'a str, raw_end: Option<&str>) -> (&'a str, &'a str) {
    if let Some(end) = raw_end {
        return text.split_once(end).unwrap_or((text, ""));
    }
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_strings_are_found() {
        let source = r###"
            // not "this"
            let a = "p-4 \"x\""; let b = '"'; let c = r#"raw "text""#; let d: &'static str = "e";
            let f = '\''; let g = 4 / 2; let h = "http://x";"###;
        assert_eq!(strings(source), [r#"p-4 \"x\""#, r#"raw "text""#, "e", "http://x"]);
    }
}
