//! What serde says of a wrong body, in the words of the people who wrote it: the field, and what
//! would be right.

/// The field at fault and the sentence about it; `path` is as serde counts it.
pub fn problem(path: &str, said: &str) -> (String, String) {
    let at = if path == "." { "" } else { path };
    if let Some(name) = quoted(said, "missing field ") {
        let field = if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
        return (field, "is required".to_owned());
    }
    let field = if at.is_empty() { "body".to_owned() } else { at.to_owned() };
    (field, sentence(said))
}

fn sentence(said: &str) -> String {
    let wrong = said.strip_prefix("invalid type: ").or(said.strip_prefix("invalid value: "));
    if let Some((got, wanted)) = wrong.and_then(|wrong| wrong.split_once(", expected ")) {
        return format!("must be {}, not {}", kind(wanted), value(got));
    }
    if let Some((_, known)) =
        said.split_once(", expected one of ").or(said.split_once(", expected "))
    {
        return format!("must be one of {}", known.replace('`', ""));
    }
    if said.starts_with("UUID parsing failed") {
        return "must be a UUID".to_owned();
    }
    said.strip_prefix("expected ").map_or_else(|| said.to_owned(), |said| format!("must be {said}"))
}

/// What Rust calls a type, as JSON calls it.
fn kind(wanted: &str) -> &str {
    match wanted {
        "a string" | "a borrowed string" => "a text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "f64" | "f32" => "a number",
        "i64" | "i32" | "u64" | "u32" | "u16" | "usize" => "a whole number",
        "a map" => "an object",
        "a UUID string" | "a formatted UUID string" => "a UUID",
        _ if wanted.starts_with("struct ") || wanted.starts_with("internally tagged") => {
            "an object"
        }
        _ if wanted.starts_with("string or map") || wanted.starts_with("enum ") => "a word",
        wanted => wanted,
    }
}

fn value(got: &str) -> String {
    let got = got.replacen("floating point `", "the number `", 1);
    let got = got.replacen("integer `", "the number `", 1).replacen("boolean ", "", 1);
    match got.as_str() {
        "sequence" => "a list".to_owned(),
        "map" => "an object".to_owned(),
        _ => got.replacen("string ", "the text ", 1),
    }
}

/// What stands in backticks after `before`.
fn quoted<'s>(said: &'s str, before: &str) -> Option<&'s str> {
    said.strip_prefix(before)?.strip_prefix('`')?.split('`').next()
}
