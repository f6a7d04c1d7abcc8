//! What stands on everything that Berth makes in a cluster: by it, and by nothing else, its own is found again.

use std::collections::BTreeMap;

use domain::{ClusterId, WorkloadId};

use crate::{DesiredPod, Place, order::PodKey};

/// Which Berth's it is: the id of the cluster in its database.
pub const CLUSTER: &str = "berth.dev/cluster";
pub const WORKLOAD: &str = "berth.dev/workload";
pub const GENERATION: &str = "berth.dev/generation";
/// Which data volume something shows, by its id.
pub const DATA_VOLUME: &str = "berth.dev/data-volume";
/// On a namespace that Berth did not make: an administrator lets it be used.
pub const ALLOWED: &str = "berth.dev/allowed";
/// The devices that the scheduler means, by index; an annotation of the pod.
pub const GPUS: &str = "berth.dev/gpus";
/// Restarts before it has failed; an annotation of the pod.
pub const BACKOFF_LIMIT: &str = "berth.dev/backoff-limit";

/// The labels of what belongs to a run.
pub fn of_run(cluster: ClusterId, pod: PodKey) -> Vec<(String, String)> {
    let pairs = [
        (CLUSTER, cluster.to_string()),
        (WORKLOAD, pod.workload.to_string()),
        (GENERATION, pod.generation.to_string()),
    ];
    pairs.map(|(key, value)| (key.to_owned(), value)).to_vec()
}

/// The annotations of a pod.
pub fn annotations(order: &DesiredPod) -> BTreeMap<String, String> {
    let gpus = order.gpus().iter().map(|gpu| gpu.index.to_string());
    let gpus = gpus.collect::<Vec<_>>().join(",");
    // Which devices another scheduler means, it alone knows.
    let gpus = matches!(order.place, Place::Chosen(_)).then_some((GPUS, gpus));
    let limit = (BACKOFF_LIMIT, order.backoff_limit.to_string());
    gpus.into_iter().chain([limit]).map(|(key, value)| (key.to_owned(), value)).collect()
}

/// Which run something belongs to; `None` where it is not this Berth's.
pub fn run_of(labels: &BTreeMap<String, String>, cluster: ClusterId) -> Option<PodKey> {
    let text = |key: &str| labels.get(key).map(String::as_str);
    if text(CLUSTER)? != cluster.to_string() {
        return None;
    }
    let generation = text(GENERATION)?.parse().ok()?;
    Some(PodKey { workload: workload_of(labels)?, generation })
}

/// The workload that something is labelled with.
pub fn workload_of(labels: &BTreeMap<String, String>) -> Option<WorkloadId> {
    labels.get(WORKLOAD)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_find_what_is_ours_and_nothing_else() {
        let (cluster, other) = (ClusterId(uuid::Uuid::from_u128(7)), ClusterId(uuid::Uuid::nil()));
        let pod = PodKey { workload: WorkloadId(uuid::Uuid::from_u128(9)), generation: 3 };
        let labels: BTreeMap<_, _> = of_run(cluster, pod).into_iter().collect();
        assert_eq!(run_of(&labels, cluster), Some(pod));
        assert_eq!(run_of(&labels, other), None);
        assert_eq!(run_of(&BTreeMap::new(), cluster), None);
    }
}
