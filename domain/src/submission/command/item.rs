//! An item of a list as one text, both ways. Parts are separated by commas; a part that holds a comma or a quote stands
//! in double quotes, with quotes inside it doubled, as in a CSV file.

use serde_json::{Map, Value, json};

use super::flag::{Fixed, Head, Is, Item, Key};

/// The text of an item: what of it the text does not say is named. `None` where it would say something else.
pub(super) fn write(of: &Item, item: &Value) -> Option<(String, Vec<String>)> {
    let field = |field: &str| at(item, field).and_then(Value::as_str);
    let head = match of.head {
        Head::None => None,
        Head::One(own) => Some(field(own)?.to_owned()),
        Head::Pair(left, right) => Some(format!("{}={}", field(left)?, field(right)?)),
    };
    let keys = of.keys.iter().flat_map(|key| parts(key, item));
    let parts: Vec<_> = head.into_iter().chain(keys).collect();
    let text = match of.is_one_text() {
        true => parts.concat(),
        false => parts.iter().map(|part| enclosed(part)).collect::<Vec<_>>().join(","),
    };
    let left_out = lacking("", item, &read(of, &text).ok()?)?;
    // Without its `exclude` it would bring in what it takes out.
    (!left_out.iter().any(|path| path == ".exclude")).then_some((text, left_out))
}

/// The item that a text says.
pub(super) fn read(of: &Item, text: &str) -> Result<Value, String> {
    let mut item = Value::Object(Map::new());
    let parts = if of.is_one_text() { vec![text.to_owned()] } else { split(text)? };
    let mut parts = parts.into_iter();
    match of.head {
        Head::None => {}
        Head::One(field) => put(&mut item, field, parts.next().unwrap_or_default().into()),
        Head::Pair(left, right) => {
            let first = parts.next().unwrap_or_default();
            let (name, value) =
                first.split_once('=').ok_or_else(|| format!("{first:?} must be NAME=VALUE"))?;
            put(&mut item, left, name.into());
            put(&mut item, right, value.into());
        }
    }
    parts.filter(|part| !part.is_empty()).try_for_each(|part| said(of, &part, &mut item))?;
    for (field, value) in of.fixed {
        let value = match value {
            Fixed::Bool(value) => Value::from(*value),
            Fixed::Word(word) => Value::from(*word),
        };
        put(&mut item, field, value);
    }
    Ok(item)
}

impl Item {
    /// Whether commas mean nothing in it.
    fn is_one_text(&self) -> bool {
        self.keys.is_empty()
    }
}

/// Takes one `key=value` into the item.
fn said(of: &Item, part: &str, item: &mut Value) -> Result<(), String> {
    let (word, value) = part.split_once('=').map_or((part, None), |(w, v)| (w, Some(v)));
    let key = of.keys.iter().find(|key| key.word == word).ok_or_else(|| {
        let words: Vec<_> = of.keys.iter().map(|key| key.word).collect();
        format!("there is no {word:?} in it; there is {}", words.join(", "))
    })?;
    let needed = || value.ok_or_else(|| format!("{word} needs a value: {word}=…"));
    match key.is {
        Is::Nothing => {}
        Is::Text => put(item, key.field, needed()?.into()),
        Is::Whole => {
            let wrong = |_| format!("{word} must be a whole number");
            put(item, key.field, needed()?.parse::<i64>().map_err(wrong)?.into());
        }
        Is::Bare(means) => {
            let is_said = match value {
                None | Some("true") => true,
                Some("false") => false,
                Some(_) => return Err(format!("{word} must be true or false")),
            };
            put(item, key.field, (is_said == means).into());
        }
        Is::Several => {
            let mut all = at(item, key.field).cloned().unwrap_or_else(|| json!([]));
            all.as_array_mut().into_iter().for_each(|all| all.push(Value::Null));
            if let Some(last) = all.as_array_mut().and_then(|all| all.last_mut()) {
                *last = needed()?.into();
            }
            put(item, key.field, all);
        }
    }
    Ok(())
}

/// What a key says of an item: nothing, one part, or several.
fn parts(key: &Key, item: &Value) -> Vec<String> {
    let Some(value) = at(item, key.field) else { return vec![] };
    let word = key.word;
    match (&key.is, value) {
        (Is::Bare(means), Value::Bool(value)) if value == means => vec![word.to_owned()],
        (Is::Bare(_), Value::Bool(_)) => vec![format!("{word}=false")],
        (Is::Text, Value::String(text)) => vec![format!("{word}={text}")],
        (Is::Whole, Value::Number(number)) => vec![format!("{word}={number}")],
        (Is::Several, Value::Array(all)) => {
            all.iter().filter_map(Value::as_str).map(|text| format!("{word}={text}")).collect()
        }
        _ => vec![],
    }
}

/// A part as it stands between commas.
fn enclosed(part: &str) -> String {
    match part.contains([',', '"']) {
        true => format!("\"{}\"", part.replace('"', "\"\"")),
        false => part.to_owned(),
    }
}

fn split(text: &str) -> Result<Vec<String>, String> {
    let (mut parts, mut rest) = (vec![], text);
    loop {
        let part = match rest.strip_prefix('"') {
            Some(inside) => {
                let (part, after) = quoted(inside)?;
                rest = after;
                part
            }
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                let part = rest[..end].to_owned();
                rest = &rest[end..];
                part
            }
        };
        parts.push(part);
        match rest.strip_prefix(',') {
            Some(more) => rest = more,
            None if rest.is_empty() => return Ok(parts),
            None => return Err("after a closing quote there must be a comma".to_owned()),
        }
    }
}

/// What stands before the closing quote, and what comes after it.
fn quoted(inside: &str) -> Result<(String, &str), String> {
    let (mut part, mut rest) = (String::new(), inside);
    loop {
        let end = rest.find('"').ok_or("the closing quote is missing")?;
        part.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(more) => {
                part.push('"');
                rest = more;
            }
            None => return Ok((part, rest)),
        }
    }
}

/// The value at a path, where there is one.
pub(super) fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, name| value.get(name)).filter(|value| !value.is_null())
}

/// Sets the value at a path.
pub(super) fn put(into: &mut Value, path: &str, value: Value) {
    let place = path.split('.').fold(into, |into, name| {
        if !into.is_object() {
            *into = Value::Object(Map::new());
        }
        &mut into[name]
    });
    *place = value;
}

/// The leaves of `whole` that `part` lacks; `None` where `part` has another value, or more.
pub(super) fn lacking(path: &str, whole: &Value, part: &Value) -> Option<Vec<String>> {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            let is_more = |(name, value): (&String, &Value)| {
                !value.is_null() && whole.get(name).is_none_or(Value::is_null)
            };
            if part.iter().any(is_more) {
                return None;
            }
            let fields = whole.iter().map(|(name, value)| {
                lacking(&format!("{path}.{name}"), value, part.get(name).unwrap_or(&Value::Null))
            });
            fields.collect::<Option<Vec<_>>>().map(|all| all.concat())
        }
        (Value::Object(whole), Value::Null) => {
            let leaves = whole
                .iter()
                .map(|(name, value)| lacking(&format!("{path}.{name}"), value, &Value::Null));
            leaves.collect::<Option<Vec<_>>>().map(|all| all.concat())
        }
        (Value::Null, Value::Null) => Some(vec![]),
        (_, Value::Null) => Some(vec![path.to_owned()]),
        (whole, part) => (whole == part).then(Vec::new),
    }
}
