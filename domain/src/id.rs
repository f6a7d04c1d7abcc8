//! Identities. A UUID where the world outside makes many of them, a small number where the public
//! API asks for one (projects, departments, node pools), always text on the wire.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
        #[serde(try_from = "String", into = "String")]
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

        impl TryFrom<String> for $name {
            type Error = NoId;

            fn try_from(text: String) -> Result<Self, NoId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.to_string()
            }
        }
    };
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
    /// A cluster.
    ClusterId
);
uuid_id!(
    /// A local user.
    UserId
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
    }
}
