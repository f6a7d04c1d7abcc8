//! Names: lowercase letters, digits and dashes, fit for a URL, a label and a DNS name
//! (`form-and-assets.md` §15.1). One rule for workloads, projects, departments and node pools.

use std::{borrow::Borrow, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The longest name, in characters: that of a DNS label.
pub const NAME_MAX: usize = 63;
/// What `useGivenNameAsPrefix` appends: a dash and five random characters.
pub const SUFFIX_LEN: usize = 6;

/// Why a text is no name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameProblem {
    #[error("Enter a name")]
    Empty,
    #[error("At most {NAME_MAX} characters; this has {0}")]
    Long(usize),
    #[error(
        "Use lowercase letters, digits and hyphens, start with a letter and end with a letter or digit"
    )]
    Form,
}

/// Whether `text` is a name: `^[a-z]([-a-z0-9]*[a-z0-9])?$`, at most 63 characters.
pub fn check_name(text: &str) -> Result<(), NameProblem> {
    if text.is_empty() {
        return Err(NameProblem::Empty);
    }
    let allowed = text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    let starts = text.starts_with(|c: char| c.is_ascii_lowercase());
    if !allowed || !starts || text.ends_with('-') {
        return Err(NameProblem::Form);
    }
    match text.len() {
        len if len > NAME_MAX => Err(NameProblem::Long(len)),
        _ => Ok(()),
    }
}

/// Whether `text` is a DNS label as Kubernetes names its objects: like a name, but it may begin with a
/// digit.
pub fn is_dns_label(text: &str) -> bool {
    let allowed = text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    (1..=NAME_MAX).contains(&text.len())
        && allowed
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// What is wrong with a free text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextProblem {
    #[error("At most {0} characters")]
    Long(usize),
    #[error("Must not contain control characters")]
    Control,
}

/// Whether a free text has at most `max` characters, and none that hide what is there: control
/// characters besides line breaks and tabs, and those that turn the direction of writing.
pub fn check_text(text: &str, max: usize) -> Result<(), TextProblem> {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let hides = |c: char| turns(c) || (c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    if text.chars().any(hides) {
        return Err(TextProblem::Control);
    }
    match text.chars().count() {
        count if count > max => Err(TextProblem::Long(max)),
        _ => Ok(()),
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "openapi", schema(max_length = 63, pattern = "^[a-z]([-a-z0-9]*[a-z0-9])?$"))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameProblem;

            fn try_from(text: String) -> Result<Self, NameProblem> {
                check_name(&text).map(|()| Self(text))
            }
        }

        impl FromStr for $name {
            type Err = NameProblem;

            fn from_str(text: &str) -> Result<Self, NameProblem> {
                text.to_owned().try_into()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

name!(
    /// Names a workload; unique in its project while it is not deleted.
    WorkloadName
);
name!(
    /// Names a project; unique in its cluster.
    ProjectName
);
name!(
    /// Names a department; unique in its cluster.
    DepartmentName
);
name!(
    /// Names a node pool; unique in its cluster.
    NodePoolName
);

/// Names a node, as its cluster does; any text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct NodeName(pub String);

impl NodeName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for NodeName {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for NodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How long a workload's name may be in this project, so that `<project>-<workspace>` stays one
/// DNS label, with room for a random suffix where one is asked for.
pub fn workload_name_room(project: &ProjectName, as_prefix: bool) -> usize {
    let suffix = if as_prefix { SUFFIX_LEN } else { 0 };
    NAME_MAX.saturating_sub(project.as_str().len() + 1 + suffix)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_are_right_and_wrong() {
        for right in ["a", "nb-1", "a-b-c", &"a".repeat(63)] {
            assert_eq!(check_name(right), Ok(()), "{right}");
        }
        for wrong in ["A", "1a", "-a", "a-", "a_b", "ä", "a b", "а"] {
            assert_eq!(check_name(wrong), Err(NameProblem::Form), "{wrong}");
        }
        assert_eq!(check_name(""), Err(NameProblem::Empty));
        assert_eq!(check_name(&"a".repeat(64)), Err(NameProblem::Long(64)));
    }

    #[test]
    fn texts_hide_nothing() {
        assert_eq!(check_text("Vision, Zürich\n👩‍🔬", 20), Ok(()));
        assert_eq!(check_text("ää", 1), Err(TextProblem::Long(1)));
        for hidden in ["a\0b", "a\u{202e}b", "\u{2066}", "\u{1b}[31m"] {
            assert_eq!(check_text(hidden, 20), Err(TextProblem::Control), "{hidden:?}");
        }
        assert!(is_dns_label("0-a") && !is_dns_label("a.b") && !is_dns_label(&"a".repeat(64)));
    }

    proptest! {
        #[test]
        fn a_name_that_exists_is_a_dns_label(text in "\\PC{0,70}") {
            if let Ok(name) = text.parse::<WorkloadName>() {
                prop_assert!(name.as_str().len() <= 63 && name.as_str().is_ascii());
                prop_assert_eq!(name.to_string(), text);
            }
        }
    }
}
