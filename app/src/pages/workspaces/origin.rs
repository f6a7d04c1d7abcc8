//! What a form was filled in from.

use domain::{TemplateId, WorkloadId};
use serde::{Deserialize, Serialize};

/// What the form was filled in from. What it has no field for is taken over from there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    #[default]
    Scratch,
    Template(TemplateId),
    Copy(WorkloadId),
}

impl Origin {
    /// Reads the address, or the fields of a form without scripts.
    pub fn of<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        let copied = get("copy").and_then(|id| id.parse().ok()).map(Self::Copy);
        let template = get("template").filter(|_| get("from") != Some("scratch"));
        let template = template.and_then(|id| id.parse().ok()).map(Self::Template);
        copied.or(template).unwrap_or_default()
    }

    /// The pair of the address that says it.
    pub fn pair(self) -> Option<(&'static str, String)> {
        match self {
            Self::Scratch => None,
            Self::Template(id) => Some(("template", id.to_string())),
            Self::Copy(id) => Some(("copy", id.to_string())),
        }
    }
}
