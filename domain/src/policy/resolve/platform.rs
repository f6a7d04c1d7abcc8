//! Phase 7: what the platform fills in when nobody said anything. No rule looks at these values.

use serde_json::Value;

use crate::policy::WorkloadType;
use crate::submission::{AUTO_DELETION_DEFAULT, BACKOFF_DEFAULT, Preemptibility, Priority};

/// Fills what is still empty in the spec of a workload.
pub fn fill(of: WorkloadType, spec: &mut Value) {
    let priority = text(spec, "priorityClass").and_then(Priority::named);
    let (usual, usual_preemptibility) = usual(of);
    let preemptibility = priority.map_or(usual_preemptibility, Priority::implied_preemptibility);
    let pull = text(spec, "image").map(pull_policy);
    let Value::Object(members) = spec else { return };
    let mut put = |name: &str, value: Value| {
        members.entry(name).or_insert(value);
    };
    put("priorityClass", usual.name().into());
    put("preemptibility", preemptibility.name().into());
    put("backoffLimit", BACKOFF_DEFAULT.into());
    put("autoDeletionTimeAfterCompletionSeconds", AUTO_DELETION_DEFAULT.into());
    if let Some(pull) = pull {
        put("imagePullPolicy", pull.into());
    }
}

/// What a type of workload is when nobody says (`scheduling-and-organisation.md` §2.2).
fn usual(of: WorkloadType) -> (Priority, Preemptibility) {
    match of {
        WorkloadType::Workspace => (Priority::High, Preemptibility::NonPreemptible),
        WorkloadType::Training | WorkloadType::Distributed => {
            (Priority::Low, Preemptibility::Preemptible)
        }
        WorkloadType::Inference | WorkloadType::DistributedInference | WorkloadType::NimService => {
            (Priority::VeryHigh, Preemptibility::NonPreemptible)
        }
    }
}

fn text<'a>(spec: &'a Value, name: &str) -> Option<&'a str> {
    spec.get(name)?.as_str()
}

/// `Always` for what can change behind its name (`policies.md` §3.1).
fn pull_policy(image: &str) -> &'static str {
    let name = image.rsplit('/').next().unwrap_or(image);
    match (name.contains('@'), name.split_once(':')) {
        (true, _) => "IfNotPresent",
        (false, None | Some((_, "latest"))) => "Always",
        (false, Some(_)) => "IfNotPresent",
    }
}
