//! What is said about a terminal, in frames of text.

use serde::{Deserialize, Serialize};

/// What a page says.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Said {
    /// The window is this large now.
    Resize { columns: u16, rows: u16 },
}

/// What a page is told.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Told {
    /// Which shell this is, and how many bytes of it come before what follows.
    Shell { id: String, from: u64 },
    /// It has ended.
    Ended { code: Option<i64> },
}

/// Bytes of a reason at most (RFC 6455, 5.5).
const REASON_MAX: usize = 123;

/// Why a connection is closed (RFC 6455, 7.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Close {
    /// The shell has ended.
    Ended,
    /// Whoever it is may not be here any longer, or nobody may.
    Cut(String),
    /// The same shell was opened again, elsewhere.
    Elsewhere,
}

impl Close {
    pub fn code(&self) -> u16 {
        match self {
            Self::Ended => 1000,
            Self::Cut(_) => 1008,
            Self::Elsewhere => 4001,
        }
    }

    pub fn reason(&self) -> &str {
        let reason = match self {
            Self::Ended => "the shell has ended",
            Self::Cut(why) => why,
            Self::Elsewhere => "it was opened again elsewhere",
        };
        &reason[..reason.floor_char_boundary(REASON_MAX)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_the_page() {
        let said: Said =
            serde_json::from_str(r#"{"resize": {"columns": 100, "rows": 30}}"#).unwrap();
        assert_eq!(said, Said::Resize { columns: 100, rows: 30 });
        let told = [
            Told::Shell { id: "a".into(), from: 7 },
            Told::Ended { code: Some(3) },
            Told::Ended { code: None },
        ];
        insta::assert_snapshot!(told.map(|told| serde_json::to_string(&told).unwrap()).join("\n"), @r#"
        {"shell":{"id":"a","from":7}}
        {"ended":{"code":3}}
        {"ended":{"code":null}}
        "#);
    }
}
