//! What Berth writes on everything it makes in an engine: whose it is, and which run of which
//! workload. After a restart of Berth this is all that is known, and it is enough.

use std::collections::HashMap;

use domain::{ClusterId, WorkloadId};

/// Whatever begins so is ours.
pub const PREFIX: &str = "berth.";
pub const CLUSTER: &str = "berth.cluster";
pub const WORKLOAD: &str = "berth.workload";
/// On a volume that is a claim of its project's namespace.
pub const NAME_OF_CLAIM: &str = "berth.claim";
const GENERATION: &str = "berth.generation";
const RESTART: &str = "berth.restart";
const BACKOFF_LIMIT: &str = "berth.backoff-limit";
const AGAIN: &str = "berth.again-after-success";
const POD: &str = "berth.pod";
const NAMESPACE: &str = "berth.namespace";

/// What one container is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    pub cluster: ClusterId,
    pub workload: WorkloadId,
    pub generation: u32,
    /// 0 for the first container of a run, then its restarts.
    pub restart: u32,
    /// Restarts after which it has failed.
    pub backoff_limit: u32,
    /// Whether it starts again even when it ended well.
    pub again: bool,
    pub pod: String,
    pub namespace: String,
}

impl Tag {
    /// The name of its container: namespace and pod, and from the first restart on which one it is.
    /// No namespace has an underscore, so that no two projects come to the same name.
    pub fn name(&self) -> String {
        let Self { namespace, pod, restart, .. } = self;
        match restart {
            0 => format!("{namespace}_{pod}"),
            n => format!("{namespace}_{pod}_restart-{n}"),
        }
    }

    pub fn labels(&self) -> HashMap<String, String> {
        let pairs = [
            (CLUSTER, self.cluster.to_string()),
            (WORKLOAD, self.workload.to_string()),
            (GENERATION, self.generation.to_string()),
            (RESTART, self.restart.to_string()),
            (BACKOFF_LIMIT, self.backoff_limit.to_string()),
            (AGAIN, self.again.to_string()),
            (POD, self.pod.clone()),
            (NAMESPACE, self.namespace.clone()),
        ];
        pairs.map(|(key, value)| (key.to_owned(), value)).into()
    }

    /// Reads the labels of a container; `None` where it is not one of ours.
    pub fn of(labels: &HashMap<String, String>) -> Option<Self> {
        let text = |key: &str| labels.get(key).map(String::as_str);
        Some(Self {
            cluster: text(CLUSTER)?.parse().ok()?,
            workload: text(WORKLOAD)?.parse().ok()?,
            generation: text(GENERATION)?.parse().ok()?,
            restart: text(RESTART)?.parse().ok()?,
            backoff_limit: text(BACKOFF_LIMIT)?.parse().ok()?,
            again: text(AGAIN) == Some("true"),
            pod: text(POD)?.to_owned(),
            namespace: text(NAMESPACE)?.to_owned(),
        })
    }
}

/// How long a volume stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stay {
    /// As long as somebody wants it: nobody's but its project's.
    Always,
    /// As long as its workload is there.
    Workload(WorkloadId),
    /// As long as this run of it is.
    Run(WorkloadId, u32),
}

impl Stay {
    pub fn labels(self, cluster: ClusterId) -> HashMap<String, String> {
        let mut labels = HashMap::from([(CLUSTER.to_owned(), cluster.to_string())]);
        if let Self::Workload(workload) | Self::Run(workload, _) = self {
            labels.insert(WORKLOAD.to_owned(), workload.to_string());
        }
        if let Self::Run(_, generation) = self {
            labels.insert(GENERATION.to_owned(), generation.to_string());
        }
        labels
    }

    pub fn of(labels: &HashMap<String, String>) -> Self {
        let workload = labels.get(WORKLOAD).and_then(|text| text.parse().ok());
        let generation = labels.get(GENERATION).and_then(|text| text.parse().ok());
        match (workload, generation) {
            (Some(workload), Some(generation)) => Self::Run(workload, generation),
            (Some(workload), None) => Self::Workload(workload),
            (None, _) => Self::Always,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_say_everything() {
        let tag = Tag {
            cluster: ClusterId(uuid::Uuid::from_u128(7)),
            workload: WorkloadId(uuid::Uuid::from_u128(9)),
            generation: 3,
            restart: 2,
            backoff_limit: 6,
            again: true,
            pod: "nb-3".into(),
            namespace: "runai-vision".into(),
        };
        assert_eq!(Tag::of(&tag.labels()), Some(tag.clone()));
        assert_eq!(tag.name(), "runai-vision_nb-3_restart-2");
        assert_eq!(Tag::of(&HashMap::from([(CLUSTER.into(), tag.cluster.to_string())])), None);
        for stay in [Stay::Always, Stay::Workload(tag.workload), Stay::Run(tag.workload, 3)] {
            assert_eq!(Stay::of(&stay.labels(tag.cluster)), stay);
        }
    }
}
