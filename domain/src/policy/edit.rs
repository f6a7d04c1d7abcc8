//! Changing one value of a document's text and nothing else, so that comments and the order of lines stay:
//! rules offered as a form write through here. What cannot be changed line by line (a map of braces over
//! several lines, anchors, a text that is no mapping) is refused: it would have to be written anew.

use serde_json::{Map, Value};

use super::{
    text::parse,
    tree::{Limits, TextError},
};

/// Why a text was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    #[error("The text cannot be read: {0}")]
    Text(TextError),
    #[error(
        "What stands here can only be changed in the text: the form would have to write it anew, without its comments."
    )]
    Anew,
}

/// The text with `value` at `path`, or without what stands there. Sections that are left empty go too.
pub fn edited(text: &str, path: &[&str], value: Option<&Value>) -> Result<String, EditError> {
    let mut wanted = parse(text, Limits::DOCUMENT).map_err(EditError::Text)?.to_value();
    set(&mut wanted, path, value);
    let new = Lines::of(text).edited(path, value);
    let is_right = |new: &String| {
        parse(new, Limits::DOCUMENT).is_ok_and(|node| same(&node.to_value(), &wanted))
    };
    new.filter(is_right).ok_or(EditError::Anew)
}

/// An empty document may be written as nothing.
fn same(made: &Value, wanted: &Value) -> bool {
    let is_empty = |value: &Value| value.is_null() || value.as_object().is_some_and(Map::is_empty);
    made == wanted || (is_empty(made) && is_empty(wanted))
}

fn set(tree: &mut Value, path: &[&str], value: Option<&Value>) {
    let Some((first, rest)) = path.split_first() else { return };
    if !tree.is_object() {
        *tree = Value::Object(Map::new());
    }
    let Value::Object(members) = tree else { return };
    match (rest.is_empty(), value) {
        (true, Some(value)) => {
            members.insert((*first).to_owned(), value.clone());
        }
        (true, None) => {
            members.remove(*first);
        }
        (false, None) if !members.get(*first).is_some_and(Value::is_object) => {}
        (false, _) => {
            let inner = members.entry(*first).or_insert(Value::Null);
            set(inner, rest, value);
            if value.is_none() && inner.as_object().is_some_and(Map::is_empty) {
                members.remove(*first);
            }
        }
    }
}

/// A value in one line.
fn flow(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", "))
        }
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{name}: {}", flow(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// Whether a text means itself without quotes.
fn is_plain(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    let number = text.parse::<f64>().is_ok() || text.starts_with("0x") || text.starts_with("0o");
    let safe = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    let word = matches!(
        text.to_ascii_lowercase().as_str(),
        "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
    );
    begins && !number && !word && text.chars().all(safe)
}

/// The lines of a block mapping.
struct Lines<'a> {
    lines: Vec<&'a str>,
}

/// A member of a block mapping: its line, and the line after all that belongs to it.
#[derive(Clone, Copy)]
struct Member {
    line: usize,
    indent: usize,
    end: usize,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self { lines: text.lines().collect() }
    }

    fn edited(&self, path: &[&str], value: Option<&Value>) -> Option<String> {
        let mut found: Vec<Member> = Vec::new();
        let (mut from, mut to, mut indent) = (0, self.lines.len(), None);
        for name in path {
            let Some(member) = self.member(name, from, to, indent) else { break };
            (from, to, indent) = (member.line + 1, member.end, Some(member.indent + 1));
            found.push(member);
        }
        let rest = &path[found.len()..];
        let Some(last) = found.last() else { return self.appended(rest, value) };
        let own = self.value_of(*last);
        match (rest.is_empty(), value) {
            (true, Some(value)) => Some(self.replaced(*last, &flow(value))),
            (true, None) => Some(self.removed(&found)),
            (false, _) if own.starts_with('{') => {
                let inner = flow_edited(own, rest, value)?;
                match inner.as_str() {
                    "{}" => Some(self.removed(&found)),
                    _ => Some(self.replaced(*last, &inner)),
                }
            }
            (false, None) => Some(self.joined(&self.lines)),
            (false, Some(value)) if own.is_empty() => Some(self.inserted(*last, rest, value)),
            (false, Some(_)) => None,
        }
    }

    /// The member of that name among the lines, as far in as the first of them.
    fn member(&self, name: &str, from: usize, to: usize, least: Option<usize>) -> Option<Member> {
        let says = |n: &usize| is_content(self.lines[*n]);
        let first = (from..to).find(says)?;
        let indent = indent_of(self.lines[first]);
        if indent < least.unwrap_or(0) {
            return None;
        }
        let is_it = |n: &usize| {
            let line = self.lines[*n];
            indent_of(line) == indent && key_of(line) == Some(name)
        };
        let line = (from..to).find(is_it)?;
        // Items of a list may stand as far out as its key.
        let is_item = |n: &usize| {
            let line = self.lines[*n];
            indent_of(line) == indent && line.trim_start().starts_with('-')
        };
        let after =
            (line + 1..to).find(|n| says(n) && indent_of(self.lines[*n]) <= indent && !is_item(n));
        let mut end = after.unwrap_or(to);
        // What stands before the next member, or before nothing, is not about this one.
        while end > line + 1 && !is_content(self.lines[end - 1]) {
            end -= 1;
        }
        Some(Member { line, indent, end })
    }

    /// What stands behind the colon, without a comment.
    fn value_of(&self, member: Member) -> &'a str {
        let line = self.lines[member.line];
        let after = line.split_once(':').map_or("", |(_, after)| after);
        after[..comment_at(after)].trim()
    }

    fn replaced(&self, member: Member, value: &str) -> String {
        let line = self.lines[member.line];
        let (key, after) = line.split_once(':').unwrap_or((line, ""));
        let comment = after[comment_at(after)..].trim();
        let gap = if comment.is_empty() { "" } else { " " };
        let new = format!("{key}: {value}{gap}{comment}");
        let mut lines = self.lines.clone();
        lines.splice(member.line..member.end, [new.as_str()]);
        self.joined(&lines)
    }

    /// Without the last of these, nor those around it that hold nothing else.
    fn removed(&self, found: &[Member]) -> String {
        let mut gone = found[found.len() - 1];
        for outer in found.iter().rev().skip(1) {
            let inside = outer.line + 1..outer.end;
            let others = inside.filter(|n| !(gone.line..gone.end).contains(n));
            if others.into_iter().any(|n| is_content(self.lines[n])) {
                break;
            }
            gone = *outer;
        }
        let mut lines = self.lines.clone();
        lines.drain(gone.line..gone.end);
        self.joined(&lines)
    }

    fn inserted(&self, below: Member, path: &[&str], value: &Value) -> String {
        let first = (below.line + 1..below.end).find(|n| is_content(self.lines[*n]));
        let indent = first.map_or(below.indent + 2, |n| indent_of(self.lines[n]));
        let new = nested(path, value, indent);
        let mut lines = self.lines.clone();
        lines.splice(below.end..below.end, new.iter().map(String::as_str));
        self.joined(&lines)
    }

    fn appended(&self, path: &[&str], value: Option<&Value>) -> Option<String> {
        let Some(value) = value else { return Some(self.joined(&self.lines)) };
        let first = self.lines.iter().find(|line| is_content(line));
        let is_block = first.is_none_or(|line| indent_of(line) == 0 && key_of(line).is_some());
        let new = nested(path, value, 0);
        let mut lines = self.lines.clone();
        lines.extend(new.iter().map(String::as_str));
        is_block.then(|| self.joined(&lines))
    }

    fn joined(&self, lines: &[&str]) -> String {
        lines.iter().flat_map(|line| [*line, "\n"]).collect()
    }
}

/// Keys one below the other, the last with the value.
fn nested(path: &[&str], value: &Value, indent: usize) -> Vec<String> {
    let line = |(n, name): (usize, &&str)| {
        let value = if n + 1 == path.len() { format!(" {}", flow(value)) } else { String::new() };
        format!("{}{name}:{value}", " ".repeat(indent + 2 * n))
    };
    path.iter().enumerate().map(line).collect()
}

fn is_content(line: &str) -> bool {
    let line = line.trim_start();
    !line.is_empty() && !line.starts_with('#') && line.trim_end() != "---"
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The plain key that a line begins with.
fn key_of(line: &str) -> Option<&str> {
    let (key, after) = line.trim_start().split_once(':')?;
    let key = key.trim_end().trim_matches(['"', '\'']);
    let plain = key.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    (plain && (after.is_empty() || after.starts_with([' ', '\t']))).then_some(key)
}

/// Where a comment begins in what follows a colon; its length where there is none.
fn comment_at(text: &str) -> usize {
    let mut quote = None;
    let mut before = ' ';
    for (at, letter) in text.char_indices() {
        match quote {
            Some(open) if letter == open => quote = None,
            Some(_) => {}
            None if opens(before, letter) => quote = Some(letter),
            None if letter == '#' && before.is_whitespace() => return at,
            None => {}
        }
        before = letter;
    }
    text.len()
}

/// Whether a quote begins here; within a word it is an apostrophe.
fn opens(before: char, letter: char) -> bool {
    matches!(letter, '"' | '\'') && (before.is_whitespace() || "[{,:".contains(before))
}

/// A map in braces with one value changed; `None` when it is not one in this line.
fn flow_edited(text: &str, path: &[&str], value: Option<&Value>) -> Option<String> {
    let inside = text.strip_prefix('{')?.strip_suffix('}')?;
    let (first, rest) = path.split_first()?;
    let mut members: Vec<String> =
        members(inside)?.into_iter().map(|member| member.trim().to_owned()).collect();
    members.retain(|member| !member.is_empty());
    let at = members.iter().position(|member| key_of(member) == Some(first));
    let old = at.and_then(|at| members[at].split_once(':').map(|(_, old)| old.trim().to_owned()));
    let new = match (rest.is_empty(), value, old) {
        (true, Some(value), _) => Some(flow(value)),
        (true, None, _) => None,
        (false, _, Some(old)) if old.starts_with('{') => {
            Some(flow_edited(&old, rest, value)?).filter(|inner| inner != "{}")
        }
        (false, Some(value), None) => Some(braces(rest, value)),
        (false, None, None) => None,
        (false, _, Some(_)) => return None,
    };
    match (at, new) {
        (Some(at), Some(new)) => members[at] = format!("{first}: {new}"),
        (Some(at), None) => drop(members.remove(at)),
        (None, Some(new)) => members.push(format!("{first}: {new}")),
        (None, None) => {}
    }
    Some(format!("{{{}}}", members.join(", ")))
}

fn braces(path: &[&str], value: &Value) -> String {
    path.iter().rev().fold(flow(value), |inner, name| format!("{{{name}: {inner}}}"))
}

/// What commas part on the outermost level.
fn members(text: &str) -> Option<Vec<&str>> {
    let (mut depth, mut quote, mut from, mut before) = (0_usize, None, 0, ' ');
    let mut found = Vec::new();
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, _) if opens(before, letter) => quote = Some(letter),
            (None, '{' | '[') => depth += 1,
            (None, '}' | ']') => depth = depth.checked_sub(1)?,
            (None, ',') if depth == 0 => {
                found.push(&text[from..at]);
                from = at + 1;
            }
            (None, _) => {}
        }
        before = letter;
    }
    found.push(&text[from..]);
    (depth == 0 && quote.is_none()).then_some(found)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::json;

    use super::*;

    const HOUSE: &str = "\
# Rules of the house.
defaults:
  imagePullPolicy: Always # until the registry is ours
rules:
  imagePullPolicy: {canEdit: false}
  # GPUs are few.
  compute:
    gpuDevicesRequest: {max: 2, min: 1} # for now
    cpuCoreRequest:
      max: 8

# The end.
";

    fn told(text: &str, path: &str, value: Value) -> String {
        let path: Vec<&str> = path.split('.').collect();
        edited(text, &path, Some(&value).filter(|value| !value.is_null())).unwrap()
    }

    #[test]
    fn one_value_changes_and_every_comment_stays() {
        let steps = [
            ("defaults.imagePullPolicy", json!("Never")),
            ("defaults.image", json!("registry.lab:5000/a:1")),
            ("rules.compute.gpuDevicesRequest.max", json!(4)),
            ("rules.compute.gpuDevicesRequest.min", Value::Null),
            ("rules.compute.cpuCoreRequest.min", json!(1)),
            ("rules.compute.cpuMemoryRequest.max", json!("64G")),
            ("rules.security.runAsUid.min", json!(1000)),
            ("rules.imagePullPolicy.canEdit", Value::Null),
            ("rules.preemptibility.options", json!([{"value": "preemptible"}])),
        ];
        let mut text = HOUSE.to_owned();
        for (path, value) in steps {
            text = told(&text, path, value);
        }
        assert_snapshot!(text);
    }

    #[test]
    fn what_is_left_empty_goes() {
        assert_snapshot!(told("rules:\n  compute:\n    cpuCoreRequest:\n      max: 8\n", "rules.compute.cpuCoreRequest.max", Value::Null), @"");
        assert_eq!(
            told("", "rules.image.required", json!(true)),
            "rules:\n  image:\n    required: true\n"
        );
        assert_eq!(
            told("# nothing yet\n", "defaults.image", json!("a")),
            "# nothing yet\ndefaults:\n  image: a\n"
        );
        assert_eq!(
            told("rules: {}\n", "rules.image.required", json!(true)),
            "rules: {image: {required: true}}\n"
        );
    }

    #[test]
    fn what_no_line_can_say_is_refused() {
        let text = "rules: {image:\n  {required: true}}\n";
        let path = ["rules", "image", "canEdit"];
        assert_eq!(edited(text, &path, Some(&json!(false))), Err(EditError::Anew));
        assert!(edited("a: [", &["rules"], None).is_err());
    }

    #[test]
    fn lists_and_apostrophes_are_where_people_write_them() {
        let text =
            "defaults:\n  # in this order\n  nodePools:\n  - a\n  - b\n  image: x # it's ours\n";
        assert_snapshot!(told(text, "defaults.nodePools", json!(["c"])), @r"
        defaults:
          # in this order
          nodePools: [c]
          image: x # it's ours
        ");
        let text = "rules:\n  image: {options: [{value: a, displayed: it's a}]} # it's ours\n";
        let path = ["rules", "image", "required"];
        assert_snapshot!(edited(text, &path, Some(&json!(true))).unwrap(), @"
        rules:
          image: {options: [{value: a, displayed: it's a}], required: true} # it's ours
        ");
    }
}
