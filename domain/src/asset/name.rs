//! Names of assets and templates.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::name::{NAME_MAX, NameProblem};

/// Names an asset or a template: a DNS label (`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`, at most 63
/// characters), because claims and secrets in a cluster are called after it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AssetName(String);

/// Why a text is no name of an asset.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssetNameProblem {
    #[error(transparent)]
    Length(NameProblem),
    #[error("Use lowercase letters, digits and hyphens, with a letter or digit at both ends")]
    Form,
}

impl AssetName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for AssetName {
    type Error = AssetNameProblem;

    fn try_from(text: String) -> Result<Self, AssetNameProblem> {
        let inner = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
        match text.len() {
            0 => Err(AssetNameProblem::Length(NameProblem::Empty)),
            _ if !text.bytes().all(inner) || text.starts_with('-') || text.ends_with('-') => {
                Err(AssetNameProblem::Form)
            }
            len if len > NAME_MAX => Err(AssetNameProblem::Length(NameProblem::Long(len))),
            _ => Ok(Self(text)),
        }
    }
}

impl std::str::FromStr for AssetName {
    type Err = AssetNameProblem;

    fn from_str(text: &str) -> Result<Self, AssetNameProblem> {
        text.to_owned().try_into()
    }
}

impl From<AssetName> for String {
    fn from(name: AssetName) -> String {
        name.0
    }
}

impl fmt::Display for AssetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_assets() {
        for right in ["a", "1", "one-gpu", "4-gpus", &"a".repeat(63)] {
            assert!(right.parse::<AssetName>().is_ok(), "{right}");
        }
        for wrong in ["", "-a", "a-", "A", "a b", "a_b", "ü", &"a".repeat(64)] {
            assert!(wrong.parse::<AssetName>().is_err(), "{wrong}");
        }
    }
}
