//! What nobody may see again once it was handed over: passwords and keys. The type neither prints nor
//! serializes, so no log, answer or error can hold one, and it leaves the memory with its owner.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Deserializer, de};
use zeroize::Zeroizing;

/// A password, or a key.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

/// What a credential keeps, by the key under which the cluster's secret has it.
pub type SecretContent = BTreeMap<String, Secret>;

impl Secret {
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text, for whoever encrypts it or hands it on to where it belongs.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A value of another kind is refused without repeating it.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Text).map(Secret::new)
    }
}

struct Text;

impl<'de> de::Visitor<'de> for Text {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<String, E> {
        Ok(text)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<String, E> {
        Err(unsaid())
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<String, E> {
        Err(unsaid())
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<String, E> {
        Err(unsaid())
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<String, E> {
        Err(unsaid())
    }
}

fn unsaid<E: de::Error>() -> E {
    E::custom("must be a text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_secret_is_refused_without_repeating_it() {
        for wrong in ["4711", "-4711", "47.11", "true", "[4711]", "{\"a\": 4711}"] {
            let said = serde_json::from_str::<Secret>(wrong).err().map(|e| e.to_string());
            let said = said.unwrap_or_default();
            assert!(!said.is_empty() && !said.contains("47"), "{wrong}: {said}");
        }
        let read = serde_json::from_str::<Secret>("\"s\"").map(|s| s.reveal().to_owned());
        assert_eq!(read.ok().as_deref(), Some("s"));
    }
}
