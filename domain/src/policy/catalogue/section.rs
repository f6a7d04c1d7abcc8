//! Which section of the new-workspace form a field stands in (`form-and-assets.md` §4).

use serde::{Deserialize, Serialize};

use super::{Catalogue, Field, Unit};

/// A section of the form, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FormSection {
    Environment,
    Compute,
    Storage,
    General,
}

impl FormSection {
    pub const ALL: [Self; 4] = [Self::Environment, Self::Compute, Self::Storage, Self::General];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            FormSection::Environment => "Environment",
            FormSection::Compute => "Compute resources",
            FormSection::Storage => "Data & storage",
            FormSection::General => "General",
        }
    }

    fn of(path: &str) -> Self {
        let first = path.split('.').next().unwrap_or(path);
        match first {
            "storage" => Self::Storage,
            "compute"
            | "nodePools"
            | "nodeType"
            | "nodeAffinityRequired"
            | "podAffinity"
            | "tolerations" => Self::Compute,
            "preemptibility"
            | "priorityClass"
            | "terminationGracePeriodSeconds"
            | "backoffLimit"
            | "autoDeletionTimeAfterCompletionSeconds"
            | "annotations"
            | "labels"
            | "category"
            | "restartPolicy"
            | "terminateAfterPreemption" => Self::General,
            _ => Self::Environment,
        }
    }
}

impl Catalogue {
    /// The section that a unit stands in.
    pub fn section(&self, unit: Unit) -> FormSection {
        let path = match unit {
            Unit::Field(id) => self.field(id).path,
            Unit::Instances(list) | Unit::Attribute(list, _) => self.list(list).path,
        };
        FormSection::of(path)
    }
}

impl Field {
    /// Whether the form shows it. A field without a word of its own exists in REST and the command
    /// line alone (`form-and-assets.md` §4.5).
    pub fn is_on_form(&self) -> bool {
        !self.path.ends_with(self.label)
    }
}
