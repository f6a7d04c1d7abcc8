//! A submission as a command.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    FLAGS,
    flag::{Flag, Item, Shape},
    is_plain, item, quoted,
    read::nodes,
    scalar,
};
use crate::submission::Submission;

/// A command, ready for a shell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// Words, quoted where a shell would take them apart.
    pub text: String,
    /// Paths of what it cannot say.
    pub left_out: Vec<String>,
}

/// The command that submits this as `name` in `project`.
pub fn command(name: &str, project: &str, of: &Submission) -> Command {
    let spec = of.to_spec().unwrap_or_default();
    let name = Some(name).filter(|name| !name.is_empty()).map(|name| format!(" {}", quoted(name)));
    let mut words = vec![format!("berth workspace submit{}", name.unwrap_or_default())];
    words.push(word("project", project));
    let mut writer = Writer { words, left_out: vec![] };
    let process = process(&spec);
    let mut said = BTreeSet::new();
    for flag in FLAGS {
        let is_process = process.is_some() && matches!(flag.path, "command" | "args");
        if said.insert(flag.path) && !is_process {
            writer.say(flag, &spec);
        }
    }
    let Writer { mut words, mut left_out } = writer;
    words.extend(process.into_iter().flatten());
    let unsaid = item::lacking("", &spec, &Value::Null).unwrap_or_default();
    let unsaid = unsaid.iter().map(|path| path.trim_start_matches('.').to_owned());
    left_out.extend(unsaid.filter(|path| !has_flag(path)));
    Command { text: words.join(" \\\n  "), left_out }
}

fn has_flag(path: &str) -> bool {
    FLAGS.iter().any(|flag| path == flag.path || path.starts_with(&format!("{}.", flag.path)))
}

struct Writer {
    words: Vec<String>,
    left_out: Vec<String>,
}

impl Writer {
    /// Says what a spec has at the path of a flag, with this flag or another of the path.
    fn say(&mut self, flag: &Flag, spec: &Value) {
        let (path, Some(value)) = (flag.path, item::at(spec, flag.path)) else { return };
        match (&flag.shape, value) {
            (Shape::Names, Value::Array(all)) if !all.is_empty() => {
                let names = all.iter().filter_map(Value::as_str);
                self.words.extend(names.map(|name| word(flag.name, name)));
            }
            (Shape::Item(_), Value::Array(all)) if !all.is_empty() => {
                all.iter()
                    .enumerate()
                    .for_each(|(i, item)| self.item(path, &format!("{path}[{i}]"), item));
            }
            (Shape::Object(_), object) => self.item(path, path, object),
            (Shape::NotOnNode, affinity) => match nodes(affinity) {
                Some(names) if !names.is_empty() => {
                    self.words.extend(names.iter().map(|name| word(flag.name, name)));
                }
                _ => self.lose(path, affinity),
            },
            (shape, value) => match scalar::write(shape, value) {
                Some(text) if matches!(shape, Shape::Switch) && text == "true" => {
                    self.words.push(format!("--{}", flag.name));
                }
                Some(text) => self.words.push(word(flag.name, &text)),
                None => self.left_out.push(path.to_owned()),
            },
        }
    }

    /// Says one item with the flag that says most of it. That nothing is taken out needs no words.
    fn item(&mut self, path: &str, place: &str, item: &Value) {
        let mut item = item.clone();
        if item["exclude"] == Value::Bool(false) {
            item.as_object_mut().map(|fields| fields.remove("exclude"));
        }
        let texts = FLAGS.iter().filter(|flag| flag.path == path).filter_map(|flag| {
            let (text, left_out) = item::write(of(flag)?, &item)?;
            Some((flag, text, left_out))
        });
        match texts.min_by_key(|(.., left_out)| left_out.len()) {
            Some((flag, text, left_out)) => {
                self.words.push(word(flag.name, &text));
                self.left_out.extend(left_out.into_iter().map(|below| format!("{place}{below}")));
            }
            None => self.lose(place, &item),
        }
    }

    fn lose(&mut self, place: &str, value: &Value) {
        self.left_out.extend(item::lacking(place, value, &Value::Null).unwrap_or_default());
    }
}

fn of(flag: &Flag) -> Option<&'static Item> {
    match flag.shape {
        Shape::Item(of) | Shape::Object(of) => Some(of),
        _ => None,
    }
}

/// A flag with its value.
fn word(name: &str, value: &str) -> String {
    let is_joined = value.starts_with('-') || matches!(value, "true" | "false");
    format!("--{name}{}{}", if is_joined { "=" } else { " " }, quoted(value))
}

/// What stands after `--`, where a shell leaves it as it is; other texts have flags.
fn process(spec: &Value) -> Option<Vec<String>> {
    let text = |path: &str| item::at(spec, path).and_then(Value::as_str);
    let (command, args) = (text("command"), text("args"));
    let is_plain_text = |text: &str| text.split(' ').all(is_plain);
    if (command, args) == (None, None)
        || !command.is_none_or(is_plain)
        || !args.is_none_or(is_plain_text)
    {
        return None;
    }
    let words: Vec<_> = command.into_iter().chain(args).collect();
    let switch = command.map(|_| "--command".to_owned());
    Some(switch.into_iter().chain([format!("-- {}", words.join(" "))]).collect())
}
