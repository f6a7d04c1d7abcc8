//! A document before anybody knows what it means: a tree of JSON values that remembers where each
//! of them was written. It comes from text (`text`) or from JSON that is already parsed.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::value::gathered;

/// A place in a text; lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    pub line: usize,
    pub column: usize,
    /// How many characters stand there; 0 where that is not known.
    #[serde(default)]
    pub length: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub content: Content,
    pub place: Option<Place>,
}

/// A value whose members know their places.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Content {
    #[default]
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// The name of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub text: String,
    pub place: Option<Place>,
}

impl Node {
    /// Nothing, from nowhere.
    pub fn null() -> Self {
        Self { content: Content::Null, place: None }
    }

    pub fn is_null(&self) -> bool {
        self.content == Content::Null
    }

    /// The member of that name; `None` also where it is null.
    pub fn member(&self, name: &str) -> Option<&Node> {
        let Content::Map(members) = &self.content else { return None };
        let found = members.iter().find(|(key, _)| key.text == name);
        found.map(|(_, value)| value).filter(|value| !value.is_null())
    }

    /// The plain value without anything that is null.
    pub fn to_present_value(&self) -> Value {
        match &self.content {
            Content::List(items) => {
                let present = items.iter().filter(|item| !item.is_null());
                Value::Array(present.map(Node::to_present_value).collect())
            }
            Content::Map(members) => {
                let present = members.iter().filter(|(_, value)| !value.is_null());
                let present =
                    present.map(|(key, value)| (key.text.clone(), value.to_present_value()));
                Value::Object(gathered(present))
            }
            _ => self.to_value(),
        }
    }

    /// The plain value.
    pub fn to_value(&self) -> Value {
        match &self.content {
            Content::Null => Value::Null,
            Content::Bool(truth) => Value::Bool(*truth),
            Content::Number(number) => Value::Number(number.clone()),
            Content::Text(text) => Value::String(text.clone()),
            Content::List(items) => Value::Array(items.iter().map(Node::to_value).collect()),
            Content::Map(members) => {
                let member = |(key, value): &(Key, Node)| (key.text.clone(), value.to_value());
                Value::Object(gathered(members.iter().map(member)))
            }
        }
    }
}

impl From<&Value> for Node {
    /// JSON that came without a text has no places.
    fn from(value: &Value) -> Self {
        let content = match value {
            Value::Null => Content::Null,
            Value::Bool(truth) => Content::Bool(*truth),
            Value::Number(number) => Content::Number(number.clone()),
            Value::String(text) => Content::Text(text.clone()),
            Value::Array(items) => Content::List(items.iter().map(Node::from).collect()),
            Value::Object(members) => {
                let key = |text: &String| Key { text: text.clone(), place: None };
                Content::Map(members.iter().map(|(k, value)| (key(k), value.into())).collect())
            }
        };
        Self { content, place: None }
    }
}

/// So much of a word is repeated in a message.
const SHOWN_MAX: usize = 60;

/// The beginning of a text that somebody wrote, for messages.
pub fn short(text: &str) -> String {
    match text.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A text that is no document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct TextError {
    pub place: Place,
    /// What is wrong, and what would be right.
    pub what: String,
}

/// How much of a text is read before it is refused.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the text.
    pub bytes: usize,
    /// Values after aliases are replaced by what they stand for.
    pub nodes: usize,
    /// Collections within each other.
    pub depth: usize,
}

impl Limits {
    /// One policy document.
    pub const DOCUMENT: Self = Self { bytes: 256 << 10, nodes: 10_000, depth: 32 };
    /// A file with many documents in it.
    pub const FILE: Self = Self { bytes: 8 << 20, nodes: 1_000_000, depth: 64 };
}
