//! Identities. A UUID where the world outside makes many of them, a small number where the public
//! API asks for one (projects, departments, node pools), always text on the wire.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NoId;

            fn from_str(text: &str) -> Result<Self, NoId> {
                Uuid::parse_str(text).map(Self).map_err(|_| NoId { wanted: "a UUID" })
            }
        }
    };
}

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9]{1,10}$"))]
        #[serde(try_from = "TextOrNumber", into = "String")]
        pub struct $name(pub i32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NoId;

            fn from_str(text: &str) -> Result<Self, NoId> {
                let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
                let number = digits.then(|| text.parse().ok()).flatten();
                number.map(Self).ok_or(NoId { wanted: "a decimal number below 2147483648" })
            }
        }

        impl TryFrom<TextOrNumber> for $name {
            type Error = NoId;

            fn try_from(id: TextOrNumber) -> Result<Self, NoId> {
                match id {
                    TextOrNumber::Text(text) => text.parse(),
                    TextOrNumber::Number(number) => number.to_string().parse(),
                }
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.to_string()
            }
        }
    };
}

/// How a small number comes in: as text, or as a number where a client keeps it so
/// (`openapi-notes.md` §9). It goes out as text.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a decimal number as text")]
enum TextOrNumber {
    Text(String),
    Number(i64),
}

impl WorkloadId {
    /// Comes after every other.
    pub const LAST: Self = Self(Uuid::max());
}

/// The text is no identity of this kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be {wanted}")]
pub struct NoId {
    /// What would be right.
    pub wanted: &'static str,
}

uuid_id!(
    /// A workload; the same id in the generic view and in the workspace view.
    WorkloadId
);
uuid_id!(
    /// A workload policy.
    PolicyId
);
uuid_id!(
    /// A cluster.
    ClusterId
);
uuid_id!(
    /// A local user.
    UserId
);
uuid_id!(
    /// A change by an administrator.
    AuditId
);
uuid_id!(
    /// An event of a workload.
    EventId
);
uuid_id!(
    /// An application: a client of the REST interface with a secret of its own.
    ClientId
);
uuid_id!(
    /// An asset, of any kind.
    AssetId
);
uuid_id!(
    /// What is configured about a storage class.
    StorageClassId
);
uuid_id!(
    /// A template.
    TemplateId
);
number_id!(
    /// A department.
    DepartmentId
);
number_id!(
    /// A project.
    ProjectId
);
number_id!(
    /// A node pool.
    NodePoolId
);
number_id!(
    /// An access rule.
    AccessRuleId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_plain_decimal_text() {
        assert_eq!("12".parse(), Ok(ProjectId(12)));
        for wrong in ["", "-1", "+1", "1.0", "2147483648", "eins", " 1"] {
            assert!(wrong.parse::<ProjectId>().is_err(), "{wrong:?}");
        }
        assert_eq!(serde_json::to_string(&ProjectId(3)).unwrap(), "\"3\"");
        for right in ["3", "\"3\""] {
            assert_eq!(serde_json::from_str::<ProjectId>(right).unwrap(), ProjectId(3), "{right}");
        }
        for wrong in ["-3", "3.0", "2147483648", "null", "\"\"", "true"] {
            assert!(serde_json::from_str::<ProjectId>(wrong).is_err(), "{wrong}");
        }
    }
}
