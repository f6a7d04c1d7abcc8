//! What would help a workload that has ended by mishap: more memory, or the same once more. Whoever offers it tries it
//! first.

use serde_json::{Value, json};

use super::{Fix, FixAction, FixCode};
use crate::{MemoryBytes, Reason, reason::ImageTrouble, submission::Submission};

const GB: i64 = 1_000_000_000;

/// A change that is to be tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Remedy {
    pub code: FixCode,
    pub label: String,
    pub patch: Value,
    pub action: Option<FixAction>,
}

impl Remedy {
    /// What helps against the reason for which this submission has failed; nothing where that is not known.
    pub fn against(reason: &Reason, of: &Submission) -> Option<Self> {
        match reason {
            Reason::OutOfMemory { limit, .. } => Some(more_memory(*limit, of)),
            Reason::NodeLost { .. }
            | Reason::ImageUnavailable { kind: ImageTrouble::Unreachable, .. } => Some(Self {
                code: FixCode::Retry,
                label: Fix::retry(),
                patch: json!({}),
                action: Some(FixAction::Retry),
            }),
            _ => None,
        }
    }
}

/// Twice as much as it was allowed, in whole GB.
fn more_memory(limit: MemoryBytes, of: &Submission) -> Remedy {
    let gb = (limit.0.saturating_mul(2).saturating_add(GB - 1) / GB).max(1);
    let amount = format!("{gb}G");
    let has_limit = of.compute.as_ref().is_some_and(|asked| asked.cpu_memory_limit.is_some());
    let patch = match has_limit {
        true => json!({ "compute": { "cpuMemoryRequest": amount, "cpuMemoryLimit": amount } }),
        false => json!({ "compute": { "cpuMemoryRequest": amount } }),
    };
    let label = Fix::memory(MemoryBytes::gb(gb));
    Remedy { code: FixCode::MoreMemory, label, patch, action: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::submission::Compute;

    #[test]
    fn twice_the_memory_for_request_and_limit() {
        let reason =
            Reason::OutOfMemory { limit: MemoryBytes(1_500_000_000), peak: MemoryBytes(0) };
        let plain = Remedy::against(&reason, &Submission::default()).unwrap();
        assert_eq!(plain.label, "Ask for 3 GB of memory");
        assert_eq!(plain.patch, json!({ "compute": { "cpuMemoryRequest": "3G" } }));
        let compute = Compute { cpu_memory_limit: Some("1500M".into()), ..Compute::default() };
        let limited = Submission { compute: Some(compute), ..Submission::default() };
        let both = Remedy::against(&reason, &limited).unwrap().patch;
        assert_eq!(both["compute"]["cpuMemoryLimit"], "3G");
        assert_eq!(Remedy::against(&Reason::QueuedForCycle, &limited), None);
    }
}
