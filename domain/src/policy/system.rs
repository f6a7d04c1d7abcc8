//! The built-in policy (`policies.md` §5.5): in every effective policy, and overridden by any
//! written one.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::{Layer, Source, WorkloadType, read::read_value, value::gathered};

static SYSTEM: LazyLock<Vec<Layer>> =
    LazyLock::new(|| WorkloadType::ALL.into_iter().map(build).collect());

/// The built-in policy of a workload type.
pub fn system(of: WorkloadType) -> Layer {
    SYSTEM[of as usize].clone()
}

fn build(of: WorkloadType) -> Layer {
    let sections: &[&str] = match of {
        WorkloadType::Distributed => &["worker", "master"],
        WorkloadType::DistributedInference => &["leader", "worker"],
        WorkloadType::Workspace
        | WorkloadType::Training
        | WorkloadType::Inference
        | WorkloadType::NimService => &[],
    };
    let defaults = json!({"privileged": false, "terminationGracePeriodSeconds": 30});
    let rules = json!({
        "privileged": {"canEdit": false},
        "terminationGracePeriodSeconds": {"min": 0, "max": 300},
    });
    let placed = |part: &Value| match sections {
        [] => part.clone(),
        sections => {
            let each = sections.iter().map(|name| ((*name).to_owned(), part.clone()));
            Value::Object(gathered(each))
        }
    };
    let document = json!({"defaults": placed(&defaults), "rules": placed(&rules)});
    Layer::new(Source::system(), read_value(&document, of).document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_can_read_its_built_in_policy() {
        for of in WorkloadType::ALL {
            assert!(system(of).document.rules.len() >= 2, "{of:?}");
        }
    }
}
