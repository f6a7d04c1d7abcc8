//! Walks through a value and knows where it is, so that whatever is wrong names its place and what
//! would be right.

use std::{fmt, ops::RangeInclusive};

use domain::MemoryBytes;
use serde_json::{Map, Value};

/// How alike two words are before one is offered for the other.
const ALIKE: f64 = 0.5;

/// Something in a file that is not right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub(super) struct Wrong {
    pub path: String,
    pub message: String,
}

pub(super) type Result<T> = std::result::Result<T, Wrong>;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Field<'v> {
    pub path: String,
    pub value: &'v Value,
}

/// A mapping whose keys are known.
pub(super) struct Keys<'v> {
    path: String,
    of: &'v Map<String, Value>,
}

impl<'v> Field<'v> {
    pub fn new(path: impl Into<String>, value: &'v Value) -> Self {
        Self { path: path.into(), value }
    }

    pub fn wrong(&self, message: impl fmt::Display) -> Wrong {
        let path = if self.path.is_empty() { "the file" } else { &self.path };
        Wrong { path: path.to_owned(), message: message.to_string() }
    }

    /// The mapping, if it has no other keys than these.
    pub fn keys(&self, known: &[&str]) -> Result<Keys<'v>> {
        let Value::Object(of) = self.value else {
            return Err(self.wrong(format!("must be a mapping, not {}", kind(self.value))));
        };
        for key in of.keys() {
            if !known.contains(&key.as_str()) {
                let hint = did_you_mean(key, known.iter().copied());
                let at = Keys { path: self.path.clone(), of }.path_of(key);
                return Err(Wrong { path: at, message: format!("no such key{hint}") });
            }
        }
        Ok(Keys { path: self.path.clone(), of })
    }

    /// Every key with its value.
    pub fn entries(&self) -> Result<Vec<(String, Field<'v>)>> {
        let Value::Object(of) = self.value else {
            return Err(self.wrong(format!("must be a mapping, not {}", kind(self.value))));
        };
        let keys = Keys { path: self.path.clone(), of };
        let field = |(key, value): (&String, &'v Value)| {
            (key.clone(), Field::new(keys.path_of(key), value))
        };
        Ok(of.iter().map(field).collect())
    }

    pub fn list(&self) -> Result<Vec<Field<'v>>> {
        let Value::Array(items) = self.value else {
            return Err(self.wrong(format!("must be a list, not {}", kind(self.value))));
        };
        let items = items.iter().enumerate();
        Ok(items.map(|(i, item)| Field::new(format!("{}[{i}]", self.path), item)).collect())
    }

    pub fn text(&self) -> Result<&'v str> {
        let wrong = || self.wrong(format!("must be text, not {}", kind(self.value)));
        self.value.as_str().ok_or_else(wrong)
    }

    /// Text that is not empty, for a name.
    pub fn name(&self) -> Result<&'v str> {
        let text = self.text()?;
        if text.is_empty() { Err(self.wrong("must not be empty")) } else { Ok(text) }
    }

    pub fn boolean(&self) -> Result<bool> {
        let wrong = || self.wrong(format!("must be true or false, not {}", kind(self.value)));
        self.value.as_bool().ok_or_else(wrong)
    }

    pub fn integer(&self, range: RangeInclusive<i64>) -> Result<i64> {
        let number = self.number(*range.start() as f64..=*range.end() as f64)?;
        if number.fract() == 0.0 {
            Ok(number as i64)
        } else {
            Err(self.wrong("must be a whole number"))
        }
    }

    pub fn number(&self, range: RangeInclusive<f64>) -> Result<f64> {
        let wrong = || self.wrong(format!("must be a number, not {}", kind(self.value)));
        let number = self.value.as_f64().ok_or_else(wrong)?;
        match range.contains(&number) {
            true => Ok(number),
            false => Err(self.wrong(format!("must be from {} to {}", range.start(), range.end()))),
        }
    }

    /// Bytes: a number, or a quantity such as `16Gi`.
    pub fn bytes(&self, most: i64) -> Result<i64> {
        self.quantity(most, "16Gi", |text| text.parse().ok().map(|bytes: MemoryBytes| bytes.0))
    }

    /// Thousandths of a core: a number of cores, or a quantity such as `500m`.
    pub fn millicores(&self, most: i64) -> Result<i64> {
        if let Value::Number(_) = self.value {
            return Ok((self.number(0.0..=most as f64 / 1e3)? * 1e3).round() as i64);
        }
        let milli = |text: &str| match text.strip_suffix('m') {
            Some(milli) => milli.parse::<i64>().ok().filter(|milli| *milli >= 0),
            None => text.parse().ok().and_then(|cores: MemoryBytes| cores.0.checked_mul(1_000)),
        };
        self.quantity(most, "500m", milli)
    }

    fn quantity(
        &self,
        most: i64,
        example: &str,
        read: impl Fn(&str) -> Option<i64>,
    ) -> Result<i64> {
        let amount = match self.value {
            Value::String(text) => {
                let wrong =
                    || self.wrong(format!("must be a number or a quantity like {example:?}"));
                read(text).ok_or_else(wrong)?
            }
            _ => self.number(0.0..=most as f64)?.round() as i64,
        };
        match (0..=most).contains(&amount) {
            true => Ok(amount),
            false => Err(self.wrong(format!("must be from 0 to {most}"))),
        }
    }

    /// One of these words.
    pub fn one_of<'w, T: Copy>(&self, words: &'w [(&'w str, T)]) -> Result<T> {
        let text = self.text()?;
        let found = words.iter().find(|(word, _)| *word == text);
        found.map(|(_, meaning)| *meaning).ok_or_else(|| {
            let all: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            let hint = did_you_mean(text, all.iter().copied());
            self.wrong(format!("{text:?} is not one of {}{hint}", all.join(", ")))
        })
    }
}

impl<'v> Keys<'v> {
    pub fn get(&self, key: &str) -> Option<Field<'v>> {
        let value = self.of.get(key).filter(|value| !value.is_null())?;
        Some(Field::new(self.path_of(key), value))
    }

    pub fn need(&self, key: &str) -> Result<Field<'v>> {
        self.get(key).ok_or_else(|| {
            let path = if self.path.is_empty() { "the file" } else { &self.path };
            Wrong { path: path.to_owned(), message: format!("{key} is missing") }
        })
    }

    /// The items of a list, none where there is no such key.
    pub fn list(&self, key: &str) -> Result<Vec<Field<'v>>> {
        self.get(key).map_or_else(|| Ok(vec![]), |field| field.list())
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

/// `; did you mean "team-a"?`, or nothing where nothing is alike.
pub(super) fn did_you_mean<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> String {
    let likeness = |other: &str| strsim::normalized_damerau_levenshtein(word, other);
    // Of words that are as near as each other, the first in the alphabet.
    let best = known.max_by(|a, b| likeness(a).total_cmp(&likeness(b)).then(b.cmp(a)));
    match best.filter(|best| likeness(best) >= ALIKE) {
        Some(best) => format!("; did you mean {best:?}?"),
        None => String::new(),
    }
}
