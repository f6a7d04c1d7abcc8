//! The fields of what stands in a list: their names, and how each is read. A value is read only
//! where a filter or an order asks for it.

use std::{borrow::Cow, cmp::Ordering};

use domain::Timestamp;

/// Something that stands in a list.
pub trait Listed: Sized {
    /// Breaks ties, so that the order is total.
    type Id: Ord;

    /// The fields by which it is filtered and sorted.
    fn fields() -> Fields<Self>;

    /// The texts that a search looks into.
    fn texts(&self) -> Vec<&str>;

    fn id(&self) -> Self::Id;
}

/// A field that can be filtered and sorted by.
struct Field<T> {
    name: &'static str,
    read: Read<T>,
}

/// How a field is read. Nothing is null.
pub(super) enum Read<T> {
    Text(fn(&T) -> Option<Cow<'_, str>>),
    Number(fn(&T) -> Option<f64>),
    Date(fn(&T) -> Option<Timestamp>),
    /// Several texts.
    Texts(fn(&T) -> Vec<&str>),
}

impl<T> Clone for Read<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Read<T> {}

/// Fields, one said after the other.
pub struct Fields<T>(Vec<Field<T>>);

impl<T> Default for Fields<T> {
    fn default() -> Self {
        Self(vec![])
    }
}

impl<T> Fields<T> {
    pub fn text(self, name: &'static str, read: fn(&T) -> Option<Cow<'_, str>>) -> Self {
        self.with(name, Read::Text(read))
    }

    pub fn number(self, name: &'static str, read: fn(&T) -> Option<f64>) -> Self {
        self.with(name, Read::Number(read))
    }

    pub fn date(self, name: &'static str, read: fn(&T) -> Option<Timestamp>) -> Self {
        self.with(name, Read::Date(read))
    }

    pub fn texts(self, name: &'static str, read: fn(&T) -> Vec<&str>) -> Self {
        self.with(name, Read::Texts(read))
    }

    /// Texts that the interface lists and nothing here has.
    pub fn no_texts(self, names: &[&'static str]) -> Self {
        names.iter().fold(self, |fields, name| fields.text(name, |_| None))
    }

    /// Numbers that the interface lists and nothing here has.
    pub fn no_numbers(self, names: &[&'static str]) -> Self {
        names.iter().fold(self, |fields, name| fields.number(name, |_| None))
    }

    /// The names, in the order in which they were said.
    pub fn names(&self) -> Vec<&'static str> {
        self.0.iter().map(|field| field.name).collect()
    }

    pub(super) fn named(self, name: &str) -> Option<Read<T>> {
        self.0.into_iter().find(|field| field.name == name).map(|field| field.read)
    }

    fn with(mut self, name: &'static str, read: Read<T>) -> Self {
        self.0.push(Field { name, read });
        self
    }
}

/// A text that lies in the item.
pub fn lent(text: &str) -> Option<Cow<'_, str>> {
    Some(Cow::Borrowed(text))
}

/// A text made for the occasion.
pub fn made(text: impl ToString) -> Option<Cow<'static, str>> {
    Some(Cow::Owned(text.to_string()))
}

/// What an item is sorted by. Texts are in lower case.
pub(super) enum Key {
    Text(String),
    Number(f64),
    Date(Timestamp),
    Texts(Vec<String>),
    Null,
}

impl<T> Read<T> {
    pub(super) fn key(&self, item: &T) -> Key {
        match self {
            Read::Text(read) => read(item).map(|t| Key::Text(t.to_lowercase())),
            Read::Number(read) => read(item).map(Key::Number),
            Read::Date(read) => read(item).map(Key::Date),
            Read::Texts(read) => {
                Some(Key::Texts(read(item).iter().map(|text| text.to_lowercase()).collect()))
            }
        }
        .unwrap_or(Key::Null)
    }
}

impl Key {
    /// Nulls come last.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Key::Null, Key::Null) => Ordering::Equal,
            (Key::Null, _) => Ordering::Greater,
            (_, Key::Null) => Ordering::Less,
            (Key::Text(a), Key::Text(b)) => a.cmp(b),
            (Key::Number(a), Key::Number(b)) => a.total_cmp(b),
            (Key::Date(a), Key::Date(b)) => a.cmp(b),
            (Key::Texts(a), Key::Texts(b)) => a.cmp(b),
            // Keys of one field are of one kind.
            (Key::Text(_) | Key::Number(_) | Key::Date(_) | Key::Texts(_), _) => Ordering::Equal,
        }
    }
}
