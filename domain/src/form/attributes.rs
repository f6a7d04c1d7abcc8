//! Attributes that a storage class asks for (`form-and-assets.md` §14), in the row of a new volume: one text holds all of
//! them, as pairs of an address.

use form_urlencoded::Serializer;

use super::{open::size_of, pairs_of};
use crate::{
    storage_class::{Attribute, StorageClassRules},
    submission::KeyValue,
};

/// What a form has to know of an attribute, as one text that goes to the browser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskedAttribute {
    /// The class that asks for it.
    pub class: String,
    pub key: String,
    /// `text`, `number` or `boolean`.
    pub format: String,
    /// What stands there where nobody says anything.
    pub default: String,
    pub placeholder: String,
    pub is_required: bool,
}

impl AskedAttribute {
    pub fn of(class: &str, attribute: &Attribute) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            class: class.to_owned(),
            key: attribute.key.clone(),
            format: text(&attribute.format),
            default: text(&attribute.default_value),
            placeholder: text(&attribute.placeholder),
            is_required: attribute.required == Some(true) && attribute.default_value.is_none(),
        }
    }

    pub fn text(&self) -> String {
        let required = if self.is_required { "on" } else { "" };
        let pairs = [
            ("class", &*self.class),
            ("key", &self.key),
            ("format", &self.format),
            ("default", &self.default),
            ("placeholder", &self.placeholder),
            ("required", required),
        ];
        let said = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        Serializer::new(String::new()).extend_pairs(said).finish()
    }

    /// Reads what [`AskedAttribute::text`] wrote.
    pub fn read(text: &str) -> Self {
        let of = |name: &str| attribute(text, name);
        let (class, key, format) = (of("class"), of("key"), of("format"));
        let (default, placeholder) = (of("default"), of("placeholder"));
        Self { class, key, format, default, placeholder, is_required: of("required") == "on" }
    }
}

/// The value of one attribute; empty where it has none.
pub fn attribute(text: &str, key: &str) -> String {
    let found = pairs_of(text).into_iter().find(|(name, _)| name == key);
    found.map(|(_, value)| value).unwrap_or_default()
}

/// The text with another value of one attribute; an empty one takes it out.
pub fn with_attribute(text: &str, key: &str, value: &str) -> String {
    let mut pairs = pairs_of(text);
    match pairs.iter_mut().find(|(name, _)| name == key) {
        Some(pair) => value.clone_into(&mut pair.1),
        None => pairs.push((key.to_owned(), value.to_owned())),
    }
    pairs.retain(|(_, value)| !value.is_empty());
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// What a new volume of a class begins with, as pairs of the row's fields; empty where the class says nothing.
pub fn class_begins(rules: &StorageClassRules) -> String {
    let mut pairs = Serializer::new(String::new());
    for (field, value) in rules.begins() {
        match field {
            "size" => {
                let (size, unit) = size_of(Some(&value));
                let said = [("size", size), ("size_unit", unit)];
                pairs.extend_pairs(
                    said.iter().filter_map(|(name, value)| Some((name, value.as_deref()?))),
                );
            }
            _ => drop(pairs.append_pair(field, &value)),
        }
    }
    pairs.finish()
}

/// As a claim says them.
pub(super) fn pairs(text: &str) -> Option<Vec<KeyValue>> {
    let pairs = pairs_of(text).into_iter();
    let pairs: Vec<_> =
        pairs.map(|(key, value)| KeyValue { key: Some(key), value: Some(value) }).collect();
    (!pairs.is_empty()).then_some(pairs)
}

/// From a claim.
pub(super) fn text(pairs: Option<&Vec<KeyValue>>) -> Option<String> {
    let pairs =
        pairs?.iter().filter_map(|pair| Some((pair.key.as_deref()?, pair.value.as_deref()?)));
    Some(Serializer::new(String::new()).extend_pairs(pairs).finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_holds_them_all() {
        let text = with_attribute(&with_attribute("", "owner", "Ada & co"), "tier", "hot");
        assert_eq!(text, "owner=Ada+%26+co&tier=hot");
        assert_eq!(
            (attribute(&text, "owner"), attribute(&text, "x")),
            ("Ada & co".into(), "".into())
        );
        assert_eq!(with_attribute(&text, "owner", ""), "tier=hot");
        assert_eq!(super::text(pairs(&text).as_ref()).as_deref(), Some(&*text));
    }

    #[test]
    fn what_is_asked_for_crosses_as_text() {
        let attribute = Attribute {
            key: "example.com/tier".into(),
            format: Some("number".into()),
            required: Some(true),
            placeholder: Some("1 & more".into()),
            ..Attribute::default()
        };
        let asked = AskedAttribute::of("fast", &attribute);
        assert!(asked.is_required);
        assert_eq!(AskedAttribute::read(&asked.text()), asked);
        let given = Attribute { default_value: Some("2".into()), ..attribute };
        assert!(!AskedAttribute::of("fast", &given).is_required, "its default will do");
    }
}
