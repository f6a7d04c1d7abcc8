//! Orders for the tests of what drivers decide.

use domain::{
    WorkloadId,
    submission::{Spec, Submission},
    workload::Placement,
};
use uuid::Uuid;

use crate::{DesiredPod, Place, Wanted, order::PodKey};

pub fn key(workload: u128, generation: u32) -> PodKey {
    PodKey { workload: WorkloadId(Uuid::from_u128(workload)), generation }
}

/// A run of the image `a` on the node `box`.
pub fn order(workload: u128, generation: u32, wanted: Wanted) -> DesiredPod {
    let submission = Submission { image: Some("a".into()), ..Submission::default() };
    let spec = Spec::try_from(submission).unwrap();
    let (pool, node) = ("default".parse().unwrap(), "box".into());
    DesiredPod {
        workload: key(workload, generation).workload,
        generation,
        namespace: "n".into(),
        name: format!("p{workload}-{generation}"),
        wanted,
        place: Place::Chosen(Placement { pool, node, gpus: vec![] }),
        submission: spec.submission,
        request: spec.pod,
        backoff_limit: 2,
        env: vec![],
        secrets: vec![],
        shared: vec![],
    }
}
