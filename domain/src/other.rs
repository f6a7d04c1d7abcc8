//! Another workload, in something that is told to a reader (`why.md` §6). It is kept with what it is called; who may
//! not see it is told no more than that there is one. Whatever leaves Berth for a reader goes through `seen_by`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ProjectId, WorkloadId};

/// What a workload is called whose name the reader may not see.
pub const HIDDEN: &str = "a workload of another project";

/// A workload besides the one that is spoken of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Other {
    /// As it is kept, and for whoever may see it.
    Named(NamedWorkload),
    /// For whoever may not.
    Hidden(String),
}

/// A workload by its names: it may be gone when somebody reads of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NamedWorkload {
    pub id: WorkloadId,
    pub project: ProjectId,
    pub name: String,
}

impl Other {
    /// A workload, as it is kept.
    pub fn named(id: WorkloadId, project: ProjectId, name: impl Into<String>) -> Self {
        Other::Named(NamedWorkload { id, project, name: name.into() })
    }

    /// One of which nothing is told.
    pub fn hidden() -> Self {
        Other::Hidden(HIDDEN.to_owned())
    }

    /// As somebody is told who sees the workloads of some projects.
    pub fn seen_by(self, sees: impl Fn(ProjectId) -> bool) -> Self {
        match self {
            Other::Named(named) if !sees(named.project) => Other::hidden(),
            seen => seen,
        }
    }

    /// Its name, where it is told.
    pub fn name(&self) -> Option<&str> {
        match self {
            Other::Named(named) => Some(&named.name),
            Other::Hidden(_) => None,
        }
    }
}

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name().unwrap_or(HIDDEN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Reason, reason::Preemption};

    fn gainer() -> Other {
        Other::named(WorkloadId(uuid::Uuid::nil()), ProjectId(2), "speech-1")
    }

    fn reason(by: Option<Other>) -> Reason {
        Reason::Preempted { by, how: Preemption::Reclaim, cycle: 7 }
    }

    #[test]
    fn each_reader_is_told_what_they_may_see() {
        let told = |sees: fn(ProjectId) -> bool| {
            let reason = reason(Some(gainer())).seen_by(&sees);
            format!("{reason}\n{}", serde_json::to_string(&reason).unwrap())
        };
        insta::assert_snapshot!(told(|_| true), @r#"
        Stopped to give speech-1 what its project is due (cycle 7).
        {"code":"Preempted","by":{"id":"00000000-0000-0000-0000-000000000000","project":"2","name":"speech-1"},"how":"reclaim","cycle":7}
        "#);
        insta::assert_snapshot!(told(|project| project == ProjectId(1)), @r#"
        Stopped to give a workload of another project what its project is due (cycle 7).
        {"code":"Preempted","by":"a workload of another project","how":"reclaim","cycle":7}
        "#);
    }

    #[test]
    fn what_is_kept_comes_back_and_what_was_kept_as_words_too() {
        for by in [Some(gainer()), Some(Other::hidden()), None] {
            let text = serde_json::to_string(&reason(by.clone())).unwrap();
            assert_eq!(serde_json::from_str::<Reason>(&text).unwrap(), reason(by));
        }
        let old = r#"{"code":"Preempted","by":"a workload of another project","how":"reclaim","cycle":7}"#;
        assert_eq!(serde_json::from_str::<Reason>(old).unwrap(), reason(Some(Other::hidden())));
    }
}
