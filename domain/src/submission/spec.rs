//! A submission that is complete and right, in the form in which the scheduler and the drivers
//! read it.

use serde::{Deserialize, Serialize};

use super::{Compute, MatchExpression, PvcVolume, Submission, Toleration, check};
use crate::{Cores, Gpus, MemoryBytes, NodeName, NodePoolName, Problem, Scope};

/// CPU that a workspace asks for when nobody said (`form-and-assets.md` §4.2.3).
pub const CPU_DEFAULT: Cores = Cores(100);
/// Memory that a workspace asks for when nobody said.
pub const MEMORY_DEFAULT: MemoryBytes = MemoryBytes(100_000_000);
/// Seconds between the notice and the kill (`scheduling-and-organisation.md` §2.5).
pub const GRACE_DEFAULT: i64 = 30;
/// Restarts before a workload has failed.
pub const BACKOFF_DEFAULT: i64 = 6;
/// Seconds from the end of a workload to its deletion: 30 days.
pub const AUTO_DELETION_DEFAULT: i64 = 30 * 24 * 3600;

/// A submission without mistakes: the text of it, and what the scheduler reads from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Spec {
    /// As it was resolved; `priorityClass` and `preemptibility` are always set.
    pub submission: Submission,
    pub priority: Priority,
    pub preemptibility: Preemptibility,
    /// In the order in which they are tried; empty means the project's order.
    pub node_pools: Vec<NodePoolName>,
    pub pod: PodRequest,
    pub grace_period_secs: i64,
    pub backoff_limit: i64,
    pub auto_deletion_secs: i64,
}

/// What the one pod of a workspace needs of a node.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodRequest {
    pub gpu: GpuRequest,
    pub cpu: Cores,
    pub memory: MemoryBytes,
    /// Countable resources by name.
    pub extended: Vec<(String, i64)>,
    pub node_type: Option<String>,
    pub affinity: Affinity,
    pub tolerations: Vec<Toleration>,
    /// The label by which its pods have to be near one another. A node without it is near nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near_by: Option<String>,
    /// Claims that it mounts and others may mount too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
}

/// A claim on a volume, by its name in the project.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    pub name: String,
    /// One node at a time mounts it: whoever uses it is there.
    pub one_node: bool,
    /// The place whose projects all have the same volume under this name; `None`: each has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<Scope>,
    /// Where its volume can be reached, as the cluster says; `None`: wherever it is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<Vec<NodeName>>,
}

/// GPUs of one pod; all devices are of one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "type")]
pub enum GpuRequest {
    None,
    Whole {
        devices: u32,
    },
    /// The same part of each device.
    Portion {
        devices: u32,
        portion: Gpus,
    },
    /// The same memory of each device.
    Memory {
        devices: u32,
        memory: MemoryBytes,
    },
}

impl GpuRequest {
    pub fn devices(self) -> u32 {
        match self {
            GpuRequest::None => 0,
            GpuRequest::Whole { devices }
            | GpuRequest::Portion { devices, .. }
            | GpuRequest::Memory { devices, .. } => devices,
        }
    }

    /// GPUs charged to the quota when each device has `device_memory`: memory requests count by
    /// their share of a device, rounded up to a hundredth of it.
    pub fn charged(self, device_memory: MemoryBytes) -> Gpus {
        let part = self.per_device(device_memory);
        let part = match self {
            GpuRequest::Memory { .. } => Gpus((part.0 + HUNDREDTH - 1) / HUNDREDTH * HUNDREDTH),
            GpuRequest::None | GpuRequest::Whole { .. } | GpuRequest::Portion { .. } => part,
        };
        part * i64::from(self.devices())
    }

    /// The part of one device of `device_memory` that is taken. More than one whole GPU means that
    /// the device is too small. A device's memory counts in whole hundreds of MiB.
    pub fn per_device(self, device_memory: MemoryBytes) -> Gpus {
        match self {
            GpuRequest::None => Gpus::ZERO,
            GpuRequest::Whole { .. } => Gpus::whole(1),
            GpuRequest::Portion { portion, .. } => portion,
            GpuRequest::Memory { memory, .. } => {
                let of = i128::from(countable(device_memory));
                let micro = (i128::from(memory.0) * 1_000_000 + of - 1) / of;
                Gpus(i64::try_from(micro).unwrap_or(i64::MAX / 1_000))
            }
        }
    }

    /// Whether devices are shared with other pods.
    pub fn is_fraction(self) -> bool {
        match self {
            GpuRequest::None | GpuRequest::Whole { .. } => false,
            GpuRequest::Portion { portion, .. } => portion < Gpus::whole(1),
            GpuRequest::Memory { .. } => true,
        }
    }
}

/// A hundredth of a GPU.
const HUNDREDTH: i64 = 10_000;

/// The memory of a device that requests are measured by: whole hundreds of MiB.
fn countable(device_memory: MemoryBytes) -> i64 {
    const STEP: i64 = 100 << 20;
    match device_memory.0 {
        ..STEP => device_memory.0.max(1),
        bytes => bytes / STEP * STEP,
    }
}

/// Conditions on a node's labels: terms joined by OR, expressions by AND. No term: any node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Affinity(pub Vec<AffinityTerm>);

/// Expressions that must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AffinityTerm(pub Vec<MatchExpression>);

/// The seven priorities, lowest first (`scheduling-and-organisation.md` §2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Priority {
    VeryLow,
    Low,
    MediumLow,
    Medium,
    MediumHigh,
    High,
    VeryHigh,
}

impl Priority {
    pub const ALL: [Self; 7] = [
        Self::VeryLow,
        Self::Low,
        Self::MediumLow,
        Self::Medium,
        Self::MediumHigh,
        Self::High,
        Self::VeryHigh,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::VeryLow => "very-low",
            Self::Low => "low",
            Self::MediumLow => "medium-low",
            Self::Medium => "medium",
            Self::MediumHigh => "medium-high",
            Self::High => "high",
            Self::VeryHigh => "very-high",
        }
    }

    pub fn value(self) -> i32 {
        match self {
            Self::VeryLow => 25,
            Self::Low => 40,
            Self::MediumLow => 65,
            Self::Medium => 80,
            Self::MediumHigh => 90,
            Self::High => 125,
            Self::VeryHigh => 150,
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.name() == name)
    }

    /// What a submission is that named this priority and no preemptibility (§2.3, step 4).
    pub fn implied_preemptibility(self) -> Preemptibility {
        match self.value() {
            100.. => Preemptibility::NonPreemptible,
            _ => Preemptibility::Preemptible,
        }
    }
}

/// Whether the scheduler may interrupt it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preemptibility {
    /// May use more than the quota, and be interrupted for it.
    Preemptible,
    /// Stays inside the quota, and runs until its owner stops it.
    NonPreemptible,
}

impl Preemptibility {
    pub fn name(self) -> &'static str {
        match self {
            Self::Preemptible => "preemptible",
            Self::NonPreemptible => "non-preemptible",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        [Self::Preemptible, Self::NonPreemptible].into_iter().find(|p| p.name() == name)
    }
}

impl Spec {
    pub fn is_preemptible(&self) -> bool {
        self.preemptibility == Preemptibility::Preemptible
    }

    /// Whether it ends, rather than be queued again, when the scheduler takes its place.
    pub fn ends_when_evicted(&self) -> bool {
        self.submission.terminate_after_preemption == Some(true)
    }
}

impl TryFrom<Submission> for Spec {
    type Error = Vec<Problem>;

    fn try_from(mut submission: Submission) -> Result<Self, Vec<Problem>> {
        let problems = check(&submission);
        if !problems.is_empty() {
            return Err(problems);
        }
        let named = submission.priority_class.as_deref().and_then(Priority::named);
        let priority = named.unwrap_or(Priority::High);
        let explicit = submission.preemptibility.as_deref().and_then(Preemptibility::named);
        let preemptibility = explicit.unwrap_or_else(|| priority.implied_preemptibility());
        submission.priority_class = Some(priority.name().to_owned());
        submission.preemptibility = Some(preemptibility.name().to_owned());
        let pools = submission.node_pools.iter().flatten();
        Ok(Self {
            priority,
            preemptibility,
            node_pools: pools.filter_map(|name| name.parse().ok()).collect(),
            pod: pod_request(&submission),
            grace_period_secs: submission.termination_grace_period_seconds.unwrap_or(GRACE_DEFAULT),
            backoff_limit: submission.backoff_limit.unwrap_or(BACKOFF_DEFAULT),
            auto_deletion_secs: submission
                .auto_deletion_time_after_completion_seconds
                .unwrap_or(AUTO_DELETION_DEFAULT),
            submission,
        })
    }
}

/// Reads a checked submission; what `check` refuses cannot come here.
fn pod_request(submission: &Submission) -> PodRequest {
    let none = Compute::default();
    let compute = submission.compute.as_ref().unwrap_or(&none);
    let cpu = compute.cpu_core_request.and_then(Cores::from_f64);
    let memory = compute.cpu_memory_request.as_deref().and_then(|text| text.parse().ok());
    let terms = submission.node_affinity_required.iter().flat_map(|a| &a.node_selector_terms);
    PodRequest {
        gpu: gpu_request(compute),
        cpu: cpu.unwrap_or(CPU_DEFAULT),
        memory: memory.unwrap_or(MEMORY_DEFAULT),
        extended: extended(compute),
        node_type: submission.node_type.clone(),
        affinity: Affinity(terms.map(|t| AffinityTerm(t.match_expressions.clone())).collect()),
        tolerations: kept(submission.tolerations.iter().flatten(), |t| t.exclude),
        near_by: near_by(submission),
        claims: claims(submission),
    }
}

/// A claim without a name is the workload's own, and so is one that goes with every stop.
fn claims(submission: &Submission) -> Vec<Claim> {
    let storage = submission.storage.iter();
    let all = storage.flat_map(|storage| storage.pvc.iter().flatten());
    let shared = kept(all, |pvc| pvc.exclude).into_iter().filter(|pvc| pvc.ephemeral != Some(true));
    let claim = |pvc: PvcVolume| {
        let modes =
            pvc.claim_info.as_ref().map(|info| info.access_modes.clone().unwrap_or_default());
        let one_node = modes.is_some_and(|modes| modes.is_of_one_node());
        Some(Claim { name: pvc.claim_name?, one_node, shared: None, nodes: None })
    };
    shared.filter_map(claim).collect()
}

fn near_by(submission: &Submission) -> Option<String> {
    let affinity = submission.pod_affinity.as_ref()?;
    let is_required = affinity.kind.as_deref() == Some("Required");
    affinity.key.clone().filter(|_| is_required)
}

fn kept<'a, T: Clone + 'a>(
    items: impl Iterator<Item = &'a T>,
    excluded: impl Fn(&T) -> Option<bool>,
) -> Vec<T> {
    items.filter(|item| excluded(item) != Some(true)).cloned().collect()
}

fn extended(compute: &Compute) -> Vec<(String, i64)> {
    let items = compute.extended_resources.iter().flatten();
    let counted = kept(items, |e| e.exclude).into_iter().filter_map(|item| {
        let count: MemoryBytes = item.quantity?.parse().ok()?;
        Some((item.resource?, count.0))
    });
    counted.collect()
}

fn gpu_request(compute: &Compute) -> GpuRequest {
    let fraction = compute.gpu_request_type.as_deref();
    // A fraction without a device count means one device (`rest-api.md` §6.4).
    let unsaid = if fraction.is_some() { 1 } else { 0 };
    let devices = compute.gpu_devices_request.unwrap_or(unsaid).clamp(0, i64::from(u32::MAX));
    let devices = devices as u32;
    if devices == 0 {
        return GpuRequest::None;
    }
    let portion = compute.gpu_portion_request.and_then(Gpus::from_f64);
    let memory = compute.gpu_memory_request.as_deref().and_then(|text| text.parse().ok());
    match (fraction, portion, memory) {
        (Some("portion"), Some(portion), _) if portion < Gpus::whole(1) => {
            GpuRequest::Portion { devices, portion }
        }
        (Some("memory"), _, Some(memory)) => GpuRequest::Memory { devices, memory },
        _ => GpuRequest::Whole { devices },
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::{Value, json};

    use super::*;

    /// What others may mount too ties a pod to a node; what is its own does not.
    #[test]
    fn claims_that_others_may_mount_are_read_from_the_storage() {
        let read = |pvc: Value| {
            let text = json!({"image": "a", "storage": {"pvc": [pvc]}});
            let submission: Submission = serde_json::from_value(text).expect("a submission");
            let claims = claims(&submission);
            claims
                .first()
                .map_or("own".to_owned(), |claim| format!("{} {}", claim.name, claim.one_node))
        };
        let modes =
            |modes: Value| json!({"claimName": "data", "claimInfo": {"accessModes": modes}});
        let lines = [
            read(modes(json!({"readWriteOnce": true}))),
            read(modes(json!({"readWriteOnce": true, "readWriteMany": true}))),
            read(modes(json!({"readOnlyMany": true}))),
            read(json!({"claimName": "data", "claimInfo": {"size": "1G"}})),
            read(json!({"claimName": "data", "existingPvc": true})),
            read(json!({"claimName": "data", "ephemeral": true})),
            read(json!({"claimName": "data", "exclude": true})),
            read(json!({"claimInfo": {"size": "1G"}})),
        ];
        assert_snapshot!(lines.join("\n"), @"
        data true
        data false
        data false
        data true
        data false
        own
        own
        own
        ");
    }
}
