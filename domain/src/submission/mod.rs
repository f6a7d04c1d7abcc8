//! A submission: a workspace as somebody typed it, maybe wrong, in the words of the wire
//! (`rest-api.md` §6.3). [`check`](check::check) says everything that is wrong with it at once;
//! [`Spec`] is one that is complete and right.

pub mod check;
mod check_storage;
pub mod layers;
pub mod security;
pub mod source;
mod spec;
pub mod storage;

use serde::{Deserialize, Serialize};

pub use check::{check, check_partial};
pub use security::Security;
pub use source::{FieldSource, Sources};
pub use spec::{Affinity, AffinityTerm, GpuRequest, PodRequest, Preemptibility, Priority, Spec};
pub use storage::Storage;

/// What a workspace is to be. Every field may be missing; what the caller left out stays absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Submission {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_pull_policy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_dir: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment_variables: Option<Vec<EnvironmentVariable>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exposed_urls: Option<Vec<ExposedUrl>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ports: Option<Vec<Port>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub related_urls: Option<Vec<RelatedUrl>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compute: Option<Compute>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_pools: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_affinity_required: Option<NodeAffinity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tolerations: Option<Vec<Toleration>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preemptibility: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority_class: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub termination_grace_period_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_limit: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_deletion_time_after_completion_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Vec<NameValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<NameValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restart_policy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminate_after_preemption: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage: Option<Storage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security: Option<Security>,
    /// Fields that Berth keeps and shows as they were said; no cluster it drives today acts on them.
    #[serde(flatten)]
    pub kept: Kept,
}

/// Parts of a submission that are carried along unread.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Kept {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_pull_secrets: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probes: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_affinity: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_home_dir: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tty: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stdin: Option<bool>,
}

/// GPU, CPU and memory of the one pod of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Compute {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu_devices_request: Option<i64>,
    /// `portion` or `memory`; absent means whole devices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu_request_type: Option<String>,
    /// Of each device, above 0 and at most 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu_portion_request: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu_portion_limit: Option<f64>,
    /// A quantity, of each device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu_memory_request: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu_memory_limit: Option<String>,
    /// Cores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_core_request: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_core_limit: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_memory_request: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_memory_limit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub large_shm_request: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_resources: Option<Vec<ExtendedResource>>,
}

/// A countable resource by its qualified name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExtendedResource {
    pub resource: Option<String>,
    pub quantity: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude: Option<bool>,
}

/// One variable of the container's environment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EnvironmentVariable {
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<KeyOf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_map: Option<KeyOf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_credential: Option<KeyOf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_field_ref: Option<PodFieldRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude: Option<bool>,
}

/// One key of a named secret, config map or credential.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeyOf {
    pub name: Option<String>,
    pub key: Option<String>,
}

/// A field of the pod, such as `metadata.name`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PodFieldRef {
    pub path: Option<String>,
}

/// A tool reached by URL, through Berth's own sign-in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExposedUrl {
    pub container: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorized_users: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorized_groups: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude: Option<bool>,
}

/// A port reached past Berth: a node port, or a load balancer's.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Port {
    pub container: Option<i64>,
    pub service_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude: Option<bool>,
}

/// A tool that is hosted elsewhere, shown beside the workload.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RelatedUrl {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// May hold `${VARIABLE}`.
    pub url: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude: Option<bool>,
}

/// A taint that the workspace puts up with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Toleration {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub key: Option<String>,
    pub operator: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    pub effect: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude: Option<bool>,
}

/// Terms are joined by OR, the expressions of a term by AND.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeAffinity {
    pub node_selector_terms: Vec<NodeSelectorTerm>,
}

/// All expressions must hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeSelectorTerm {
    pub match_expressions: Vec<MatchExpression>,
}

/// A condition on one label of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MatchExpression {
    pub key: Option<String>,
    pub operator: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
}

/// An annotation or a label.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NameValue {
    pub name: Option<String>,
    pub value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude: Option<bool>,
}
